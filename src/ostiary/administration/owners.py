"""Who owns an application, a service principal, a group or a device: the one way to change it.

Owning is told, and gives no rights here (docs/decisions/0030-graph-resources.md).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ostiary.directory.documents import Documents, Stored
from ostiary.directory.errors import NoSuchObject, ObjectExists
from ostiary.directory.protocols import Actor
from ostiary.directory.store import Aggregates, Store
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject, as_strings

OWNERS: Final = "owners"
"""The member of a document that names owners by id; devices have others."""
MOST_OWNERS: Final = 100


def owners_of(document: JsonObject, member: str = OWNERS) -> tuple[str, ...]:
    """Give the ids of the owners."""
    return as_strings(document.get(member))


def add_owner(
    store: Store,
    kind: Callable[[Aggregates], Documents],
    object_id: str,
    owner_id: str,
    *,
    by: Actor,
    member: str = OWNERS,
) -> None:
    """Let a user or service principal own an object.

    Raises NoSuchObject, ObjectExists where it does already, InputError.
    """
    with store.transaction() as work:
        found = kind(work).need(object_id)
        owner = _possible_owner(work, owner_id)
        known = owners_of(found.document, member)
        if owner.id in known:
            raise ObjectExists("one or more added object references already exist")
        if len(known) >= MOST_OWNERS:
            raise InputError(f"expected at most {MOST_OWNERS} owners")
        kind(work).modify(found.id, {member: [*known, owner.id]}, by=by)


def remove_owner(
    store: Store,
    kind: Callable[[Aggregates], Documents],
    object_id: str,
    owner_id: str,
    *,
    by: Actor,
    member: str = OWNERS,
) -> None:
    """Let somebody own an object no longer. Raises NoSuchObject."""
    with store.transaction() as work:
        found = kind(work).need(object_id)
        known = owners_of(found.document, member)
        owner = owner_id.casefold()
        if owner not in known:
            raise NoSuchObject(f"`{owner_id[:60]}` is no owner")
        left = [each for each in known if each != owner]
        kind(work).modify(found.id, {member: left}, by=by)


def _possible_owner(work: Aggregates, owner_id: str) -> Stored:
    found = work.users.get(owner_id) or work.principals.get(owner_id)
    if found is None:
        raise NoSuchObject(f"there is no user or service principal `{owner_id[:60]}`")
    return found
