"""One group: members, owners, what it is in, and the policies that name it."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from ostiary.admin.changing import send
from ostiary.admin.directory_changes import acting, chosen, policies_part, readable
from ostiary.admin.directory_lists import ON_A_PAGE, following
from ostiary.admin.directory_objects import add_each, objects_table
from ostiary.admin.directory_owners import owners_part, removal
from ostiary.admin.directory_parts import (
    Cell,
    Error,
    Facts,
    Field,
    Form,
    ObjectPage,
    Part,
    Tab,
    known_tab,
    shown,
    texts,
    yes_or_no,
)
from ostiary.admin.pages.directory.groups import PATH, assignable
from ostiary.admin.visit import Answer, PageRoute, Visit
from ostiary.conditions.base import Lookup
from ostiary.model.json_types import JsonObject

_ONE: Final = f"{PATH}/{{id}}"
_TABS: Final = (
    Tab("overview", "groups.overview"),
    Tab("members", "groups.members"),
    Tab("owners", "groups.owners"),
    Tab("memberships", "groups.member_of"),
    Tab("policies", "groups.policies"),
)


async def show_group(visit: Visit) -> Answer:
    """Show a group."""
    return await _shown(visit, None, visit.query.get("tab", ""))


async def _shown(visit: Visit, error: Error | None, tab: str) -> Answer:
    group = await visit.graph.get(_group(visit))
    tab = known_tab(_TABS, tab)
    path = f"{PATH}/{group['id']}"
    name = str(group.get("displayName") or group["id"])
    way = (PATH, "groups.title")
    parts = await _parts(visit, group, path, tab)
    links = (_other_members(visit, path),) if tab == "members" else ()
    page = ObjectPage(way, name, path, parts, (assignable(group),), links, _TABS, tab)
    return shown(visit, page, error)


async def _parts(visit: Visit, group: JsonObject, path: str, tab: str) -> list[Part]:
    graph = f"/groups/{group['id']}"
    match tab:
        case "members":
            return [await _members(visit, graph, path)]
        case "owners":
            return [await owners_part(visit, graph, path)]
        case "memberships":
            page = await visit.graph.get(f"{graph}/transitiveMemberOf")
            empty = "groups.no_groups"
            return [objects_table("groups.member_of", page["value"], empty=empty)]
        case "policies":
            key = str(group["id"])
            read = policies_part(visit, "groups.policies", Lookup.GROUP, key)
            return [await readable("groups.policies", read)]
        case _:
            return [_overview(visit, group, path)]


def _overview(visit: Visit, group: JsonObject, path: str) -> Part:
    etag, forms = str(group.get("@odata.etag", "")), list[Form]()
    if visit.may("PATCH", "/groups/{id}"):
        fields = (
            Field("displayName", "groups.name", str(group.get("displayName") or ""), needed=True),
            Field("description", "directory.description", str(group.get("description") or "")),
        )
        forms.append(Form(f"{path}/edit", "directory.edit", fields=fields, etag=etag))
    if visit.may("DELETE", "/groups/{id}"):
        hint = "groups.delete_hint"
        forms.append(Form(f"{path}/delete", "directory.delete", hint, danger=True, etag=etag))
    rows = (
        ("groups.name", (texts(group.get("displayName")),)),
        ("directory.description", (texts(group.get("description")),)),
        ("groups.kind", (Cell(key="groups.security"),)),
        ("groups.assignable", (yes_or_no(group.get("isAssignableToRole") is True),)),
        ("directory.created", (Cell(moment=str(group.get("createdDateTime") or "")),)),
        ("directory.object_id", (Cell(str(group["id"]), code=True),)),
    )
    return Facts("directory.basics", rows, tuple(forms))


async def _members(visit: Visit, graph: str, path: str) -> Part:
    after, every = visit.query.get("after"), visit.query.get("all") == "yes"
    asked = {"top": ON_A_PAGE, **({"skiptoken": after} if after else {})}
    page = await visit.graph.get(f"{graph}/{'transitiveMembers' if every else 'members'}", **asked)
    forms: tuple[Form, ...] = ()
    if visit.may("POST", "/groups/{id}/members/$ref"):
        typed = Field("names", "groups.add_members", "", "area", "directory.typed_names", (), True)
        forms = (Form(f"{path}/members/add", "directory.add", fields=(typed,)),)
    changes = not every and visit.may("DELETE", "/groups/{id}/members/{member}/$ref")

    def removing(member: JsonObject) -> Form:
        return removal(f"{path}/members/remove", "member", member)

    return objects_table(
        "groups.nested" if every else "groups.direct_members",
        page["value"],
        empty="groups.no_members",
        after=following(visit, page),
        forms=forms,
        removing=removing if changes else None,
    )


def _other_members(visit: Visit, path: str) -> Cell:
    """Lead from the direct members to all of them, and back."""
    if visit.query.get("all") == "yes":
        return Cell(key="groups.direct_members", link=f"{path}?tab=members")
    return Cell(key="groups.all_members", link=f"{path}?tab=members&all=yes")


def _group(visit: Visit) -> str:
    return f"/groups/{quote(visit.path['id'])}"


async def _edit(visit: Visit) -> None:
    """Change name and description."""
    form = visit.form
    body: dict[str, Any] = {
        "displayName": form.get("displayName", "").strip(),
        "description": form.get("description", "").strip() or None,
    }
    await send(visit, "PATCH", _group(visit), body)


async def _delete(visit: Visit) -> None:
    """Delete a group, which can be restored for 30 days."""
    await send(visit, "DELETE", _group(visit))


async def _add_members(visit: Visit) -> None:
    """Add members by their names."""
    await add_each(visit, f"{_group(visit)}/members", visit.form.get("names", ""))


async def _remove_member(visit: Visit) -> None:
    """Take a member out; Graph says who would be locked out by it."""
    member = chosen(visit, "member")
    await send(visit, "DELETE", f"{_group(visit)}/members/{member}/$ref")


async def _add_owners(visit: Visit) -> None:
    """Add owners by their names."""
    await add_each(visit, f"{_group(visit)}/owners", visit.form.get("names", ""))


async def _remove_owner(visit: Visit) -> None:
    """Take an owner away."""
    owner = chosen(visit, "owner")
    await send(visit, "DELETE", f"{_group(visit)}/owners/{owner}/$ref")


ROUTES: Final = (
    PageRoute("GET", _ONE, show_group),
    acting(f"{_ONE}/edit", _edit, _shown, "group_changed"),
    acting(f"{_ONE}/delete", _delete, _shown, "group_deleted", to=PATH),
    acting(f"{_ONE}/members/add", _add_members, _shown, "members_changed", tab="members"),
    acting(f"{_ONE}/members/remove", _remove_member, _shown, "members_changed", tab="members"),
    acting(f"{_ONE}/owners/add", _add_owners, _shown, "owners_changed", tab="owners"),
    acting(f"{_ONE}/owners/remove", _remove_owner, _shown, "owners_changed", tab="owners"),
)
