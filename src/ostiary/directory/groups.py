"""Groups, and who is in them: members stand in a table of their own, as there may be many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from ostiary.directory import tables_objects as tables
from ostiary.directory.audit import Entry, Target, modified_members
from ostiary.directory.documents import Documents, Stored, without
from ostiary.directory.errors import NoSuchObject, ObjectExists
from ostiary.directory.json_documents import folded, optional_key
from ostiary.directory.protocols import Actor
from ostiary.directory.unit import Change
from ostiary.directory.users import forget_memberships
from ostiary.model.json_types import JsonObject, as_strings

_members = tables.group_members


class Groups(Documents):
    """Groups of the tenant; documents are kept without `members`."""

    table = tables.groups
    collection = "groups"
    kind = "group"
    category = "GroupManagement"

    def keys(self, document: JsonObject) -> Mapping[str, Any]:
        """Give the display name."""
        return {"display_name": optional_key(document, "displayName")}

    def kept(self, document: JsonObject) -> JsonObject:
        """Give the document without its members."""
        return super().kept(without(document, "members"))

    def create(self, document: JsonObject, *, by: Actor, verb: str = "Add") -> Stored:
        """Add a group with the members that the document names by id. Raises ObjectExists."""
        members = as_strings(document.get("members"))
        kept = self.kept(document)
        with self._unit.changing(by) as change:
            made = self._insert(change, kept, members_known=1)
            add_members(change, made.id, members)
            shown = {**kept, "members": list(members)} if members else kept
            self._record(change, verb, made, modified_members({}, shown))
        return made

    def members(self, group_id: str) -> list[str]:
        """Give the ids of the direct members, in the order in which they were added."""
        query = (
            select(_members.c.member_id)
            .where(_members.c.group_id == folded(group_id))
            .order_by(_members.c.position)
        )
        with self._unit.reading() as connection:
            return list(connection.execute(query).scalars())

    def groups_of(self, member_id: str) -> list[str]:
        """Give the ids of the groups that have this direct member."""
        query = (
            select(_members.c.group_id)
            .where(_members.c.member_id == folded(member_id))
            .order_by(_members.c.group_id)
        )
        with self._unit.reading() as connection:
            return list(connection.execute(query).scalars())

    def all_groups_of(self, member_id: str) -> frozenset[str]:
        """Give the ids of the groups somebody is in, by other groups too."""
        found: set[str] = set()
        waiting = {folded(member_id)}
        while waiting:
            query = select(_members.c.group_id).where(_members.c.member_id.in_(waiting))
            with self._unit.reading() as connection:
                waiting = set(connection.execute(query).scalars()) - found
            found |= waiting
        return frozenset(found)

    def add_member(self, group_id: str, member_id: str, *, by: Actor) -> None:
        """Add a direct member. Raises NoSuchObject, ObjectExists where it is one already."""
        with self._unit.changing(by) as change:
            group = self._touch(change, group_id)
            try:
                add_members(change, group.id, [member_id])
            except IntegrityError as error:
                raise ObjectExists(f"`{member_id}` is a member of the group already") from error
            self._record_member(change, "Add member to group", group, member_id)

    def remove_member(self, group_id: str, member_id: str, *, by: Actor) -> None:
        """Take a direct member out. Raises NoSuchObject."""
        with self._unit.changing(by) as change:
            group = self._touch(change, group_id)
            row = (_members.c.group_id == group.id) & (_members.c.member_id == folded(member_id))
            if change.connection.execute(delete(_members).where(row)).rowcount == 0:
                raise NoSuchObject(f"`{member_id[:60]}` is no direct member of the group")
            self._record_member(change, "Remove member from group", group, member_id)

    def _touch(self, change: Change, group_id: str) -> Stored:
        """Note that the snapshot has to read the members again."""
        group = self._current(change.connection, folded(group_id), None)
        table = self.table
        change.connection.execute(
            update(table)
            .where(table.c.id == group.id)
            .values(revision=change.revision, modified=change.at, etag=change.means.etag())
        )
        return group

    def _record_member(self, change: Change, activity: str, group: Stored, member_id: str) -> None:
        target = Target(self.kind, group.id, str(group.document.get("displayName") or ""))
        detail = {"memberId": folded(member_id)}
        change.record(Entry(activity, self.category, target, detail=detail))

    def _after(self, change: Change, new: Stored | None, old: Stored | None) -> None:
        if new is None and old is not None:
            forget_memberships(change, old.id)


def add_members(change: Change, group_id: str, member_ids: Iterable[str]) -> None:
    """Add members to a group that the change has at hand; each id once."""
    keys = dict.fromkeys(map(folded, member_ids))
    if not keys:
        return
    last = change.connection.execute(
        select(func.max(_members.c.position)).where(_members.c.group_id == group_id)
    ).scalar_one()
    begin = 0 if last is None else last + 1
    rows = [
        {"group_id": group_id, "member_id": key, "position": begin + number}
        for number, key in enumerate(keys)
    ]
    change.connection.execute(insert(_members), rows)


def members_of(connection: Connection, group_ids: Sequence[str] | None) -> dict[str, list[str]]:
    """Give the members of some groups, or of all, by group."""
    query = select(_members.c.group_id, _members.c.member_id).order_by(
        _members.c.group_id, _members.c.position
    )
    if group_ids is not None:
        query = query.where(_members.c.group_id.in_(group_ids))
    found: dict[str, list[str]] = {}
    for group, member in connection.execute(query):
        found.setdefault(group, []).append(member)
    return found
