"""Names in place of ids, and ids of names that somebody typed, as Graph tells them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from ostiary.admin.graph_calls import Graph, Refused
from ostiary.conditions.base import Lookup
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject
from ostiary.schema.rules_assignments import CONTEXT_ID
from ostiary.tenant.catalogue import BUILT_IN

_CONDITIONAL_ACCESS: Final = "/identity/conditionalAccess"
_ONE: Final[dict[Lookup, Callable[[str], str]]] = {
    Lookup.USER: lambda each: f"/users/{quote(each)}",
    Lookup.GROUP: lambda each: f"/groups/{quote(each)}",
    Lookup.ROLE: lambda each: f"/roleManagement/directory/roleDefinitions/{quote(each)}",
    Lookup.SERVICE_PRINCIPAL: lambda each: f"/servicePrincipals/{quote(each)}",
    Lookup.NAMED_LOCATION: lambda each: f"{_CONDITIONAL_ACCESS}/namedLocations/{quote(each)}",
    Lookup.AUTHENTICATION_CONTEXT: lambda each: (
        f"{_CONDITIONAL_ACCESS}/authenticationContextClassReferences/{quote(each)}"
    ),
    Lookup.STRENGTH: lambda each: (
        f"{_CONDITIONAL_ACCESS}/authenticationStrength/policies/{quote(each)}"
    ),
    Lookup.AGREEMENT: lambda each: f"/identityGovernance/termsOfUse/agreements/{quote(each)}",
}


LISTS: Final[dict[Lookup, str]] = {
    Lookup.USER: "/users",
    Lookup.GROUP: "/groups",
    Lookup.ROLE: "/roleManagement/directory/roleDefinitions",
    Lookup.APPLICATION: "/servicePrincipals",
    Lookup.SERVICE_PRINCIPAL: "/servicePrincipals",
    Lookup.NAMED_LOCATION: f"{_CONDITIONAL_ACCESS}/namedLocations",
    Lookup.AUTHENTICATION_CONTEXT: f"{_CONDITIONAL_ACCESS}/authenticationContextClassReferences",
    Lookup.STRENGTH: f"{_CONDITIONAL_ACCESS}/authenticationStrength/policies",
    Lookup.AGREEMENT: "/identityGovernance/termsOfUse/agreements",
}
"""Where Graph lists what ids refer to."""


@dataclass(frozen=True, slots=True)
class About:
    """What an id refers to: its name, and what tells it from others of that name.

    `found` is false where nothing has the id; the name is then the id.
    """

    name: str
    detail: str = ""
    found: bool = True


class Names:
    """Looks names up, each once for a page."""

    def __init__(self, graph: Graph) -> None:
        """Ask Graph."""
        self._graph = graph
        self._known: dict[tuple[Lookup, str], About] = {}

    async def of(self, lookup: Lookup | None, identifier: str) -> str:
        """Give the display name of what an id refers to, the id where there is none."""
        return identifier if lookup is None else (await self.about(lookup, identifier)).name

    async def about(self, lookup: Lookup, identifier: str) -> About:
        """Tell what an id refers to."""
        key = (lookup, identifier)
        if key not in self._known:
            self._known[key] = await self._asked(lookup, identifier)
        return self._known[key]

    async def listed(self, lookup: Lookup) -> list[JsonObject]:
        """List all of a kind of which a tenant has few; nothing where the person may not."""
        try:
            return list(await self._graph.all(LISTS[lookup]))
        except Refused:
            return []

    async def learn(self, lookup: Lookup, identifiers: Sequence[str]) -> None:
        """Look many up at once, so that a policy with hundreds of them opens as fast."""
        if lookup not in _OBJECTS:
            return
        wanted = [each for each in identifiers if (lookup, each) not in self._known]
        for begin in range(0, len(wanted) if len(wanted) > 1 else 0, _AT_ONCE):
            some = wanted[begin : begin + _AT_ONCE]
            with suppress(Refused):  # then each is asked for by itself
                answer = await self._graph.send("POST", "/directoryObjects/getByIds", {"ids": some})
                listed: list[dict[str, Any]] = answer["value"]
                found = {str(each["id"]).casefold(): each for each in listed}
                for each in some:
                    if each.casefold() in found:
                        self._known[lookup, each] = told(lookup, found[each.casefold()])

    async def _asked(self, lookup: Lookup, identifier: str) -> About:
        try:
            if lookup is Lookup.APPLICATION:
                named = quote(identifier.replace("'", "''"))
                wanted = f"appId eq '{named}'"
                found = await self._graph.get("/servicePrincipals", filter=wanted, top="1")
                listed: list[dict[str, Any]] = found["value"]
                if not listed:
                    known = BUILT_IN.applications.get(identifier.casefold())
                    return About(known or identifier, identifier, bool(known))
                return told(lookup, listed[0])
            return told(lookup, await self._graph.get(_ONE[lookup](identifier)))
        except Refused:
            return About(identifier, found=False)

    async def find(self, lookup: Lookup, typed: str) -> str:
        """Give the id of what somebody typed: an id, a display name, or a user name.

        Raises InputError where nothing, or more than one thing, goes by that name.
        """
        if lookup is Lookup.USER and "@" in typed:
            return await self._user(typed)
        if _is_id(lookup, typed):
            return typed
        named = typed.replace("'", "''")
        path, wanted = LISTS[lookup], f"displayName eq '{named}'"
        if lookup in _FEW:
            every = await self._graph.all(path)
            found = [each for each in every if each["displayName"] == typed]
        else:
            found = (await self._graph.get(path, filter=wanted, top="2"))["value"]
        if len(found) != 1:
            how = "nothing goes" if not found else "more than one goes"
            raise InputError(
                f"expected a {lookup.value}, came `{typed[:120]}`: {how} by that name",
                hint="type its id instead",
            )
        return str(found[0]["appId" if lookup is Lookup.APPLICATION else "id"])

    async def _user(self, name: str) -> str:
        try:
            return str((await self._graph.get(f"/users/{quote(name)}"))["id"])
        except Refused as refused:
            raise InputError(f"expected a user, came `{name[:120]}`: there is none") from refused


def told(lookup: Lookup, document: JsonObject) -> About:
    """Read what an object of Graph is called, and what tells it from others of that name."""
    identifier = str(document.get("appId" if lookup is Lookup.APPLICATION else "id") or "")
    name = str(document.get("displayName") or identifier)
    return About(name, str(document.get(_DETAILS.get(lookup, "id")) or ""))


_DETAILS: Final = {
    Lookup.USER: "userPrincipalName",
    Lookup.APPLICATION: "appId",
    Lookup.SERVICE_PRINCIPAL: "appId",
}
_OBJECTS: Final = frozenset({Lookup.USER, Lookup.GROUP, Lookup.SERVICE_PRINCIPAL})
_AT_ONCE: Final = 500
_FEW: Final = frozenset({Lookup.ROLE, Lookup.NAMED_LOCATION, Lookup.AUTHENTICATION_CONTEXT})
"""Of these a tenant has so few that the whole list is read."""


def _is_id(lookup: Lookup, typed: str) -> bool:
    if lookup is Lookup.AUTHENTICATION_CONTEXT and CONTEXT_ID.fullmatch(typed):
        return True
    try:
        UUID(typed)
    except ValueError:
        return False
    return True
