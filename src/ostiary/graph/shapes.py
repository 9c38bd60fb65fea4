"""What Graph answers: lists, objects, what is done without an answer. Types stand in resources.

`$select` leaves out any member: so no member of an object that offers it is needed.
Source: OData JSON format 4.01, sections 4.5 (annotations), 12 (lists).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ostiary.http.operations import Answers
from ostiary.http.shapes import (
    FLAG,
    OBJECT,
    TEXT,
    TEXTS,
    WHOLE,
    Named,
    Shape,
    closed,
    list_of,
    maybe,
)

MAYBE_TEXT: Final = maybe(TEXT)
MAYBE_TIME: Final[Shape] = {"type": ["string", "null"], "format": "date-time"}
DONE: Final[Answers] = {204: None}
IDS: Final[Answers] = {
    200: Named("ids", closed({"value": TEXTS}, needed=("@odata.context", "value")))
}
YES: Final[Answers] = {
    200: Named("boolean", closed({"value": FLAG}, needed=("@odata.context", "value")))
}


def told(shape: Shape) -> Answers:
    """Answer one object."""
    return {200: shape}


def made(shape: Shape) -> Answers:
    """Answer a new object."""
    return {201: shape}


def listed(shape: Shape) -> Answers:
    """Answer a page of objects."""
    members: dict[str, Shape] = {
        "@odata.context": TEXT,
        "@odata.count": WHOLE,
        "@odata.nextLink": TEXT,
        "value": list_of(shape),
    }
    page = closed(members, needed=("@odata.context", "value"))
    return {200: Named(f"{shape.name}List", page) if isinstance(shape, Named) else page}


def shape_of(value: object) -> Shape:
    """Give the shape of a member by its value where nobody set one; null says nothing but text."""
    if isinstance(value, bool):
        return FLAG
    if isinstance(value, list | tuple):
        return {"type": "array"}
    if isinstance(value, Mapping):
        return OBJECT
    return MAYBE_TEXT if value is None or isinstance(value, str) else {}


def hoisted(schema: Mapping[str, Any], name: str) -> Named:
    """Give a schema with definitions of its own as a type whose parts are types, named after it."""
    parts: Mapping[str, Any] = schema.get("$defs", {})
    types = {key: Named(f"{name}.{key}", {}) for key in parts}

    def referring(value: Any) -> Any:  # JSON
        if isinstance(value, Mapping):
            key = str(value.get("$ref", "")).removeprefix("#/$defs/")  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]  # JSON
            if key in types:
                return Named(f"{name}.{key}", referring(parts[key]))
            return {each: referring(inner) for each, inner in value.items() if each != "$defs"}  # pyright: ignore[reportUnknownVariableType]  # JSON
        return [referring(each) for each in value] if isinstance(value, list) else value  # pyright: ignore[reportUnknownVariableType]  # JSON

    return Named(name, referring(schema))
