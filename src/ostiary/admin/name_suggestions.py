"""A name for a policy after the usual standard: `CA<number>-<persona>-<resource>-<control>`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from ostiary.admin.naming import Names
from ostiary.analysis.lint_naming_standard import NUMBERED, naming_standard
from ostiary.conditions import CONDITIONS
from ostiary.conditions.base import Field, Section, Shape
from ostiary.controls import GRANT_CONTROLS, SESSION_CONTROLS
from ostiary.model.json_types import JsonObject, as_object
from ostiary.model.setting import Effect

_STANDARD: Final = naming_standard(NUMBERED)
_FIRST: Final = re.compile(r"CA(\d+)", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W_]+")
_LONGEST: Final = 40
_SHORT: Final = {
    "mfa": "MFA",
    "block": "Block",
    "All": {Section.IDENTITIES: "AllUsers", Section.TARGETS: "AllApps"},
}
"""What the community's names say, where the label on screen is longer."""


async def suggestion(policy: JsonObject, taken: Iterable[str], names: Names) -> str:
    """Suggest a name: the next number, then what the policy says."""
    conditions = as_object(policy.get("conditions"))
    parts = [
        await _selected(section, conditions, names)
        for section in (Section.IDENTITIES, Section.TARGETS)
    ]
    number = _next(taken)
    return "-".join([f"CA{number:03}", *parts, _control(policy)])[:256]


def follows(name: str) -> bool:
    """Tell whether a name is one of the standard."""
    return _STANDARD is not None and _STANDARD.number_in(name) is not None


def _next(taken: Iterable[str]) -> int:
    numbers = [int(found[1][:6]) for each in taken if (found := _FIRST.match(each.strip()))]
    return max(numbers, default=0) + 1


async def _selected(section: Section, conditions: JsonObject, names: Names) -> str:
    """Name the first thing that a section includes; several are told by *AndMore*."""
    found: list[str] = []
    for condition in CONDITIONS:
        for field in condition.fields:
            if condition.section is section and field.effect is Effect.INCLUDE:
                body = as_object(conditions.get(condition.key))
                found += [each async for each in _words(section, field, body, names)]
    if not found:
        return "Any"
    return found[0] if len(found) == 1 else f"{found[0]}AndMore"


async def _words(section: Section, field: Field, body: JsonObject, names: Names):
    if field.shape in {Shape.FILTER, Shape.GUESTS}:
        if body.get(field.name):
            yield "Guests" if field.shape is Shape.GUESTS else "Filtered"
        return
    for each in field.read(body):
        if each == field.nothing:
            continue
        short = _SHORT.get(each)
        if isinstance(short, dict):
            yield short[section]
            continue
        yield squeezed(field.words.get(each) or await names.of(field.lookup, each))


def _control(policy: JsonObject) -> str:
    grant = as_object(policy.get("grantControls"))
    for control in GRANT_CONTROLS:
        if control.requirements(grant):
            return str(_SHORT.get(control.key) or squeezed(control.title))
    session = as_object(policy.get("sessionControls"))
    for each in SESSION_CONTROLS:
        if each.parse(session.get(each.key)) is not None:
            return squeezed(each.title)
    return "NoControl"


def squeezed(text: str) -> str:
    """Write a label as one word: `Require device to be marked as compliant` loses `Require`."""
    words = _WORD.findall(text.removeprefix("Require "))
    return "".join(each[:1].upper() + each[1:] for each in words)[:_LONGEST] or "Any"
