"""Deleted policies, named locations and objects of the directory: restorable for 30 days.

Sources: entra-docs architecture/recover-from-deletions; api-reference policydeletableitem-list,
-restore, -delete.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, select

from ostiary.directory.audit import Entry, Target
from ostiary.directory.errors import NoSuchObject
from ostiary.directory.json_documents import from_text, storable, to_text
from ostiary.directory.protocols import SYSTEM, Actor
from ostiary.directory.tables_objects import deleted_items
from ostiary.directory.unit import Change, Unit
from ostiary.model.json_types import JsonObject

KEPT_FOR: Final = timedelta(days=30)
_KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "conditionalAccessPolicies": ("conditional access policy", "Policy"),
    "namedLocations": ("named location", "Policy"),
    "users": ("user", "UserManagement"),
    "groups": ("group", "GroupManagement"),
    "applications": ("application", "ApplicationManagement"),
    "servicePrincipals": ("service principal", "ApplicationManagement"),
}
"""What an object of a collection is called, and the category of its rows in the audit log."""


@dataclass(frozen=True, slots=True)
class DeletedItem:
    """An object as it was when it was deleted; `collection` as in a tenant document."""

    collection: str
    id: str
    deleted: datetime
    document: JsonObject


class Deleted:
    """What was deleted in the last 30 days. It gets in when it is deleted, out when restored."""

    def __init__(self, unit: Unit) -> None:
        """Work through a unit of work."""
        self._unit = unit

    def all(self, collection: str) -> list[DeletedItem]:
        """Give what was deleted of a collection, the latest first."""
        query = (
            select(deleted_items)
            .where((deleted_items.c.collection == collection) & self._standing())
            .order_by(deleted_items.c.deleted.desc(), deleted_items.c.id)
        )
        with self._unit.reading() as connection:
            return [_read(row) for row in connection.execute(query)]

    def need(self, collection: str, object_id: str) -> DeletedItem:
        """Give one object. Raises NoSuchObject."""
        found = self.get(collection, object_id)
        if found is None:
            raise NoSuchObject(f"there is no deleted {_KINDS[collection][0]} `{object_id[:60]}`")
        return found

    def get(self, collection: str, object_id: str) -> DeletedItem | None:
        """Give one object, None where there is none."""
        key = object_id.strip().casefold()
        if not storable(key):
            return None
        query = select(deleted_items).where(_is(collection, key) & self._standing())
        with self._unit.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _read(row)

    def keep(self, collection: str, object_id: str, document: JsonObject, *, by: Actor) -> None:
        """Keep an object that is being deleted in the same transaction, whose row tells of it."""
        with self._unit.recording(by) as change:
            hold(change, collection, object_id, document)

    def let_go(self, collection: str, object_id: str, *, by: Actor) -> None:
        """Forget an object that came back in the same transaction."""
        with self._unit.recording(by) as change:
            let_go(change, collection, object_id)

    def purge(self, collection: str, object_id: str, *, by: Actor) -> None:
        """Delete an object for good. Raises NoSuchObject."""
        with self._unit.recording(by) as change:
            found = Deleted(self._unit.within(change.connection)).need(collection, object_id)
            _purge(change, found)

    def forget_expired(self) -> int:
        """Delete for good what was deleted 30 days ago; gives how much that was."""
        old = select(deleted_items).where(~self._standing())
        with self._unit.reading() as connection:
            found = [_read(row) for row in connection.execute(old)]
        if found:
            with self._unit.recording(SYSTEM) as change:
                for each in found:
                    _purge(change, each)
        return len(found)

    def _standing(self) -> Any:  # a condition
        return deleted_items.c.deleted > self._unit.means.clock.now() - KEPT_FOR


def hold(change: Change, collection: str, object_id: str, document: JsonObject) -> None:
    """Keep an object that is being deleted; one of the same id makes room."""
    let_go(change, collection, object_id)
    change.connection.execute(
        deleted_items.insert(),
        {
            "collection": collection,
            "id": object_id,
            "deleted": change.at,
            "document": to_text(document),
        },
    )


def let_go(change: Change, collection: str, object_id: str) -> None:
    """Forget an object that is there again."""
    change.connection.execute(delete(deleted_items).where(_is(collection, object_id)))


def _purge(change: Change, item: DeletedItem) -> None:
    let_go(change, item.collection, item.id)
    kind, category = _KINDS[item.collection]
    name = str(item.document.get("displayName") or item.id)
    change.record(Entry(f"Hard delete {kind}", category, Target(kind, item.id, name)))


def _is(collection: str, object_id: str) -> Any:  # a condition
    return (deleted_items.c.collection == collection) & (deleted_items.c.id == object_id)


def _read(row: Any) -> DeletedItem:  # a row
    return DeletedItem(row.collection, row.id, row.deleted, from_text(row.document))
