"""`ostiary conformance`: hold an engine to the suite."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ostiary.cli import options
from ostiary.cli.conformance_target import Aim, aimed, validating
from ostiary.cli.exits import DONE, NO
from ostiary.cli.output import answer, answer_json, note

if TYPE_CHECKING:
    from ostiary.conformance.implementation import Implementation
    from ostiary.conformance.runner import SuiteResult
    from ostiary.conformance.suite import Suite


@click.command("conformance")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option(
    "--engine",
    metavar="COMMAND",
    help="Hold another engine to the suite: a program that answers one question a line.",
)
@click.option(
    "--target",
    metavar="URL",
    help="Make the validation cases calls of a server's Graph API; its tenant is for that alone.",
)
@click.option(
    "--ca",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The certificate authorities that the target's certificate comes from.",
)
@click.option(
    "--token-file", metavar="FILE|-", help="The target's token; else that in OSTIARY_TOKEN."
)
@click.option(
    "--token-url", metavar="URL", help="Ask here for the token, as an application (--client-id)."
)
@click.option(
    "--client-id", metavar="ID", help="The application; its secret is in OSTIARY_CLIENT_SECRET."
)
@click.option(
    "--data",
    metavar="DIR",
    help="The target's data, to declare emergency access accounts; such cases are skipped without.",
)
@options.as_json
def command(
    *,
    files: tuple[str, ...],
    engine: str | None,
    target: str | None,
    ca: Path | None,
    token_file: str | None,
    token_url: str | None,
    client_id: str | None,
    data: str | None,
    as_json: bool,
) -> int:
    """Run conformance cases against the engine of this package, another one, or a server.

    Without FILE the whole suite that ships with this package. Prints each failing case with
    expected and actual, then `N passed, M failed`. Exit code 1 if a case fails. The format, its
    comparison rules and what --engine speaks: README.md of the package `ostiary.conformance`.
    """
    from ostiary.conformance.report import report, summary_line
    from ostiary.conformance.suite import load_suite, suite_files

    # All files are read before the first case runs: one that is no suite is told at once.
    suites = [load_suite(path) for path in files or suite_files()]
    aim = None
    if target is not None:
        aim = Aim(target, ca, token_file, token_url, client_id, data)
        suites = validating(suites)
    elif token_file or token_url or client_id or data or ca:
        raise click.UsageError("these options need --target")
    if aim is not None and engine is not None:
        raise click.UsageError("expected --engine or --target, came both")
    runs = list(_runs(suites, engine, aim, as_json=as_json))
    results = [result for run in runs for result in run.results]
    if as_json:
        answer_json(report(runs))
    else:
        answer(summary_line(results))
    return NO if any(result.failed for result in results) else DONE


def _runs(
    suites: Sequence[Suite], engine: str | None, aim: Aim | None, *, as_json: bool
) -> Iterator[SuiteResult]:
    """Run the suites; failing cases are told as they come, progress beside them."""
    from ostiary.conformance.command import CommandEngine
    from ostiary.conformance.report import failure_lines, summary_line
    from ostiary.conformance.runner import run_suites

    with ExitStack() as stack:
        held: Implementation | None = None
        if engine:
            held = stack.enter_context(CommandEngine(engine))
        elif aim is not None:
            held = stack.enter_context(aimed(aim))
        for run in run_suites(suites, held):
            note(f"{run.suite.file}: {summary_line(run.results)}")
            for result in run.results:
                if result.failed and not as_json:
                    for line in failure_lines(result):
                        answer(line)
            yield run
