"""Bodies of Graph: which members may be written, what each may be, and everything that is wrong.

A member that is not declared is refused by its name (checklist AD05). Annotations (`@odata.type`)
are read over. In a PATCH `null` empties a member; an absent one stays (Graph's merge).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from ostiary.http import shapes
from ostiary.http.errors import ApiError
from ostiary.http.shapes import Shape, maybe
from ostiary.model.json_types import JsonObject, is_list, is_object

LONGEST_TEXT: Final = 2048
LONGEST_LIST: Final = 1000


@dataclass(frozen=True, slots=True)
class Kind:
    """What a member may be: a test, and what to tell where it fails."""

    fits: Callable[[object], bool]
    expected: str
    empties: bool = True
    """Whether `null` is allowed."""
    shape: Shape = field(default_factory=lambda: shapes.ANY)
    """What the document of the API says of it."""

    @property
    def needed(self) -> Kind:
        """The same, but never `null`."""
        return replace(self, empties=False)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and len(value) <= LONGEST_TEXT


def _list_of(fits: Callable[[object], bool]) -> Callable[[object], bool]:
    def all_fit(value: object) -> bool:
        return is_list(value) and len(value) <= LONGEST_LIST and all(fits(each) for each in value)

    return all_fit


def one_of(*words: str) -> Kind:
    """Give the kind of a member with a few values."""
    expected = f"one of {', '.join(words)}"
    return Kind(lambda value: value in words, expected, shape=shapes.one_of(*words))


TEXT: Final = Kind(_is_text, "a text", shape=shapes.TEXT)
FLAG: Final = Kind(
    lambda value: isinstance(value, bool), "true or false", empties=False, shape=shapes.FLAG
)
TEXTS: Final = Kind(_list_of(_is_text), "a list of texts", empties=False, shape=shapes.TEXTS)
OBJECT: Final = Kind(is_object, "an object", shape=shapes.OBJECT)
OBJECTS: Final = Kind(_list_of(is_object), "a list of objects", empties=False, shape=shapes.OBJECTS)
TIME: Final = Kind(
    lambda value: moment_of(value) is not None, "a time with its offset", shape=shapes.TIME
)
Members = Mapping[str, Kind]


def body_shape(members: Members, *, needed: Sequence[str] = ()) -> Shape:
    """Give the shape of a body that `written` reads."""
    allowed = {
        name: maybe(kind.shape) if kind.empties and name not in needed else kind.shape
        for name, kind in members.items()
    }
    return shapes.closed(allowed, needed=needed)


def answer_shapes(members: Members) -> dict[str, Shape]:
    """Give the shapes of members that were written so, or never."""
    return {name: maybe(kind.shape) for name, kind in members.items()}


def moment_of(value: object) -> datetime | None:
    """Read a time of Graph, None where it is none or tells no offset."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo else None


def written(
    document: JsonObject, members: Members, *, needed: Sequence[str] = ()
) -> dict[str, Any]:
    """Read a body. Raises ApiError (400) naming everything that is wrong."""
    wrong = [
        sentence for name, value in document.items() if (sentence := _wrong(name, value, members))
    ]
    wrong += [
        f"a value is required for the property `{name}`"
        for name in needed
        if document.get(name) is None
    ]
    if wrong:
        details = [{"code": "BadRequest", "message": each} for each in wrong]
        raise ApiError(400, "Request_BadRequest", wrong[0], details=details)
    return {name: value for name, value in document.items() if "@" not in name}


def _wrong(name: str, value: object, members: Members) -> str:
    if "@" in name:
        return ""
    kind = members.get(name)
    if kind is None:
        return f"the property `{name[:60]}` cannot be written here"
    if value is None and kind.empties:
        return ""
    return "" if kind.fits(value) else f"expected {kind.expected} in `{name}`"
