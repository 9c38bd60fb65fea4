"""Roles and administrators: who holds which role, and what each may do here."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final
from urllib.parse import quote

from ostiary.admin.changing import send
from ostiary.admin.directory_changes import acting, chosen, policies_part, readable
from ostiary.admin.directory_objects import found_by_name, linked, objects_table
from ostiary.admin.directory_parts import (
    Cell,
    Error,
    Facts,
    Field,
    Form,
    ObjectPage,
    Part,
    Row,
    Tab,
    Table,
    known_tab,
    shown,
    texts,
)
from ostiary.admin.role_rights import rights_of
from ostiary.admin.visit import Answer, PageRoute, Shown, Visit
from ostiary.conditions.base import Lookup
from ostiary.model.json_types import JsonObject, as_object

PATH: Final = "/roles"
_ONE: Final = f"{PATH}/{{id}}"
_DEFINITIONS: Final = "/roleManagement/directory/roleDefinitions"
_ASSIGNMENTS: Final = "/roleManagement/directory/roleAssignments"
_TABS: Final = (
    Tab("assignments", "roles.assignments"),
    Tab("rights", "roles.what"),
    Tab("policies", "groups.policies"),
)


async def show_roles(visit: Visit) -> Answer:
    """List the roles that somebody holds, or all of them; Graph tells either as one list."""
    sought, which = visit.query.get("search", "").strip(), visit.query.get("only", "")
    definitions = await visit.graph.all(_DEFINITIONS)
    assigned = Counter(
        str(each["roleDefinitionId"]).casefold() for each in await visit.graph.all(_ASSIGNMENTS)
    )
    rows = [
        _row(each, assigned[str(each["id"])])
        for each in sorted(definitions, key=lambda one: str(one["displayName"]))
        if sought.casefold() in str(each["displayName"]).casefold()
        and (which == "all" or sought or assigned[str(each["id"])])
    ]
    choice = Field("only", "roles.only", which, "choice", options=(("all", "roles.all_roles"),))
    columns = ("roles.role", "roles.assigned")
    values: dict[str, Any] = {
        "title": "roles.title",
        "lead": "roles.lead",
        "path": PATH,
        "links": (),
        "search": sought,
        "searched": "roles.search_hint",
        "filters": (choice,),
        "every": "roles.only_held",
        "total": len(rows),
        "table": Table("roles.title", columns, rows),
    }
    return Shown("directory_list", values)


def _row(role: JsonObject, count: int) -> Row:
    named = Cell(str(role["displayName"]), link=f"{PATH}/{role['id']}")
    return Row((named, Cell(str(count))))


async def show_role(visit: Visit) -> Answer:
    """Show who holds a role."""
    return await _shown(visit, None, visit.query.get("tab", ""))


async def _shown(visit: Visit, error: Error | None, tab: str) -> Answer:
    role = await visit.graph.get(f"{_DEFINITIONS}/{quote(visit.path['id'])}")
    tab = known_tab(_TABS, tab)
    path, key = f"{PATH}/{role['id']}", str(role["id"])
    parts: list[Part]
    if tab == "rights":
        parts = [_rights(key)]
    elif tab == "policies":
        read = policies_part(visit, "groups.policies", Lookup.ROLE, key)
        parts = [await readable("groups.policies", read)]
    else:
        parts = [await _assignments(visit, key, path), _facts(role)]
    name, way = str(role["displayName"]), (PATH, "roles.title")
    return shown(visit, ObjectPage(way, name, path, parts, tabs=_TABS, tab=tab), error)


def _facts(role: JsonObject) -> Part:
    return Facts("directory.basics", (("roles.template", (Cell(str(role["id"]), code=True),)),))


async def _assignments(visit: Visit, role: str, path: str) -> Part:
    wanted = f"roleDefinitionId eq '{role}'"
    found = await visit.graph.all(_ASSIGNMENTS, filter=wanted, expand="principal")
    by_person = {str(each["principalId"]): str(each["id"]) for each in found}
    people = [_person(each) for each in found]
    forms: tuple[Form, ...] = ()
    if visit.may("POST", _ASSIGNMENTS):
        typed = Field("names", "roles.add", "", "area", "directory.typed_names", (), True)
        forms = (Form(f"{path}/add", "roles.add", "roles.add_hint", (typed,)),)

    def removing(person: JsonObject) -> Form:
        hidden = {"assignment": by_person[str(person["id"])]}
        about = linked(person).text
        return Form(f"{path}/remove", "directory.remove", hidden=hidden, about=about)

    return objects_table(
        "roles.assignments",
        people,
        empty="roles.none",
        forms=forms,
        removing=removing if visit.may("DELETE", f"{_ASSIGNMENTS}/{{id}}") else None,
    )


def _person(assignment: JsonObject) -> dict[str, Any]:
    """Give who holds a role; where he is gone, by his id."""
    found = as_object(assignment.get("principal"))
    kind = {} if found else {"@odata.type": "#microsoft.graph.servicePrincipal"}
    return {**kind, **found, "id": str(assignment["principalId"])}


def _rights(role: str) -> Part:
    rows = [
        Row((texts(each.does), Cell(each.method, code=True), Cell(each.path, code=True)))
        for each in rights_of(role)
    ]
    columns = ("roles.operation", "roles.method", "roles.address")
    return Table("roles.what", columns, rows, "roles.what_none", hint="roles.what_hint")


async def _add(visit: Visit) -> None:
    """Give a role to whoever was typed."""
    for each in await found_by_name(visit.graph, visit.form.get("names", "")):
        body = {
            "roleDefinitionId": visit.path["id"],
            "principalId": each,
            "directoryScopeId": "/",
        }
        await send(visit, "POST", _ASSIGNMENTS, body)


async def _remove(visit: Visit) -> None:
    """Take a role away; Graph keeps the last Global Administrator."""
    await send(visit, "DELETE", f"{_ASSIGNMENTS}/{chosen(visit, 'assignment')}")


ROUTES: Final = (
    PageRoute("GET", PATH, show_roles),
    PageRoute("GET", _ONE, show_role),
    acting(f"{_ONE}/add", _add, _shown, "role_given"),
    acting(f"{_ONE}/remove", _remove, _shown, "role_taken"),
)
