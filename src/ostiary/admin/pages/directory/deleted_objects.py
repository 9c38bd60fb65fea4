"""Deleted users, groups and applications: within 30 days they come back, or go for good."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from ostiary.admin.changing import send
from ostiary.admin.directory_changes import acting, readable, word
from ostiary.admin.directory_parts import (
    Cell,
    Error,
    Form,
    ObjectPage,
    Part,
    Row,
    Tab,
    Table,
    shown,
)
from ostiary.admin.visit import Answer, PageRoute, Visit
from ostiary.model.json_types import JsonObject

PATH: Final = "/deleted-objects"
_ONE: Final = f"{PATH}/{{id}}"
_GRAPH: Final = "/directory/deletedItems"
_KINDS: Final = {
    "users": "user",
    "groups": "group",
    "applications": "application",
    "principals": "servicePrincipal",
}
_TABS: Final = tuple(Tab(each, f"deleted_objects.{each}") for each in _KINDS)


async def show_deleted(visit: Visit) -> Answer:
    """List what was deleted, of one kind."""
    return await _shown(visit)


async def _shown(visit: Visit, error: Error | None = None, tab: str = "") -> Answer:
    tab = tab or visit.form.get("tab") or visit.query.get("tab", "")
    tab = tab if tab in _KINDS else _TABS[0].name
    title = f"deleted_objects.{tab}"

    async def read() -> Part:
        found = await visit.graph.all(f"{_GRAPH}/microsoft.graph.{_KINDS[tab]}")
        may = visit.may("POST", f"{_GRAPH}/{{id}}/restore")
        rows = [_row(each, tab) if may else Row(_cells(each)) for each in found]
        columns = ("directory.name", "directory.object_id", "deleted_objects.when")
        return Table(title, columns, rows, "deleted_objects.none", hint="deleted_objects.lead")

    parts = [await readable(title, read)]
    way = ("/users", "users.title")
    page = ObjectPage(way, word("deleted_objects.title"), PATH, parts, tabs=_TABS, tab=tab)
    return shown(visit, page, error)


def _cells(deleted: JsonObject) -> tuple[Cell, ...]:
    name = deleted.get("displayName") or deleted.get("userPrincipalName") or deleted["id"]
    return (
        Cell(str(name)),
        Cell(str(deleted["id"]), code=True),
        Cell(moment=str(deleted.get("deletedDateTime") or "")),
    )


def _row(deleted: JsonObject, tab: str) -> Row:
    cells = _cells(deleted)
    path, hidden = f"{PATH}/{deleted['id']}", {"tab": tab}
    restore = Form(f"{path}/restore", "deleted_objects.restore", hidden=hidden, about=cells[0].text)
    purge = Form(
        f"{path}/purge", "deleted_objects.purge", hidden=hidden, about=cells[0].text, danger=True
    )
    return Row(cells, (restore, purge))


async def _restore(visit: Visit) -> None:
    """Bring an object back."""
    await send(visit, "POST", f"{_GRAPH}/{quote(visit.path['id'])}/restore")


async def _purge(visit: Visit) -> None:
    """Delete an object for good."""
    await send(visit, "DELETE", f"{_GRAPH}/{quote(visit.path['id'])}")


ROUTES: Final = (
    PageRoute("GET", PATH, show_deleted),
    acting(f"{_ONE}/restore", _restore, _shown, "object_restored", to=PATH),
    acting(f"{_ONE}/purge", _purge, _shown, "object_purged", to=PATH),
)
