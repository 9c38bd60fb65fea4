"""API permissions of an application: what it asks for, what was granted, admin consent.

Source: Graph resources requiredresourceaccess, oauth2permissiongrant, approleassignment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ostiary.admin.application_parts import PATCH, objects
from ostiary.admin.changing import send
from ostiary.admin.directory_lists import quoted
from ostiary.admin.directory_parts import BAD, GOOD, Cell, Field, Form, Part, Row, Table, texts
from ostiary.admin.naming import Names
from ostiary.admin.visit import Visit
from ostiary.conditions.base import Lookup
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject

_GRANTS: Final = "/oauth2PermissionGrants"
_SCOPE: Final = "Scope"
_ROLE: Final = "Role"
_OF_KIND: Final = {_SCOPE: "oauth2PermissionScopes", _ROLE: "appRoles"}


@dataclass(frozen=True, slots=True)
class Permission:
    """A permission that an application asks for; `resource` is the service principal, or empty."""

    resource_app: str
    resource: JsonObject
    kind: str
    id: str
    granted: bool

    @property
    def value(self) -> str:
        """Its name, its id where the resource does not offer it."""
        found = _offered(self.resource, self.kind, self.id)
        return str(found.get("value") or self.id)


async def principal_of(visit: Visit, app_id: str) -> dict[str, Any]:
    """Give the service principal of an application, nothing where there is none."""
    found = await visit.graph.get("/servicePrincipals", filter=f"appId eq {quoted(app_id)}")
    listed: list[dict[str, Any]] = found["value"]
    return listed[0] if listed else {}


async def permissions_of(
    visit: Visit, application: JsonObject, principal: JsonObject
) -> list[Permission]:
    """Give what an application asks for, and whether everybody's administrator granted it."""
    scopes, roles = await _granted(visit, principal)
    found: list[Permission] = []
    for each in objects(application.get("requiredResourceAccess")):
        app_id = str(each.get("resourceAppId"))
        resource = await principal_of(visit, app_id)
        key = str(resource.get("id")).casefold()
        for need in objects(each.get("resourceAccess")):
            kind, wanted = str(need.get("type")), str(need.get("id"))
            value = str(_offered(resource, kind, wanted).get("value"))
            held = roles.get(key, set()) if kind == _ROLE else scopes.get(key, set())
            granted = (wanted if kind == _ROLE else value).casefold() in held
            found.append(Permission(app_id, resource, kind, wanted, granted))
    return found


async def _granted(
    visit: Visit, principal: JsonObject
) -> tuple[Mapping[str, set[str]], Mapping[str, set[str]]]:
    """Give granted scopes, and ids of assigned roles, by the id of the resource."""
    scopes, roles = dict[str, set[str]](), dict[str, set[str]]()
    if not principal:
        return scopes, roles
    path = f"/servicePrincipals/{principal['id']}"
    for each in await visit.graph.all(f"{path}/oauth2PermissionGrants"):
        if each.get("consentType") == "AllPrincipals":
            own = scopes.setdefault(str(each["resourceId"]).casefold(), set())
            own.update(str(each.get("scope") or "").casefold().split())
    for each in await visit.graph.all(f"{path}/appRoleAssignments"):
        own = roles.setdefault(str(each["resourceId"]).casefold(), set())
        own.add(str(each["appRoleId"]).casefold())
    return scopes, roles


def _offered(resource: JsonObject, kind: str, key: str) -> JsonObject:
    listed = objects(resource.get(_OF_KIND.get(kind, "")))
    found = (each for each in listed if str(each.get("id")).casefold() == key.casefold())
    nothing: JsonObject = {}
    return next(found, nothing)


def permissions_table(visit: Visit, asked: list[Permission], path: str, etag: str) -> Part:
    """Give the permissions, and the forms that ask for more, and grant what is asked for."""
    rows = [
        Row(
            (
                Cell(each.value, code=True),
                texts(each.resource.get("displayName") or each.resource_app),
                Cell(key=f"apps.permission.{each.kind}"),
                Cell(
                    key="apps.granted" if each.granted else "apps.not_granted",
                    tone=GOOD if each.granted else BAD,
                ),
            ),
            _removing(visit, each, path),
        )
        for each in asked
    ]
    forms: list[Form] = []
    if visit.may(*PATCH):
        fields = (
            Field("resource", "apps.resource", needed=True, hint="apps.resource_hint"),
            Field("scopes", "apps.delegated", "", "area", "apps.values_hint"),
            Field("roles", "apps.application", "", "area", "apps.values_hint"),
        )
        forms.append(Form(f"{path}/permissions/add", "apps.add_permission", "", fields, etag=etag))
    missing = any(not each.granted and each.resource for each in asked)
    if missing and visit.may("POST", _GRANTS):
        hint = "apps.consent_hint"
        forms.append(Form(f"{path}/permissions/consent", "apps.consent", hint, danger=True))
    columns = ("apps.permission_name", "apps.resource", "apps.permission_type", "apps.state")
    empty = "apps.no_permissions"
    return Table("apps.permissions", columns, rows, empty, forms=tuple(forms))


