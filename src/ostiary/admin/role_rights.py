"""What a directory role may do here, read from the declarations of Graph's operations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

from ostiary.graph.app import API
from ostiary.graph.permissions import Allowed

_VERSION: Final = "/v1.0/"
_TOGETHER: Final = ("/$count", "/microsoft.graph.")
"""Parts of a list that need what the list itself needs, and say nothing more."""


@dataclass(frozen=True, slots=True)
class Right:
    """One operation, and what it does, in the words of its declaration."""

    method: str
    path: str
    does: str


def rights_of(role: str) -> tuple[Right, ...]:
    """Give the operations that ask for a role, of which this one is enough."""
    return _rights().get(role.casefold(), ())


@cache
def _rights() -> Mapping[str, tuple[Right, ...]]:
    found: dict[str, list[Right]] = {}
    for each in sorted(API.operations, key=lambda one: (one.path, one.method)):
        if not each.path.startswith(_VERSION) or any(part in each.path for part in _TOGETHER):
            continue
        if not isinstance(each.needs, Allowed) or each.needs.roles is None:
            continue
        does = (each.handler.__doc__ or "").strip().partition("\n")[0]
        right = Right(each.method, "/" + each.path.removeprefix(_VERSION), does)
        for role in each.needs.roles:
            found.setdefault(role.casefold(), []).append(right)
    return MappingProxyType({role: tuple(rights) for role, rights in found.items()})
