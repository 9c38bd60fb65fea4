"""A policy in the words of its form: read from the declarations of conditions and controls."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

from ostiary.admin.naming import Names
from ostiary.conditions import CONDITIONS
from ostiary.conditions.base import Field, Shape
from ostiary.controls import GRANT_CONTROLS, SESSION_CONTROLS
from ostiary.model.json_types import as_object


@dataclass(frozen=True, slots=True)
class Line:
    """One input of the form: its label, and what was chosen there."""

    label: str
    chosen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A condition under its heading; `assignment` is true for who and what it is about."""

    title: str
    assignment: bool
    lines: tuple[Line, ...]


async def conditions_of(policy: dict[str, Any], names: Names) -> list[Part]:
    """Give the conditions that are configured, in the order of the form."""
    found: list[Part] = []
    for each in CONDITIONS:
        body: object = as_object(policy.get("conditions")).get(each.key)
        lines = tuple([line async for line in _lines(each.fields, body, names)] if body else ())
        if lines:
            found.append(Part(each.title, each.assignment, lines))
    return found


def grant_of(policy: dict[str, Any]) -> tuple[str, ...]:
    """Name the grant controls."""
    grant = as_object(policy.get("grantControls"))
    return tuple(each.title for each in GRANT_CONTROLS for _ in each.requirements(grant))


def session_of(policy: dict[str, Any]) -> tuple[str, ...]:
    """Name the session controls that are on."""
    session = as_object(policy.get("sessionControls"))
    return tuple(
        each.title for each in SESSION_CONTROLS if each.parse(session.get(each.key)) is not None
    )


async def _lines(fields: tuple[Field, ...], body: object, names: Names) -> AsyncIterator[Line]:
    for each in fields:
        chosen = [text async for text in _chosen(each, body, names)]
        if chosen:
            yield Line(each.label, tuple(chosen))


async def _chosen(field: Field, body: object, names: Names) -> AsyncIterator[str]:
    if field.shape is Shape.FILTER:
        for text in _rule(as_object(body).get(field.name) if field.name else body):
            yield text
        return
    if field.shape is Shape.GUESTS:
        guests = as_object(as_object(body).get(field.name))
        for word in str(guests.get("guestOrExternalUserTypes") or "").split(","):
            if word.strip():
                yield field.words.get(word.strip(), word.strip())
        return
    for word in field.read(body):
        label = _label(field, word)
        yield label if label is not None else await names.of(field.lookup, word)


def _label(field: Field, word: str) -> str | None:
    folded = word.casefold()
    return next((text for key, text in field.words.items() if key.casefold() == folded), None)


def _rule(body: object) -> Iterator[str]:
    written = as_object(body)
    if written.get("rule"):
        yield f"{written.get('mode')}: {written['rule']}"
