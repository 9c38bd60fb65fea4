"""Changes of applications, their service principals and credentials: the one way to make them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from ostiary.directory.applications import AppCredential
from ostiary.directory.documents import Stored
from ostiary.directory.errors import NoSuchObject, ObjectExists
from ostiary.directory.protocols import Actor
from ostiary.directory.store import Aggregates, Store
from ostiary.directory.tokens import opaque
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject, as_strings

LONGEST_SECRET_LIFE: Final = timedelta(days=730)
MOST_FEDERATED: Final = 20
"""Entra's limit (entra-docs workload-id/workload-identity-federation-considerations)."""


@dataclass(frozen=True, slots=True)
class Federated:
    """Whose tokens an application may prove itself by."""

    name: str
    issuer: str
    subject: str
    audience: str
    description: str | None = None


def register(store: Store, document: JsonObject, *, by: Actor) -> Stored:
    """Add an application. Raises ObjectExists for an identifier URI of another one."""
    with store.transaction() as work:
        made = work.applications.create(document, by=by)
        _require_own(work, made)
    return made


def change_application(
    store: Store, object_id: str, members: JsonObject, *, by: Actor, expected: str | None = None
) -> Stored:
    """Change an application, and what its service principal repeats of it.

    Raises NoSuchObject, ObjectChanged, ObjectExists for an identifier URI of another one.
    """
    with store.transaction() as work:
        changed = work.applications.modify(object_id, members, by=by, expected=expected)
        _require_own(work, changed)
        app_id = str(changed.document["appId"])
        principal = work.principals.by_app_id(app_id)
        if principal is not None:
            work.principals.modify(principal.id, repeated(changed.document), by=by)
    return changed


def delete_application(store: Store, object_id: str, *, by: Actor) -> None:
    """Remove an application, its credentials and its service principal. Raises NoSuchObject."""
    with store.transaction() as work:
        found = work.applications.need(object_id)
        work.applications.delete(found.id, by=by)
        principal = work.principals.by_app_id(str(found.document["appId"]))
        if principal is not None:
            _delete_principal(work, principal.id, by)


def add_principal(store: Store, app_id: str, members: JsonObject, *, by: Actor) -> Stored:
    """Make an application known in the tenant. Raises NoSuchObject, ObjectExists."""
    with store.transaction() as work:
        found = work.applications.by_app_id(app_id)
        if found is None:
            raise NoSuchObject(f"there is no application `{app_id[:60]}` in this tenant")
        if work.principals.by_app_id(app_id) is not None:
            raise ObjectExists("the application has a service principal already")
        return work.principals.create({**members, **repeated(found.document)}, by=by)


def change_principal(
    store: Store, object_id: str, members: JsonObject, *, by: Actor, expected: str | None = None
) -> Stored:
    """Change a service principal. Raises NoSuchObject, ObjectChanged."""
    return store.principals.modify(object_id, members, by=by, expected=expected)


def delete_principal(store: Store, object_id: str, *, by: Actor) -> None:
    """Remove a service principal with what it may do. Raises NoSuchObject."""
    with store.transaction() as work:
        _delete_principal(work, object_id, by)


def add_secret(
    store: Store, app_id: str, name: str | None, *, ends: datetime | None, by: Actor
) -> tuple[str, AppCredential]:
    """Make a secret and give it, once: only its hash is kept. Raises InputError."""
    now = store.means.clock.now()
    end = ends or now + LONGEST_SECRET_LIFE
    if not now < end <= now + LONGEST_SECRET_LIFE:
        raise InputError(
            f"expected an end within {LONGEST_SECRET_LIFE.days} days, came {end.isoformat()}"
        )
    secret = opaque(store.means.random).text
    document = {"displayName": name, "hint": secret[:3]}
    made = store.app_credentials.add_secret(app_id, secret, document, ends=end, by=by)
    return secret, made


def add_federated(store: Store, app_id: str, trusted: Federated, *, by: Actor) -> AppCredential:
    """Trust tokens of an issuer about a subject. Raises ObjectExists, InputError."""
    with store.transaction() as work:
        known = [each for each in work.app_credentials.of_app(app_id) if each.kind == "federated"]
        if len(known) >= MOST_FEDERATED:
            raise InputError(f"expected at most {MOST_FEDERATED} federated credentials")
        for each in known:
            same = (each.issuer, each.subject) == (trusted.issuer, trusted.subject)
            if same or each.document.get("name") == trusted.name:
                raise ObjectExists("there is a federated credential with this name or subject")
        document = {
            "name": trusted.name,
            "description": trusted.description,
            "audiences": [trusted.audience],
        }
        return work.app_credentials.add_federated(
            app_id, trusted.issuer, trusted.subject, document, by=by
        )


def remove_credential(store: Store, app_id: str, kind: str, key: str, *, by: Actor) -> None:
    """Remove a credential of an application. Raises NoSuchObject."""
    with store.transaction() as work:
        for each in work.app_credentials.of_app(app_id):
            named = each.kind == "federated" and each.document.get("name") == key
            if each.kind == kind and (each.id == key.casefold() or named):
                work.app_credentials.remove(each.id, by=by)
                return
        raise NoSuchObject("the application has no such credential")


def repeated(application: JsonObject) -> Mapping[str, Any]:
    """Give what a service principal repeats of its application."""
    return {
        "appId": application["appId"],
        "appDisplayName": application.get("displayName"),
        "displayName": application.get("displayName"),
        "signInAudience": application.get("signInAudience"),
        "servicePrincipalNames": [
            application["appId"],
            *as_strings(application.get("identifierUris")),
        ],
    }


def _delete_principal(work: Aggregates, object_id: str, by: Actor) -> None:
    found = work.principals.need(object_id)
    for each in work.app_roles.of_principal(found.id):
        work.app_roles.delete(each.id, by=by)
    work.principals.delete(found.id, by=by)


def _require_own(work: Aggregates, application: Stored) -> None:
    """Refuse an identifier URI that another application has: its tokens would be taken."""
    uris = as_strings(application.document.get("identifierUris"))
    wanted = {each.casefold().rstrip("/") for each in uris}
    if not wanted:
        return
    for each in work.applications.all():
        taken = as_strings(each.document.get("identifierUris"))
        if each.id != application.id and wanted & {uri.casefold().rstrip("/") for uri in taken}:
            raise ObjectExists("another application has one of the identifier URIs")
