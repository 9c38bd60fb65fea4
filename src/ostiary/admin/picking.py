"""What a picker finds: Graph searches among 100,000 users, and answers some of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from ostiary.admin.graph_calls import Graph, Refused
from ostiary.admin.naming import LISTS, About, Names, told
from ostiary.admin.suites import members_of
from ostiary.conditions.base import Lookup
from ostiary.tenant.catalogue import BUILT_IN

_FEW: Final = frozenset({Lookup.ROLE, Lookup.NAMED_LOCATION, Lookup.AUTHENTICATION_CONTEXT})
_SEARCHED: Final = {Lookup.USER: ("displayName", "userPrincipalName")}
_SELECTED: Final = {
    Lookup.USER: "id,displayName,userPrincipalName,userType",
    Lookup.GROUP: "id,displayName",
}
_BY_ID: Final = {Lookup.APPLICATION: "appId", Lookup.SERVICE_PRINCIPAL: "appId"}
_WITHOUT: Final = str.maketrans('"\\', "  ")


@dataclass(frozen=True, slots=True)
class Found:
    """One to choose: the field that it goes into, its id, what it is; a suite's members."""

    field: str
    id: str
    kind: str
    about: About
    members: tuple[str, ...] = ()


async def found_for(
    graph: Graph, field: str, lookup: Lookup, sought: str, most: int
) -> list[Found]:
    """Search among what a field takes; without words, give the first by name.

    What the person may not read is not found: Graph says so, and the field takes ids all the same.
    """
    try:
        listed = await _listed(graph, lookup, sought, most)
    except Refused:
        return []
    found = [_found(field, lookup, each) for each in listed]
    if lookup is Lookup.APPLICATION:
        # Suites first: what administrators protect by one name.
        found.sort(key=lambda each: not each.members)
    return found[:most]


def _found(field: str, lookup: Lookup, document: dict[str, Any]) -> Found:
    identifier = str(document["appId" if lookup is Lookup.APPLICATION else "id"])
    kind = lookup.name.lower()
    if lookup is Lookup.USER and str(document.get("userType")).casefold() == "guest":
        kind = "guest"
    return Found(field, identifier, kind, told(lookup, document), members_of(identifier))


async def _listed(graph: Graph, lookup: Lookup, sought: str, most: int) -> list[dict[str, Any]]:
    if lookup in _FEW:
        every = [dict(each) for each in await Names(graph).listed(lookup)]
        folded = sought.casefold()
        few = [each for each in every if folded in str(each["displayName"]).casefold()]
        return sorted(few, key=lambda each: str(each["displayName"]).casefold())[:most]
    query = {"top": str(most)}
    if lookup in _SELECTED:
        query["select"] = _SELECTED[lookup]
    if not sought:
        first = await graph.get(LISTS[lookup], orderby="displayName", count="true", **query)
        suites = await _suites(graph) if lookup is Lookup.APPLICATION else []
        known = {each["id"] for each in suites}
        return [*suites, *(each for each in first["value"] if each["id"] not in known)]
    by_id = await _by_id(graph, lookup, sought)
    if by_id:
        return by_id
    words = sought.translate(_WITHOUT)
    members = _SEARCHED.get(lookup, ("displayName",))
    search = " OR ".join(f'"{each}:{words}"' for each in members)
    return list((await graph.get(LISTS[lookup], search=search, **query))["value"])


async def _by_id(graph: Graph, lookup: Lookup, sought: str) -> list[dict[str, Any]]:
    """Find an object by an id that somebody pasted."""
    if len(sought) != 36 or "-" not in sought:
        return []
    for member in ("id", _BY_ID.get(lookup, "id")):
        wanted = f"{member} eq '{sought.replace(chr(39), '')}'"
        if found := (await graph.get(LISTS[lookup], filter=wanted))["value"]:
            return list(found)
    return []


async def _suites(graph: Graph) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for suite in BUILT_IN.suites:
        if "-" in suite:
            wanted = f"appId eq '{suite}'"
            found += (await graph.get(LISTS[Lookup.APPLICATION], filter=wanted))["value"]
    return found
