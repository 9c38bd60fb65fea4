"""`ostiary emergency`: the accounts for the day on which nobody else gets in, and their drills."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ostiary.cli import options
from ostiary.cli.exits import DONE, NO
from ostiary.cli.extras import require_server
from ostiary.cli.output import answer, answer_json, note

if TYPE_CHECKING:
    from ostiary.serving.emergency_page import EmergencyAccount, EmergencyPage


@click.group("emergency")
def command() -> None:
    """Look at the emergency access accounts, and drill their use; takes --json."""


@command.command("list")
@options.data
@options.config
@options.as_json
def list_command(*, data: str, config: str | None, as_json: bool) -> int:
    """List the accounts: methods, last sign-in, last drill, and policies that reach them.

    Exit code 1 if there is anything to warn of.
    """
    require_server()
    from ostiary.directory.snapshot import Snapshots
    from ostiary.serving.emergency_page import emergency_page
    from ostiary.serving.host import opened_store
    from ostiary.serving.settings_reading import read_settings

    settings = read_settings(
        config=Path(config) if config else None,
        folder=None if "://" in data else Path(data),
        environment=os.environ,
    ).settings.emergency_access
    with opened_store(data, os.environ) as store:
        page = emergency_page(
            store, Snapshots(store), settings.accounts, drill_days=settings.drill_days
        )
    if as_json:
        answer_json(_report(page))
    else:
        _show(page)
    return NO if page.warnings or any(each.warnings for each in page.accounts) else DONE


@command.command("drill")
@click.argument("name")
@options.data
@options.as_json
def drill_command(name: str, *, data: str, as_json: bool) -> int:
    """Declare a drill: whoever keeps the account signs in with it within an hour.

    NAME is a sign-in name or an id. The sign-in raises the alert, which says that it is a drill,
    and completes it; the audit log keeps both.
    """
    require_server()
    from ostiary.serving.emergency_page import one_account
    from ostiary.serving.host import host_actor, opened_store
    from ostiary.signin.emergency import begin_drill

    with opened_store(data, os.environ) as store:
        account = one_account(store, name)
        until = begin_drill(store, account, by=host_actor())
    if as_json:
        answer_json(
            {"id": account.id, "userPrincipalName": account.name, "until": until.isoformat()}
        )
    else:
        answer(f"Sign in as {account.name} before {until:%H:%M} UTC to complete the drill.")
    return DONE


def _report(page: EmergencyPage) -> dict[str, Any]:
    return {
        "accounts": [
            {
                "id": each.account.id,
                "userPrincipalName": each.account.name,
                "enabled": each.account.enabled,
                "methods": list(each.methods),
                "lastSignInDateTime": each.last_used.isoformat() if each.last_used else None,
                "lastDrillDateTime": each.last_drill.isoformat() if each.last_drill else None,
                "notExcludedFrom": list(each.not_excluded),
                "warnings": list(each.warnings),
            }
            for each in page.accounts
        ],
        "warnings": list(page.warnings),
    }


def _show(page: EmergencyPage) -> None:
    from ostiary.cli.tables import Row, console, print_rows

    if page.accounts:
        rows = (_row(Row, each) for each in page.accounts)
        heads = ("Account", "Methods", "Last sign-in", "Last drill", "Policies that reach it")
        print_rows(console(), heads, rows)
    else:
        answer("No emergency access account is declared.")
    for each in page.accounts:
        for warning in each.warnings:
            note(f"{each.account.name}: {warning}")
    for warning in page.warnings:
        note(warning)


def _row(row: Any, each: EmergencyAccount) -> Any:  # rich is imported only where it is used
    return row(
        each.account.name,
        (", ".join(each.methods) or "none", _moment(each.last_used), _moment(each.last_drill)),
        each.not_excluded or ("none",),
    )


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}Z" if at else "never"
