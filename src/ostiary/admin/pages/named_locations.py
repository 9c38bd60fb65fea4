"""The list of named locations."""

from __future__ import annotations

from typing import Any, Final

from ostiary.admin.host import PREFIX
from ostiary.admin.listing import Column, Order, order_links, order_of, ordered
from ostiary.admin.visit import Answer, PageRoute, Shown, Visit

PATH: Final = "/named-locations"
_COLUMNS: Final = (
    Column("name", lambda location: str(location["displayName"]).casefold()),
    Column("kind", lambda location: str(location["@odata.type"])),
    Column("modified", lambda location: location.get("modifiedDateTime") or ""),
)


async def show_locations(visit: Visit) -> Answer:
    """List the named locations."""
    query = visit.query
    found = await visit.graph.all("/identity/conditionalAccess/namedLocations")
    order = order_of(query, _COLUMNS, Order("name"))
    values: dict[str, Any] = {
        "locations": ordered(found, _COLUMNS, order),
        "order": order_links(f"{PREFIX}{PATH}", query, _COLUMNS, order),
    }
    return Shown("named_locations", values)


ROUTES: Final = (PageRoute("GET", PATH, show_locations),)
