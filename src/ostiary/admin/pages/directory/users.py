"""The list of users, and the form of a new one."""

from __future__ import annotations

from typing import Any, Final

from ostiary.admin.directory_changes import word
from ostiary.admin.directory_lists import Choice, Listing, show_list
from ostiary.admin.directory_parts import (
    Cell,
    Error,
    Field,
    Form,
    ObjectPage,
    Row,
    Told,
    enabled,
    shown,
    texts,
)
from ostiary.admin.graph_calls import Refused
from ostiary.admin.visit import Answer, PageRoute, Visit
from ostiary.model.json_types import JsonObject

PATH: Final = "/users"
NEW: Final = f"{PATH}/new"


def type_of(user: JsonObject) -> Cell:
    """Name the type of a user."""
    guest = str(user.get("userType")).casefold() == "guest"
    return Cell(key="users.guest" if guest else "users.member")


def _row(user: JsonObject) -> Row:
    name = str(user.get("displayName") or user.get("userPrincipalName") or user["id"])
    return Row(
        (
            Cell(name, link=f"{PATH}/{user['id']}"),
            texts(user.get("userPrincipalName")),
            type_of(user),
            enabled(user),
        )
    )


USERS: Final = Listing(
    "users.title",
    PATH,
    "/users",
    ("users.display_name", "users.principal_name", "users.user_type", "directory.status"),
    _row,
    "id,displayName,userPrincipalName,userType,accountEnabled",
    ("displayName", "userPrincipalName"),
    "users.search_hint",
    choices=(
        Choice(
            "enabled",
            "directory.status",
            (
                ("yes", "directory.enabled", "accountEnabled eq true"),
                ("no", "directory.disabled", "accountEnabled eq false"),
            ),
        ),
        Choice(
            "type",
            "users.user_type",
            (
                ("member", "users.member", "userType eq 'Member'"),
                ("guest", "users.guest", "userType eq 'Guest'"),
            ),
        ),
    ),
)


async def show_users(visit: Visit) -> Answer:
    """List users."""
    links = [Cell(key="users.new", link=NEW)] if visit.may("POST", "/users") else []
    if visit.may("GET", "/directory/deletedItems/microsoft.graph.user"):
        links.append(Cell(key="users.deleted", link="/deleted-objects"))
    return await show_list(visit, USERS, links)


async def show_new(visit: Visit) -> Answer:
    """Show the form of a new user."""
    return _form(visit)


async def create(visit: Visit) -> Answer:
    """Add a user, and show the temporary password once."""
    form = visit.form
    name = form.get("userPrincipalName", "").strip()
    password = visit.host.randomness.password().reveal()
    body: dict[str, Any] = {
        "displayName": form.get("displayName", "").strip(),
        "userPrincipalName": name,
        "mailNickname": name.partition("@")[0],
        "userType": "Guest" if form.get("userType") == "Guest" else "Member",
        "accountEnabled": "blocked" not in form,
        "passwordProfile": {"password": password, "forceChangePasswordNextSignIn": True},
    }
    try:
        made = await visit.graph.send("POST", "/users", body)
    except Refused as refused:
        return _form(visit, refused)
    told = Told("users.temporary_password", password, "users.password_hint")
    links = (Cell(key="users.authentication", link=f"{PATH}/{made['id']}?tab=authentication"),)
    title = str(made.get("displayName"))
    own = f"{PATH}/{made['id']}"
    return shown(visit, ObjectPage((PATH, "users.title"), title, own, (told,), links=links))


def _form(visit: Visit, error: Error | None = None) -> Answer:
    types = (("Member", word("users.member")), ("Guest", word("users.guest")))
    form = Form(
        NEW,
        "directory.create",
        "users.new_lead",
        (
            Field("displayName", "users.display_name", needed=True),
            Field("userPrincipalName", "users.principal_name", needed=True),
            Field("userType", "users.user_type", "Member", "choice", options=types),
            Field("blocked", "users.disabled_at_first", kind="tick"),
        ),
        opened=True,
    )
    page = ObjectPage((PATH, "users.title"), word("users.new"), NEW, (form,))
    return shown(visit, page, error)


ROUTES: Final = (
    PageRoute("GET", PATH, show_users),
    PageRoute("GET", NEW, show_new, needs=("POST", "/users")),
    PageRoute("POST", NEW, create),
)
