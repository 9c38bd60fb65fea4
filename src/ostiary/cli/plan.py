"""`ostiary plan`: what a folder of policies would change in a tenant, checked before it is."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ostiary.cli import options
from ostiary.cli.code_targets import target_at, target_options
from ostiary.cli.exits import CHANGES, DONE, REFUSED
from ostiary.cli.output import answer, answer_json, note, notes

if TYPE_CHECKING:
    from ostiary.policycode.checking import Checks
    from ostiary.policycode.planning import Planned
    from ostiary.policycode.telling import Told


@click.command("plan", epilog="Exit codes: 0 nothing to change, 2 changes, 1 refused or bad input.")
@click.argument("folder", metavar="FOLDER")
@target_options
@click.option("--log", "logs", metavar="LOG", multiple=True, help="Tell the impact on this log.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Save the plan for `ostiary apply`; not where it is refused.",
)
@click.option(
    "--markdown",
    "markdown_path",
    metavar="FILE|-",
    help="Write it for a pull request; - is standard output, in place of the text.",
)
@click.option(
    "--allow-unknown", is_flag=True, help="Pass tests also where nobody can tell whether they hold."
)
@options.as_json
def command(
    *,
    folder: str,
    logs: tuple[str, ...],
    out: Path | None,
    markdown_path: str | None,
    allow_unknown: bool,
    as_json: bool,
    **which: Any,
) -> int:
    """Compare a folder of policies with a tenant, and check what would change.

    The difference in sentences, who would be locked out, the folder's own tests, pitfalls, gaps
    and, with --log, the impact. docs/policy-as-code.md tells what the folder holds.
    """
    if as_json and markdown_path == "-":
        raise click.UsageError("expected one of --json and --markdown - on standard output")
    from ostiary.policycode.folder import load_folder
    from ostiary.policycode.reporting import markdown, report_json, sections, summary
    from ostiary.policycode.telling import told as told_of

    now = datetime.now(UTC)
    loaded = load_folder(folder)
    planned = planned_of(loaded, target_at(**which), now)
    told, checks = told_of(planned), _checked(planned, now, logs, allow_unknown=allow_unknown)
    if markdown_path not in {None, "-"}:
        from ostiary.analysis.output import write_text

        write_text(Path(str(markdown_path)), markdown(planned, told, checks))
    if as_json:
        answer_json(report_json(planned, told, checks))
    elif markdown_path == "-":
        for each in markdown(planned, told, checks).splitlines():
            answer(each)
    else:
        from ostiary.cli.plan_page import show_sections

        first = f"{planned.folder.path} against {planned.plan.target}: {summary(told)}"
        show_sections(first, sections(planned, told, checks))
    return _end(planned, told, checks, out)


def planned_of(loaded: Any, target: Any, now: datetime) -> Planned:
    """Make the plan; what cannot be used in the folder is told with everything that is wrong."""
    from ostiary.cli.tenants import refusal_lines
    from ostiary.policycode.planning import FolderRefused, make_plan

    try:
        return make_plan(loaded, target, made=now.isoformat(timespec="seconds"))
    except FolderRefused as error:
        for each in error.refused:
            for line in refusal_lines(each):
                note(line)
        raise


def _checked(
    planned: Planned, now: datetime, logs: tuple[str, ...], *, allow_unknown: bool
) -> Checks:
    from ostiary.cli.progress import progress
    from ostiary.cli.tenants import warning_line
    from ostiary.policycode.checking import Asked, run_checks

    known = {each.message for each in planned.before.parts.warnings}
    new = (each for each in planned.after.parts.warnings if each.message not in known)
    notes(map(warning_line, new))
    asked = Asked(now, logs, allow_unknown)
    with progress("Deciding") as tell:
        return run_checks(planned, asked, tell)


def _end(planned: Planned, told: tuple[Told, ...], checks: Checks, out: Path | None) -> int:
    if checks.refusals:
        for each in checks.refusals:
            note(f"refused: {each}")
        if out is not None:
            note(f"{out}: not written, since the plan is refused")
        return REFUSED
    if out is not None:
        from ostiary.analysis.output import write_text

        write_text(out, json.dumps(planned.plan.to_json(), indent=2, ensure_ascii=False) + "\n")
        note(f"{out}: written; `ostiary apply {out}` carries it out")
    return CHANGES if told else DONE
