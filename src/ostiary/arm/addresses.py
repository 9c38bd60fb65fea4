"""Resource ids, as the management API writes and reads them.

`/subscriptions/{id}[/resourceGroups/{name}][/providers/{namespace}/{type}/{name}[/{type}/{name}]…]`
and once more `/providers/…` for what stands on a resource. Source: azure-docs
azure-resource-manager/management/resource-name-rules; rest/api/resources/resources.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ostiary.arm.providers import known_type
from ostiary.http.errors import ApiError

_DEEPEST: Final = 10
"""Types in one another, at most (we choose)."""
_NAME: Final = re.compile(r"[^<>%&:\\?/#\x00-\x1f]{1,260}")
_FORBIDDEN_ENDS: Final = (" ", ".")


@dataclass(frozen=True, slots=True)
class Address:
    """What a resource id names; `id`, `scope` and `type` are written as Azure writes them."""

    subscription: str
    group: str | None
    scope: str
    """Of whatever the resource stands in: a subscription, a resource group or another resource."""
    namespace: str
    types: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def type(self) -> str:
        """Give namespace and types: `Microsoft.Sql/servers/databases`."""
        return f"{self.namespace}/{'/'.join(self.types)}"

    @property
    def name(self) -> str:
        """Give the names, those of the parents before it: `server/database`."""
        return "/".join(self.names)

    @property
    def id(self) -> str:
        """Give the whole id."""
        pairs = "/".join(
            f"{kind}/{name}" for kind, name in zip(self.types, self.names, strict=True)
        )
        return f"{self.scope}/providers/{self.namespace}/{pairs}"

    @property
    def parent(self) -> str | None:
        """Give the id of the resource that must be there first, None where there is none."""
        if len(self.names) > 1:
            return self.id.rpartition("/")[0].rpartition("/")[0]
        return self.scope if self.is_extension else None

    @property
    def is_extension(self) -> bool:
        """Tell whether it stands on another resource."""
        return "/providers/" in self.scope


def address_of(text: str) -> Address:
    """Read the id of a resource. Raises ApiError (400 or 404) for anything else."""
    parts = [each for each in text.split("/") if each]
    if len(parts) < 2 or parts[0].casefold() != "subscriptions":
        raise _no_id(text)
    subscription, rest, group = parts[1], parts[2:], None
    scope = f"/subscriptions/{subscription}"
    if rest and rest[0].casefold() == "resourcegroups" and len(rest) > 1:
        group = rest[1]
        scope, rest = f"{scope}/resourceGroups/{group}", rest[2:]
    chunks = _chunks(rest, text)
    for namespace, types, names in chunks[:-1]:
        inner = Address(subscription, group, scope, namespace, types, names)
        scope = inner.id
    namespace, types, names = chunks[-1]
    return Address(subscription, group, scope, namespace, types, names)


@dataclass(frozen=True, slots=True)
class Collection:
    """All resources of a type at a place: `place` is a subscription, a group or a resource."""

    place: str
    type: str

    @property
    def on_resource(self) -> bool:
        """Tell whether they stand on a resource, or in one."""
        return "/providers/" in self.place


def collection_of(text: str) -> Collection | None:
    """Read the path of a collection, None where it is no path of one. Raises ApiError (404)."""
    parts = [each for each in text.split("/") if each]
    starts = [number for number, each in enumerate(parts) if each.casefold() == "providers"]
    if not starts or len(parts) - starts[-1] < 3 or (len(parts) - starts[-1]) % 2 == 0:
        return None
    namespace, types = known_type(parts[starts[-1] + 1], parts[starts[-1] + 2 :: 2])
    place = parts[: starts[-1]] if len(types) == 1 else parts[:-1]
    return Collection(f"/{'/'.join(place)}", f"{namespace}/{'/'.join(types)}")


def _chunks(rest: Sequence[str], text: str) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    found: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = []
    starts = [number for number, each in enumerate(rest) if each.casefold() == "providers"]
    if not starts or starts[0] != 0:
        raise _no_id(text)
    for begin, end in zip(starts, [*starts[1:], len(rest)], strict=True):
        namespace, pairs = rest[begin + 1 : begin + 2], rest[begin + 2 : end]
        if not namespace or not pairs or len(pairs) % 2 or len(pairs) > 2 * _DEEPEST:
            raise _no_id(text)
        known, types = known_type(namespace[0], pairs[0::2])
        names = tuple(pairs[1::2])
        for each in names:
            _require_name(each)
        found.append((known, types, names))
    return found


def _require_name(name: str) -> None:
    if _NAME.fullmatch(name) is None or name.endswith(_FORBIDDEN_ENDS):
        raise ApiError(
            400,
            "InvalidResourceName",
            f"The resource name '{name[:80]}' or a part of the name is invalid: expected 1 to 260 "
            "characters, none of < > % & : \\ ? / #, not '.' or a blank at the end.",
        )


def _no_id(text: str) -> ApiError:
    return ApiError(
        404, "ResourceNotFound", f"there is nothing at {text[:200]}: it is no id of a resource"
    )
