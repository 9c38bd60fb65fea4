"""Names in place of ids, as Graph tells them; what it does not tell stays an id."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote

from ostiary.admin.graph_calls import Graph, Refused
from ostiary.conditions.base import Lookup

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
