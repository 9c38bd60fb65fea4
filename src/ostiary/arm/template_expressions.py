"""Expressions of deployment templates, read into a tree: `[concat('a', parameters('b'))]`.

Source: azure-docs azure-resource-manager/templates/template-expressions (syntax, escapes, limits).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, TypeAlias

from ostiary.http.errors import ApiError

LONGEST: Final = 24_576
"""Characters of an expression (azure-docs templates/best-practices, template limits)."""
_DEEPEST: Final = 60
"""Calls in one another (we choose)."""
_TOKEN: Final = re.compile(
    r"\s*(?:('(?:[^']|'')*')|(-?\d+(?:\.\d+)?)|([A-Za-z_]\w*)|([()\[\],.]))", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Literal:
    """A text or a number."""

    value: str | int


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """`name(arguments)`."""

    name: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """`of.name`, or `of[index]`."""

    of: Expression
    index: Expression


Expression: TypeAlias = "Literal | FunctionCall | Member"


def is_expression(text: str) -> bool:
    """Tell whether a text of a template is an expression: in brackets, the first not doubled."""
    return text.startswith("[") and text.endswith("]") and not text.startswith("[[")


def plain(text: str) -> str:
    """Give a text that is no expression: a doubled bracket stands for one."""
    return text[1:] if text.startswith("[[") and text.endswith("]") else text


def read_expression(text: str) -> Expression:
    """Read `[…]`. Raises ApiError (400) telling where it cannot be read."""
    if len(text) > LONGEST:
        raise invalid_template(f"an expression is longer than {LONGEST} characters: {text[:60]}…")
    return _Reader(text).whole()


def invalid_template(why: str) -> ApiError:
    """Refuse a template."""
    return ApiError(400, "InvalidTemplate", f"Deployment template validation failed: '{why}'")


class _Reader:
    """Recursive descent."""

    def __init__(self, text: str) -> None:
        self._text, inner = text, text[1:-1]
        self._tokens: list[str] = []
        place = 0
        end = len(inner.rstrip())
        while place < end:
            found = _TOKEN.match(inner, place)
            if found is None:
                raise self._unreadable(f"it cannot be read from '{inner[place : place + 20]}' on")
            self._tokens.append(found.group().strip())
            place = found.end()
        self._next = 0

    def whole(self) -> Expression:
        found = self._expression(0)
        if self._peek():
            raise self._unreadable(f"expected its end, came '{self._peek()[:20]}'")
        return found

    def _expression(self, depth: int) -> Expression:
        if depth > _DEEPEST:
            raise self._unreadable("it is nested too deeply")
        found = self._term(depth)
        steps = 0
        while self._peek() in {".", "["}:
            steps += 1
            if steps > _DEEPEST:
                raise self._unreadable("it asks for members of members too deeply")
            if self._take() == ".":
                found = Member(found, Literal(self._name()))
            else:
                found = Member(found, self._expression(depth + 1))
                self._take("]")
        return found

    def _term(self, depth: int) -> Expression:
        token = self._take()
        if token.startswith("'"):
            return Literal(token[1:-1].replace("''", "'"))
        if token.lstrip("-").isdigit():
            return Literal(int(token[:20]))
        if not (token[0].isalpha() or token[0] == "_"):
            raise self._unreadable(f"expected a function, a text or a whole number, came '{token}'")
        if self._peek() == ".":
            raise self._unreadable("functions that a template defines itself are not supported")
        self._take("(")
        arguments: list[Expression] = []
        if self._peek() != ")":
            arguments.append(self._expression(depth + 1))
            while self._peek() == ",":
                self._take()
                arguments.append(self._expression(depth + 1))
        self._take(")")
        return FunctionCall(token, tuple(arguments))

    def _name(self) -> str:
        token = self._take()
        if not (token[0].isalpha() or token[0] == "_"):
            raise self._unreadable(f"expected the name of a member, came '{token[:20]}'")
        return token

    def _peek(self) -> str:
        return self._tokens[self._next] if self._next < len(self._tokens) else ""

    def _take(self, expected: str = "") -> str:
        token = self._peek()
        if not token or (expected and token != expected):
            came = f"'{token[:20]}'" if token else "its end"
            raise self._unreadable(f"expected {f'{expected}' if expected else 'more'}, came {came}")
        self._next += 1
        return token

    def _unreadable(self, why: str) -> ApiError:
        shown = self._text if len(self._text) < 120 else f"{self._text[:117]}…"
        return invalid_template(f"The template language expression {shown} is not valid: {why}.")
