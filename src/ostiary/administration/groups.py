"""Changes of groups and of who is in them: the one way to make them.

A group may keep an emergency account out of a policy, or hold roles: so all of them are guarded,
and none may take the last Global Administrator his role (checklist AD07, BG04).
"""

from __future__ import annotations

from collections.abc import Sequence

from ostiary.administration.grants import forget_permissions
from ostiary.administration.guard import Override
from ostiary.administration.kept_deleted import keep_group
from ostiary.administration.people import keeping_an_administrator
from ostiary.directory.documents import Stored
from ostiary.directory.errors import NoSuchObject
from ostiary.directory.protocols import Actor
from ostiary.directory.snapshot import Snapshots
from ostiary.directory.store import Aggregates, Store
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject, as_strings


def create_group(
    store: Store,
    snapshots: Snapshots,
    document: JsonObject,
    *,
    by: Actor,
    override: Override | None = None,
) -> Stored:
    """Add a group with its first members. Raises NoSuchObject, InputError, LockedOut."""
    with keeping_an_administrator(store, snapshots, by=by, override=override) as work:
        members = as_strings(document.get("members"))
        _require_members(work, document, members)
        return work.groups.create(document, by=by)


def change_group(
    store: Store,
    snapshots: Snapshots,
    group_id: str,
    changes: JsonObject,
    *,
    added: Sequence[str] = (),
    by: Actor,
    expected: str | None = None,
    override: Override | None = None,
) -> None:
    """Give members of a group's document other values, and add people and objects to it.

    Raises as `add_members` does, and ObjectChanged.
    """
    with keeping_an_administrator(store, snapshots, by=by, override=override) as work:
        if changes or expected is not None:
            work.groups.modify(group_id, changes, by=by, expected=expected)
        _add(work, group_id, added, by)


def delete_group(
    store: Store,
    snapshots: Snapshots,
    group_id: str,
    *,
    by: Actor,
    expected: str | None = None,
    override: Override | None = None,
) -> None:
    """Remove a group, and the roles that it held. Raises NoSuchObject, ObjectChanged, LockedOut."""
    with keeping_an_administrator(store, snapshots, by=by, override=override) as work:
        keep_group(work, group_id, by=by)
        work.groups.delete(group_id, by=by, expected=expected)
        forget_permissions(work, group_id, by=by)


def add_members(
    store: Store,
    snapshots: Snapshots,
    group_id: str,
    member_ids: Sequence[str],
    *,
    by: Actor,
    override: Override | None = None,
) -> None:
    """Add direct members, all or none. Raises NoSuchObject, ObjectExists, InputError, LockedOut."""
    with keeping_an_administrator(store, snapshots, by=by, override=override) as work:
        _add(work, group_id, member_ids, by)


def remove_member(
    store: Store,
    snapshots: Snapshots,
    group_id: str,
    member_id: str,
    *,
    by: Actor,
    override: Override | None = None,
) -> None:
    """Take a direct member out. Raises NoSuchObject, LastAdministrator, LockedOut."""
    with keeping_an_administrator(store, snapshots, by=by, override=override) as work:
        work.groups.remove_member(group_id, member_id, by=by)


def _add(work: Aggregates, group_id: str, member_ids: Sequence[str], by: Actor) -> None:
    group = work.groups.need(group_id)
    _require_members(work, group.document, member_ids)
    for each in member_ids:
        if _holds(work, each, group.id):
            raise InputError("expected a member that does not hold the group itself")
        work.groups.add_member(group.id, each, by=by)


def _require_members(work: Aggregates, group: JsonObject, member_ids: Sequence[str]) -> None:
    """Refuse members that do not exist, and groups in a group that roles can be assigned to.

    Source: entra-docs role-based-access-control/groups-concept, no nested groups.
    """
    for each in member_ids:
        nested = work.groups.get(each) is not None
        if nested and group.get("isAssignableToRole") is True:
            raise InputError("a group that roles can be assigned to cannot have groups as members")
        known = (work.users, work.devices, work.principals)
        if not nested and not any(kind.get(each) is not None for kind in known):
            raise NoSuchObject(f"there is no object `{each[:60]}` that could be a member")


def _holds(work: Aggregates, member_id: str, group_id: str) -> bool:
    """Tell whether a member, were it added, would make the group a member of itself."""
    return member_id.casefold() in {group_id, *work.groups.all_groups_of(group_id)}
