"""What answers and bodies look like, in JSON Schema: each type is written once and named.

A shape is a JSON Schema (draft 2020-12, as OpenAPI 3.1 has it) in which a `Named` may stand
anywhere; the document of an API gathers those under their names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, TypeAlias


@dataclass(frozen=True, slots=True)
class Named:
    """A type with a name of its own in the document."""

    name: str
    shape: Mapping[str, Any]

    @property
    def reference(self) -> dict[str, Any]:
        """Point to it."""
        return {"$ref": f"#/components/schemas/{self.name}"}


Shape: TypeAlias = Mapping[str, Any] | Named
ANY: Final[Shape] = MappingProxyType({})
NULL: Final[Shape] = MappingProxyType({"type": "null"})
TEXT: Final[Shape] = MappingProxyType({"type": "string"})
FLAG: Final[Shape] = MappingProxyType({"type": "boolean"})
WHOLE: Final[Shape] = MappingProxyType({"type": "integer"})
NUMBER: Final[Shape] = MappingProxyType({"type": "string", "pattern": "^[0-9]+$"})
"""A number that is the whole answer, as text (OData 4.01 part 2, 4.8)."""
TIME: Final[Shape] = MappingProxyType({"type": "string", "format": "date-time"})
TEXTS: Final[Shape] = MappingProxyType({"type": "array", "items": TEXT})
OBJECT: Final[Shape] = MappingProxyType({"type": "object"})
OBJECTS: Final[Shape] = MappingProxyType({"type": "array", "items": OBJECT})
_ANNOTATIONS: Final[Mapping[str, Any]] = MappingProxyType({"@": {}})
"""`@odata.type`, `members@odata.bind`: what OData, and we, say beside the members."""


def one_of(*words: str | None) -> Shape:
    """Give the shape of a member with a few values."""
    return {"enum": list(words)}


def maybe(shape: Shape) -> Shape:
    """Give the shape of what may be null."""
    kind = None if isinstance(shape, Named) else shape.get("type")
    if isinstance(kind, str) and not isinstance(shape, Named):
        return {**shape, "type": [kind, "null"]}
    return {"anyOf": [shape, {"type": "null"}]}


def list_of(shape: Shape) -> Shape:
    """Give the shape of a list."""
    return {"type": "array", "items": shape}


def closed(members: Mapping[str, Shape], *, needed: Sequence[str] = ()) -> dict[str, Any]:
    """Give the shape of an object with these members, annotations, and no others."""
    shape = opened(members, needed=needed)
    return {**shape, "patternProperties": dict(_ANNOTATIONS), "additionalProperties": False}


def opened(members: Mapping[str, Shape], *, needed: Sequence[str] = ()) -> dict[str, Any]:
    """Give the shape of an object that may have other members too."""
    shape: dict[str, Any] = {"type": "object", "properties": dict(members)}
    return {**shape, "required": list(needed)} if needed else shape


def whole(members: Mapping[str, Shape]) -> dict[str, Any]:
    """Give the shape of an object that has all of these members and no others."""
    return closed(members, needed=tuple(members))


def gathered(shape: Any, types: dict[str, Any]) -> Any:  # JSON with types in it
    """Give a shape with references in the place of types, and put those into `types`.

    Raises ValueError where two types have one name: then one of them would be told wrongly.
    """
    if isinstance(shape, Named):
        if shape.name not in types:
            types[shape.name] = {}
            types[shape.name] = gathered(shape.shape, types)
        elif types[shape.name] and types[shape.name] != gathered(shape.shape, types):
            raise ValueError(f"two types of an API have the name {shape.name}")
        return shape.reference
    if isinstance(shape, Mapping):
        return {key: gathered(each, types) for key, each in shape.items()}  # pyright: ignore[reportUnknownVariableType]  # JSON
    if isinstance(shape, list | tuple):
        return [gathered(each, types) for each in shape]  # pyright: ignore[reportUnknownVariableType]  # JSON
    return shape
