"""What a person may do, for pages that show only what can be done. Graph decides, not this."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from ostiary.graph.app import API
from ostiary.graph.permissions import Allowed

_VERSION: Final = "/v1.0"


def may(roles: frozenset[str], method: str, path: str) -> bool:
    """Tell whether these directory roles are enough for an operation of Graph.

    `path` is the operation's own, such as `/identity/conditionalAccess/policies/{id}`; an operation
    that Graph does not have raises KeyError, so that a page cannot ask for what is not there.
    """
    needed = _roles()[method, path]
    return needed is None or bool(needed & roles)


@cache
def _roles() -> Mapping[tuple[str, str], frozenset[str] | None]:
    """Give the roles of every operation that a person can call; None where any member may."""
    found: dict[tuple[str, str], frozenset[str] | None] = {}
    for each in API.operations:
        if each.path.startswith(_VERSION) and isinstance(each.needs, Allowed):
            found[each.method, each.path.removeprefix(_VERSION)] = each.needs.roles
    return MappingProxyType(found)
