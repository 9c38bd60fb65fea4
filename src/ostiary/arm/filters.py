"""`$filter` of the management API: terms joined by `and`, each a comparison or a function.

Source: azure-docs role-based-access-control/role-assignments-list-rest, role-definitions-list. The
API knows no other operators; whatever else is asked is refused, never ignored.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ostiary.http.calls import Call
from ostiary.http.errors import ApiError

_LONGEST: Final = 2_000
_VALUE: Final = r"'((?:[^']|'')*)'"
_TERM: Final = re.compile(
    rf"\s*(?:(\w+)\s+eq\s+(?:{_VALUE}|([\w.-]+))|(\w+)\(\s*(?:{_VALUE})?\s*\))\s*", re.IGNORECASE
)
_AND: Final = re.compile(r"and\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Term:
    """One term: `name eq 'value'`, or `name('value')`; `value` None where there is none."""

    name: str
    value: str | None
    function: bool


def terms(call: Call, known: Mapping[str, bool]) -> list[Term]:
    """Read `$filter`; `known` are the names (lower case) there are, True for functions.

    Raises ApiError (400) for anything else.
    """
    text = call.asked.query.get("$filter", "").strip()
    found: list[Term] = []
    place = 0
    while place < len(text) and len(text) <= _LONGEST:
        match = _TERM.match(text, place)
        if match is None:
            break
        term = _term(match)
        if known.get(term.name) is not term.function:
            break
        found.append(term)
        place = match.end()
        if place == len(text):
            return found
        joined = _AND.match(text, place)
        if joined is None:
            break
        place = joined.end()
    if not text:
        return []
    names = ", ".join(f"{name}()" if function else f"{name} eq" for name, function in known.items())
    raise ApiError(
        400, "InvalidFilter", f"The filter is not supported here; it can be made of: {names}."
    )


def _term(match: re.Match[str]) -> Term:
    member, quoted, bare, function, argument = match.groups()
    compared = quoted if quoted is not None else bare
    value = argument if function else compared
    plain = None if value is None else value.replace("''", "'")
    return Term((member or function).casefold(), plain, function is not None)
