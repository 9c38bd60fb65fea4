"""OData query options of the API: `$filter`, `$select`, `$top`, `$skip`, `$count`.

Source: OData 4.01 part 2 (URL conventions), sections 5.1.1 and 5.1.4 to 5.1.6, as far as Graph
offers it for policies (api-reference conditionalaccessroot-list-policies).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject, as_object, flags

Test: TypeAlias = Callable[[JsonObject], bool]

DEEPEST_FILTER = 50
"""Parentheses and `not` inside one another; the limit is ours."""

_TOKEN = re.compile(r"\s*(?:([A-Za-z_][\w.]*)?('(?:[^']|'')*')|([()/,])|([^\s()',/]+))")
_OPTIONS = frozenset({"$filter", "$select", "$top", "$skip", "$count"})
_ESCAPED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_LITERALS: Mapping[str, object] = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True)
class Query:
    """The options of one request, by their name with the dollar sign."""

    options: Mapping[str, str]

    @classmethod
    def of(cls, text: str) -> Query:
        """Read the part of a path behind `?`; raises InputError for options not offered."""
        pairs = (part.partition("=") for part in text.split("&") if part)
        options = {_plain(name): _plain(value) for name, _, value in pairs}
        for name in options:
            if name.startswith("$") and name not in _OPTIONS:
                raise InputError(f"query option `{name}` is not supported")
        return cls(options)

    def page(self, objects: list[dict[str, Any]]) -> dict[str, Any]:
        """Give the members of a list answer: the objects that are asked for."""
        wanted = self.options.get("$filter")
        test = filter_test(wanted) if wanted else None
        found = [each for each in objects if test is None or test(each)]
        skip, top = self._number("$skip") or 0, self._number("$top")
        shown = found[skip:] if top is None else found[skip : skip + top]
        answer: dict[str, Any] = {}
        if self.options.get("$count", "").casefold() == "true":
            answer["@odata.count"] = len(found)
        answer["value"] = [self.select(each) for each in shown]
        return answer

    def select(self, document: dict[str, Any]) -> dict[str, Any]:
        """Leave only the selected members, and annotations."""
        names = self.options.get("$select")
        if not names or names.strip() == "*":
            return document
        wanted = {name.strip().partition("/")[0] for name in names.split(",")}
        return {
            key: value for key, value in document.items() if key in wanted or key.startswith("@")
        }

    def _number(self, name: str) -> int | None:
        text = self.options.get(name)
        if text is None:
            return None
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise InputError(f"expected a whole number in `{name}`, came `{text[:20]}`")
        return int(text)


def filter_test(text: str) -> Test:
    """Read a `$filter`; raises InputError with what was expected."""
    return _Reader(text).whole()


def _plain(text: str) -> str:
    """Undo the escapes of a URL."""
    return _ESCAPED.sub(
        lambda found: bytes.fromhex(found.group().replace("%", "")).decode(errors="replace"),
        text.replace("+", " "),
    )


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

    def whole(self) -> Test:
        test = self._any_of(0)
        if self._peek():
            raise InputError(f"expected `and`, `or` or the end of `$filter`, came `{self._peek()}`")
        return test

    def _peek(self) -> str:
        return self._tokens[self._next] if self._next < len(self._tokens) else ""

    def _take(self, expected: str = "") -> str:
        token = self._peek()
        if not token or (expected and token != expected):
            came = f"`{token}`" if token else "the end"
            raise InputError(f"expected {f'`{expected}`' if expected else 'more'}, came {came}")
        self._next += 1
        return token

    def _any_of(self, depth: int) -> Test:
        tests = [self._all_of(depth)]
        while self._peek() == "or":
            self._take()
            tests.append(self._all_of(depth))
        return lambda each: any(test(each) for test in tests)

    def _all_of(self, depth: int) -> Test:
        tests = [self._one(depth)]
        while self._peek() == "and":
            self._take()
            tests.append(self._one(depth))
        return lambda each: all(test(each) for test in tests)

    def _one(self, depth: int) -> Test:
        if depth > DEEPEST_FILTER:
            raise InputError("`$filter` is nested too deeply")
        if self._peek() == "not":
            self._take()
            negated = self._one(depth + 1)
            return lambda each: not negated(each)
        if self._peek() == "(":
            self._take()
            inner = self._any_of(depth + 1)
            self._take(")")
            return inner
        return self._comparison()

    def _comparison(self) -> Test:
        name = self._take()
        if name in _FUNCTIONS and self._peek() == "(":
            return self._function(name)
        path, operator = self._path(name), self._take()
        if operator == "in":
            values = self._list()
            return lambda each: _at(each, path) in values
        if operator not in _OPERATORS:
            known = ", ".join(f"`{each}`" for each in (*_OPERATORS, "in"))
            raise InputError(f"expected one of {known} in `$filter`, came `{operator}`")
        value, holds = _literal(self._take()), _OPERATORS[operator]
        return lambda each: holds(_at(each, path), value)

    def _function(self, name: str) -> Test:
        self._take("(")
        path = self._path(self._take())
        self._take(",")
        value, holds = _literal(self._take()), _FUNCTIONS[name]
        self._take(")")
        return lambda each: holds(str(_at(each, path) or ""), str(value))

    def _path(self, name: str) -> tuple[str, ...]:
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


def _at(document: JsonObject, path: tuple[str, ...]) -> object:
    value: object = document
    for step in path:
        value = as_object(value).get(step)
    return value


def _literal(token: str) -> object:
    if token.startswith("'"):
        return token[1:-1].replace("''", "'")
    if token in _LITERALS:
        return _LITERALS[token]
    return int(token) if token.isascii() and token.isdigit() and len(token) < 20 else token


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[object, object], bool]:
    def holds(left: object, right: object) -> bool:
        same = type(left) is type(right) and isinstance(left, str | int)
        return same and compare(left, right)

    return holds


_OPERATORS: Mapping[str, Callable[[object, object], bool]] = {
    "eq": lambda left, right: left == right,
    "ne": lambda left, right: left != right,
    "has": lambda left, right: str(right) in flags(left),
    "gt": _ordered(lambda left, right: left > right),
    "ge": _ordered(lambda left, right: left >= right),
    "lt": _ordered(lambda left, right: left < right),
    "le": _ordered(lambda left, right: left <= right),
}
_FUNCTIONS: Mapping[str, Callable[[str, str], bool]] = {
    "startswith": str.startswith,
    "endswith": str.endswith,
    "contains": lambda left, right: right in left,
}
