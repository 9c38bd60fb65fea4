"""Members of raw objects by type; what has another type is an error naming place and member."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject
from ostiary.tenant.shapes import is_list, is_object, kind_of


class WrongMember(Exception):
    """A value of the wrong type; whoever knows the place makes an InputError of it."""

    def __init__(self, name: str, expected: str, value: object) -> None:
        """Keep which member (none: the whole value), what was expected, and what came."""
        where = f" in `{name}`" if name else ""
        super().__init__(f"expected {expected}{where}, came {kind_of(value)}")

    def at(self, source: str) -> InputError:
        """Make the error for a place."""
        return InputError(f"{source}: {self}", hint="correct the export or leave the member out")


def text(body: JsonObject, name: str) -> str:
    """Give a string, empty where it is absent or null."""
    value = body.get(name)
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    raise WrongMember(name, "text", value)


def optional_text(body: JsonObject, name: str) -> str | None:
    """Give a string, None where it is absent, null or empty."""
    return text(body, name) or None


def identifier(body: JsonObject, name: str) -> str:
    """Give an id in lower case; raises where there is none."""
    value = body.get(name)
    if isinstance(value, str) and value:
        return value.casefold()
    raise WrongMember(name, "an id", value)


def optional_identifier(body: JsonObject, name: str) -> str | None:
    """Give an id in lower case, None where it is absent."""
    value = optional_text(body, name)
    return value.casefold() if value else None


def boolean(body: JsonObject, name: str, *, default: bool) -> bool:
    """Give a boolean, `default` where it is absent or null."""
    value = body.get(name)
    if value is None:
        return default
    if isinstance(value, bool):
        return value
    raise WrongMember(name, "true or false", value)


def optional_boolean(body: JsonObject, name: str) -> bool | None:
    """Give a boolean, None where it is absent or null."""
    return None if body.get(name) is None else boolean(body, name, default=False)


def values(body: JsonObject, name: str) -> Sequence[Any]:
    """Give a list, empty where it is absent or null."""
    value = body.get(name)
    if value is None:
        return ()
    if is_list(value):
        return value
    raise WrongMember(name, "a list", value)


def texts(body: JsonObject, name: str) -> tuple[str, ...]:
    """Give a list of strings, empty where it is absent or null."""
    found = values(body, name)
    for value in found:
        if not isinstance(value, str):
            raise WrongMember(name, "a list of texts", value)
    return tuple(found)


def members(body: JsonObject, name: str) -> Mapping[str, Any]:
    """Give an object, empty where it is absent or null."""
    value = body.get(name)
    if value is None:
        return {}
    if is_object(value):
        return value
    raise WrongMember(name, "an object", value)
