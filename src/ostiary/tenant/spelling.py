"""One spelling for the members of Graph objects, whatever tool wrote them.

PowerShell writes `DisplayName` and puts members of derived types under `AdditionalProperties`;
OData clients add annotations (`@odata.context`, `createdDateTime@odata.type`) and actions
(`#microsoft.graph.restore`), which say nothing of the object (OData JSON format 4.01, 4.5).
`@odata.type` itself does: it names the derived type. So does the link to further members.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ostiary.model.errors import Problem
from ostiary.model.json_types import JsonObject
from ostiary.schema.problems import json_path
from ostiary.tenant.shapes import is_list, is_object

TYPE = "@odata.type"
MORE_MEMBERS = "members@odata.nextLink"
"""The annotation of a group whose members fill more than one page; it is kept as well."""
_KEPT = {TYPE: TYPE, MORE_MEMBERS.casefold(): MORE_MEMBERS}
_EXTRA = "additionalProperties"
_CAPITALS = re.compile(r"^(?:[A-Z]+(?=[A-Z][a-z]|[0-9]*$)|[A-Z])")


def member_name(written: str) -> str | None:
    """Give the spelling of Graph for a member's name, None for noise."""
    if "@" in written or written.startswith("#"):
        return _KEPT.get(written.casefold())
    if written[:1].isupper():
        return _CAPITALS.sub(lambda capitals: capitals.group().lower(), written)
    return written


class Spelling:
    """Respells objects; remembers what to do with each set of names it has met.

    Most exports need nothing, so that looking at the names of 100,000 users must cost little.
    """

    def __init__(self) -> None:
        """Know nothing yet."""
        self._plans: dict[tuple[str, ...], tuple[tuple[str, str], ...] | None] = {}

    def shallow(self, body: JsonObject) -> JsonObject:
        """Give an object with its own members respelled; the object itself if none needs it.

        Of two spellings of one member the first one counts.
        """
        names = tuple(body)
        if names not in self._plans:
            self._plans[names] = _plan(names)
        plan = self._plans[names]
        if plan is None:
            return body
        respelled: dict[str, Any] = {}
        for written, name in plan:
            respelled.setdefault(name, body[written])
        extra = respelled.pop(_EXTRA, None)
        if is_object(extra):
            for name, value in self.shallow(extra).items():
                respelled.setdefault(name, value)
        return respelled


def _plan(names: tuple[str, ...]) -> tuple[tuple[str, str], ...] | None:
    plan = tuple((written, name) for written in names if (name := member_name(written)))
    return None if plan == tuple(zip(names, names, strict=True)) and _EXTRA not in names else plan


def respelled(value: object, problems: list[Problem], path: tuple[str | int, ...] = ()) -> Any:
    """Give a copy of a JSON value with all members respelled, to any depth.

    Adds to `problems` every member that stands there in two spellings with different values.
    """
    if isinstance(value, str):
        return value
    if is_object(value):
        return _object(value, problems, path)
    if is_list(value):
        return [respelled(each, problems, (*path, n)) for n, each in enumerate(value)]
    return value


def _object(
    body: Mapping[str, Any], problems: list[Problem], path: tuple[str | int, ...]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for written, value in body.items():
        name = member_name(written)
        if name is None:
            continue
        inner = respelled(value, problems, (*path, name))
        members = inner.items() if name == _EXTRA and is_object(inner) else ((name, inner),)
        for each, content in members:
            if found.setdefault(each, content) != content:
                where = json_path((*path, each))
                problems.append(Problem(where, "duplicateMember", _twice(where)))
    return found


def _twice(where: str) -> str:
    return f"`{where}` stands here in two spellings with different values; keep one of them"
