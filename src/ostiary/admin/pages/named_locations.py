"""The list of named locations."""

from __future__ import annotations

from typing import Any, Final

from ostiary.admin.host import PREFIX
from ostiary.admin.listing import Column, Order, order_links, order_of, ordered
from ostiary.admin.location_form import is_of_addresses, names_of, ranges_of
from ostiary.admin.usage import numbers_of_uses
from ostiary.admin.visit import Answer, PageRoute, Shown, Visit
from ostiary.conditions.base import Lookup
from ostiary.model.json_types import JsonObject, as_strings

PATH: Final = "/named-locations"
LOCATIONS: Final = "/identity/conditionalAccess/namedLocations"
POLICIES: Final = "/identity/conditionalAccess/policies"
_KINDS: Final = ("addresses", "countries", "trusted")
_MOST_SHOWN: Final = 3
_COLUMNS: Final = (
    Column("name", lambda location: str(location["displayName"]).casefold()),
    Column("kind", lambda location: str(location["@odata.type"])),
    Column("used_by", lambda location: location["used"]),
    Column("modified", lambda location: location.get("modifiedDateTime") or ""),
)


async def show_locations(visit: Visit) -> Answer:
    """List the named locations, as searched, filtered and ordered."""
    query = visit.query
    every = await visit.graph.all(LOCATIONS)
    policies = await visit.graph.all(POLICIES, select="id,conditions")
    used = numbers_of_uses(policies, Lookup.NAMED_LOCATION)
    sought, kind = query.get("search", "").strip(), query.get("kind", "")
    kind = kind if kind in _KINDS else ""
    order = order_of(query, _COLUMNS, Order("name"))
    found = [
        {**each, "used": used.get(str(each["id"]).casefold(), 0), **content_of(each)}
        for each in every
        if sought.casefold() in str(each["displayName"]).casefold() and _is(each, kind)
    ]
    values: dict[str, Any] = {
        "locations": ordered(found, _COLUMNS, order),
        "total": len(every),
        "search": sought,
        "kind": kind,
        "kinds": _KINDS,
        "order": order_links(f"{PREFIX}{PATH}", query, _COLUMNS, order),
    }
    return Shown("named_locations", values)


def _is(location: JsonObject, kind: str) -> bool:
    if kind == "trusted":
        return location.get("isTrusted") is True
    return not kind or (kind == "addresses") == is_of_addresses(location)


def content_of(location: JsonObject) -> dict[str, Any]:
    """Give the first few ranges or countries, and how many more there are."""
    by_address = is_of_addresses(location)
    countries = as_strings(location.get("countriesAndRegions"))
    held = ranges_of(location) if by_address else names_of(countries)
    return {
        "by_address": by_address,
        "held": held[:_MOST_SHOWN],
        "more": max(len(held) - _MOST_SHOWN, 0),
    }


ROUTES: Final = (PageRoute("GET", PATH, show_locations),)
