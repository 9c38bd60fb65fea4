"""`ostiary conformance`: hold an engine to the suite."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

from ostiary.cli import options
from ostiary.cli.exits import DONE, NO
from ostiary.cli.output import answer, answer_json, note

if TYPE_CHECKING:
    from ostiary.conformance.runner import SuiteResult
    from ostiary.conformance.suite import Suite


@click.command("conformance")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option(
    "--engine",
    metavar="COMMAND",
    help="Hold another engine to the suite: a program that answers one question a line.",
)
@options.as_json
def command(*, files: tuple[str, ...], engine: str | None, as_json: bool) -> int:
    """Run conformance cases.

    Without FILE the whole suite that ships with this package. Prints each failing case with
    expected and actual, then `N passed, M failed`. Exit code 1 if a case fails. The format, its
    comparison rules and what --engine speaks: README.md of the package `ostiary.conformance`.
    """
    from ostiary.conformance.report import report, summary_line
    from ostiary.conformance.suite import load_suite, suite_files

    # All files are read before the first case runs: one that is no suite is told at once.
    suites = [load_suite(path) for path in files or suite_files()]
    runs = list(_runs(suites, engine, as_json=as_json))
    results = [result for run in runs for result in run.results]
    if as_json:
        answer_json(report(runs))
    else:
        answer(summary_line(results))
    return NO if any(result.failed for result in results) else DONE


def _runs(suites: Sequence[Suite], engine: str | None, *, as_json: bool) -> Iterator[SuiteResult]:
    """Run the suites; failing cases are told as they come, progress beside them."""
    from ostiary.conformance.command import CommandEngine
    from ostiary.conformance.report import failure_lines, summary_line
    from ostiary.conformance.runner import run_suites

    with ExitStack() as stack:
        held = stack.enter_context(CommandEngine(engine)) if engine else None
        for run in run_suites(suites, held):
            note(f"{run.suite.file}: {summary_line(run.results)}")
            for result in run.results:
                if result.failed and not as_json:
                    for line in failure_lines(result):
                        answer(line)
            yield run
