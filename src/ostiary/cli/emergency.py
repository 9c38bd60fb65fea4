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
from ostiary.cli.hosted import guarded_command, opened_host, override_option, reason_of
from ostiary.cli.output import answer, answer_json, note
from ostiary.model.errors import InputError

if TYPE_CHECKING:
    from ostiary.administration.emergency_standing import EmergencyAccount, EmergencyPage


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
    from ostiary.administration.emergency_standing import emergency_page
    from ostiary.directory.snapshot import Snapshots
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
    from ostiary.administration.emergency_standing import one_account
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


@command.command("declare")
@click.argument("name")
@options.data
@options.as_json
@guarded_command
def declare_command(name: str, *, data: str, as_json: bool) -> int:
    """Declare a user (sign-in name or id) or a group (name or id) to be for emergencies.

    The lockout guard keeps a way in for it from now on, and templates leave it out.
    """
    return _declared(name, data, None, present=True, as_json=as_json)


@command.command("withdraw")
@click.argument("name")
@override_option
@options.data
@options.as_json
@guarded_command
def withdraw_command(name: str, *, override: str | None, data: str, as_json: bool) -> int:
    """Declare an account to be for emergencies no more."""
    return _declared(name, data, override, present=False, as_json=as_json)


def _declared(name: str, data: str, override: str | None, *, present: bool, as_json: bool) -> int:
    with opened_host(data) as host:
        from ostiary.administration.emergency_accounts import declare, declared
        from ostiary.serving.naming import one_group, one_user

        store = host.store
        user = store.users.get(name) or store.users.by_name(name)
        group = None if user or "@" in name else one_group(store, name)
        found = user or group or one_user(store, name)
        before = list(declared(store))
        if present == (found.id in {each.casefold() for each in before}):
            state = "already" if present else "not"
            raise InputError(f"`{name}` is {state} declared as an emergency access account")
        others = [each for each in before if each.casefold() != found.id]
        after = declare(
            store,
            host.snapshots,
            [*others, found.id] if present else others,
            by=host.by,
            override=reason_of(override),
        )
    if as_json:
        answer_json({"emergencyAccess": list(after)})
    else:
        answer(f"{name}: {'declared' if present else 'withdrawn'}; {len(after)} declared in all")
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
