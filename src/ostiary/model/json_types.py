"""The types of JSON, for the places where it enters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, TypeGuard

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
JsonObject: TypeAlias = Mapping[str, Any]


def is_object(value: object) -> TypeGuard[Mapping[str, Any]]:
    """Whether a JSON value is an object."""
    # A dict at once: the question to the abstract class is slow, and asked very often.
    return type(value) is dict or isinstance(value, Mapping)


def is_list(value: object) -> TypeGuard[Sequence[Any]]:
    """Whether a JSON value is a list."""
    return isinstance(value, list | tuple)


def as_object(value: object) -> JsonObject:
    """Give `value` if it is a JSON object, otherwise an empty one."""
    return value if isinstance(value, Mapping) else {}  # pyright: ignore[reportUnknownVariableType]  # JSON


def as_strings(value: object) -> tuple[str, ...]:
    """Give the strings of a JSON list; null and other values give none."""
    if not isinstance(value, list | tuple):
        return ()
    return tuple(item for item in value if isinstance(item, str))  # pyright: ignore[reportUnknownVariableType]  # JSON


def flags(value: object) -> tuple[str, ...]:
    """Split a Graph flags string (`"low,high"`); lists are taken too, null gives none."""
    if isinstance(value, str):
        return tuple(word.strip() for word in value.split(",") if word.strip())
    return as_strings(value)
