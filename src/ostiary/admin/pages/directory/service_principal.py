"""One enterprise application or managed identity: who may use it, and what it may do."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from ostiary.admin import principal_parts
from ostiary.admin.changing import send
from ostiary.admin.directory_changes import acting, chosen, policies_part, readable
from ostiary.admin.directory_lists import quoted
from ostiary.admin.directory_objects import add_each, found_by_name
from ostiary.admin.directory_owners import owners_part
from ostiary.admin.directory_parts import (
    Cell,
    Error,
    ObjectPage,
    Part,
    Tab,
    enabled,
    known_tab,
    shown,
)
from ostiary.admin.pages.directory.service_principals import IDENTITIES, MANAGED, ONE, PATH
from ostiary.admin.visit import Answer, PageRoute, Visit
from ostiary.conditions.base import Lookup
from ostiary.model.json_types import JsonObject

_ONE: Final = f"{ONE}/{{id}}"
_GRAPH: Final = "/servicePrincipals"
_TABS: Final = (
    Tab("overview", "directory.overview"),
    Tab("assigned", "principals.assigned"),
    Tab("permissions", "principals.scopes"),
    Tab("policies", "groups.policies"),
    Tab("owners", "groups.owners"),
)


async def show_principal(visit: Visit) -> Answer:
    """Show a service principal."""
    return await _shown(visit, None, visit.query.get("tab", ""))


async def _shown(visit: Visit, error: Error | None, tab: str) -> Answer:
    principal = await visit.graph.get(_principal(visit))
    tab = known_tab(_TABS, tab)
    path = f"{ONE}/{principal['id']}"
    managed = principal.get("servicePrincipalType") == MANAGED
    way = (IDENTITIES, "principals.identities") if managed else (PATH, "principals.title")
    name = str(principal.get("displayName") or principal["id"])
    parts = await _parts(visit, principal, path, tab)
    links = _links(visit, principal)
    page = ObjectPage(way, name, path, parts, (enabled(principal),), links, _TABS, tab)
    return shown(visit, page, error)


def _links(visit: Visit, principal: JsonObject) -> tuple[Cell, ...]:
    asking = f"/what-if?servicePrincipal={quote(str(principal['id']))}"
    what_if = Cell(key="users.what_if", link=asking)
    if not visit.may("GET", "/auditLogs/signIns"):
        return (what_if,)
    named = quote(str(principal.get("appId") or principal["id"]))
    return what_if, Cell(key="directory.sign_ins", link=f"/sign-ins?app={named}")


async def _parts(visit: Visit, principal: JsonObject, path: str, tab: str) -> list[Part]:
    app_id = str(principal.get("appId"))
    match tab:
        case "assigned":
            return [await principal_parts.assigned(visit, principal, path)]
        case "permissions":
            return await principal_parts.granted(visit, principal, path)
        case "policies":
            return await _policies(visit, principal, app_id)
        case "owners":
            return [await owners_part(visit, f"{_GRAPH}/{principal['id']}", path)]
        case _:
            wanted = f"appId eq {quoted(app_id)}"
            found = (await visit.graph.get("/applications", filter=wanted))["value"]
            application: JsonObject = found[0] if found else {}
            return [principal_parts.overview(visit, principal, application, path)]


async def _policies(visit: Visit, principal: JsonObject, app_id: str) -> list[Part]:
    """Give the policies about it as a target, and those about it as a workload identity."""
    target = policies_part(visit, "principals.policies", Lookup.APPLICATION, app_id, "All")
    key = str(principal["id"])
    itself = policies_part(visit, "principals.own_policies", Lookup.SERVICE_PRINCIPAL, key)
    return [
        await readable("principals.policies", target),
        await readable("principals.own_policies", itself),
    ]


def _principal(visit: Visit) -> str:
    return f"{_GRAPH}/{quote(visit.path['id'])}"


async def _enable(visit: Visit) -> None:
    """Let it get tokens again."""
    await send(visit, "PATCH", _principal(visit), {"accountEnabled": True})


async def _disable(visit: Visit) -> None:
    """Let it get no tokens any more."""
    await send(visit, "PATCH", _principal(visit), {"accountEnabled": False})


async def _assignment(visit: Visit) -> None:
    """Ask for an assignment of everybody, or not."""
    body = {"appRoleAssignmentRequired": visit.form.get("required") == "yes"}
    await send(visit, "PATCH", _principal(visit), body)


async def _delete(visit: Visit) -> None:
    """Delete it, with what it may do."""
    await send(visit, "DELETE", _principal(visit))


async def _assign(visit: Visit) -> None:
    """Assign whoever was typed."""
    principal = await visit.graph.get(_principal(visit), select="id")
    for each in await found_by_name(visit.graph, visit.form.get("names", "")):
        body = {
            "principalId": each,
            "resourceId": principal["id"],
            "appRoleId": visit.form.get("role", ""),
        }
        await send(visit, "POST", f"{_principal(visit)}/appRoleAssignedTo", body)


async def _unassign(visit: Visit) -> None:
    """Take an assignment away."""
    key = chosen(visit, "assignment")
    await send(visit, "DELETE", f"{_principal(visit)}/appRoleAssignedTo/{key}")


async def _revoke_grant(visit: Visit) -> None:
    """Take delegated permissions back."""
    await send(visit, "DELETE", f"/oauth2PermissionGrants/{chosen(visit, 'grant')}")


async def _revoke_role(visit: Visit) -> None:
    """Take an application permission back."""
    key = chosen(visit, "assignment")
    await send(visit, "DELETE", f"{_principal(visit)}/appRoleAssignments/{key}")


async def _add_owners(visit: Visit) -> None:
    """Add owners by their names."""
    await add_each(visit, f"{_principal(visit)}/owners", visit.form.get("names", ""))


async def _remove_owner(visit: Visit) -> None:
    """Take an owner away."""
    owner = chosen(visit, "owner")
    await send(visit, "DELETE", f"{_principal(visit)}/owners/{owner}/$ref")


def _changing(path: str, change: Any, tab: str = "") -> PageRoute:
    return acting(f"{_ONE}/{path}", change, _shown, "principal_changed", tab=tab)


ROUTES: Final = (
    PageRoute("GET", _ONE, show_principal),
    _changing("enable", _enable),
    _changing("disable", _disable),
    _changing("assignment", _assignment),
    acting(f"{_ONE}/delete", _delete, _shown, "principal_deleted", to=PATH),
    _changing("assigned/add", _assign, "assigned"),
    _changing("assigned/remove", _unassign, "assigned"),
    _changing("grants/revoke", _revoke_grant, "permissions"),
    _changing("roles/revoke", _revoke_role, "permissions"),
    _changing("owners/add", _add_owners, "owners"),
    _changing("owners/remove", _remove_owner, "owners"),
)
