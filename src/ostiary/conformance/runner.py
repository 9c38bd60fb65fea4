"""Run the cases of a suite against an engine, each one by itself."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ostiary.conformance.comparison import (
    Difference,
    call_differences,
    decision_differences,
    what_if_differences,
)
from ostiary.conformance.implementation import Answer, Call, Implementation, NotSupported
from ostiary.conformance.suite import Case, Kind, Suite, tenant_of
from ostiary.model.errors import OstiaryError
from ostiary.model.json_types import JsonObject, as_object


@dataclass(frozen=True, slots=True)
class CaseResult:
    """How one case went: nothing different and no error means that it passed.

    `error` is what the engine raised; `skipped` says why the case was left out.
    """

    case: Case
    differences: tuple[Difference, ...] = ()
    error: str = ""
    skipped: str = ""

    @property
    def failed(self) -> bool:
        """Whether the engine is wrong, by this case."""
        return bool(self.differences or self.error)

    @property
    def passed(self) -> bool:
        """Whether the engine answered as expected."""
        return not self.failed and not self.skipped


@dataclass(frozen=True, slots=True)
class SuiteResult:
    """How the cases of one suite went, in its order."""

    suite: Suite
    results: tuple[CaseResult, ...]


def run_suites(
    suites: Iterable[Suite], implementation: Implementation | None = None
) -> Iterator[SuiteResult]:
    """Run suites one after the other, ours being the engine where none is given."""
    engine = implementation or _our_engine()
    for suite in suites:
        yield SuiteResult(suite, tuple(run_case(case, suite, engine) for case in suite.cases))


def run_case(case: Case, suite: Suite, implementation: Implementation) -> CaseResult:
    """Run one case. What the engine raises fails this case, and no other."""
    try:
        return CaseResult(case, _differences(case, suite, implementation))
    except NotSupported as error:
        if case.ours_alone:
            return CaseResult(case, skipped=str(error))
        return CaseResult(case, error=str(error))
    except OstiaryError as error:
        return CaseResult(case, error=str(error))
    except Exception as error:  # the outermost face of a foreign engine
        return CaseResult(case, error=f"{type(error).__name__}: {error}")


def _our_engine() -> Implementation:
    from ostiary.conformance.ours import OurEngine

    return OurEngine()


def _differences(
    case: Case, suite: Suite, implementation: Implementation
) -> tuple[Difference, ...]:
    if case.kind is Kind.VALIDATE:
        return _validation_differences(case, suite.fixtures, implementation)
    tenant = tenant_of(case, suite.fixtures)
    request: dict[str, Any] = copy.deepcopy({**as_object(case.document.get("signIn"))})
    if case.kind is Kind.WHAT_IF:
        return what_if_differences(case.expected, implementation.what_if(tenant, request))
    request["facts"] = copy.deepcopy(case.document.get("facts"))
    return decision_differences(case.expected, implementation.decide(tenant, request))


def _validation_differences(
    case: Case, fixtures: JsonObject, implementation: Implementation
) -> tuple[Difference, ...]:
    """Make the call of the case and then those that follow, all on one state."""
    then = [as_object(each) for each in case.expected.get("then") or ()]
    documents = [case.document, *then]
    given = as_object(case.document.get("given"))
    answers = implementation.call(
        copy.deepcopy({**fixtures}), copy.deepcopy({**given}), [_call(each) for each in documents]
    )
    if len(answers) != len(documents):
        raise OstiaryError(f"expected {len(documents)} answers, came {len(answers)}")
    return tuple(
        difference
        for number, (document, answer) in enumerate(zip(documents, answers, strict=True))
        for difference in _call_differences(number, document, answer)
    )


def _call(document: JsonObject) -> Call:
    return Call(
        method=str(document.get("method", "")),
        path=str(document.get("path", "")),
        body=copy.deepcopy(document.get("body")),
        headers=copy.deepcopy({**as_object(document.get("headers"))}),
    )


def _call_differences(number: int, document: JsonObject, answer: Answer) -> Sequence[Difference]:
    found = call_differences(as_object(document.get("expect")), answer.status, answer.body)
    if number == 0:
        return found
    place = f"then[{number - 1}]."
    return [
        Difference(f"{place}{each.member}", each.expected, each.actual, each.rule) for each in found
    ]
