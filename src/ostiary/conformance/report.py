"""What a run of the suite found: for people line by line, for programs as one JSON object."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ostiary.conformance.runner import CaseResult, SuiteResult


def summary_line(results: Iterable[CaseResult]) -> str:
    """Give `N passed, M failed`; skipped cases are neither."""
    found = list(results)
    failed = sum(1 for each in found if each.failed)
    return f"{sum(1 for each in found if each.passed)} passed, {failed} failed"


def failure_lines(result: CaseResult) -> Iterator[str]:
    """Describe one failing case: what it shows, where that is written, what came instead."""
    case = result.case
    yield f"FAILED {case.id} ({case.kind.value}): {case.name}"
    for source in case.sources:
        yield f"  source: {source}"
    basis, confidence = case.document.get("basis"), case.document.get("confidence")
    if basis:
        yield f"  basis: {basis} (confidence: {confidence or 'not stated'})"
    for difference in result.differences:
        yield f"  {difference}"
    if result.error:
        yield f"  the engine answered with an error: {result.error}"


def report(runs: Sequence[SuiteResult]) -> dict[str, Any]:
    """Give the report: totals, the same for every file, and every failing or skipped case."""
    everything = [result for run in runs for result in run.results]
    return {
        **_totals(everything),
        "suites": [
            {"file": run.suite.file, "title": run.suite.title, **_totals(run.results)}
            for run in runs
        ],
        "failures": [
            _failure(run.suite.file, result)
            for run in runs
            for result in run.results
            if result.failed
        ],
        "skippedCases": [
            {"file": run.suite.file, "id": result.case.id, "reason": result.skipped}
            for run in runs
            for result in run.results
            if result.skipped
        ],
    }


def _totals(results: Sequence[CaseResult]) -> dict[str, int]:
    return {
        "passed": sum(1 for each in results if each.passed),
        "failed": sum(1 for each in results if each.failed),
        "skipped": sum(1 for each in results if each.skipped),
    }


def _failure(file: str, result: CaseResult) -> dict[str, Any]:
    case = result.case
    return {
        "file": file,
        "id": case.id,
        "kind": case.kind.value,
        "name": case.name,
        "source": list(case.sources),
        "confidence": case.document.get("confidence"),
        "differences": [difference.to_json() for difference in result.differences],
        "error": result.error or None,
    }
