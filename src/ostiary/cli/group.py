"""`ostiary group`: the groups of a server, and who is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ostiary.cli import options
from ostiary.cli.exits import DONE
from ostiary.cli.hosted import guarded_command, opened_host, override_option, reason_of
from ostiary.cli.output import answer, answer_json

if TYPE_CHECKING:
    from ostiary.directory.documents import Stored


@click.group("group")
def command() -> None:
    """List, show, add and delete groups, and change who is in them; takes --json."""


@command.command("list")
@options.data
@options.as_json
def list_command(*, data: str, as_json: bool) -> int:
    """List the groups."""
    with opened_host(data) as host:
        found = [
            (each, len(host.store.groups.members(each.id))) for each in host.store.groups.all()
        ]
    if as_json:
        answer_json({"groups": [{**_summary(each), "members": count} for each, count in found]})
        return DONE
    from ostiary.cli.tables import Row, console, print_rows

    if not found:
        answer("There are no groups.")
        return DONE
    rows = (
        Row(str(each.document.get("displayName")), (str(count),), (each.id,))
        for each, count in found
    )
    print_rows(console(), ("Group", "Members", "Id"), rows)
    return DONE


@command.command("show")
@click.argument("group")
@options.data
@options.as_json
def show_command(group: str, *, data: str, as_json: bool) -> int:
    """Show a group, by name or id, with its direct members."""
    with opened_host(data) as host:
        from ostiary.serving.naming import one_group

        found, store = one_group(host.store, group), host.store
        members = [
            _member(store.users.get(each) or store.groups.get(each), each)
            for each in store.groups.members(found.id)
        ]
    if as_json:
        answer_json({**_summary(found), "members": members})
        return DONE
    answer(f"{found.document.get('displayName')} ({found.id})")
    for each in members:
        answer(f"  {each['name']} ({each['id']})")
    return DONE


@command.command("add")
@click.argument("name")
@click.option("--description", metavar="TEXT", help="What it is for.")
@options.data
@options.as_json
@guarded_command
def add_command(name: str, *, description: str | None, data: str, as_json: bool) -> int:
    """Add an empty security group."""
    with opened_host(data) as host:
        from ostiary.administration.groups import create_group

        document: dict[str, Any] = {
            "displayName": name,
            "mailEnabled": False,
            "mailNickname": name.replace(" ", "")[:64],
            "securityEnabled": True,
            "groupTypes": [],
            "createdDateTime": f"{host.store.means.clock.now():%Y-%m-%dT%H:%M:%SZ}",
            **({"description": description} if description else {}),
        }
        made = create_group(host.store, host.snapshots, document, by=host.by)
    _tell(made, "added", as_json=as_json)
    return DONE


@command.command("delete")
@click.argument("group")
@override_option
@options.data
@options.as_json
@guarded_command
def delete_command(group: str, *, override: str | None, data: str, as_json: bool) -> int:
    """Delete a group, and the roles that it held, at once and for good."""
    with opened_host(data) as host:
        from ostiary.administration.groups import delete_group
        from ostiary.serving.naming import one_group

        found = one_group(host.store, group)
        delete_group(host.store, host.snapshots, found.id, by=host.by, override=reason_of(override))
    _tell(found, "deleted", as_json=as_json)
    return DONE


@command.command("add-member")
@click.argument("group")
@click.argument("users", nargs=-1, required=True, metavar="USER...")
@override_option
@options.data
@options.as_json
@guarded_command
def add_member_command(
    group: str, users: tuple[str, ...], *, override: str | None, data: str, as_json: bool
) -> int:
    """Add users, by sign-in name or id, to a group: all of them or none."""
    with opened_host(data) as host:
        from ostiary.administration.groups import add_members
        from ostiary.serving.naming import one_group, one_user

        found = one_group(host.store, group)
        members = [one_user(host.store, each).id for each in users]
        add_members(
            host.store,
            host.snapshots,
            found.id,
            members,
            by=host.by,
            override=reason_of(override),
        )
    _tell(found, "has " + ", ".join(users) + " in it", as_json=as_json)
    return DONE


@command.command("remove-member")
@click.argument("group")
@click.argument("user")
@override_option
@options.data
@options.as_json
@guarded_command
def remove_member_command(
    group: str, user: str, *, override: str | None, data: str, as_json: bool
) -> int:
    """Take a user out of a group."""
    with opened_host(data) as host:
        from ostiary.administration.groups import remove_member
        from ostiary.serving.naming import one_group, one_user

        found = one_group(host.store, group)
        remove_member(
            host.store,
            host.snapshots,
            found.id,
            one_user(host.store, user).id,
            by=host.by,
            override=reason_of(override),
        )
    _tell(found, f"has {user} in it no more", as_json=as_json)
    return DONE


def _summary(group: Stored) -> dict[str, Any]:
    return {
        "id": group.id,
        "displayName": group.document.get("displayName"),
        "description": group.document.get("description"),
        "isAssignableToRole": group.document.get("isAssignableToRole") is True,
    }


def _member(found: Stored | None, object_id: str) -> dict[str, str]:
    if found is None:
        return {"id": object_id, "name": object_id}
    document = found.document
    name = document.get("userPrincipalName") or document.get("displayName")
    return {"id": object_id, "name": str(name or object_id)}


def _tell(group: Stored, what: str, *, as_json: bool) -> None:
    if as_json:
        answer_json(_summary(group))
    else:
        answer(f"{group.document.get('displayName')}: {what} ({group.id})")
