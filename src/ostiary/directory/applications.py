"""Applications, their service principals, credentials, and what they may do for whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from ostiary.directory import tables_objects as tables
from ostiary.directory.audit import Entry, Target
from ostiary.directory.documents import Documents, Stored, stored
from ostiary.directory.errors import NoSuchObject, ObjectExists
from ostiary.directory.groups import forget_memberships
from ostiary.directory.json_documents import (
    folded,
    from_text,
    identifier_of,
    optional_key,
    storable,
    to_text,
)
from ostiary.directory.protocols import Actor
from ostiary.directory.tables_identities import identity_callers
from ostiary.directory.tokens import hash_of
from ostiary.directory.unit import Change, Unit
from ostiary.model.json_types import JsonObject

_credentials = tables.app_credentials


class _ByAppId(Documents):
    """Objects that are found by application id too."""

    def keys(self, document: JsonObject) -> Mapping[str, Any]:
        """Give application id and display name."""
        return {
            "app_id": optional_key(document, "appId"),
            "display_name": optional_key(document, "displayName"),
        }

    def by_app_id(self, app_id: str) -> Stored | None:
        """Give the object of an application (client) id, None where there is none."""
        key = app_id.strip().casefold()
        if not storable(key):
            return None
        query = select(self.table).where(self.table.c.app_id == key).limit(1)
        with self._unit.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else stored(row)


class Applications(_ByAppId):
    """Application registrations; deleting one removes its credentials."""

    table = tables.applications
    collection = "applications"
    kind = "application"
    category = "ApplicationManagement"

    def kept(self, document: JsonObject) -> JsonObject:
        """Give the document with an object id and an application id."""
        if not document.get("appId"):
            document = {**document, "appId": self._unit.means.new_id()}
        return super().kept(document)

    def _after(self, change: Change, new: Stored | None, old: Stored | None) -> None:
        if new is None and old is not None:
            app_id = identifier_of(old.document, "appId")
            of_app = _credentials.c.app_id == app_id
            change.connection.execute(delete(_credentials).where(of_app))


class Principals(_ByAppId):
    """Service principals: the objects of applications and managed identities in this tenant."""

    table = tables.service_principals
    collection = "servicePrincipals"
    kind = "service principal"
    category = "ApplicationManagement"

    def _after(self, change: Change, new: Stored | None, old: Stored | None) -> None:
        if new is None and old is not None:
            forget_memberships(change, old.id)
            of_identity = identity_callers.c.principal_id == old.id
            change.connection.execute(delete(identity_callers).where(of_identity))


class Consents(Documents):
    """Delegated permissions that were granted (Graph's oauth2PermissionGrant)."""

    table = tables.consents
    collection = "oauth2PermissionGrants"
    kind = "delegated permission grant"
    category = "ApplicationManagement"

    def keys(self, document: JsonObject) -> Mapping[str, Any]:
        """Give client, resource and, where the grant is not for everybody, the user."""
        return {
            "client_id": identifier_of(document, "clientId"),
            "principal_id": optional_key(document, "principalId"),
            "resource_id": optional_key(document, "resourceId"),
        }

    def of_client(self, client_id: str, user_id: str) -> list[Stored]:
        """Give the grants of a client that hold for a user: his own, and those for everybody."""
        columns = self.table.c
        return self._where(
            (columns.client_id == folded(client_id))
            & (columns.principal_id.is_(None) | (columns.principal_id == folded(user_id)))
        )

    def by_client(self, client_id: str) -> list[Stored]:
        """Give every grant of a client."""
        return self._where(self.table.c.client_id == folded(client_id))

    def of_object(self, object_id: str) -> list[Stored]:
        """Give every grant in which an object is client, resource or user."""
        key, columns = folded(object_id), self.table.c
        return self._where(
            (columns.client_id == key)
            | (columns.resource_id == key)
            | (columns.principal_id == key)
        )


class AppRoles(Documents):
    """Application permissions and roles that were assigned (Graph's appRoleAssignment)."""

    table = tables.app_roles
    collection = "appRoleAssignments"
    kind = "app role assignment"
    category = "ApplicationManagement"

    def keys(self, document: JsonObject) -> Mapping[str, Any]:
        """Give who holds the role, and of which resource."""
        return {
            "principal_id": identifier_of(document, "principalId"),
            "resource_id": identifier_of(document, "resourceId"),
        }

    def of_principal(self, principal_id: str) -> list[Stored]:
        """Give the assignments of a user, group or service principal."""
        return self._where(self.table.c.principal_id == folded(principal_id))

    def of_resource(self, resource_id: str) -> list[Stored]:
        """Give who was assigned to the roles of a service principal."""
        return self._where(self.table.c.resource_id == folded(resource_id))


@dataclass(frozen=True, slots=True)
class AppCredential:
    """Something an application proves itself by: `secret`, `certificate` or `federated`.

    `document` holds Graph's public members (hint, display name, certificate, audiences).
    """

    id: str
    app_id: str
    kind: str
    starts: datetime
    ends: datetime | None
    document: JsonObject
    hash: bytes | None = None
    thumbprint: bytes | None = None
    issuer: str | None = None
    subject: str | None = None

    @property
    def principal_id(self) -> str | None:
        """The service principal that it was given to, None where the application has it."""
        found = self.document.get("servicePrincipalId")
        return str(found) if found else None


class AppCredentials:
    """Credentials of applications; of a secret only the SHA-256 is kept."""

    def __init__(self, unit: Unit) -> None:
        """Work through a unit of work."""
        self._unit = unit

    def add_secret(
        self, app_id: str, secret: str, document: JsonObject, *, ends: datetime, by: Actor
    ) -> AppCredential:
        """Keep a secret that somebody made at random; it ends, as all do in Entra."""
        hashed = hash_of(secret)
        return self._add(app_id, "secret", document, by, ends=ends, hash=hashed)

    def add_certificate(
        self,
        app_id: str,
        thumbprint: bytes,
        document: JsonObject,
        *,
        ends: datetime,
        by: Actor,
        starts: datetime | None = None,
        key_id: str | None = None,
    ) -> AppCredential:
        """Keep a certificate, found by its SHA-256 thumbprint, valid from now or from `starts`.

        Raises ObjectExists where another credential has the `key_id`.
        """
        return self._add(
            app_id,
            "certificate",
            document,
            by,
            ends=ends,
            starts=starts,
            key_id=key_id,
            thumbprint=thumbprint,
        )

    def add_federated(
        self,
        app_id: str,
        issuer: str,
        subject: str,
        document: JsonObject,
        *,
        by: Actor,
        key_id: str | None = None,
    ) -> AppCredential:
        """Trust tokens of an issuer about a subject. Raises ObjectExists as above."""
        return self._add(
            app_id, "federated", document, by, key_id=key_id, issuer=issuer, subject=subject
        )

    def of_app(self, app_id: str) -> list[AppCredential]:
        """Give the credentials of an application, the earliest first."""
        query = (
            select(_credentials)
            .where(_credentials.c.app_id == folded(app_id))
            .order_by(_credentials.c.starts, _credentials.c.id)
        )
        with self._unit.reading() as connection:
            return [_read(row) for row in connection.execute(query)]

    def remove(self, credential_id: str, *, by: Actor) -> None:
        """Remove a credential. Raises NoSuchObject."""
        key = folded(credential_id)
        with self._unit.recording(by) as change:
            row = change.connection.execute(
                delete(_credentials)
                .where(_credentials.c.id == key)
                .returning(_credentials.c.app_id, _credentials.c.kind)
            ).one_or_none()
            if row is None:
                raise NoSuchObject(f"there is no credential `{credential_id[:60]}`")
            self._record(change, "Remove", row.app_id, row.kind, key)

    def _add(
        self,
        app_id: str,
        kind: str,
        document: JsonObject,
        by: Actor,
        *,
        ends: datetime | None = None,
        starts: datetime | None = None,
        key_id: str | None = None,
        **columns: Any,
    ) -> AppCredential:
        key, app = folded(key_id or self._unit.means.new_id()), folded(app_id)
        with self._unit.recording(by) as change:
            begins = max(starts or change.at, change.at)
            made = AppCredential(key, app, kind, begins, ends, document, **columns)
            row = {
                "id": key,
                "app_id": app,
                "kind": kind,
                "starts": begins,
                "ends": ends,
                "document": to_text(document),
                **columns,
            }
            try:
                change.connection.execute(insert(_credentials), row)
            except IntegrityError as error:
                raise ObjectExists(f"there is a credential `{key}` already") from error
            self._record(change, "Add", app, kind, key)
        return made

    def _record(self, change: Change, verb: str, app_id: str, kind: str, key: str) -> None:
        target = Target("application", app_id)
        detail = {"credentialId": key, "kind": kind}
        change.record(
            Entry(f"{verb} application credential", "ApplicationManagement", target, detail=detail)
        )


def _read(row: Any) -> AppCredential:  # a row
    return AppCredential(
        row.id,
        row.app_id,
        row.kind,
        row.starts,
        row.ends,
        from_text(row.document),
        row.hash,
        row.thumbprint,
        row.issuer,
        row.subject,
    )
