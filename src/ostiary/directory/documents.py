"""What all aggregates of Graph objects share: a table of documents with versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import IntegrityError

from ostiary.directory.audit import Entry, Target, modified_members
from ostiary.directory.errors import NoSuchObject, ObjectChanged, ObjectExists
from ostiary.directory.json_documents import folded, from_text, identifier_of, storable, to_text
from ostiary.directory.protocols import Actor
from ostiary.directory.searching import Wanted, possible
from ostiary.directory.tables_objects import known_collections, removed
from ostiary.directory.unit import Change, Unit
from ostiary.model.json_types import JsonObject, as_strings

_AT_ONCE: Final = 500
"""So many are named in one query: databases take only so many parameters."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One object as it is kept; `etag` changes with each write, `revision` is the tenant's then."""

    id: str
    etag: str
    revision: int
    created: datetime
    modified: datetime
    document: JsonObject


class Documents:
    """Objects of one kind. Each method is one transaction.

    `expected` is the etag that the caller read: the change is made to that version or not at all.
    """

    table: ClassVar[Table]
    collection: ClassVar[str]
    """The member of a tenant document that holds these objects."""
    kind: ClassVar[str]
    """What the audit log calls one of them, as in `Add policy`."""
    category: ClassVar[str] = "DirectoryManagement"
    mirrored: ClassVar[bool] = True
    """Whether sign-ins are judged by these objects: then each change makes a new snapshot."""

    def __init__(self, unit: Unit) -> None:
        """Work through a unit of work."""
        self._unit = unit

    def keys(self, document: JsonObject) -> Mapping[str, Any]:
        """Give what the object is found by, beside its id."""
        return {}

    def kept(self, document: JsonObject) -> JsonObject:
        """Give the document as it is kept: with an id, without what stands elsewhere."""
        if document.get("id"):
            return document
        return {"id": self._unit.means.new_id(), **without(document, "id")}

    def get(self, object_id: str) -> Stored | None:
        """Give one object, None where there is none."""
        key = object_id.strip().casefold()
        if not storable(key):
            return None
        with self._unit.reading() as connection:
            return self._read(connection, key)

    def need(self, object_id: str) -> Stored:
        """Give one object. Raises NoSuchObject."""
        found = self.get(object_id)
        if found is None:
            raise self.absent(object_id)
        return found

    def all(self) -> list[Stored]:
        """Give every object, in the order in which they were added."""
        with self._unit.reading() as connection:
            found = connection.execute(select(self.table).order_by(self.table.c.position))
            return [stored(row) for row in found]

    def all_after(self, known: Mapping[str, Stored]) -> dict[str, Stored]:
        """Give every object by its id, in order; of those `known` only what changed is read."""
        columns = self.table.c
        with self._unit.reading() as connection:
            query = select(columns.id, columns.etag).order_by(columns.position)
            etags = {row.id: row.etag for row in connection.execute(query)}
            same = {key for key, etag in etags.items() if key in known and known[key].etag == etag}
            missing = [key for key in etags if key not in same]
            found: dict[str, Stored] = {}
            for first in range(0, len(missing), _AT_ONCE):
                some = columns.id.in_(missing[first : first + _AT_ONCE])
                rows = connection.execute(select(self.table).where(some))
                found.update((row.id, stored(row)) for row in rows)
        return {key: known[key] if key in same else found[key] for key in etags}

    def listing(self, member: str, value: str) -> list[Stored]:
        """Give the objects whose list `member` holds a text."""
        return [
            each
            for each in self.mentioning(value)
            if value in as_strings(each.document.get(member))
        ]

    def mentioning(self, text: str) -> list[Stored]:
        """Give the objects in whose documents a text stands; every one is looked through."""
        return self._where(self.table.c.document.contains(text, autoescape=True))

    def ids(self) -> frozenset[str]:
        """Give the ids of all objects, without reading what they say."""
        with self._unit.reading() as connection:
            return frozenset(connection.execute(select(self.table.c.id)).scalars())

    def state(self) -> tuple[int, int]:
        """Give the last revision in which one was written, and how many there are.

        As long as both are the same, so is every object.
        """
        query = select(func.max(self.table.c.revision), func.count())
        with self._unit.reading() as connection:
            newest, count = connection.execute(query.select_from(self.table)).one()
        return newest or 0, count

    def page(
        self, *, after: str | None = None, limit: int = 100, wanted: Wanted | None = None
    ) -> list[Stored]:
        """Give objects in the order of their ids, from behind one of them.

        Most of what is not `wanted` is left out (`searching.possible`).
        """
        query = select(self.table).order_by(self.table.c.id).limit(limit)
        if after is not None:
            query = query.where(self.table.c.id > folded(after))
        return self._wanted(query, wanted)

    def ordered(
        self, column: str, *, descending: bool, skip: int, limit: int, wanted: Wanted | None = None
    ) -> list[Stored]:
        """Give objects in the order of one of the columns that they are found by, then of ids."""
        named = func.coalesce(self.table.c[column], "")
        keys = (named.desc() if descending else named, self.table.c.id)
        query = select(self.table).order_by(*keys).offset(skip).limit(limit)
        return self._wanted(query, wanted)

    def _wanted(self, query: Select[Any], wanted: Wanted | None) -> list[Stored]:
        with self._unit.reading() as connection:
            if wanted is not None:
                query = query.where(possible(wanted, self.table, connection))
            return [stored(row) for row in connection.execute(query)]

    def create(self, document: JsonObject, *, by: Actor, verb: str = "Add") -> Stored:
        """Add an object. Raises ObjectExists where its id or a unique name is taken.

        The audit log says `verb`.
        """
        document = self.kept(document)
        with self._changing(by) as change:
            made = self._insert(change, document)
            self._after(change, made, None)
            self._record(change, verb, made, modified_members({}, document))
        return made

    def replace(
        self, object_id: str, document: JsonObject, *, by: Actor, expected: str | None = None
    ) -> Stored:
        """Give an object another document, under its old id.

        Raises NoSuchObject, ObjectChanged where it is no longer `expected`, ObjectExists where a
        unique name is taken.
        """
        with self._changing(by) as change:
            return self._replace(change, object_id, document, expected)

    def modify(
        self, object_id: str, members: JsonObject, *, by: Actor, expected: str | None = None
    ) -> Stored:
        """Give some members of an object other values (PATCH). Raises as `replace` does."""
        with self._changing(by) as change:
            old = self._current(change.connection, folded(object_id), expected)
            return self._replace(change, object_id, {**old.document, **members}, old.etag)

    def delete(self, object_id: str, *, by: Actor, expected: str | None = None) -> None:
        """Remove an object. Raises NoSuchObject, ObjectChanged."""
        with self._changing(by) as change:
            old = self._current(change.connection, folded(object_id), expected)
            change.connection.execute(delete(self.table).where(self.table.c.id == old.id))
            if self.mirrored:
                note_removed(change, self.collection, old.id)
            self._after(change, None, old)
            self._record(change, "Delete", old, modified_members(old.document, {}))

    def _where(self, condition: ColumnElement[bool]) -> list[Stored]:
        query = select(self.table).where(condition).order_by(self.table.c.position)
        with self._unit.reading() as connection:
            return [stored(row) for row in connection.execute(query)]

    def _changing(self, by: Actor) -> AbstractContextManager[Change]:
        return self._unit.changing(by) if self.mirrored else self._unit.recording(by)

    def _after(self, change: Change, new: Stored | None, old: Stored | None) -> None:
        """Do what belongs to a change beside it, in its transaction."""

    def _insert(self, change: Change, document: JsonObject, **more: Any) -> Stored:
        """Add the row; `more` are columns that the document does not tell."""
        object_id = identifier_of(document)
        row: dict[str, Any] = {
            "id": object_id,
            "etag": change.means.etag(),
            "revision": change.revision,
            "position": change.position(),
            "created": change.at,
            "modified": change.at,
            "document": to_text(document),
            **self.keys(document),
            **more,
        }
        try:
            change.connection.execute(insert(self.table), row)
        except IntegrityError as error:
            raise self._taken(document) from error
        if self.mirrored:
            insert_new(change.connection, known_collections, {"collection": self.collection})
        return Stored(
            object_id,
            row["etag"],
            change.revision,
            change.at,
            change.at,
            from_text(row["document"]),
        )

    def _replace(
        self, change: Change, object_id: str, document: JsonObject, expected: str | None
    ) -> Stored:
        old = self._current(change.connection, folded(object_id), expected)
        document = self.kept({**document, "id": old.document["id"]})
        new = Stored(old.id, change.means.etag(), change.revision, old.created, change.at, document)
        values = {
            "etag": new.etag,
            "revision": new.revision,
            "modified": new.modified,
            "document": to_text(document),
            **self.keys(document),
        }
        matching = (self.table.c.id == old.id) & (self.table.c.etag == old.etag)
        try:
            change.connection.execute(update(self.table).where(matching).values(values))
        except IntegrityError as error:
            raise self._taken(document) from error
        self._after(change, new, old)
        self._record(change, "Update", new, modified_members(old.document, document))
        return new

    def _current(self, connection: Connection, key: str, expected: str | None) -> Stored:
        found = self._read(connection, key)
        if found is None:
            raise self.absent(key)
        if expected is not None and found.etag != expected:
            raise ObjectChanged(
                f"the {self.kind} `{_name(found)}` was changed since it was read",
                hint="read it again and repeat the change",
            )
        return found

    def _read(self, connection: Connection, key: str) -> Stored | None:
        row = connection.execute(select(self.table).where(self.table.c.id == key)).one_or_none()
        return None if row is None else stored(row)

    def _record(
        self, change: Change, verb: str, about: Stored, modified: Sequence[tuple[str, Any, Any]]
    ) -> None:
        target = Target(self.kind, about.id, _name(about))
        change.record(Entry(f"{verb} {self.kind}", self.category, target, modified))

    def absent(self, object_id: str) -> NoSuchObject:
        """Make the error of an object that is not there."""
        return NoSuchObject(f"there is no {self.kind} `{object_id[:60]}`")

    def _taken(self, document: JsonObject) -> ObjectExists:
        return ObjectExists(
            f"there is a {self.kind} with the id, or a unique name, of "
            f"`{document.get('displayName') or document.get('id')}` already"
        )


