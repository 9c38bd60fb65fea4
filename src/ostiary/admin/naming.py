"""Names in place of ids, and ids of names that somebody typed, as Graph tells them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from ostiary.admin.graph_calls import Graph, Refused
from ostiary.conditions.base import Lookup
from ostiary.model.errors import InputError
from ostiary.schema.rules_assignments import CONTEXT_ID

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
}


_LISTS: Final[dict[Lookup, str]] = {
    Lookup.USER: "/users",
    Lookup.GROUP: "/groups",
    Lookup.ROLE: "/roleManagement/directory/roleDefinitions",
    Lookup.APPLICATION: "/servicePrincipals",
    Lookup.SERVICE_PRINCIPAL: "/servicePrincipals",
    Lookup.NAMED_LOCATION: f"{_CONDITIONAL_ACCESS}/namedLocations",
    Lookup.AUTHENTICATION_CONTEXT: f"{_CONDITIONAL_ACCESS}/authenticationContextClassReferences",
}


class Names:
    """Looks names up, each once for a page."""

    def __init__(self, graph: Graph) -> None:
        """Ask Graph."""
        self._graph = graph
        self._known: dict[tuple[Lookup, str], str] = {}

    async def of(self, lookup: Lookup | None, identifier: str) -> str:
        """Give the display name of what an id refers to, the id where there is none."""
        if lookup is None:
            return identifier
        key = (lookup, identifier)
        if key not in self._known:
            self._known[key] = await self._asked(lookup, identifier)
        return self._known[key]

    async def _asked(self, lookup: Lookup, identifier: str) -> str:
        try:
            if lookup is Lookup.APPLICATION:
                named = quote(identifier.replace("'", "''"))
                wanted = f"appId eq '{named}'"
                found = await self._graph.get("/servicePrincipals", filter=wanted, top="1")
                listed: list[dict[str, Any]] = found["value"]
                document: dict[str, Any] = listed[0] if listed else {}
            else:
                document = await self._graph.get(_ONE[lookup](identifier))
        except Refused:
            return identifier
        return str(document.get("displayName") or identifier)

    async def find(self, lookup: Lookup, typed: str) -> str:
        """Give the id of what somebody typed: an id, a display name, or a user name.

        Raises InputError where nothing, or more than one thing, goes by that name.
        """
        if lookup is Lookup.USER and "@" in typed:
            return await self._user(typed)
        if _is_id(lookup, typed):
            return typed
        named = typed.replace("'", "''")
        path, wanted = _LISTS[lookup], f"displayName eq '{named}'"
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
