"""Authentication contexts: c1 to c99, which applications and protected actions ask for."""

from __future__ import annotations

from typing import Any, Final

from ostiary.admin.changing import refusal, send, status_of
from ostiary.admin.graph_calls import Refused
from ostiary.admin.pages.named_locations import POLICIES
from ostiary.admin.usage import numbers_of_uses, uses_of
from ostiary.admin.visit import Answer, GoTo, PageRoute, Shown, Visit
from ostiary.conditions.base import Lookup
from ostiary.model.json_types import JsonObject

PATH: Final = "/authentication-contexts"
CONTEXTS: Final = "/identity/conditionalAccess/authenticationContextClassReferences"
ACTIONS: Final = "/roleManagement/directory/resourceNamespaces/microsoft.directory/resourceActions"
_NEW: Final = f"{PATH}/new"
_ONE: Final = f"{PATH}/{{id}}"
_IDS: Final = tuple(f"c{number}" for number in range(1, 100))


async def show_contexts(visit: Visit) -> Answer:
    """List the contexts by their numbers."""
    every = await visit.graph.all(CONTEXTS)
    policies = await visit.graph.all(POLICIES, select="id,conditions")
    used = numbers_of_uses(policies, Lookup.AUTHENTICATION_CONTEXT)
    actions = await visit.graph.all(ACTIONS)
    rows: list[dict[str, Any]] = [
        {
            **each,
            "used": used.get(str(each["id"]).casefold(), 0),
            "actions": len(_asking(actions, str(each["id"]))),
        }
        for each in every
    ]
    values: dict[str, Any] = {
        "contexts": sorted(rows, key=lambda each: int(str(each["id"])[1:])),
        "free": len(rows) < len(_IDS),
    }
    return Shown("authentication_contexts", values)


async def show_new(visit: Visit) -> Answer:
    """Show an empty form; the first id that is free is chosen."""
    return await _form(visit, {"displayName": "", "description": "", "isAvailable": True})


async def create(visit: Visit) -> Answer:
    """Make the context that was sent."""
    body = {"id": visit.form.get("id", ""), **_sent(visit)}
    try:
        await send(visit, "POST", CONTEXTS, body)
    except Refused as refused:
        shown = {name: value for name, value in body.items() if name != "id"}
        return await _form(visit, shown, refused, chosen=body["id"])
    return GoTo(PATH, "context_created")


async def show_context(visit: Visit) -> Answer:
    """Show a context, as a form to whoever may change it."""
    return await _form(visit, await _context(visit))


async def save(visit: Visit) -> Answer:
    """Change the context."""
    before, body = await _context(visit), _sent(visit)
    try:
        await send(visit, "PATCH", f"{CONTEXTS}/{before['id']}", body)
    except Refused as refused:
        etag = visit.form.get("etag", "")
        return await _form(visit, {**before, **body, "@odata.etag": etag}, refused)
    return GoTo(f"{PATH}/{before['id']}", "context_changed")


async def delete(visit: Visit) -> Answer:
    """Remove a context that is not published and that no policy uses."""
    context = await _context(visit)
    try:
        await send(visit, "DELETE", f"{CONTEXTS}/{context['id']}")
    except Refused as refused:
        return await _form(visit, context, refused)
    return GoTo(PATH, "context_deleted")


async def _context(visit: Visit) -> dict[str, Any]:
    return await visit.graph.get(f"{CONTEXTS}/{visit.path['id']}")


def _sent(visit: Visit) -> dict[str, Any]:
    return {
        "displayName": visit.form.get("name", "").strip(),
        "description": visit.form.get("description", "").strip(),
        "isAvailable": "published" in visit.form,
    }


def _asking(actions: list[dict[str, Any]], context: str) -> list[dict[str, Any]]:
    return [each for each in actions if each.get("authenticationContextId") == context]


async def _form(
    visit: Visit, context: JsonObject, error: Refused | None = None, *, chosen: str = ""
) -> Answer:
    identifier = str(context.get("id") or "")
    policies = await visit.graph.all(POLICIES) if identifier else []
    uses = uses_of(policies, Lookup.AUTHENTICATION_CONTEXT, identifier) if identifier else []
    taken = [] if identifier else [each["id"] for each in await visit.graph.all(CONTEXTS)]
    values: dict[str, Any] = {
        "context": context,
        "ids": [each for each in _IDS if each not in taken],
        "chosen": chosen,
        "uses": uses,
        "actions": _asking(await visit.graph.all(ACTIONS), identifier) if identifier else [],
        **refusal(error),
    }
    return Shown("authentication_context", values, status_of(error))


ROUTES: Final = (
    PageRoute("GET", PATH, show_contexts),
    PageRoute("GET", _NEW, show_new, needs=("POST", CONTEXTS)),
    PageRoute("POST", _NEW, create),
    PageRoute("GET", _ONE, show_context),
    PageRoute("POST", _ONE, save),
    PageRoute("POST", f"{_ONE}/delete", delete),
)
