"""Changes of applications, their service principals and credentials: the one way to make them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from ostiary.administration.certificates import Holder, NewCertificate, keep_certificates
from ostiary.administration.grants import forget_permissions
from ostiary.administration.kept_deleted import keep_application, keep_principal
from ostiary.directory.applications import AppCredential
from ostiary.directory.documents import Stored
from ostiary.directory.errors import NoSuchObject, ObjectExists
from ostiary.directory.protocols import Actor
from ostiary.directory.store import Aggregates, Store
from ostiary.directory.tokens import opaque
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject, as_object, as_strings

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


@dataclass(frozen=True, slots=True)
class Certificates:
    """The certificates that somebody shall have: of those he has, which stay, and new ones."""

    kept: tuple[str, ...] = ()
    added: tuple[NewCertificate, ...] = ()


def register(
    store: Store, document: JsonObject, *, by: Actor, certificates: Certificates | None = None
) -> Stored:
    """Add an application. Raises ObjectExists for an identifier URI of another one, InputError."""
    with store.transaction() as work:
        made = work.applications.create(document, by=by)
        require_own_uris(work, made)
        _certify(work, Holder(str(made.document["appId"])), certificates, by)
    return made


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A secret that an application shall have; `ends` None: as late as possible."""

    name: str | None
    ends: datetime | None = None


@dataclass(frozen=True, slots=True)
class Client:
    """An application that was registered whole; the text of its secret is told this once."""

    application: Stored
    principal: Stored
    secret: str | None


def register_client(
    store: Store,
    document: JsonObject,
    members: JsonObject,
    *,
    by: Actor,
    secret: NewSecret | None = None,
) -> Client:
    """Add an application with its service principal and, if it shall have one, a secret.

    All of it or nothing: a client that is half there can neither sign in nor be made again.
    Raises ObjectExists for an identifier URI of another application, InputError.
    """
    with store.transaction() as work:
        made = work.applications.create(document, by=by)
        require_own_uris(work, made)
        app_id = str(made.document["appId"])
        principal = _principal_added(work, app_id, members, by)
        text = None
        if secret is not None:
            text, _ = _secret_made(work, Holder(app_id), secret, by)
    return Client(made, principal, text)


def change_application(
    store: Store,
    object_id: str,
    members: JsonObject,
    *,
    by: Actor,
    expected: str | None = None,
    certificates: Certificates | None = None,
) -> Stored:
    """Change an application, and what its service principal repeats of it.

    Raises NoSuchObject, ObjectChanged, ObjectExists for an identifier URI of another one.
    """
    with store.transaction() as work:
        changed = work.applications.modify(object_id, members, by=by, expected=expected)
        require_own_uris(work, changed)
        app_id = str(changed.document["appId"])
        _certify(work, Holder(app_id), certificates, by)
        principal = work.principals.by_app_id(app_id)
        if principal is not None:
            work.principals.modify(principal.id, repeated(changed.document), by=by)
    return changed


def delete_application(store: Store, object_id: str, *, by: Actor) -> None:
    """Remove an application, its credentials and its service principal. Raises NoSuchObject."""
    with store.transaction() as work:
        found = work.applications.need(object_id)
        keep_application(work, found, by=by)
        work.applications.delete(found.id, by=by)
        principal = work.principals.by_app_id(str(found.document["appId"]))
        if principal is not None:
            delete_principal_in(work, principal.id, by=by)


def add_principal(store: Store, app_id: str, members: JsonObject, *, by: Actor) -> Stored:
    """Make an application known in the tenant. Raises NoSuchObject, ObjectExists."""
    with store.transaction() as work:
        return _principal_added(work, app_id, members, by)


def change_principal(
    store: Store,
    object_id: str,
    members: JsonObject,
    *,
    by: Actor,
    expected: str | None = None,
    certificates: Certificates | None = None,
) -> Stored:
    """Change a service principal. Raises NoSuchObject, ObjectChanged, InputError."""
    with store.transaction() as work:
        changed = work.principals.modify(object_id, members, by=by, expected=expected)
        if certificates is not None:
            holder = Holder(str(changed.document.get("appId")), changed.id)
            _require_application(work, holder.app_id)
            _certify(work, holder, certificates, by)
    return changed


def delete_principal(store: Store, object_id: str, *, by: Actor) -> None:
    """Remove a service principal with what it may do. Raises NoSuchObject."""
    with store.transaction() as work:
        delete_principal_in(work, object_id, by=by)


def add_secret(
    store: Store,
    app_id: str,
    name: str | None,
    *,
    ends: datetime | None,
    by: Actor,
    principal_id: str | None = None,
) -> tuple[str, AppCredential]:
    """Make a secret and give it, once: only its hash is kept.

    It is the application's or, with a `principal_id`, the service principal's own. Raises
    InputError, NoSuchObject where there is no application to prove itself as.
    """
    with store.transaction() as work:
        _require_application(work, app_id)
        return _secret_made(work, Holder(app_id, principal_id), NewSecret(name, ends), by)


