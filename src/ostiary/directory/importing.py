"""A tenant document, or the folder of an export, into an empty store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, insert, select

from ostiary.directory import tables_objects as tables
from ostiary.directory.audit import Entry, Target
from ostiary.directory.documents import Documents, insert_new
from ostiary.directory.errors import ObjectExists
from ostiary.directory.groups import add_members
from ostiary.directory.json_documents import folded, from_text, identifier_of, to_text
from ostiary.directory.mirror import TABLES
from ostiary.directory.objects import ORGANIZATION, SETTINGS
from ostiary.directory.policies import keep_version
from ostiary.directory.protocols import Actor
from ostiary.directory.store import COLLECTIONS as COLLECTIONS_OF_STORE
from ostiary.directory.store import Store
from ostiary.directory.unit import Change
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject, is_object
from ostiary.tenant.documents import (
    COLLECTIONS,
    POLICIES,
    TENANT_ID,
    Item,
    RawTenant,
    expected_object,
)
from ostiary.tenant.documents import SETTINGS as SETTINGS_KEY
from ostiary.tenant.duplicates import settle
from ostiary.tenant.loading import TenantParts, parts_of
from ostiary.tenant.people_json import Ids, group_reader
from ostiary.tenant.reading import read_raw
from ostiary.tenant.spelling import Spelling, respelled

_BY_KEY = {each.collection: each for each in COLLECTIONS_OF_STORE}
_SETTLED = frozenset(
    {
        "namedLocations",
        "authenticationStrengthPolicies",
        "authenticationContextClassReferences",
        "agreements",
    }
)
"""Collections of which the version modified last counts, as when they are read."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import; `parts` tells of warnings, and of policies that were refused."""

    objects: int
    parts: TenantParts


def import_tenant(
    store: Store, source: str | Path | Mapping[str, Any] | RawTenant, *, by: Actor
) -> Imported:
    """Read a tenant into a store that has no objects yet, in one transaction.

    `source` is a document, a file, a folder, or what was read of one already. Policies that cannot
    be used are left out, and named in the answer. Raises InputError where the source cannot be
    read, ObjectExists where the store is not empty or two users sign in alike.
    """
    raw = source if isinstance(source, RawTenant) else read_raw(source)
    parts = parts_of(raw)
    with store.transaction() as work, work.unit.changing(by) as change:
        _check_empty(change)
        count = _singles(change, raw)
        for key in COLLECTIONS:
            aggregate = _BY_KEY[key](work.unit)
            documents = _documents(raw, parts, key)
            count += _Collection(change, aggregate, key).take(documents)
            if not raw.has(key):
                unknown = tables.known_collections.c.collection == key
                change.connection.execute(delete(tables.known_collections).where(unknown))
        change.record(
            Entry(
                "Import tenant",
                "DirectoryManagement",
                Target("tenant", parts.directory.tenant_id),
                detail={"objects": count, "refusedPolicies": len(parts.refused)},
            )
        )
    return Imported(count, parts)


def _check_empty(change: Change) -> None:
    for key in ("users", POLICIES):
        table = TABLES[key]
        if change.connection.execute(select(func.count()).select_from(table)).scalar_one():
            raise ObjectExists(
                "expected a store without users and policies, came one that has some",
                hint="import into a new data folder",
            )


def _singles(change: Change, raw: RawTenant) -> int:
    """Keep the tenant's id and its settings."""
    found = 0
    for name, key in ((ORGANIZATION, TENANT_ID), (SETTINGS, SETTINGS_KEY)):
        items = list(raw.items(key))
        if len(items) > 1:
            raise InputError(
                f"expected `{key}` once, came it in `{items[0].source}` and `{items[1].source}`"
            )
        for item in items:
            change.connection.execute(
                insert(tables.settings), _row(change, name, {"id": name, "value": item.value})
            )
            found += 1
    return found


def _documents(raw: RawTenant, parts: TenantParts, key: str) -> Iterable[JsonObject]:
    if key == POLICIES:
        return [{**each.document, "id": each.id} for each in parts.policies]
    if key in _SETTLED:
        spelled = [
            Item(respelled(expected_object(item), []), item.source) for item in raw.items(key)
        ]
        return [each.value for each in settle(spelled).kept if is_object(each.value)]
    spelling = Spelling()
    return (spelling.shallow(expected_object(item)) for item in raw.items(key))


class _Collection:
    """Writes the objects of one collection in bulk, each id once."""

    def __init__(self, change: Change, aggregate: Documents, key: str) -> None:
        self._change = change
        self._aggregate = aggregate
        self._key = key
        self._read_group = group_reader(Ids())
        self._taken: dict[str, str] = {}

    def take(self, documents: Iterable[JsonObject]) -> int:
        """Write the objects and give their number."""
        rows: list[dict[str, Any]] = []
        members: list[tuple[str, tuple[str, ...]]] = []
        seen: set[str] = set()
        for document in documents:
            kept = self._aggregate.kept(document)
            object_id = identifier_of(kept)
            if object_id in seen or not self._is_new(kept):
                continue
            seen.add(object_id)
            row = {**_row(self._change, object_id, kept), **self._aggregate.keys(kept)}
            if self._key == "groups":
                of_group = self._read_group(document).members
                row["members_known"] = int(of_group is not None)
                members.append((object_id, of_group or ()))
            rows.append(row)
        if rows:
            self._change.connection.execute(insert(TABLES[self._key]), rows)
            known = {"collection": self._key}
            insert_new(self._change.connection, tables.known_collections, known)
        for group, of_group in members:
            add_members(self._change, group, of_group)
        if self._key == POLICIES:
            for row in rows:
                keep_version(self._change, row["id"], "add", from_text(row["document"]))
        return len(rows)

    def _is_new(self, document: JsonObject) -> bool:
        """Tell whether what has to be unique is so. Raises ObjectExists for two of one name."""
        unique = {"applications": "appId", "users": "userPrincipalName"}.get(self._key, "")
        value = document.get(unique)
        if not isinstance(value, str) or not value.strip():
            return True
        object_id = identifier_of(document)
        owner = self._taken.setdefault(folded(value), object_id)
        if owner == object_id or self._key == "applications":
            return owner == object_id
        raise ObjectExists(
            f"expected every user to sign in with another name, came `{value}` twice",
            hint="correct the export",
        )


def _row(change: Change, object_id: str, document: JsonObject) -> dict[str, Any]:
    return {
        "id": object_id,
        "etag": change.means.etag(),
        "revision": change.revision,
        "position": change.position(),
        "created": change.at,
        "modified": change.at,
        "document": to_text(document),
    }