def stored(row: Row[Any]) -> Stored:
    """Read a row of a table of documents."""
    return Stored(
        row.id, row.etag, row.revision, row.created, row.modified, from_text(row.document)
    )


def note_removed(change: Change, collection: str, object_id: str) -> None:
    """Leave a mark, so that a snapshot that is refreshed drops the object too."""
    upsert(
        change.connection,
        removed,
        {"collection": collection, "id": object_id, "revision": change.revision},
    )


def upsert(connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Insert a row, or give the row with the same primary key these values."""
    make = sqlite_insert if connection.dialect.name == "sqlite" else postgresql_insert
    keys = [column.name for column in table.primary_key]
    rest = {name: value for name, value in row.items() if name not in keys}
    connection.execute(
        make(table).values(row).on_conflict_do_update(index_elements=keys, set_=rest)
    )


def insert_new(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert a row; False, and no error, where its primary key is taken."""
    make = sqlite_insert if connection.dialect.name == "sqlite" else postgresql_insert
    done = connection.execute(
        make(table).values(row).on_conflict_do_nothing(),
        execution_options={"preserve_rowcount": True},
    )
    return done.rowcount == 1


def _name(about: Stored) -> str:
    name = about.document.get("displayName")
    return name if isinstance(name, str) and name else about.id


def without(document: JsonObject, member: str) -> JsonObject:
    """Give a document without one of its members."""
    return {name: value for name, value in document.items() if name != member}
