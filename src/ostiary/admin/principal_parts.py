"""What stands on the page of a service principal: who is assigned, and what it was granted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from ostiary.admin.application_parts import objects
from ostiary.admin.directory_changes import word
from ostiary.admin.directory_parts import (
    Cell,
    Facts,
    Field,
    Form,
    Part,
    Row,
    Table,
    enabled,
    texts,
    yes_or_no,
)
from ostiary.admin.naming import Names
from ostiary.admin.visit import Visit
from ostiary.conditions.base import Lookup
from ostiary.model.json_types import JsonObject, as_strings

DEFAULT_ACCESS: Final = "00000000-0000-0000-0000-000000000000"
"""The role of who is assigned to an application without one (Graph resource appRoleAssignment)."""
_PATCH: Final = ("PATCH", "/servicePrincipals/{id}")
_ASSIGNED: Final = "/servicePrincipals/{id}/appRoleAssignedTo"
_PAGES: Final = {"User": "/users", "Group": "/groups", "ServicePrincipal": "/service-principals"}


def overview(visit: Visit, principal: JsonObject, application: JsonObject, path: str) -> Part:
    """Give the essentials, and the forms that enable, disable and delete."""
    etag, forms = str(principal.get("@odata.etag", "")), list[Form]()
    on, needed = principal.get("accountEnabled") is not False, _is_assignment_needed(principal)
    if visit.may(*_PATCH):
        turn = "disable" if on else "enable"
        hint = f"principals.{turn}_hint"
        forms.append(Form(f"{path}/{turn}", f"directory.{turn}", hint, danger=on, etag=etag))
        asked = "principals.require_not" if needed else "principals.require"
        hidden = {"required": "no" if needed else "yes"}
        hint = "principals.assignment_hint"
        forms.append(Form(f"{path}/assignment", asked, hint, hidden=hidden, etag=etag))
    if visit.may("DELETE", "/servicePrincipals/{id}"):
        hint = "principals.delete_hint"
        forms.append(Form(f"{path}/delete", "directory.delete", hint, danger=True, etag=etag))
    registered = Cell()
    if application:
        link = f"/applications/{application['id']}"
        registered = Cell(str(application["displayName"]), link=link)
    names = as_strings(principal.get("servicePrincipalNames"))
    rows = (
        ("directory.name", (texts(principal.get("displayName")),)),
        ("apps.client_id", (texts(principal.get("appId"), code=True),)),
        ("directory.object_id", (Cell(str(principal["id"]), code=True),)),
        ("principals.type", (texts(principal.get("servicePrincipalType")),)),
        ("principals.names", [Cell(each, code=True) for each in names]),
        ("directory.status", (enabled(principal),)),
        ("principals.assignment_required", (yes_or_no(needed),)),
        ("principals.registration", (registered,)),
        ("apps.notes", (texts(principal.get("notes")),)),
    )
    return Facts("directory.properties", rows, tuple(forms))


def _is_assignment_needed(principal: JsonObject) -> bool:
    return principal.get("appRoleAssignmentRequired") is True


async def assigned(visit: Visit, principal: JsonObject, path: str) -> Part:
    """List who is assigned, and let more be."""
    found = await visit.graph.all(f"/servicePrincipals/{principal['id']}/appRoleAssignedTo")
    roles = {str(each["id"]): each for each in objects(principal.get("appRoles"))}
    may_take = visit.may("DELETE", f"{_ASSIGNED}/{{assignment}}")
    rows = [
        Row(
            (
                _holder(each),
                texts(each.get("principalType")),
                _role_name(roles, str(each.get("appRoleId"))),
                Cell(moment=str(each.get("createdDateTime") or "")),
            ),
            _taking(each, path) if may_take else (),
        )
        for each in found
    ]
    forms: tuple[Form, ...] = ()
    if visit.may("POST", _ASSIGNED):
        for_people = [
            e for e in roles.values() if "User" in as_strings(e.get("allowedMemberTypes"))
        ]
        options = [(str(each["id"]), str(each.get("displayName"))) for each in for_people]
        options = options or [(DEFAULT_ACCESS, word("principals.default_access"))]
        fields = (
            Field("names", "principals.assign", "", "area", "directory.typed_names", (), True),
            Field("role", "principals.role", options[0][0], "choice", options=tuple(options)),
        )
        adding = f"{path}/assigned/add"
        forms = (Form(adding, "principals.assign", "principals.assign_hint", fields),)
    columns = ("directory.name", "directory.type", "principals.role", "directory.created")
    return Table("principals.assigned", columns, rows, "principals.no_assigned", forms=forms)


def _holder(assignment: JsonObject) -> Cell:
    key = str(assignment["principalId"])
    page = _PAGES.get(str(assignment.get("principalType")), "")
    link = f"{page}/{key}" if page else ""
    return Cell(str(assignment.get("principalDisplayName") or key), link=link)


def _role_name(roles: dict[str, JsonObject], key: str) -> Cell:
    if key == DEFAULT_ACCESS:
        return Cell(key="principals.default_access")
    return texts(roles.get(key, {"displayName": key}).get("displayName"))


def _taking(assignment: JsonObject, path: str) -> tuple[Form, ...]:
    hidden = {"assignment": str(assignment["id"])}
    about = str(assignment.get("principalDisplayName") or "")
    return (Form(f"{path}/assigned/remove", "directory.remove", hidden=hidden, about=about),)


async def granted(visit: Visit, principal: JsonObject, path: str) -> list[Part]:
    """List what an application may do: for people, and on its own."""
    own = f"/servicePrincipals/{principal['id']}"
    grants = await visit.graph.all(f"{own}/oauth2PermissionGrants")
    roles = await visit.graph.all(f"{own}/appRoleAssignments")
    names = Names(visit.graph)
    return [
        await _delegated(visit, grants, names, path),
        await _own_roles(visit, roles, path),
    ]


async def _delegated(visit: Visit, grants: Sequence[JsonObject], names: Names, path: str) -> Part:
    may_take = visit.may("DELETE", "/oauth2PermissionGrants/{id}")
    rows: list[Row] = []
    for each in grants:
        resource = str(each["resourceId"])
        named = await names.of(Lookup.SERVICE_PRINCIPAL, resource)
        whom = Cell(key="principals.everybody")
        if person := each.get("principalId"):
            whom = Cell(await names.of(Lookup.USER, str(person)), link=f"/users/{person}")
        hidden = {"grant": str(each["id"])}
        forms = (Form(f"{path}/grants/revoke", "principals.revoke", hidden=hidden, about=named),)
        cells = (
            Cell(named, link=f"/service-principals/{resource}"),
            texts(str(each.get("scope") or "").strip(), code=True),
            whom,
        )
        rows.append(Row(cells, forms if may_take else ()))
    columns = ("apps.resource", "principals.scopes", "principals.for_whom")
    return Table("principals.granted", columns, rows, "principals.no_granted")


async def _own_roles(visit: Visit, found: Sequence[JsonObject], path: str) -> Part:
    may_take = visit.may("DELETE", "/servicePrincipals/{id}/appRoleAssignments/{assignment}")
    offered = dict[str, dict[str, Any]]()
    rows: list[Row] = []
    for each in found:
        resource, role = str(each["resourceId"]), str(each["appRoleId"])
        if resource not in offered:
            asked = await visit.graph.get(f"/servicePrincipals/{resource}")
            offered[resource] = {str(e["id"]): e for e in objects(asked.get("appRoles"))}
        value = str(offered[resource].get(role, {}).get("value") or role)
        hidden = {"assignment": str(each["id"])}
        forms = (Form(f"{path}/roles/revoke", "principals.revoke", hidden=hidden, about=value),)
        name = str(each.get("resourceDisplayName") or resource)
        cells = (
            Cell(name, link=f"/service-principals/{resource}"),
            Cell(value, code=True),
            Cell(moment=str(each.get("createdDateTime") or "")),
        )
        rows.append(Row(cells, forms if may_take else ()))
    columns = ("apps.resource", "principals.scopes", "directory.created")
    return Table("principals.granted_roles", columns, rows, "principals.no_granted_roles")
