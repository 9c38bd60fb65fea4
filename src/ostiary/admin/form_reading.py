"""The conditions of a form that was sent, over those of the policy that it showed.

Members that the form does not show, and inputs that nobody touched, stay as they are.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any, Final

from ostiary.admin.form_sections import SWITCH, choices_of
from ostiary.admin.form_states import (
    GUESTS,
    Place,
    State,
    States,
    includes_something,
    states_of,
    states_sent,
)
from ostiary.admin.naming import Names
from ostiary.admin.visit import Sent
from ostiary.conditions.base import Condition, Section, Shape
from ostiary.model.json_types import JsonObject, as_object

_ALL_TENANTS: Final = {
    "@odata.type": "#microsoft.graph.conditionalAccessAllExternalTenants",
    "membershipKind": "all",
}
_EMPTY: Final = State()


async def conditions_sent(sent: Sent, before: JsonObject, names: Names) -> dict[str, Any]:
    """Read the conditions of a form. Raises InputError for names that nothing goes by."""
    shown, now = states_of(before), _as_meant(sent, before)
    found: dict[str, Any] = deepcopy(dict(before))
    changed: set[str] = set()
    for place, state in now.items():
        if state != shown[place]:
            _put(found, place, await _value(place, state, names))
            changed.add(place.condition.key)
    return {key: _plain(value) if key in changed else value for key, value in found.items()}


def states_meant(sent: Sent, before: JsonObject) -> States:
    """Give the inputs as they count: without what another choice has put aside."""
    return _as_meant(sent, before)


def _as_meant(sent: Sent, before: JsonObject) -> dict[Place, State]:
    shown, now = states_of(before), states_sent(sent)
    _let_alone(now, shown)
    for section in Section:
        _let_choice(section, sent, now, shown)
    return now


def _let_alone(now: dict[Place, State], shown: States) -> None:
    """*All users* takes the place of whatever was selected, where it was not there before."""
    for chosen, state in list(now.items()):
        if not state.alone or shown[chosen].alone == state.alone:
            continue
        now[chosen] = State(alone=state.alone)
        for other in now:
            same_side = other.condition is chosen.condition and (
                other.field.effect is chosen.field.effect
            )
            if same_side and other != chosen and other.field.shape is not Shape.FILTER:
                now[other] = _EMPTY


def _let_choice(section: Section, sent: Sent, now: dict[Place, State], shown: States) -> None:
    """What a policy applies to is one thing: the others are put aside once it has something.

    A policy that had several, which Graph's form cannot make, keeps them.
    """
    choices = choices_of(section)
    wanted = next(iter(sent.get(f"{SWITCH}.{section.name.lower()}", ())), "")
    if len(choices) < 2 or wanted not in choices:
        return
    chosen = choices[wanted]
    if not includes_something(now, chosen):
        return
    for label, others in choices.items():
        if label != wanted and not _both(shown, chosen, others):
            for place in now:
                if place.condition in others:
                    now[place] = _EMPTY


def _both(shown: States, one: list[Condition[Any]], other: list[Condition[Any]]) -> bool:
    return includes_something(shown, one) and any(
        state.filled for place, state in shown.items() if place.condition in other
    )


async def _value(place: Place, state: State, names: Names) -> Any:
    """Give the value of an input for Graph; None where nothing was chosen."""
    field = place.field
    if field.shape is Shape.FILTER:
        return {"mode": state.mode, "rule": state.rule} if state.rule else None
    words = [each for each in field.words if each == state.alone]
    words += [each for each in field.words if each in state.words]
    words += state.ids
    if field.lookup is not None:
        for line in state.typed.splitlines():
            if typed := line.strip():
                words.append(await names.find(field.lookup, typed))
    words = list(dict.fromkeys(words))
    if field.shape is Shape.GUESTS:
        return {GUESTS: ",".join(words), "externalTenants": _ALL_TENANTS} if words else None
    if field.shape is Shape.FLAGS:
        return ",".join(words) or None
    return words


def _put(conditions: dict[str, Any], place: Place, value: Any) -> None:
    """Write a value; guests keep the tenants that they were limited to before."""
    key, field = place.condition.key, place.field
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
