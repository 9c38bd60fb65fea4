"""`ostiary log`: sign-in logs into the fast form, invented ones, and that of a server."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from ostiary.cli import options
from ostiary.cli.exits import DONE
from ostiary.cli.extras import require_analysis
from ostiary.cli.log_served import export_command, search_command
from ostiary.cli.output import answer, answer_json, note, notes

if TYPE_CHECKING:
    from ostiary.analysis.log_reading import LogSource

out = click.option(
    "--out",
    required=True,
    metavar="FILE.parquet",
    type=click.Path(dir_okay=False),
    help="The file to write; what was there is replaced once all went well.",
)


@click.group("log")
def command() -> None:
    """Read sign-in logs, generate one, or look through a server's; all take --json."""


command.add_command(search_command)
command.add_command(export_command)


@command.command("convert")
@click.argument("logs", metavar="LOG…", nargs=-1, required=True)
@out
@options.as_json
def convert(*, logs: tuple[str, ...], out: str, as_json: bool) -> int:
    """Read sign-in logs of any shape and write them as one Parquet file of a fixed schema.

    LOG is a file, a folder or a pattern: JSON of Microsoft Graph or Azure Monitor, CSV of Log
    Analytics, Parquet of these; plain or gzip. Files that hold no sign-ins are named and left out.
    """
    require_analysis()
    from ostiary.analysis.log_fast_form import write_fast_form
    from ostiary.analysis.log_reading import read_logs
    from ostiary.cli.progress import progress

    with progress("Reading") as told:
        source = read_logs(
            logs, progress=lambda done, total, rows: told(done / max(1, total), rows)
        )
        write_fast_form(source, out)
    if as_json:
        answer_json({"out": out} | _told(source))
    else:
        _tell(source, out)
    return DONE


@command.command("generate")
@options.tenant
@click.option("--rows", required=True, type=click.IntRange(min=1), help="How many sign-ins.")
@click.option("--seed", required=True, type=click.IntRange(min=0), help="Same seed, same log.")
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, 3660))
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day after the last one, in UTC.  [default: 2026-07-01]",
)
@out
@options.as_json
def generate(
    *,
    tenant_path: str,
    rows: int,
    seed: int,
    days: int,
    until: datetime | None,
    out: str,
    as_json: bool,
) -> int:
    """Write an invented sign-in log of a tenant's users, applications and offices.

    What the export lacks is invented from the seed: people, devices, homes and travel, background
    requests, programs, attackers.
    """
    require_analysis()
    from ostiary.analysis.log_generate import UNTIL
    from ostiary.analysis.log_generate import generate as write_log
    from ostiary.cli.progress import progress
    from ostiary.cli.tenants import tenant_at

    directory = tenant_at(tenant_path, strict=False).parts.directory
    with progress("Generating") as told:
        written = write_log(
            directory,
            rows,
            seed,
            days,
            out,
            until=_day(until) or UNTIL,
            progress=lambda done: told(done / rows, done),
        )
    if as_json:
        answer_json({"out": out, "rows": written, "seed": seed, "days": days})
    else:
        answer(f"{written:,} sign-ins written to {out}")
    return DONE


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _told(source: LogSource) -> dict[str, Any]:
    """Give what `--json` says of a log that was read."""
    return {
        "rows": {
            "read": source.rows_read,
            "unreadable": source.unreadable_rows,
            "byCategory": dict(sorted(source.by_category.items())),
        },
        "unreadable": [
            {"path": each.path, "line": each.line, "why": each.why} for each in source.unreadable
        ],
        "skippedFiles": [{"path": each.path, "why": each.why} for each in source.skipped],
        "otherRecords": dict(source.foreign),
        "missingColumns": list(source.missing_columns),
        "notUnderstood": [
            {"column": column, "text": text, "rows": rows}
            for (column, text), rows in source.not_understood.most_common(100)
        ],
    }


def _tell(source: LogSource, out: str) -> None:
    notes(source.notes)
    for each in source.unreadable:
        note(f"unreadable: {each}")
    if source.unreadable_rows > len(source.unreadable):
        note(f"… and {source.unreadable_rows - len(source.unreadable)} more")
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(source.by_category.items()))
    answer(f"{source.rows_read:,} sign-ins written to {out} ({kinds})")
    if source.unreadable_rows:
        answer(f"{source.unreadable_rows:,} records could not be read")
    if source.missing_columns:
        answer(f"not recorded in any row: {', '.join(source.missing_columns)}")
