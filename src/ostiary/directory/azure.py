"""Objects of the management API: subscriptions, resource groups, resources, role assignments.

Each is kept under its resource id, folded: paths are compared without case (azure-docs
azure-resource-manager/management/resource-name-rules). No sign-in is judged by them, so that a
change here makes no new snapshot; it is audited all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, delete, func, insert, not_, or_, select

from ostiary.directory import tables_objects as tables
from ostiary.directory.audit import Entry, Target
from ostiary.directory.documents import Documents, Stored, stored
from ostiary.directory.json_documents import folded, identifier_of, optional_key
from ostiary.directory.protocols import SYSTEM, Actor
from ostiary.directory.unit import Change
from ostiary.model.json_types import JsonObject, as_object

SUBSCRIPTION: Final = "Microsoft.Resources/subscriptions"
RESOURCE_GROUP: Final = "Microsoft.Resources/resourceGroups"
ROLE_ASSIGNMENT: Final = "Microsoft.Authorization/roleAssignments"
ROLE_DEFINITION: Final = "Microsoft.Authorization/roleDefinitions"
MANAGEMENT_GROUP: Final = "Microsoft.Management/managementGroups"
LOCK: Final = "Microsoft.Authorization/locks"
_NO_RESOURCES: Final = ("microsoft.resources/", "microsoft.authorization/")
"""Types that begin so are no resources: groups, deployments, locks, role assignments."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which resources are looked for; None asks for nothing."""

    kind: str | None = None
    tag: str | None = None
    value: str | None = None


_NESTED: Final = 4
"""Slashes in `{namespace}/{type}/{name}/{type}/{name}`."""


