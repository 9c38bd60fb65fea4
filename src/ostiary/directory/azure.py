"""Objects of the management API: subscriptions, resource groups, role assignments.

Each is kept under its resource id, folded: paths are compared without case (azure-docs
azure-resource-manager/management/resource-name-rules). No sign-in is judged by them, so that a
change here makes no new snapshot; it is audited all the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any, Final

from sqlalchemy import or_, select

from ostiary.directory import tables_objects as tables
from ostiary.directory.documents import Documents, Stored, stored
from ostiary.directory.json_documents import folded, identifier_of, optional_key
from ostiary.directory.protocols import Actor
from ostiary.model.json_types import JsonObject, as_object

SUBSCRIPTION: Final = "Microsoft.Resources/subscriptions"
RESOURCE_GROUP: Final = "Microsoft.Resources/resourceGroups"
ROLE_ASSIGNMENT: Final = "Microsoft.Authorization/roleAssignments"
ROLE_DEFINITION: Final = "Microsoft.Authorization/roleDefinitions"
MANAGEMENT_GROUP: Final = "Microsoft.Management/managementGroups"


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

    def of_type(self, kind: str, scope: str = "/") -> list[Stored]:
        """Give the objects of a type directly at a scope, by id."""
        return self._found((self.table.c.scope == folded(scope)), kind)

    def assignments(self, principal_ids: frozenset[str]) -> list[Stored]:
        """Give the role assignments of any of these principals, at whatever scope."""
        keys = [folded(each) for each in principal_ids]
        return self._found(self.table.c.principal_id.in_(keys), ROLE_ASSIGNMENT)

    def assignments_at(self, scopes: Set[str], below: Set[str]) -> list[Stored]:
        """Give the role assignments at any of some scopes, and inside of any of others."""
        column = self.table.c.scope
        inside = (column.startswith(f"{each.rstrip('/')}/", autoescape=True) for each in below)
        return self._found(or_(column.in_(scopes), *inside), ROLE_ASSIGNMENT)

    def delete_below(self, resource_id: str, *, by: Actor) -> None:
        """Remove an object with everything below it. Raises NoSuchObject."""
        key = folded(resource_id)
        with self._unit.joined() as unit:
            inner = AzureResources(unit)
            scope = self.table.c.scope
            inside = or_(scope == key, scope.startswith(key + "/", autoescape=True))
            with unit.reading() as connection:
                query = select(self.table.c.id).where(inside)
                below = list(connection.execute(query).scalars())
            for each in (*below, key):
                inner.delete(each, by=by)

    def _found(self, condition: Any, kind: str) -> list[Stored]:
        query = select(self.table).where(condition & (self.table.c.type == folded(kind)))
        with self._unit.reading() as connection:
            found = connection.execute(query.order_by(self.table.c.id))
            return [stored(row) for row in found]


def scope_of(resource_id: str) -> str:
    """Give the scope that an object stands in: `/` for a subscription.

    `…/providers/{namespace}/{type}/{name}` stands in what comes before `/providers/`, anything
    else in what its last two segments leave.
    """
    above, found, _ = resource_id.rpartition("/providers/")
    if found:
        return above or "/"
    return "/".join(resource_id.split("/")[:-2]) or "/"
