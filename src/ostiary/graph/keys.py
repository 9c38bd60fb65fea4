"""Keys in parentheses, functions and type casts in addresses, brought into one form.

`users('id')` is `users/id`, `applications(appId='x')` is `applications/appId='x'` (which resources
read as an alternate key), `usage()` is `usage`, `graph.user` is `microsoft.graph.user`.
Source: OData 4.01 part 2, 4.3.1 (keys), 4.3.2 (alternate keys), 4.11 (casts); Graph
concepts/query-parameters, resources application, serviceprincipal, device (alternate keys).
"""

from __future__ import annotations

import re
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

LONGEST_PATH: Final = 4_000
"""Of addresses in which keys are looked for; no longer one names anything."""
_KEYED: Final = re.compile(r"([\w.$]+)\((?:(\w+)=)?'((?:[^']|'')*)'\)")
_CAST: Final = re.compile(r"graph\.(?=\w+$)", re.IGNORECASE)


def in_one_form(path: str) -> str:
    """Give an address without parentheses."""
    if len(path) > LONGEST_PATH:
        return path
    return "/".join(_segment(each) for each in path.split("/"))


def _segment(text: str) -> str:
    found = _KEYED.fullmatch(text)
    if found is None:
        return (
            _CAST.sub("microsoft.graph.", text) if text.startswith(("graph.", "Graph.")) else text
        )
    name, member, value = found[1], found[2], found[3].replace("''", "'")
    return (
        f"{name}/{member}='{value}'" if member and member.casefold() != "id" else f"{name}/{value}"
    )


class KeySyntax:
    """Brings the address of each request into one form before it is routed."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on."""
        if scope["type"] == "http":
            scope = {**scope, "path": in_one_form(scope["path"])}
        await self._app(scope, receive, send)
