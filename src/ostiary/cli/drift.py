"""`ostiary drift`: where a tenant has left its folder of policies; made for a schedule."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click

from ostiary.cli import options
from ostiary.cli.code_targets import target_at, target_options
from ostiary.cli.exits import CHANGES, DONE
from ostiary.cli.output import answer_json
from ostiary.cli.plan import planned_of


@click.command("drift", epilog="Exit codes: 0 no drift, 2 drift, 1 bad input.")
@click.argument("folder", metavar="FOLDER")
@target_options
@options.as_json
def command(*, folder: str, as_json: bool, **which: Any) -> int:
    """Tell what somebody has changed in a tenant beside its folder of policies.

    Objects that differ, are missing, or are not in the folder; exclusions that the folder does not
    name. Nothing is changed.
    """
    from ostiary.policycode.folder import load_folder
    from ostiary.policycode.reporting import beside, differences, report_json
    from ostiary.policycode.telling import told_from_the_target

    planned = planned_of(load_folder(folder), target_at(**which), datetime.now(UTC))
    told = told_from_the_target(planned)
    drifted = bool(told or planned.kept or planned.unmanaged)
    if as_json:
        report = report_json(planned, told, None)
        left_out = {"plan", "digest", "checks", "refused"}
        answer_json(
            {"drift": drifted} | {name: e for name, e in report.items() if name not in left_out}
        )
    else:
        from ostiary.cli.plan_page import show_sections

        said = "has left the folder" if drifted else "is what the folder says"
        show_sections(f"{planned.plan.target} {said}.", (*differences(told), *beside(planned)))
    return CHANGES if drifted else DONE