def _removing(visit: Visit, each: Permission, path: str) -> tuple[Form, ...]:
    if not visit.may(*PATCH):
        return ()
    hidden = {"resource": each.resource_app, "key": each.id}
    remove = f"{path}/permissions/remove"
    return (Form(remove, "directory.remove", hidden=hidden, about=each.value),)


async def add(visit: Visit, application: JsonObject) -> None:
    """Ask for permissions of a resource, by their names. Raises Refused, InputError."""
    typed = visit.form.get("resource", "").strip()
    app_id = await Names(visit.graph).find(Lookup.APPLICATION, typed)
    resource = await principal_of(visit, app_id)
    wanted = [
        {"id": _named(resource, kind, value), "type": kind}
        for kind, name in ((_SCOPE, "scopes"), (_ROLE, "roles"))
        for value in visit.form.get(name, "").split()
    ]
    if not wanted:
        raise InputError("expected the name of one permission at least")
    known = _asked_of(application, app_id)
    ids = {str(each.get("id")).casefold() for each in known}
    more = [each for each in wanted if each["id"].casefold() not in ids]
    await _ask(visit, application, app_id, [*known, *more])


async def remove(visit: Visit, application: JsonObject) -> None:
    """Ask for a permission no more; what was granted stays until it is revoked. Raises Refused."""
    app_id, key = visit.form.get("resource", ""), visit.form.get("key", "").casefold()
    kept = [each for each in _asked_of(application, app_id) if str(each["id"]).casefold() != key]
    await _ask(visit, application, app_id, kept)


async def consent(visit: Visit, application: JsonObject) -> None:
    """Grant, for everybody, what the application asks for. Raises Refused, InputError."""
    principal = await principal_of(visit, str(application["appId"]))
    if not principal:
        raise InputError("expected a service principal: without one nothing can be granted")
    own = f"/servicePrincipals/{principal['id']}"
    every = await permissions_of(visit, application, principal)
    asked = [each for each in every if not each.granted and each.resource]
    if not asked:
        raise InputError("expected a permission that is asked for and not granted, there is none")
    grants = {
        str(each["resourceId"]).casefold(): each
        for each in await visit.graph.all(f"{own}/oauth2PermissionGrants")
        if each.get("consentType") == "AllPrincipals"
    }
    by_resource = dict[str, list[str]]()
    for each in asked:
        resource = str(each.resource["id"])
        if each.kind == _SCOPE:
            by_resource.setdefault(resource, []).append(each.value)
            continue
        body = {"principalId": principal["id"], "resourceId": resource, "appRoleId": each.id}
        await send(visit, "POST", f"{own}/appRoleAssignments", body)
    for resource, values in by_resource.items():
        known = grants.get(resource.casefold())
        if known is not None:
            scope = " ".join([*str(known.get("scope") or "").split(), *values])
            await send(visit, "PATCH", f"{_GRANTS}/{known['id']}", {"scope": scope})
            continue
        body = {"clientId": principal["id"], "resourceId": resource, "scope": " ".join(values)}
        await send(visit, "POST", _GRANTS, {**body, "consentType": "AllPrincipals"})


def _named(resource: JsonObject, kind: str, value: str) -> str:
    for each in objects(resource.get(_OF_KIND[kind])):
        if str(each.get("value")).casefold() == value.casefold():
            return str(each["id"])
    name = str(resource.get("displayName"))[:60]
    raise InputError(f"expected a permission that `{name}` offers, came `{value[:60]}`")


def _asked_of(application: JsonObject, app_id: str) -> list[JsonObject]:
    for each in objects(application.get("requiredResourceAccess")):
        if str(each.get("resourceAppId")).casefold() == app_id.casefold():
            return objects(each.get("resourceAccess"))
    return []


async def _ask(
    visit: Visit, application: JsonObject, app_id: str, wanted: list[JsonObject]
) -> None:
    others = [
        each
        for each in objects(application.get("requiredResourceAccess"))
        if str(each.get("resourceAppId")).casefold() != app_id.casefold()
    ]
    own = [{"resourceAppId": app_id, "resourceAccess": wanted}] if wanted else []
    body = {"requiredResourceAccess": [*others, *own]}
    await send(visit, "PATCH", f"/applications/{application['id']}", body)
