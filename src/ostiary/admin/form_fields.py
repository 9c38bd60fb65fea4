"""The inputs of the policy form, made from the conditions' own declarations, and read back.

A condition that is added to `CONDITIONS` appears here without a template being touched. Members
that the form does not show stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from ostiary.admin.naming import Names
from ostiary.admin.visit import Sent
from ostiary.conditions import CONDITIONS
from ostiary.conditions.base import Condition, Field, Lookup, Shape
from ostiary.model.json_types import JsonObject, as_object, flags

_GUESTS: Final = "guestOrExternalUserTypes"
_ALL_TENANTS: Final = {
    "@odata.type": "#microsoft.graph.conditionalAccessAllExternalTenants",
    "membershipKind": "all",
}
_MODES: Final = ("include", "exclude")


@dataclass(frozen=True, slots=True)
class Input:
    """One input: words to tick, names to type (one a line), or a filter rule."""

    name: str
    label: str
    words: tuple[tuple[str, str, bool], ...] = ()
    lookup: Lookup | None = None
    typed: str = ""
    rule: str | None = None
    mode: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The inputs of one condition, under its heading."""

    title: str
    assignment: bool
    used: bool
    inputs: tuple[Input, ...]


async def groups_of(conditions: JsonObject, names: Names) -> list[Group]:
    """Give the inputs of every condition, filled in from a policy."""
    found: list[Group] = []
    for condition in CONDITIONS:
        body: object = conditions.get(condition.key)
        inputs = [await _input(condition, each, body, names) for each in _shown(condition)]
        used = any(
            each.typed or each.rule or any(word[2] for word in each.words) for each in inputs
        )
        if inputs:
            found.append(Group(condition.title, condition.assignment, used, tuple(inputs)))
    return found


def groups_sent(sent: Sent) -> list[Group]:
    """Give the inputs as they were sent, so that nothing typed is lost."""
    found: list[Group] = []
    for condition in CONDITIONS:
        inputs = tuple(_as_sent(condition, each, sent) for each in _shown(condition))
        if inputs:
            found.append(Group(condition.title, condition.assignment, True, inputs))
    return found


async def conditions_sent(sent: Sent, before: JsonObject, names: Names) -> dict[str, Any]:
    """Read the conditions of a form over those of before. Raises InputError for unknown names."""
    found: dict[str, Any] = deepcopy(dict(before))
    for condition in CONDITIONS:
        for each in _shown(condition):
            kept = await _kept(each, before.get(condition.key), names)
            _put(found, condition.key, each, await _value(condition, each, sent, names, kept))
    return {key: _plain(value) for key, value in found.items()}


def _shown(condition: Condition[Any]) -> Iterator[Field]:
    return (each for each in condition.fields if not each.beta)


def _name(condition: Condition[Any], field: Field) -> str:
    return f"{condition.key}.{field.name}" if field.name else condition.key


async def _input(condition: Condition[Any], field: Field, body: object, names: Names) -> Input:
    name = _name(condition, field)
    if field.shape is Shape.FILTER:
        written = as_object(as_object(body).get(field.name))
        mode = str(written.get("mode") or _MODES[0])
        return Input(name, field.label, rule=str(written.get("rule") or ""), mode=mode)
    chosen = _written(field, body)
    ticked = {each.casefold() for each in chosen}
    words = tuple((key, text, key.casefold() in ticked) for key, text in field.words.items())
    known = {key.casefold() for key in field.words}
    others = [each for each in chosen if each.casefold() not in known]
    typed = "\n".join([await names.of(field.lookup, each) for each in others])
    return Input(name, field.label, words, field.lookup, typed)


def _written(field: Field, body: object) -> Sequence[str]:
    if field.shape is Shape.GUESTS:
        return flags(as_object(as_object(body).get(field.name)).get(_GUESTS) or "")
    return field.read(body)


def _as_sent(condition: Condition[Any], field: Field, sent: Sent) -> Input:
    name = _name(condition, field)
    ticked, typed = set(sent.get(name, ())), "\n".join(sent.get(f"{name}.names", ()))
    if field.shape is Shape.FILTER:
        mode = next(iter(sent.get(f"{name}.mode", ())), _MODES[0])
        return Input(name, field.label, rule=next(iter(sent.get(name, ())), ""), mode=mode)
    words = tuple((key, text, key in ticked) for key, text in field.words.items())
    return Input(name, field.label, words, field.lookup, typed)


async def _kept(field: Field, body: object, names: Names) -> dict[str, list[str]]:
    """Give what the form showed by its names: two groups of one name stay those two."""
    found: dict[str, list[str]] = {}
    if field.lookup is not None:
        for each in _written(field, body):
            found.setdefault(await names.of(field.lookup, each), []).append(each)
    return found


async def _value(
    condition: Condition[Any],
    field: Field,
    sent: Sent,
    names: Names,
    kept: dict[str, list[str]],
) -> Any:
    """Give the value of an input for Graph; None where nothing was chosen."""
    name = _name(condition, field)
    chosen = list(sent.get(name, ()))
    if field.shape is Shape.FILTER:
        rule = next(iter(chosen), "").strip()
        mode = next(iter(sent.get(f"{name}.mode", ())), _MODES[0])
        return {"mode": mode if mode in _MODES else _MODES[0], "rule": rule} if rule else None
    words = [key for key in field.words if key in chosen]
    if field.lookup is not None:
        for line in "\n".join(sent.get(f"{name}.names", ())).splitlines():
            if typed := line.strip():
                same = kept.get(typed)
                words.append(same.pop(0) if same else await names.find(field.lookup, typed))
    if field.shape is Shape.GUESTS:
        return {_GUESTS: ",".join(words), "externalTenants": _ALL_TENANTS} if words else None
    if field.shape is Shape.FLAGS:
        return ",".join(words) or None
    return words


def _put(conditions: dict[str, Any], key: str, field: Field, value: Any) -> None:
    """Write a value; guests keep the tenants that they were limited to before."""
    if not field.name:
        conditions[key] = value
        return
    body = conditions[key] = dict(as_object(conditions.get(key)))
    before = as_object(body.get(field.name))
    if field.shape is Shape.GUESTS and value is not None and before.get("externalTenants"):
        value = {**value, "externalTenants": before["externalTenants"]}
    body[field.name] = value


def _plain(value: Any) -> Any:
    """Leave out a condition in which nothing is chosen."""
    body = as_object(value)
    if not body:
        return value or None
    used = {name for name, each in body.items() if each and not name.startswith("@")}
    return value if used else None
