"""Users: members and guests, found by id or by the name they sign in with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from ostiary.directory import tables_objects as tables
from ostiary.directory.audit import Entry, Target
from ostiary.directory.documents import Documents, Stored, note_removed, stored
from ostiary.directory.endings import end_sign_ins_of, forget, lock_user
from ostiary.directory.errors import SignInsEnded
from ostiary.directory.json_documents import folded, optional_key, storable
from ostiary.directory.protocols import Actor
from ostiary.directory.tables_sessions import passwords
from ostiary.directory.unit import Change
from ostiary.model.json_types import JsonObject

DISABLED = "accountDisabled"
DELETED = "accountDeleted"
REVOKED = "sessionsRevoked"
"""Why a session ended, as sessions and families keep it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a user may hold tokens; those issued before `sessions_valid_from` are void.

    Those issued before `password_changed` are void where they came of a password.
    """

    enabled: bool
    sessions_valid_from: datetime | None
    password_changed: datetime | None = None


class Users(Documents):
    """Users of the tenant. Disabling or deleting one ends everything that he is signed in to."""

    table = tables.users
    collection = "users"
    kind = "user"
    category = "UserManagement"

    def keys(self, document: JsonObject) -> Mapping[str, Any]:
        """Give sign-in name, display name, and whether the account is enabled."""
        return {
            "principal_name": optional_key(document, "userPrincipalName"),
            "display_name": optional_key(document, "displayName"),
            "enabled": int(document.get("accountEnabled") is not False),
        }

    def by_name(self, principal_name: str) -> Stored | None:
        """Give the user with this userPrincipalName, None where there is none; case is ignored."""
        key = principal_name.strip().casefold()
        if not key or not storable(key):
            return None
        query = select(self.table).where(self.table.c.principal_name == key)
        with self._unit.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else stored(row)

    def search(self, begins: str, *, after: str = "", limit: int = 100) -> list[Stored]:
        """Give users whose display name or sign-in name begins so, by id, from behind one."""
        key = folded(begins)
        names = (self.table.c.display_name, self.table.c.principal_name)
        found = [(name >= key) & (name < key + "\U0010ffff") for name in names]
        query = (
            select(self.table)
            .where((found[0] | found[1]) & (self.table.c.id > after))
            .order_by(self.table.c.id)
            .limit(limit)
        )
        with self._unit.reading() as connection:
            return [stored(row) for row in connection.execute(query)]

    def standing(self, user_id: str) -> Standing | None:
        """Tell whether a user may hold tokens, read afresh each time; None: there is no such user.

        What continuous access evaluation asks before every answer.
        """
        with self._unit.reading() as connection:
            return _standing(connection, user_id)

    def require_standing(self, user_id: str, known: Standing) -> None:
        """Refuse to begin anything for a user whose sign-ins were ended since he was read.

        Asked in the transaction that begins it: what ends sign-ins waits for that, and then ends it
        too. Raises SignInsEnded.
        """
        with self._unit.writing() as connection:
            lock_user(connection, user_id, shared=True)
            now = _standing(connection, user_id)
        if now != known:
            raise SignInsEnded("the sign-ins of the user were ended meanwhile")

    def revoke_sessions(self, user_id: str, *, by: Actor) -> None:
        """End all sessions and refresh tokens of a user (Graph's revokeSignInSessions).

        Raises NoSuchObject.
        """
        with self._unit.recording(by) as change:
            about = self._current(change.connection, folded(user_id), None)
            self._end(change, about.id, REVOKED)
            target = Target(self.kind, about.id, str(about.document.get("displayName") or ""))
            change.record(Entry("Revoke sign-in sessions", self.category, target))

    def _after(self, change: Change, new: Stored | None, old: Stored | None) -> None:
        if new is None and old is not None:
            self._removed(change, old)
        elif new is not None and new.document.get("accountEnabled") is False:
            self._end(change, new.id, DISABLED)

    def _end(self, change: Change, user_id: str, why: str) -> None:
        users = tables.users
        change.connection.execute(
            update(users).where(users.c.id == user_id).values(sessions_valid_from=change.at)
        )
        end_sign_ins_of(change.connection, user_id, change.at, why)

    def _removed(self, change: Change, user: Stored) -> None:
        """Take the user out of groups and roles, and forget his factors."""
        connection = change.connection
        end_sign_ins_of(connection, user.id, change.at, DELETED)
        forget(connection, [user.id])
        forget_memberships(change, user.id)
        connection.execute(delete(tables.registrations).where(tables.registrations.c.id == user.id))
        note_removed(change, "userRegistrationDetails", user.id)


def _standing(connection: Connection, user_id: str) -> Standing | None:
    users = tables.users
    query = (
        select(users.c.enabled, users.c.sessions_valid_from, passwords.c.changed)
        .join_from(users, passwords, passwords.c.user_id == users.c.id, isouter=True)
        .where(users.c.id == user_id)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return Standing(bool(row.enabled), row.sessions_valid_from, row.changed)


def forget_memberships(change: Change, principal_id: str) -> None:
    """Take somebody who is deleted out of every group and role."""
    members, roles, groups = tables.group_members, tables.role_assignments, tables.groups
    connection = change.connection
    of_principal = select(members.c.group_id).where(members.c.member_id == principal_id)
    connection.execute(
        update(groups).where(groups.c.id.in_(of_principal)).values(revision=change.revision)
    )
    connection.execute(delete(members).where(members.c.member_id == principal_id))
    held = select(roles.c.id).where(roles.c.principal_id == principal_id)
    for role in connection.execute(held).scalars().all():
        connection.execute(delete(roles).where(roles.c.id == role))
        note_removed(change, "roleAssignments", role)