def add_federated(store: Store, app_id: str, trusted: Federated, *, by: Actor) -> AppCredential:
    """Trust tokens of an issuer about a subject. Raises ObjectExists, InputError."""
    with store.transaction() as work:
        return _trust(work, Holder(app_id), trusted, by)


def change_federated(
    store: Store, holder: Holder, key: str, trusted: Federated, *, by: Actor
) -> AppCredential:
    """Trust tokens of another issuer or subject instead, under the old id.

    Raises NoSuchObject, ObjectExists.
    """
    with store.transaction() as work:
        work.app_credentials.remove(key, by=by)
        return _trust(work, holder, trusted, by, key_id=key)


def remove_credential(store: Store, holder: Holder, kind: str, key: str, *, by: Actor) -> None:
    """Remove a credential of an application or service principal. Raises NoSuchObject."""
    with store.transaction() as work:
        for each in holder.credentials(work, kind):
            named = each.kind == "federated" and each.document.get("name") == key
            if each.id == key.casefold() or named:
                work.app_credentials.remove(each.id, by=by)
                return
        raise NoSuchObject(f"there is no such credential as `{key[:60]}`")


def is_services_own(application: JsonObject) -> bool:
    """Tell whether an application belongs to the service itself: nobody changes those."""
    return application.get("publisherDomain") == "microsoft.com"


def repeated(application: JsonObject) -> Mapping[str, Any]:
    """Give what a service principal repeats of its application."""
    offered = as_object(application.get("api")).get("oauth2PermissionScopes")
    lists = {"appRoles": application.get("appRoles"), "oauth2PermissionScopes": offered}
    return {
        **{name: value for name, value in lists.items() if value is not None},
        "appId": application["appId"],
        "appDisplayName": application.get("displayName"),
        "displayName": application.get("displayName"),
        "signInAudience": application.get("signInAudience"),
        "servicePrincipalNames": [
            application["appId"],
            *as_strings(application.get("identifierUris")),
        ],
    }


def _principal_added(work: Aggregates, app_id: str, members: JsonObject, by: Actor) -> Stored:
    found = work.applications.by_app_id(app_id)
    if found is None:
        raise NoSuchObject(f"there is no application `{app_id[:60]}` in this tenant")
    if work.principals.by_app_id(app_id) is not None:
        raise ObjectExists("the application has a service principal already")
    return work.principals.create({**members, **repeated(found.document)}, by=by)


def _secret_made(
    work: Aggregates, holder: Holder, wanted: NewSecret, by: Actor
) -> tuple[str, AppCredential]:
    means = work.unit.means
    now = means.clock.now()
    end = wanted.ends or now + LONGEST_SECRET_LIFE
    if not now < end <= now + LONGEST_SECRET_LIFE:
        raise InputError(
            f"expected an end within {LONGEST_SECRET_LIFE.days} days, came {end.isoformat()}"
        )
    text = opaque(means.random).text
    document = {"displayName": wanted.name, "hint": text[:3], **holder.marked()}
    return text, work.app_credentials.add_secret(holder.app_id, text, document, ends=end, by=by)


def delete_principal_in(work: Aggregates, object_id: str, *, by: Actor) -> None:
    """Remove a service principal in a transaction, with what it may do. Raises NoSuchObject."""
    found = work.principals.need(object_id)
    if found.document.get("servicePrincipalType") != "ManagedIdentity":
        keep_principal(work, found, by=by)  # an identity of a resource comes and goes with it
    forget_permissions(work, found.id, by=by)
    for each in work.app_credentials.of_app(str(found.document.get("appId") or found.id)):
        if each.principal_id == found.id:
            work.app_credentials.remove(each.id, by=by)
    work.principals.delete(found.id, by=by)


def _trust(
    work: Aggregates, holder: Holder, trusted: Federated, by: Actor, *, key_id: str | None = None
) -> AppCredential:
    known = holder.credentials(work, "federated")
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
        holder.app_id, trusted.issuer, trusted.subject, document, by=by, key_id=key_id
    )


def _certify(
    work: Aggregates, holder: Holder, certificates: Certificates | None, by: Actor
) -> None:
    if certificates is not None:
        kept, added = certificates.kept, certificates.added
        keep_certificates(work, holder, kept=kept, added=added, by=by)


def _require_application(work: Aggregates, app_id: str) -> None:
    if work.applications.by_app_id(app_id) is None:
        raise NoSuchObject("it has no application in this tenant that it could prove itself as")


def require_own_uris(work: Aggregates, application: Stored) -> None:
    """Refuse an identifier URI that another application has: its tokens would be taken."""
    uris = as_strings(application.document.get("identifierUris"))
    wanted = {each.casefold().rstrip("/") for each in uris}
    if not wanted:
        return
    for each in work.applications.all():
        taken = as_strings(each.document.get("identifierUris"))
        if each.id != application.id and wanted & {uri.casefold().rstrip("/") for uri in taken}:
            raise ObjectExists("another application has one of the identifier URIs")
