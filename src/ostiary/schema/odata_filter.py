"""`$filter` of OData: read into a tree, which is then asked of documents or turned into a search.

Source: OData 4.01 part 2 (URL conventions), section 5.1.1; `any` as in 5.1.1.13.1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeAlias

from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject, as_object, flags, is_list

DEEPEST_FILTER = 50
"""Parentheses and `not` inside one another; the limit is ours."""
LONGEST_FILTER = 8_000

Path: TypeAlias = tuple[str, ...]
Test: TypeAlias = Callable[[JsonObject], bool]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`path operator value`; of `in` the value is a tuple."""

    path: Path
    operator: str
    value: object


@dataclass(frozen=True, slots=True)
class Function:
    """`name(path, value)`."""

    name: str
    path: Path
    value: str


@dataclass(frozen=True, slots=True)
class AnyElement:
    """`path/any(x:x/inner operator value)`; the inner path is from the element on."""

    path: Path
    inner: Comparison | Function


@dataclass(frozen=True, slots=True)
class Not:
    """`not inner`."""

    inner: Filter


@dataclass(frozen=True, slots=True)
class And:
    """All of the parts."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """One of the parts at least."""

    parts: tuple[Filter, ...]


Filter: TypeAlias = "Comparison | Function | AnyElement | Not | And | Or"


def parts_of(found: Filter | None) -> Iterator[Filter]:
    """Give a filter and everything in it."""
    if found is None:
        return
    yield found
    match found:
        case Not(inner) | AnyElement(_, inner):
            yield from parts_of(inner)
        case And(parts) | Or(parts):
            for each in parts:
                yield from parts_of(each)
        case _:
            return


def read_filter(text: str) -> Filter:
    """Read a `$filter`; raises InputError with what was expected."""
    if len(text) > LONGEST_FILTER:
        raise InputError(f"`$filter` is longer than {LONGEST_FILTER} characters")
    return _Reader(text).whole()


def holds(found: Filter, document: JsonObject, *, fold: bool = False) -> bool:
    """Ask a filter of a document; `fold`: the case of names and texts does not count."""
    match found:
        case Comparison(path, operator, value):
            return _OPERATORS[operator](*_sides(_at(document, path, fold), value, fold))
        case Function(name, path, value):
            left, right = _sides(str(_at(document, path, fold) or ""), value, fold)
            return _FUNCTIONS[name](left, right)
        case AnyElement(path, inner):
            values = _at(document, path, fold)
            elements = values if is_list(values) else ()
            element = replace(inner, path=("x", *inner.path))
            return any(holds(element, {"x": each}, fold=fold) for each in elements)
        case Not(inner):
            return not holds(inner, document, fold=fold)
        case And(parts):
            return all(holds(each, document, fold=fold) for each in parts)
        case Or(parts):
            return any(holds(each, document, fold=fold) for each in parts)


_TOKEN = re.compile(r"\s*(?:([A-Za-z_][\w.]*)?('(?:[^']|'')*')|([()/,])|([^\s()',/]+))")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT", re.IGNORECASE)
_LITERALS: Mapping[str, object] = {"true": True, "false": False, "null": None}


class _Reader:
    """Recursive descent: `or` binds weakest, then `and`, then `not`."""

    def __init__(self, text: str) -> None:
        self._tokens: list[str] = []
        position = 0
        text = text.rstrip()
        while position < len(text):
            found = _TOKEN.match(text, position)
            if found is None:
                raise InputError(f"`$filter` cannot be read from `{text[position:][:20]}` on")
            self._tokens.append(found.group(2) or found.group(3) or found.group(4))
            position = found.end()
        self._next = 0

    def whole(self) -> Filter:
        found = self._any_of(0)
        if self._peek():
            raise InputError(f"expected `and`, `or` or the end of `$filter`, came `{self._peek()}`")
        return found

    def _peek(self) -> str:
        return self._tokens[self._next] if self._next < len(self._tokens) else ""

    def _take(self, expected: str = "") -> str:
        token = self._peek()
        if not token or (expected and token != expected):
            came = f"`{token}`" if token else "the end"
            raise InputError(f"expected {f'`{expected}`' if expected else 'more'}, came {came}")
        self._next += 1
        return token

    def _any_of(self, depth: int) -> Filter:
        parts = [self._all_of(depth)]
        while self._peek().casefold() == "or":
            self._take()
            parts.append(self._all_of(depth))
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _all_of(self, depth: int) -> Filter:
        parts = [self._one(depth)]
        while self._peek().casefold() == "and":
            self._take()
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _one(self, depth: int) -> Filter:
        if depth > DEEPEST_FILTER:
            raise InputError("`$filter` is nested too deeply")
        if self._peek().casefold() == "not":
            self._take()
            return Not(self._one(depth + 1))
        if self._peek() == "(":
            self._take()
            inner = self._any_of(depth + 1)
            self._take(")")
            return inner
        return self._comparison()

    def _comparison(self) -> Filter:
        name = self._take()
        if name.casefold() in _FUNCTIONS and self._peek() == "(":
            return self._function(name)
        path = self._path(name)
        if path[-1] == "any" and self._peek() == "(":
            return self._element(path[:-1])
        return self._compared(path)

    def _compared(self, path: Path) -> Comparison:
        operator = self._take()
        if operator == "in":
            return Comparison(path, operator, self._list())
        if operator not in _OPERATORS:
            known = ", ".join(f"`{each}`" for each in _OPERATORS)
            raise InputError(f"expected one of {known} in `$filter`, came `{operator}`")
        return Comparison(path, operator, _literal(self._take()))

    def _element(self, path: Path) -> AnyElement:
        self._take("(")
        name, colon, first = self._take().partition(":")
        if not colon:
            raise InputError(f"expected `name:` in `any`, came `{name[:20]}`")
        first = first or self._take()
        inner: Comparison | Function
        if first.casefold() in _FUNCTIONS and self._peek() == "(":
            inner = self._function(first)
            self._require_element(name, inner.path[0])
            inner = replace(inner, path=inner.path[1:])
        else:
            self._require_element(name, first)
            inner = self._compared(self._path(first)[1:])
        self._take(")")
        return AnyElement(path, inner)

    def _require_element(self, name: str, came: str) -> None:
        if came != name:
            raise InputError(f"expected `{name[:20]}` in `any`, came `{came[:20]}`")

    def _function(self, name: str) -> Function:
        self._take("(")
        path = self._path(self._take())
        self._take(",")
        value = _literal(self._take())
        self._take(")")
        return Function(name.casefold(), path, str(value))

    def _path(self, name: str) -> Path:
        path = [name]
        while self._peek() == "/":
            self._take()
            path.append(self._take())
        return tuple(path)

    def _list(self) -> tuple[object, ...]:
        self._take("(")
        values = [_literal(self._take())]
        while self._peek() == ",":
            self._take()
            values.append(_literal(self._take()))
        self._take(")")
        return tuple(values)


def _at(document: JsonObject, path: Path, fold: bool) -> object:
    value: object = document
    for step in path:
        if step == "$count":
            return len(value) if is_list(value) else 0
        inner = as_object(value)
        if fold and step not in inner:
            step = next((each for each in inner if each.casefold() == step.casefold()), step)
        value = inner.get(step)
    return value


def _sides(left: Any, right: Any, fold: bool) -> tuple[Any, Any]:
    return (_folded(left), _folded(right)) if fold else (left, right)


def _folded(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_folded, _values(value)))  # pyright: ignore[reportUnknownArgumentType]  # literals
    return value.casefold() if isinstance(value, str) else value


def _literal(token: str) -> object:
    if token.startswith("'"):
        return token[1:-1].replace("''", "'")
    if token in _LITERALS:
        return _LITERALS[token]
    return int(token) if token.isascii() and token.isdigit() and len(token) < 20 else token


def _values(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else ()  # pyright: ignore[reportUnknownVariableType]  # literals


def _moment(value: object) -> datetime | None:
    """Read a text as a time: `…00Z` and `…00.000Z` are one, which as texts they are not."""
    if not isinstance(value, str) or _TIME.match(value) is None:
        return None
    try:
        found = datetime.fromisoformat(value.upper())
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[object, object], bool]:
    def holds(left: object, right: object) -> bool:
        same = type(left) is type(right) and isinstance(left, str | int)
        times = _moment(left), _moment(right)
        return same and (compare(*times) if None not in times else compare(left, right))

    return holds


_OPERATORS: Mapping[str, Callable[[object, object], bool]] = {
    "eq": lambda left, right: left == right,
    "ne": lambda left, right: left != right,
    "has": lambda left, right: str(right) in flags(left),
    "gt": _ordered(lambda left, right: left > right),
    "ge": _ordered(lambda left, right: left >= right),
    "lt": _ordered(lambda left, right: left < right),
    "le": _ordered(lambda left, right: left <= right),
    "in": lambda left, right: left in _values(right),
}
_FUNCTIONS: Mapping[str, Callable[[str, str], bool]] = {
    "startswith": str.startswith,
    "endswith": str.endswith,
    "contains": lambda left, right: right in left,
}
