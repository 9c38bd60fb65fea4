"""What is kept of users, groups and applications that are deleted, for 30 days."""

from __future__ import annotations

from typing import Any, Final

from ostiary.directory.documents import Stored
from ostiary.directory.protocols import Actor
from ostiary.directory.store import Aggregates

USERS: Final = "users"
GROUPS: Final = "groups"
APPLICATIONS: Final = "applications"
PRINCIPALS: Final = "servicePrincipals"
MEMBER_OF: Final = "@ostiary.memberOf"
"""The groups that a deleted object was in, by id."""


def keep_user(work: Aggregates, user_id: str, *, by: Actor) -> None:
    """Keep a user who is being deleted. Raises NoSuchObject."""
    found = work.users.need(user_id)
    work.deleted.keep(USERS, found.id, _with_groups(work, found), by=by)


def keep_group(work: Aggregates, group_id: str, *, by: Actor) -> None:
    """Keep a group that is being deleted, with its members. Raises NoSuchObject."""
    found = work.groups.need(group_id)
    document = {**_with_groups(work, found), "members": work.groups.members(found.id)}
    work.deleted.keep(GROUPS, found.id, document, by=by)


def keep_application(work: Aggregates, found: Stored, *, by: Actor) -> None:
    """Keep an application that is being deleted."""
    work.deleted.keep(APPLICATIONS, found.id, found.document, by=by)


def keep_principal(work: Aggregates, found: Stored, *, by: Actor) -> None:
    """Keep a service principal that is being deleted."""
    work.deleted.keep(PRINCIPALS, found.id, _with_groups(work, found), by=by)


def _with_groups(work: Aggregates, found: Stored) -> dict[str, Any]:
    return {**found.document, MEMBER_OF: work.groups.groups_of(found.id)}
