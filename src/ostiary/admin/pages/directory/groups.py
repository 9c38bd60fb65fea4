"""The list of groups, and the form of a new one."""

from __future__ import annotations

from typing import Any, Final

from ostiary.admin.changing import send
from ostiary.admin.directory_changes import word
from ostiary.admin.directory_lists import Choice, Listing, show_list
from ostiary.admin.directory_objects import found_by_name, reference
from ostiary.admin.directory_parts import (
    NEUTRAL,
    Cell,
    Error,
    Field,
    Form,
    ObjectPage,
    Row,
    shown,
    texts,
)
from ostiary.admin.graph_calls import Refused
from ostiary.admin.visit import Answer, GoTo, PageRoute, Visit
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject

PATH: Final = "/groups"
NEW: Final = f"{PATH}/new"


def assignable(group: JsonObject) -> Cell:
    """Give the badge of a group that roles can be assigned to."""
    if group.get("isAssignableToRole") is not True:
        return Cell()
    return Cell(key="groups.roles_assignable", tone=NEUTRAL)


def _row(group: JsonObject) -> Row:
    name = str(group.get("displayName") or group["id"])
    return Row(
        (
            Cell(name, link=f"{PATH}/{group['id']}"),
            Cell(key="groups.security"),
            texts(group.get("description")),
            assignable(group),
        )
    )


GROUPS: Final = Listing(
    "groups.title",
    PATH,
    "/groups",
    ("groups.name", "groups.kind", "directory.description", "groups.roles_assignable"),
    _row,
    "id,displayName,description,isAssignableToRole",
    choices=(
        Choice(
            "assignable",
            "groups.roles_assignable",
            (
                ("yes", "yes", "isAssignableToRole eq true"),
                ("no", "no", "not(isAssignableToRole eq true)"),
            ),
        ),
    ),
)


async def show_groups(visit: Visit) -> Answer:
    """List groups."""
    links = [Cell(key="groups.new", link=NEW)] if visit.may("POST", "/groups") else []
    return await show_list(visit, GROUPS, links)


async def show_new(visit: Visit) -> Answer:
    """Show the form of a new group."""
    return _form(visit)


async def create(visit: Visit) -> Answer:
    """Add a group with its first members."""
    try:
        made = await send(visit, "POST", "/groups", await _sent(visit))
    except (Refused, InputError) as error:
        return _form(visit, error)
    return GoTo(f"{PATH}/{made['id']}", "group_created")


async def _sent(visit: Visit) -> dict[str, Any]:
    form = visit.form
    name, typed = form.get("displayName", "").strip(), form.get("members", "").strip()
    members = await found_by_name(visit.graph, typed) if typed else []
    return {
        "displayName": name,
        "description": form.get("description", "").strip() or None,
        # Graph asks for one though nothing is ever sent to a security group.
        "mailNickname": "".join(each for each in name if each.isalnum())[:64] or "group",
        "mailEnabled": False,
        "securityEnabled": True,
        **({"isAssignableToRole": True} if "assignable" in form else {}),
        **({"members@odata.bind": [reference(visit, each) for each in members]} if members else {}),
    }


def _form(visit: Visit, error: Error | None = None) -> Answer:
    fields = (
        Field("displayName", "groups.name", needed=True),
        Field("description", "directory.description"),
        Field("members", "groups.first_members", "", "area", "directory.typed_names"),
        Field("assignable", "groups.assignable", "", "tick", "groups.assignable_hint"),
    )
    form = Form(NEW, "directory.create", "", fields, opened=True)
    page = ObjectPage((PATH, "groups.title"), word("groups.new"), NEW, (form,))
    return shown(visit, page, error)


ROUTES: Final = (
    PageRoute("GET", PATH, show_groups),
    PageRoute("GET", NEW, show_new, needs=("POST", "/groups")),
    PageRoute("POST", NEW, create),
)
