"""Tables of objects of whatever kind, each a link to its page; and what somebody typed of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Final

from ostiary.admin.changing import send
from ostiary.admin.directory_parts import Cell, Form, Row, Table
from ostiary.admin.graph_calls import Graph, Refused
from ostiary.admin.naming import Names
from ostiary.admin.visit import Visit
from ostiary.conditions.base import Lookup
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject

PAGES: Final = {
    "user": "/users",
    "group": "/groups",
    "device": "/devices",
    "application": "/applications",
    "servicePrincipal": "/service-principals",
    "directoryRole": "/roles",
}
_COLUMNS: Final = ("directory.name", "directory.type")


def kind_of(found: JsonObject) -> str:
    """Give the kind of an object, as `PAGES` names it."""
    return str(found.get("@odata.type")).rpartition(".")[2]


def linked(found: JsonObject) -> Cell:
    """Name an object, with the way to its page."""
    kind = kind_of(found)
    name = str(found.get("displayName") or found.get("userPrincipalName") or found["id"])
    return Cell(name, link=f"{PAGES[kind]}/{found['id']}" if kind in PAGES else "")


def objects_table(
    title: str,
    found: Iterable[JsonObject],
    *,
    empty: str = "nothing_found",
    after: str = "",
    hint: str = "",
    forms: tuple[Form, ...] = (),
    removing: Callable[[JsonObject], Form] | None = None,
) -> Table:
    """Give a table of objects; `removing` is the form that takes one of them out."""
    rows = [
        Row(
            (linked(each), Cell(key=f"directory.kind.{kind_of(each)}")),
            (removing(each),) if removing else (),
        )
        for each in found
    ]
    return Table(title, _COLUMNS, rows, empty, after, forms, hint)


async def found_by_name(graph: Graph, typed: str) -> list[str]:
    """Give the ids of what somebody typed, one a line: users, groups, service principals.

    Raises InputError, with the line that nothing, or more than one thing, goes by.
    """
    names, found = Names(graph), list[str]()
    for line in filter(None, (each.strip() for each in typed.splitlines())):
        found.append(await _one(names, line))
    if not found:
        raise InputError("expected a name or an object ID, came nothing")
    return found


async def _one(names: Names, typed: str) -> str:
    if "@" not in typed:
        for lookup in (Lookup.GROUP, Lookup.SERVICE_PRINCIPAL):
            with suppress(InputError, Refused):
                return await names.find(lookup, typed)
    return await names.find(Lookup.USER, typed)


def reference(visit: Visit, key: str) -> str:
    """Give the address of an object as bodies of Graph name it."""
    return f"{visit.host.graph_url}/v1.0/directoryObjects/{key}"


async def add_each(visit: Visit, path: str, typed: str) -> None:
    """Add what somebody typed to the members, or owners, at a path. Raises Refused, InputError."""
    for each in await found_by_name(visit.graph, typed):
        await send(visit, "POST", f"{path}/$ref", {"@odata.id": reference(visit, each)})
