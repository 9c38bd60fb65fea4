"""`ostiary config`: the settings of the server, checked and shown with where they come from."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ostiary.cli import options
from ostiary.cli.exits import BAD_INPUT, DONE
from ostiary.cli.extras import require_server
from ostiary.cli.output import answer, answer_json, complain, note

if TYPE_CHECKING:
    from ostiary.serving.settings_reading import ReadSettings, Wrong


@click.group("config")
def command() -> None:
    """Check the settings of the server; takes --json."""


@command.command("check")
@options.config
@options.data
@options.as_json
def check_command(*, config: str | None, data: str, as_json: bool) -> int:
    """Check ostiary.toml and the OSTIARY_ variables, and show every value that is in force.

    Everything that is wrong is told at once. Secrets are not shown.
    """
    require_server()
    from ostiary.serving.settings_checking import checked

    found = checked(
        config=Path(config) if config else None,
        folder=None if "://" in data else Path(data),
        environment=os.environ,
    )
    if as_json:
        answer_json(_report(found.read, found.wrong))
    elif found.read is not None:
        _show(found.read)
    for each in found.wrong:
        complain(str(each))
    return BAD_INPUT if found.wrong else DONE


def _report(read: ReadSettings | None, wrong: tuple[Wrong, ...]) -> dict[str, Any]:
    errors = [
        {"where": each.where, "setting": each.name, "message": each.message, "hint": each.hint}
        for each in wrong
    ]
    if read is None:
        return {"good": False, "errors": errors}
    return {
        "good": not wrong,
        "file": str(read.file) if read.file else None,
        "settings": _values(read),
        "warnings": list(read.warnings),
        "errors": errors,
    }


def _values(read: ReadSettings) -> list[dict[str, Any]]:
    from ostiary.serving.settings import declared, value_of

    rows: list[dict[str, Any]] = []
    for each in declared():
        value = value_of(read.settings, each.name)
        plain = str(value) if isinstance(value, Path) else value
        rows.append(
            {
                "name": each.name,
                "value": None if each.kind.secret else plain,
                "secret": each.kind.secret,
                "isSet": read.origins[each.name] != "default",
                "origin": read.origins[each.name],
            }
        )
    return rows


def _show(read: ReadSettings) -> None:
    from ostiary.cli.tables import Row, console, print_rows
    from ostiary.serving.declaring import shown
    from ostiary.serving.settings import declared, value_of

    for each in read.warnings:
        note(f"warning: {each}")
    rows = (
        Row(
            each.name,
            (shown(each, value_of(read.settings, each.name)),),
            (read.origins[each.name],),
        )
        for each in declared()
    )
    print_rows(console(), ("Setting", "Value", "From"), rows)
    answer(f"Read from {read.file}." if read.file else "There is no ostiary.toml.")