class AzureResources(Documents):
    """Objects of the management API, each with `id`, `type` and what else its kind has."""

    table = tables.azure_resources
    collection = "azureResources"
    kind = "Azure resource"
    category = "ResourceManagement"
    mirrored = False

    def keys(self, document: JsonObject) -> Mapping[str, Any]:
        """Give type, scope and, of a role assignment, who holds the role."""
        return {
            "type": identifier_of(document, "type"),
            "scope": scope_of(identifier_of(document)),
            "principal_id": optional_key(as_object(document.get("properties")), "principalId"),
        }

    def hold(self) -> None:
        """Let no other change happen until this transaction ends: what is read next stays so."""
        with self._unit.recording(SYSTEM):
            pass

    def of_type(self, kind: str, scope: str = "/") -> list[Stored]:
        """Give the objects of a type directly at a scope, by id."""
        return self._found((self.table.c.scope == folded(scope)), kind)

    def assignments(
        self, principal_ids: frozenset[str], kind: str = ROLE_ASSIGNMENT
    ) -> list[Stored]:
        """Give the role assignments of any of these principals, at whatever scope."""
        keys = [folded(each) for each in principal_ids]
        return self._found(self.table.c.principal_id.in_(keys), kind)

    def assignments_at(self, scopes: Set[str], below: Set[str]) -> list[Stored]:
        """Give the role assignments at any of some scopes, and inside of any of others."""
        column = self.table.c.scope
        inside = (column.startswith(f"{each.rstrip('/')}/", autoescape=True) for each in below)
        return self._found(or_(column.in_(scopes), *inside), ROLE_ASSIGNMENT)

    def resources(
        self, within: str, narrowed: Narrowed, *, after: str | None = None, limit: int = 100
    ) -> list[Stored]:
        """Give resources below a subscription or resource group in the order of their ids."""
        columns = self.table.c
        wanted = [_below(columns.id, folded(within)), *map(_not_of, _NO_RESOURCES)]
        if narrowed.kind is not None:
            wanted.append(columns.type == folded(narrowed.kind))
        if narrowed.tag is not None:
            tagged = select(tables.azure_tags.c.resource_id).where(_tagged(narrowed))
            wanted.append(columns.id.in_(tagged))
        if after is not None:
            wanted.append(columns.id > folded(after))
        query = select(self.table).where(*wanted).order_by(columns.id).limit(limit)
        with self._unit.reading() as connection:
            return [stored(row) for row in connection.execute(query)]

    def below(self, resource_id: str, kind: str | None = None) -> list[Stored]:
        """Give what stands below an object, of a type if one is named, by id."""
        wanted = _below(self.table.c.id, folded(resource_id))
        if kind is not None:
            return self._found(wanted, kind)
        with self._unit.reading() as connection:
            found = connection.execute(select(self.table).where(wanted).order_by(self.table.c.id))
            return [stored(row) for row in found]

    def any_of(self, within: str, namespace: str) -> bool:
        """Tell whether there is a resource of a provider below a scope."""
        ours = self.table.c.type.startswith(f"{folded(namespace)}/", autoescape=True)
        query = select(self.table.c.id).where(_below(self.table.c.id, folded(within)), ours)
        with self._unit.reading() as connection:
            return connection.execute(query.limit(1)).one_or_none() is not None

    def locks_at(self, scopes: Iterable[str]) -> list[Stored]:
        """Give the locks that stand directly at any of these scopes, by id."""
        return self._found(self.table.c.scope.in_([folded(each) for each in scopes]), LOCK)

    def tags_within(self, subscription: str) -> list[tuple[str, str, int]]:
        """Give (name without case, value, how often) of all tags at and in a subscription."""
        tags, key = tables.azure_tags.c, folded(subscription)
        query = (
            select(tags.name, tags.value, func.count())
            .where(or_(tags.resource_id == key, _below(tags.resource_id, key)))
            .group_by(tags.name, tags.value)
            .order_by(tags.name, tags.value)
        )
        with self._unit.reading() as connection:
            return [(name, value, count) for name, value, count in connection.execute(query)]

    def delete_below(self, resource_id: str, *, by: Actor) -> None:
        """Remove an object with everything below it. Raises NoSuchObject."""
        key = folded(resource_id)
        with self._unit.joined() as unit:
            inner = AzureResources(unit)
            with unit.reading() as connection:
                inside = or_(self.table.c.scope == key, _below(self.table.c.id, key))
                query = select(self.table.c.id).where(inside)
                below = list(connection.execute(query).scalars())
            for each in (*below, key):
                inner.delete(each, by=by)

    def _after(self, change: Change, new: Stored | None, old: Stored | None) -> None:
        """Copy the tags, to be searched."""
        after, before = _tags_of(new), _tags_of(old)
        if new is None or after == before:
            return
        tags, connection = tables.azure_tags, change.connection
        connection.execute(delete(tags).where(tags.c.resource_id == new.id))
        rows = [
            {"resource_id": new.id, "name": name, "value": value} for name, value in after.items()
        ]
        if rows:
            connection.execute(insert(tags), rows)

    def _record(
        self, change: Change, verb: str, about: Stored, modified: Sequence[tuple[str, Any, Any]]
    ) -> None:
        """Name the operation as well, for the activity log."""
        operation = f"{about.document['type']}/{'delete' if verb == 'Delete' else 'write'}"
        named = about.document.get("displayName") or about.document.get("name") or about.id
        target = Target(self.kind, about.id, str(named))
        detail = {"operation": operation, "resourceId": about.document["id"]}
        if as_object(about.document.get("properties")).get("provisioningState") == "Failed":
            detail["status"] = "Failed"
        change.record(Entry(f"{verb} {self.kind}", self.category, target, modified, detail))

    def _found(self, condition: Any, kind: str) -> list[Stored]:
        query = select(self.table).where(condition & (self.table.c.type == folded(kind)))
        with self._unit.reading() as connection:
            found = connection.execute(query.order_by(self.table.c.id))
            return [stored(row) for row in found]


def scope_of(resource_id: str) -> str:
    """Give the scope that an object stands in: `/` for a subscription.

    `…/providers/{namespace}/{type}/{name}` stands in what comes before `/providers/`, anything
    else in what its last two segments leave; so does what is inside an object of the tenant.
    """
    above, found, rest = resource_id.rpartition("/providers/")
    if above or (found and rest.count("/") < _NESTED):
        return above or "/"
    return "/".join(resource_id.split("/")[:-2]) or "/"


def _below(column: ColumnElement[str], key: str) -> ColumnElement[bool]:
    """Ask for ids below one: `0` is the character after `/`, so that an index serves."""
    return (column > f"{key.rstrip('/')}/") & (column < f"{key.rstrip('/')}0")


def _not_of(beginning: str) -> ColumnElement[bool]:
    return not_(tables.azure_resources.c.type.startswith(beginning, autoescape=True))


def _tagged(narrowed: Narrowed) -> ColumnElement[bool]:
    tags = tables.azure_tags.c
    named = tags.name == folded(narrowed.tag or "")
    return named if narrowed.value is None else named & (tags.value == narrowed.value)


def _tags_of(found: Stored | None) -> dict[str, str]:
    tags = as_object(found.document.get("tags") if found else None)
    return {folded(name): str(value) for name, value in tags.items()}
