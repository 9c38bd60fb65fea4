"""What an application may do for a person: what was pre-authorized, and what was consented to.

Source: entra-docs identity-platform/permissions-consent-overview; Graph oAuth2PermissionGrant.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ostiary.directory.store import Aggregates
from ostiary.model.json_types import JsonObject, as_object, as_strings, is_list

_OPENID = frozenset({"openid", "profile", "email", "offline_access"})


@dataclass(frozen=True, slots=True)
class Permissions:
    """Delegated permissions of one client at one resource; `offered` are those there are.

    `by_organization` are those among the granted ones that no person consented to for himself:
    pre-authorized, or granted by an administrator for everybody.
    """

    granted: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    by_organization: tuple[str, ...] = ()

    def missing(self, asked: tuple[str, ...], *, default: bool) -> tuple[str, ...]:
        """Give what is asked for and not granted; for `.default` a blank where nothing is."""
        if default:
            return () if self.granted else (".default",)
        held = {each.casefold() for each in self.granted}
        return tuple(each for each in asked if each.casefold() not in held)

    def of(self, asked: tuple[str, ...], *, default: bool) -> tuple[str, ...]:
        """Give the granted ones among those asked for; all of them for `.default`."""
        wanted = {each.casefold() for each in asked}
        named = (each for each in self.granted if each.casefold() not in _OPENID)
        return tuple(each for each in named if default or each.casefold() in wanted)


def delegated(store: Aggregates, client: str, resource: str, user_id: str) -> Permissions:
    """Give what a client (application id) may do at a resource for a user."""
    found = store.applications.by_app_id(resource)
    document: JsonObject = found.document if found else {}
    offered = tuple(dict(_offered(document)).values())
    for_all = (*_pre_authorized(document, client), *_consented(store, client, resource, ""))
    granted = dict.fromkeys((*for_all, *_consented(store, client, resource, user_id)))
    return Permissions(tuple(granted), offered, tuple(dict.fromkeys(for_all)))


def application_roles(store: Aggregates, principal_id: str, resource: str) -> tuple[str, ...]:
    """Give the application permissions that a service principal was granted at a resource."""
    found = store.principals.by_app_id(resource)
    if found is None:
        return ()
    roles = {
        str(as_object(each).get("id")): str(as_object(each).get("value"))
        for each in _list(found.document, "appRoles")
    }
    assigned = store.app_roles.of_principal(principal_id)
    of_resource = (
        str(each.document.get("appRoleId"))
        for each in assigned
        if str(each.document.get("resourceId")).casefold() == found.id
    )
    return tuple(sorted(roles[each] for each in of_resource if roles.get(each)))


def _offered(resource: JsonObject) -> Iterator[tuple[str, str]]:
    for each in _list(as_object(resource.get("api")), "oauth2PermissionScopes"):
        scope = as_object(each)
        if scope.get("isEnabled") is not False:
            yield str(scope.get("id")), str(scope.get("value"))


def _pre_authorized(resource: JsonObject, client: str) -> Iterator[str]:
    offered = dict(_offered(resource))
    for each in _list(as_object(resource.get("api")), "preAuthorizedApplications"):
        entry = as_object(each)
        if str(entry.get("appId")).casefold() == client.casefold():
            for scope_id in as_strings(entry.get("delegatedPermissionIds")):
                if scope_id in offered:
                    yield offered[scope_id]


def _consented(store: Aggregates, client: str, resource: str, user_id: str) -> Iterator[str]:
    of_client, of_resource = (store.principals.by_app_id(each) for each in (client, resource))
    if of_client is None or of_resource is None:
        return
    for grant in store.consents.of_client(of_client.id, user_id):
        if str(grant.document.get("resourceId")).casefold() == of_resource.id:
            yield from str(grant.document.get("scope") or "").split()


def _list(document: JsonObject, name: str) -> Sequence[object]:
    value = document.get(name)
    return value if is_list(value) else ()
