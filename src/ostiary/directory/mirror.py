"""A copy of the tenant's documents in memory, brought up to date by what changed since."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, Table, select

from ostiary.directory import tables_objects as tables
from ostiary.directory.database import Database
from ostiary.directory.exclusions import Exclusion, TemporaryExclusions, exclusion_of
from ostiary.directory.groups import members_of
from ostiary.directory.json_documents import from_text
from ostiary.directory.objects import ORGANIZATION, SETTINGS
from ostiary.model.json_types import JsonObject
from ostiary.tenant.documents import COLLECTIONS, POLICIES, TENANT_ID, Part, RawTenant
from ostiary.tenant.documents import SETTINGS as SETTINGS_KEY

TABLES: Final[Mapping[str, Table]] = {
    "users": tables.users,
    "groups": tables.groups,
    "roleAssignments": tables.role_assignments,
    "servicePrincipals": tables.service_principals,
    "applications": tables.applications,
    "devices": tables.devices,
    "namedLocations": tables.named_locations,
    "authenticationStrengthPolicies": tables.strengths,
    "authenticationContextClassReferences": tables.contexts,
    "agreements": tables.agreements,
    "userRegistrationDetails": tables.registrations,
    POLICIES: tables.policies,
}
"""The members of a tenant document, and the tables that hold them."""
EXCLUSIONS: Final = TemporaryExclusions.collection
_MOST_NAMED: Final = 500


class Mirror:
    """The documents of every collection, in order."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self.revision = 0
        self.directory_revision = 0
        """The last revision in which anything but a policy changed."""
        self._documents: dict[str, dict[str, JsonObject]] = {key: {} for key in TABLES}
        self._singles: dict[str, JsonObject] = {}
        self._exclusions: dict[str, Exclusion] = {}
        self._known: frozenset[str] = frozenset()

    def refresh(self, database: Database) -> int:
        """Read what changed since the last time, in one consistent state; gives its revision."""
        with database.reading() as connection:
            return self.take(connection)

    def take(self, connection: Connection) -> int:
        """Read what changed since the last time, within a transaction."""
        revision = connection.execute(select(tables.tenant.c.revision)).scalar_one()
        if revision == self.revision:
            return revision
        changed = self._drop(connection)
        changed |= {key for key in TABLES if self._take(connection, key, TABLES[key])}
        newer = tables.settings.c.revision > self.revision
        for row in connection.execute(select(tables.settings).where(newer)):
            self._singles[row.id] = from_text(row.document)
            changed.add(SETTINGS_KEY)
        if self._take_exclusions(connection):
            changed.add(EXCLUSIONS)
        found = connection.execute(select(tables.known_collections.c.collection)).scalars()
        known = frozenset(found) - {EXCLUSIONS}
        if changed - {POLICIES, EXCLUSIONS} or known != self._known:
            self.directory_revision = revision
        self._known = known
        self.revision = revision
        return revision

    def copied(self) -> Mirror:
        """Give a copy that goes its own way; the documents themselves are never changed."""
        copy = Mirror()
        copy.revision, copy.directory_revision = self.revision, self.directory_revision
        copy._documents = {key: dict(found) for key, found in self._documents.items()}
        copy._singles, copy._known = dict(self._singles), self._known
        copy._exclusions = dict(self._exclusions)
        return copy

    def raw(self) -> RawTenant:
        """Give the tenant as its files would be read."""
        parts = {
            key: (Part(key, f"/{key}", list(self._documents[key].values())),)
            for key in COLLECTIONS
            if key in self._known
        }
        for name, key in ((ORGANIZATION, TENANT_ID), (SETTINGS, SETTINGS_KEY)):
            body = self._singles.get(name)
            if body is not None:
                parts[key] = (Part(key, None, (body["value"],)),)
        return RawTenant(parts)

    @property
    def exclusions(self) -> tuple[Exclusion, ...]:
        """The temporary exclusions, whether they are in force or not."""
        return tuple(self._exclusions.values())

    def document(self) -> dict[str, Any]:
        """Give the tenant as one document."""
        raw = self.raw()
        found: dict[str, Any] = {}
        for key, parts in raw.parts.items():
            values = list(parts[0].values)
            found[key] = values[0] if parts[0].pointer is None else values
        return found

    def _drop(self, connection: Connection) -> set[str]:
        """Drop what was removed; gives the collections it was in."""
        changed: set[str] = set()
        gone = select(tables.removed).where(tables.removed.c.revision > self.revision)
        for row in connection.execute(gone):
            documents = self._documents.get(row.collection)
            if documents is not None:
                documents.pop(row.id, None)
            elif row.collection == tables.settings.name:
                self._singles.pop(row.id, None)
            elif row.collection == EXCLUSIONS:
                self._exclusions.pop(row.id, None)
            changed.add(row.collection)
        return changed

    def _take(self, connection: Connection, key: str, table: Table) -> bool:
        """Take what was written; tells whether there was anything."""
        columns = [table.c.id, table.c.document]
        if table is tables.groups:
            columns.append(table.c.members_known)
        query = select(*columns).where(table.c.revision > self.revision).order_by(table.c.position)
        rows = connection.execute(query).all()
        documents = self._documents[key]
        for row in rows:
            documents[row.id] = from_text(row.document)
        if table is tables.groups and rows:
            known = [row.id for row in rows if row.members_known]
            members = members_of(connection, known if len(known) <= _MOST_NAMED else None)
            for group in known:
                documents[group] = {**documents[group], "members": members.get(group, [])}
        return bool(rows)

    def _take_exclusions(self, connection: Connection) -> bool:
        """Take the temporary exclusions that were written; tells whether there were any."""
        table = tables.temporary_exclusions
        query = select(table.c.document).where(table.c.revision > self.revision)
        found = [
            exclusion_of(from_text(text))
            for text in connection.execute(query.order_by(table.c.position)).scalars()
        ]
        self._exclusions.update((each.id, each) for each in found)
        return bool(found)
