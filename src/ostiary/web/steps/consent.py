"""The permissions that an application asks for (checklist AZ17)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from ostiary.directory.store import Aggregates
from ostiary.model.json_types import JsonObject, as_object, is_list
from ostiary.oidc.errors import oauth_error
from ostiary.oidc.parameters import Parameters
from ostiary.pages import Consent, Page, Permission, Refusal
from ostiary.signin.accounts import Account
from ostiary.signin.dispatch import Kind, Step
from ostiary.web.steps.step import DECLINED, BrowserStep, Taken, around
from ostiary.web.visit import Visit

_MAY_CONSENT_FOR_ALL = frozenset(
    {
        "62e90394-69f5-4237-9190-012177145e10",  # Global Administrator
        "e8611ab8-c189-46e8-94e1-60213ab1f814",  # Privileged Role Administrator
        "158c047a-c907-4556-b7ef-446551a6b5f7",  # Cloud Application Administrator
        "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",  # Application Administrator
    }
)
"""entra-docs identity/enterprise-apps/grant-admin-consent, prerequisites."""


class ConsentStep(BrowserStep):
    """The permissions that nobody has consented to yet."""

    name = "consent"
    kinds = frozenset({Kind.CONSENT})

    def page(self, visit: Visit, due: Step, refusal: Refusal | None) -> Page:
        """Name application, permissions, and where the answer goes."""
        app = visit.sought.app
        store = visit.received.service.store
        request = visit.sought.authorize
        asked = _asked(visit)
        return Consent(
            form=visit.form("consent", decision="accept", asked=" ".join(asked)),
            refuse=visit.form("consent", decision="refuse"),
            client=app.display_name or app.app_id,
            permissions=tuple(_permission(store, visit.sought.scope.resource, e) for e in asked),
            destination=urlsplit(request.redirect.uri).netloc if request else None,
            for_everyone=_may_for_everyone(visit, due),
            **around(visit, refusal),
        )

    def take(self, visit: Visit, due: Step, form: Parameters) -> Taken:
        """Record the grant: for the person, or by an administrator for everybody."""
        account = visit.account
        if account is None or form.get("decision") != "accept":
            return Taken(visit.journey, declined=oauth_error(DECLINED))
        administrator = _may_for_everyone(visit, due)
        scopes = _asked(visit)
        if (form.get("asked") or "") != " ".join(scopes):
            # Something else is asked for since the page was shown: nobody consented to that.
            return Taken(visit.journey)
        if not administrator and any(_for_administrators(visit, each) for each in scopes):
            needed = oauth_error(90094, app=visit.sought.app.app_id)
            return Taken(visit.journey, declined=needed)
        if not scopes and visit.missing():
            return Taken(visit.journey, declined=oauth_error(DECLINED))
        if scopes:
            everyone = administrator and form.get("for_organization") == "1"
            _grant(visit, account, scopes, everyone=everyone)
        return Taken(replace(visit.journey, consented=visit.received.service.clock.now()))


def _asked(visit: Visit) -> tuple[str, ...]:
    """Give what to consent to; `.default` stands for what the application registered."""
    scope = visit.sought.scope
    if not scope.default:
        return visit.missing() or scope.permissions
    return _registered(visit.received.service.store, visit.sought.app.app_id, scope.resource)


def _registered(store: Aggregates, client: str, resource: str) -> tuple[str, ...]:
    """Give the delegated permissions in `requiredResourceAccess` of an application."""
    found = store.applications.by_app_id(client)
    listed = found.document.get("requiredResourceAccess") if found else None
    ids = {
        str(as_object(access).get("id"))
        for entry in (listed if is_list(listed) else ())
        if str(as_object(entry).get("resourceAppId")).casefold() == resource.casefold()
        for access in as_object(entry).get("resourceAccess") or ()
        if as_object(access).get("type") == "Scope"
    }
    return tuple(
        str(each.get("value")) for each in _scopes(store, resource) if each.get("id") in ids
    )


def _scopes(store: Aggregates, resource: str) -> Iterator[JsonObject]:
    found = store.applications.by_app_id(resource)
    api = as_object(found.document.get("api") if found else None)
    listed = api.get("oauth2PermissionScopes")
    yield from (as_object(each) for each in (listed if is_list(listed) else ()))


_NO_SCOPE: JsonObject = {}


def _permission(store: Aggregates, resource: str, value: str) -> Permission:
    named = (e for e in _scopes(store, resource) if _is_named(e, value))
    found = next(named, _NO_SCOPE)
    title = found.get("userConsentDisplayName") or found.get("adminConsentDisplayName") or value
    more = found.get("userConsentDescription") or found.get("adminConsentDescription") or title
    return Permission(str(title), str(more), value)


def _is_named(scope: JsonObject, value: str) -> bool:
    return str(scope.get("value")).casefold() == value.casefold()


def _for_administrators(visit: Visit, value: str) -> bool:
    """Tell whether only an administrator may grant a permission; one nobody offers too."""
    store, resource = visit.received.service.store, visit.sought.scope.resource
    for each in _scopes(store, resource):
        if _is_named(each, value):
            return each.get("type") == "Admin"
    return True


def _may_for_everyone(visit: Visit, due: Step) -> bool:
    if visit.account is None or due.decided is None:
        return False
    held = due.decided.snapshot.roles.get(visit.account.id, frozenset())
    return bool(held & _MAY_CONSENT_FOR_ALL)


def _grant(visit: Visit, account: Account, scopes: tuple[str, ...], *, everyone: bool) -> None:
    """Add scopes to the grant of the client at the resource, or make one."""
    store, sought = visit.received.service.store, visit.sought
    client = store.principals.by_app_id(sought.app.app_id)
    resource = store.principals.by_app_id(sought.scope.resource)
    if client is None or resource is None:
        raise RuntimeError("who asks and who is asked have service principals")
    by = account.actor(visit.address or "", visit.received.trace.correlation_id)
    person = None if everyone else account.id
    for each in store.consents.of_client(client.id, account.id):
        document = each.document
        same = str(document.get("resourceId")).casefold() == resource.id
        if same and document.get("principalId") == person:
            held = dict.fromkeys((*str(document.get("scope") or "").split(), *scopes))
            store.consents.modify(each.id, {"scope": " ".join(held)}, by=by)
            return
    grant = {
        "clientId": client.id,
        "consentType": "AllPrincipals" if everyone else "Principal",
        "principalId": person,
        "resourceId": resource.id,
        "scope": " ".join(scopes),
    }
    store.consents.create(grant, by=by)
