"""`$orderby` and `$expand`: read with bounds (OData 4.01 part 2, 5.1.2 and 5.1.5)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject, as_object

MOST_KEYS: Final = 5
_KEY: Final = re.compile(r"\s*([A-Za-z]\w{0,60}(?:/[A-Za-z]\w{0,60}){0,5})(?:\s+(asc|desc))?\s*")
_EXPANDED: Final = re.compile(
    r"\s*([A-Za-z]\w{0,60})\s*(?:\(\s*\$select\s*=\s*([\w,\s@.]{1,500})\))?\s*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class OrderKey:
    """A member to sort by, and which way."""

    path: str
    descending: bool


@dataclass(frozen=True, slots=True)
class Expanded:
    """A member to be told with what it refers to; `select` names members of that, none: all."""

    member: str
    select: tuple[str, ...]


def read_order(text: str) -> tuple[OrderKey, ...]:
    """Read an `$orderby`. Raises InputError."""
    parts = text.split(",")
    if len(parts) > MOST_KEYS:
        raise InputError(f"`$orderby` names more than {MOST_KEYS} members")
    keys: list[OrderKey] = []
    for part in parts:
        found = _KEY.fullmatch(part)
        if found is None:
            raise InputError(
                f"expected a member, `asc` or `desc` in `$orderby`, came `{part[:40]}`"
            )
        keys.append(OrderKey(found[1], found[2] == "desc"))
    return tuple(keys)


def read_expand(text: str) -> tuple[Expanded, ...]:
    """Read an `$expand` with `$select` in parentheses. Raises InputError."""
    found: list[Expanded] = []
    position = 0
    while True:
        part = _EXPANDED.match(text, position)
        if part is None or len(found) == MOST_KEYS:
            raise InputError(f"expected a member in `$expand`, came `{text[position:][:40]}`")
        names = tuple(each.strip() for each in (part[2] or "").split(",") if each.strip())
        found.append(Expanded(part[1], names))
        position = part.end()
        if position == len(text):
            return tuple(found)
        if text[position] != ",":
            raise InputError(f"expected `,` in `$expand`, came `{text[position:][:40]}`")
        position += 1


def sort_key(document: JsonObject, path: str) -> tuple[int, Any]:
    """Give what an object is sorted by: nothing before values, texts without regard to case."""
    value: Any = document
    for step in path.split("/"):
        inner = as_object(value)
        named = next((each for each in inner if each.casefold() == step.casefold()), step)
        value = inner.get(named)
    if value is None:
        return 0, ""
    if isinstance(value, bool | int | float):
        return 1, value
    return 2, str(value).casefold()
