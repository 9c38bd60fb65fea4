"""The smaller collections of the tenant: what policies name, and who holds which role."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from ostiary.directory import tables_objects as tables
from ostiary.directory.deleted import hold, let_go
from ostiary.directory.documents import Documents, Stored, stored
from ostiary.directory.json_documents import folded, identifier_of, optional_key
from ostiary.directory.protocols import Actor
from ostiary.directory.unit import Change
from ostiary.directory.users import forget_memberships
from ostiary.model.json_types import JsonObject, as_object

ORGANIZATION, SETTINGS = "organization", "settings"
"""The two single documents of a tenant."""


class _Named(Documents):
    """Objects that are found by id and listed by display name."""

    def keys(self, document: JsonObject) -> Mapping[str, Any]:
        """Give the display name."""
        return {"display_name": optional_key(document, "displayName")}


class Locations(_Named):
    """Named locations."""

    table = tables.named_locations
    collection = "namedLocations"
    kind = "named location"
    category = "Policy"

    def _after(self, change: Change, new: Stored | None, old: Stored | None) -> None:
        if new is None and old is not None:
            hold(change, self.collection, old.id, old.document)
        elif old is None and new is not None:
            let_go(change, self.collection, new.id)


class Strengths(_Named):
    """Authentication strengths that the tenant made."""

    table = tables.strengths
    collection = "authenticationStrengthPolicies"
    kind = "authentication strength"
    category = "Policy"


class Contexts(_Named):
    """Authentication contexts."""

    table = tables.contexts
    collection = "authenticationContextClassReferences"
    kind = "authentication context"
    category = "Policy"


class Agreements(_Named):
    """Terms of use."""

    table = tables.agreements
    collection = "agreements"
    kind = "terms of use"
    category = "Policy"


class Devices(Documents):
    """Registered devices, found by object id or device id."""

    table = tables.devices
    collection = "devices"
    kind = "device"
    category = "Device"

    def keys(self, document: JsonObject) -> Mapping[str, Any]:
        """Give device id and display name."""
        return {
            "device_id": optional_key(document, "deviceId"),
            "display_name": optional_key(document, "displayName"),
        }

    def by_device_id(self, device_id: str) -> Stored | None:
        """Give the device with this deviceId, None where there is none."""
        query = select(self.table).where(self.table.c.device_id == folded(device_id)).limit(1)
        with self._unit.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else stored(row)

    def _after(self, change: Change, new: Stored | None, old: Stored | None) -> None:
        if new is None and old is not None:
            forget_memberships(change, old.id)


class Roles(Documents):
    """Active assignments of directory roles (Graph's unifiedRoleAssignment)."""

    table = tables.role_assignments
    collection = "roleAssignments"
    kind = "role assignment"
    category = "RoleManagement"

    def keys(self, document: JsonObject) -> Mapping[str, Any]:
        """Give role and principal. Raises InputError where one is missing."""
        return {
            "role_id": identifier_of(document, "roleDefinitionId"),
            "principal_id": identifier_of(document, "principalId"),
        }

    def of_principal(self, principal_id: str) -> list[Stored]:
        """Give the assignments of a user, group or service principal itself."""
        query = (
            select(self.table)
            .where(self.table.c.principal_id == folded(principal_id))
            .order_by(self.table.c.position)
        )
        with self._unit.reading() as connection:
            return [stored(row) for row in connection.execute(query)]


class Registrations(Documents):
    """What each user has registered (Graph's userRegistrationDetails), by the user's id."""

    table = tables.registrations
    collection = "userRegistrationDetails"
    kind = "registration details"
    category = "UserManagement"


class Singles(Documents):
    """The single documents of a tenant: its organization, and its settings."""

    table = tables.settings
    collection = "settings"
    kind = "tenant settings"
    category = "DirectoryManagement"

    def organization(self) -> Stored | None:
        """Give id, name and verified domains of the tenant, None before it is made."""
        return self.get(ORGANIZATION)

    def settings(self) -> Stored | None:
        """Give the settings of the tenant document, None where there are none."""
        return self.get(SETTINGS)

    def value_of(self, name: str) -> JsonObject:
        """Give what one of them says, nothing where it is not made."""
        found = self.get(name)
        return as_object(found.document.get("value")) if found else {}

    def write(
        self, name: str, document: JsonObject, *, by: Actor, expected: str | None = None
    ) -> Stored:
        """Make or replace one of them. Raises ObjectChanged where it is no longer `expected`."""
        body = {"value": dict(document), "id": name}
        with self._unit.joined() as unit:
            inner = Singles(unit)
            if inner.get(name) is None:
                return inner.create(body, by=by)
            return inner.replace(name, body, by=by, expected=expected)
