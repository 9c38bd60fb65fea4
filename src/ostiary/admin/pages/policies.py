"""The list of policies."""

from __future__ import annotations

from typing import Any, Final

from ostiary.admin.host import PREFIX
from ostiary.admin.listing import Column, Order, order_links, order_of, ordered
from ostiary.admin.visit import Answer, PageRoute, Shown, Visit

PATH: Final = "/policies"
STATES: Final = ("enabled", "enabledForReportingButNotEnforced", "disabled")
_COLUMNS: Final = (
    Column("name", lambda policy: str(policy["displayName"]).casefold()),
    Column("state", lambda policy: STATES.index(policy["state"])),
    Column("created", lambda policy: policy.get("createdDateTime") or ""),
    Column("modified", lambda policy: policy.get("modifiedDateTime") or ""),
)
_USUAL: Final = Order("name")


async def show_policies(visit: Visit) -> Answer:
    """List the policies, as searched, filtered and ordered."""
    query = visit.query
    every = await visit.graph.all("/identity/conditionalAccess/policies")
    sought, state = query.get("search", "").strip(), query.get("state", "")
    state = state if state in STATES else ""
    order = order_of(query, _COLUMNS, _USUAL)
    found = [
        each
        for each in every
        if sought.casefold() in str(each["displayName"]).casefold()
        and (not state or each["state"] == state)
    ]
    values: dict[str, Any] = {
        "policies": ordered(found, _COLUMNS, order),
        "total": len(every),
        "search": sought,
        "state": state,
        "states": STATES,
        "order": order_links(f"{PREFIX}{PATH}", query, _COLUMNS, order),
    }
    return Shown("policies", values)


ROUTES: Final = (
    PageRoute("GET", "/", show_policies),
    PageRoute("GET", PATH, show_policies),
)
