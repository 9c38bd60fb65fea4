"""`ostiary audit`: check the audit log of a store, with the server running or not."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ostiary.cli import options
from ostiary.cli.exits import DONE, NO
from ostiary.cli.extras import require_server
from ostiary.cli.output import answer, answer_json
from ostiary.model.errors import InputError

if TYPE_CHECKING:
    from ostiary.directory.audit_verify import Verification
    from ostiary.directory.checkpoints import Checkpoint


@click.group("audit")
def command() -> None:
    """Check the audit log: nothing was changed in it, or taken out of it; takes --json."""


@command.command("verify")
@options.data
@click.option(
    "--checkpoints",
    "files",
    multiple=True,
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False),
    help="Checkpoints that were kept elsewhere; they tell of a log that was cut or rewritten.",
)
@click.option("--key", metavar="HEX", help="The public key that must have signed every checkpoint.")
@options.as_json
def verify_command(*, data: str, files: tuple[str, ...], key: str | None, as_json: bool) -> int:
    """Check every row of the audit log. Exit code 1 if something is wrong."""
    require_server()
    from ostiary.directory.audit_verify import verify
    from ostiary.directory.store import open_existing

    exported = [each for file in files for each in _read(Path(file))]
    database = open_existing(data)
    try:
        with database.reading() as connection:
            found = verify(connection, exported, key=key)
    finally:
        database.close()
    if as_json:
        answer_json(_report(found))
    else:
        _show(found)
    return DONE if found.holds else NO


@command.command("trim")
@options.data
@click.option(
    "--older-than",
    "days",
    required=True,
    type=click.IntRange(min=1),
    metavar="DAYS",
    help="The age of the youngest row of a segment that is deleted.",
)
@options.as_json
def trim_command(*, data: str, days: int, as_json: bool) -> int:
    """Delete the oldest rows, in whole segments that end with a signed checkpoint.

    What is left still verifies, and a row of it says what was deleted, and by whom. With
    PostgreSQL, only the owner of the tables may.
    """
    require_server()
    from ostiary.directory.retention import forget_audit_rows
    from ostiary.serving.host import host_actor, opened_store

    with opened_store(data, os.environ) as store:
        before = store.means.clock.now() - timedelta(days=days)
        deleted = forget_audit_rows(store, before, by=host_actor())
    if as_json:
        answer_json({"deleted": deleted})
    else:
        answer(f"{deleted:,} rows were deleted" if deleted else "no segment is that old")
    return DONE


def _read(file: Path) -> list[Checkpoint]:
    from ostiary.directory.checkpoints import read_checkpoints

    try:
        return list(read_checkpoints(file.read_text(encoding="utf-8")))
    except (InputError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: {error}") from error


def _report(found: Verification) -> dict[str, Any]:
    return {
        "holds": found.holds,
        "rows": found.rows,
        "deleted": found.deleted,
        "head": found.head,
        "checkpoints": found.checkpoints,
        "findings": [{"seq": each.seq, "what": each.what} for each in found.findings],
    }


def _show(found: Verification) -> None:
    for each in found.findings:
        answer(f"row {each.seq}: {each.what}")
    checked = f"{found.rows} rows and {found.checkpoints} checkpoints"
    if found.deleted:
        checked += f", after {found.deleted} rows that were deleted for their age"
    if found.holds:
        answer(f"{checked}: nothing was changed; the last row is {found.head[:16]}…")
    else:
        answer(f"{checked}: the log is not as it was written")
