"""What applications may do: delegated permissions granted, and application roles assigned.

Sources: Graph resources oauth2permissiongrant, approleassignment; entra-docs
identity/enterprise-apps/grant-admin-consent.
"""

from __future__ import annotations

from typing import Any, Final

from ostiary.directory.documents import Stored
from ostiary.directory.errors import NoSuchObject, ObjectExists
from ostiary.directory.protocols import Actor
from ostiary.directory.store import Aggregates, Store
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject, as_object, is_list

DEFAULT_ACCESS: Final = "00000000-0000-0000-0000-000000000000"
"""The role of who is assigned to an application that has no roles for him."""
EVERYBODY: Final = "AllPrincipals"
_OPENID: Final = frozenset({"openid", "profile", "email", "offline_access"})


def grant(
    store: Store,
    client_id: str,
    resource_id: str,
    principal_id: str | None,
    scope: str,
    *,
    by: Actor,
) -> Stored:
    """Let a client do something at a resource for a user, None: for everybody.

    Raises NoSuchObject, ObjectExists where there is such a grant, InputError for a permission
    that the resource does not offer.
    """
    with store.transaction() as work:
        client, resource = _principal(work, client_id), _principal(work, resource_id)
        person = None
        if principal_id is not None:
            person = work.users.need(principal_id).id
        for each in work.consents.by_client(client.id):
            document = each.document
            same = str(document.get("resourceId")).casefold() == resource.id
            if same and _folded(document.get("principalId")) == person:
                raise ObjectExists("Permission entry already exists.")
        document = {
            "clientId": client.id,
            "consentType": EVERYBODY if person is None else "Principal",
            "principalId": person,
            "resourceId": resource.id,
            "scope": _offered(work, resource, scope),
        }
        return work.consents.create(document, by=by)


def change_grant(store: Store, grant_id: str, scope: str, *, by: Actor) -> None:
    """Give a grant other permissions. Raises NoSuchObject, InputError."""
    with store.transaction() as work:
        found = work.consents.need(grant_id)
        resource = _principal(work, str(found.document.get("resourceId")))
        members = {"scope": _offered(work, resource, scope)}
        work.consents.modify(found.id, members, by=by)


def take_grant(store: Store, grant_id: str, *, by: Actor) -> None:
    """Take a grant back: the client gets no more tokens by it. Raises NoSuchObject."""
    store.consents.delete(grant_id, by=by)


def assign_app_role(
    store: Store, principal_id: str, resource_id: str, role_id: str, *, at: str, by: Actor
) -> Stored:
    """Give a user, group or service principal a role in an application.

    Raises NoSuchObject, ObjectExists where he has it, InputError for a role that is none for him.
    """
    with store.transaction() as work:
        resource = _principal(work, resource_id)
        kind, principal = _assignable(work, principal_id)
        role = role_id.casefold()
        _require_role(resource, role, "Application" if kind == "ServicePrincipal" else "User")
        for each in work.app_roles.of_principal(principal.id):
            document = each.document
            same = str(document.get("resourceId")).casefold() == resource.id
            if same and str(document.get("appRoleId")).casefold() == role:
                raise ObjectExists("Permission being assigned already exists on the object")
        document = {
            "appRoleId": role,
            "createdDateTime": at,
            "principalDisplayName": principal.document.get("displayName"),
            "principalId": principal.id,
            "principalType": kind,
            "resourceDisplayName": resource.document.get("displayName"),
            "resourceId": resource.id,
        }
        return work.app_roles.create(document, by=by)


def take_app_role(store: Store, assignment_id: str, *, by: Actor) -> None:
    """Take a role in an application away. Raises NoSuchObject."""
    store.app_roles.delete(assignment_id, by=by)


def forget_permissions(work: Aggregates, principal_id: str, *, by: Actor) -> None:
    """Take back what somebody, or something, who is deleted was granted and assigned."""
    for each in (
        *work.app_roles.of_principal(principal_id),
        *work.app_roles.of_resource(principal_id),
    ):
        work.app_roles.delete(each.id, by=by)
    for each in work.consents.of_object(principal_id):
        work.consents.delete(each.id, by=by)


def role_named(resource: Stored, role_id: str) -> JsonObject | None:
    """Give a role that a service principal offers, None where there is none with the id."""
    listed = resource.document.get("appRoles")
    for each in listed if is_list(listed) else ():
        role = as_object(each)
        if str(role.get("id")).casefold() == role_id.casefold():
            return role
    return None


def _principal(work: Aggregates, object_id: str) -> Stored:
    found = work.principals.get(object_id)
    if found is None:
        raise NoSuchObject(f"there is no service principal `{object_id[:60]}`")
    return found


def _assignable(work: Aggregates, object_id: str) -> tuple[str, Stored]:
    kinds = ("User", work.users), ("Group", work.groups), ("ServicePrincipal", work.principals)
    for kind, aggregate in kinds:
        found = aggregate.get(object_id)
        if found is not None:
            return kind, found
    raise NoSuchObject(f"there is no user, group or service principal `{object_id[:60]}`")


def _require_role(resource: Stored, role_id: str, member_type: str) -> None:
    listed = resource.document.get("appRoles")
    possible = [
        role
        for each in (listed if is_list(listed) else ())
        if (role := as_object(each)).get("isEnabled") is not False
        and member_type in (role.get("allowedMemberTypes") or ())
    ]
    if role_id == DEFAULT_ACCESS and not possible:
        return
    if not any(str(each.get("id")).casefold() == role_id for each in possible):
        raise InputError(
            f"expected the id of an enabled role of the application for a {member_type}, came "
            f"`{role_id[:60]}`"
        )


def _offered(work: Aggregates, resource: Stored, scope: str) -> str:
    """Read scopes that the resource offers; blanks between them. Raises InputError."""
    found = work.applications.by_app_id(str(resource.document.get("appId")))
    api: Any = as_object(found.document.get("api")) if found else resource.document
    listed = api.get("oauth2PermissionScopes")
    offered = {
        str(as_object(each).get("value")).casefold(): str(as_object(each).get("value"))
        for each in (listed if is_list(listed) else ())
    }
    wanted = dict.fromkeys(scope.split())
    for each in wanted:
        if each.casefold() not in offered and each not in _OPENID:
            raise InputError(f"expected permissions that the resource offers, came `{each[:60]}`")
    return " ".join(offered.get(each.casefold(), each) for each in wanted)


def _folded(value: object) -> str | None:
    return value.casefold() if isinstance(value, str) else None
