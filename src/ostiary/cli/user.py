"""`ostiary user`: the users of a server, listed, shown, changed and let in anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ostiary.cli import options
from ostiary.cli.exits import DONE
from ostiary.cli.hosted import guarded_command, opened_host, override_option, reason_of
from ostiary.cli.output import answer, answer_json, note
from ostiary.cli.user_secrets import (
    access_pass_command,
    add_command,
    reset_methods_command,
    reset_password_command,
)

if TYPE_CHECKING:
    from ostiary.cli.hosted import Host
    from ostiary.directory.documents import Stored


@click.group("user")
def command() -> None:
    """List, show, add and change users, by sign-in name or id; takes --json."""


@command.command("list")
@click.option("--search", metavar="TEXT", help="Those whose display or sign-in name begins so.")
@click.option(
    "--limit", type=click.IntRange(1, 100_000), default=100, show_default=True, help="How many."
)
@options.data
@options.as_json
def list_command(*, search: str | None, limit: int, data: str, as_json: bool) -> int:
    """List users."""
    with opened_host(data) as host:
        users = host.store.users
        found = users.search(search, limit=limit + 1) if search else users.page(limit=limit + 1)
    shown = found[:limit]
    if as_json:
        answer_json({"users": [_summary(each) for each in shown], "more": len(found) > limit})
        return DONE
    from ostiary.cli.tables import Row, console, print_rows

    if not shown:
        answer("There are no such users." if search else "There are no users.")
        return DONE
    rows = (
        Row(
            str(each.document.get("userPrincipalName")),
            (_state(each), each.id),
            (str(each.document.get("displayName") or ""),),
        )
        for each in shown
    )
    print_rows(console(), ("Sign-in name", "State", "Id", "Name"), rows)
    if len(found) > limit:
        note(f"There are more: these are the first {limit}; --search and --limit show others.")
    return DONE


@command.command("show")
@click.argument("user")
@options.data
@options.as_json
def show_command(user: str, *, data: str, as_json: bool) -> int:
    """Show a user: state, roles, groups, methods, and policies that leave him out for a while."""
    with opened_host(data) as host:
        from ostiary.serving.naming import one_user

        shown = _whole(host, one_user(host.store, user))
    if as_json:
        answer_json(shown)
        return DONE
    answer(f"{shown['userPrincipalName']} ({shown['displayName']}), {shown['id']}")
    answer(f"  Account: {'enabled' if shown['accountEnabled'] else 'disabled'}")
    for head, member in (("Roles", "roles"), ("Groups", "groups"), ("Methods", "methods")):
        names = [str(each.get("displayName") or each.get("kind")) for each in shown[member]]
        answer(f"  {head}: {', '.join(names) or 'none'}")
    for each in shown["temporaryExclusions"]:
        answer(f"  Excluded until {each['endDateTime']}: {each['displayName']}")
    return DONE


@command.command("disable")
@click.argument("user")
@override_option
@options.data
@options.as_json
@guarded_command
def disable_command(user: str, *, override: str | None, data: str, as_json: bool) -> int:
    """Disable a user; everything that he is signed in to ends at once."""
    return _enabled(user, override, data, enabled=False, as_json=as_json)


@command.command("enable")
@click.argument("user")
@override_option
@options.data
@options.as_json
@guarded_command
def enable_command(user: str, *, override: str | None, data: str, as_json: bool) -> int:
    """Enable a user."""
    return _enabled(user, override, data, enabled=True, as_json=as_json)


@command.command("revoke")
@click.argument("user")
@options.data
@options.as_json
def revoke_command(user: str, *, data: str, as_json: bool) -> int:
    """End all sessions and refresh tokens of a user: he signs in again everywhere."""
    with opened_host(data) as host:
        from ostiary.administration.people import revoke_sessions
        from ostiary.serving.naming import one_user

        found = one_user(host.store, user)
        revoke_sessions(host.store, found.id, by=host.by)
    _tell(found, "signed out everywhere", as_json=as_json)
    return DONE


@command.command("delete")
@click.argument("user")
@override_option
@options.data
@options.as_json
@guarded_command
def delete_command(user: str, *, override: str | None, data: str, as_json: bool) -> int:
    """Delete a user, his methods, memberships and roles, at once and for good."""
    with opened_host(data) as host:
        from ostiary.administration.people import delete_user
        from ostiary.serving.naming import one_user

        found = one_user(host.store, user)
        delete_user(host.store, host.snapshots, found.id, by=host.by, override=reason_of(override))
    _tell(found, "deleted", as_json=as_json)
    return DONE


for _each in (
    add_command,
    reset_password_command,
    reset_methods_command,
    access_pass_command,
):
    command.add_command(_each)


def _enabled(user: str, override: str | None, data: str, *, enabled: bool, as_json: bool) -> int:
    with opened_host(data) as host:
        from ostiary.administration.people import change_user
        from ostiary.serving.naming import one_user

        found = change_user(
            host.store,
            host.snapshots,
            one_user(host.store, user).id,
            {"accountEnabled": enabled},
            by=host.by,
            override=reason_of(override),
        )
    _tell(found, "enabled" if enabled else "disabled", as_json=as_json)
    return DONE


def _whole(host: Host, user: Stored) -> dict[str, Any]:
    from ostiary.tenant.catalogue import BUILT_IN

    store = host.store
    groups = (store.groups.get(each) for each in sorted(store.groups.all_groups_of(user.id)))
    roles = sorted(host.snapshots.current().roles.get(user.id, ()))
    return {
        **{name: value for name, value in user.document.items() if name != "passwordProfile"},
        **_summary(user),
        "roles": [{"id": each, "displayName": BUILT_IN.roles.get(each, each)} for each in roles],
        "groups": [
            {"id": each.id, "displayName": each.document.get("displayName")}
            for each in groups
            if each is not None
        ],
        "methods": [
            {"id": each.id, "kind": each.kind, "createdDateTime": each.created.isoformat()}
            for each in store.methods.of_user(user.id)
        ],
        "temporaryExclusions": [
            each.document
            for each in store.exclusions.standing()
            if str(each.document.get("userId")).casefold() == user.id
        ],
    }


def _summary(user: Stored) -> dict[str, Any]:
    return {
        "id": user.id,
        "userPrincipalName": user.document.get("userPrincipalName"),
        "displayName": user.document.get("displayName"),
        "userType": user.document.get("userType") or "Member",
        "accountEnabled": user.document.get("accountEnabled") is not False,
    }


def _state(user: Stored) -> str:
    return "Disabled" if user.document.get("accountEnabled") is False else "Enabled"


def _tell(user: Stored, what: str, *, as_json: bool) -> None:
    if as_json:
        answer_json(_summary(user))
    else:
        answer(f"{user.document.get('userPrincipalName') or user.id}: {what}")
