"""What stands in each input of the policy form: as a policy says it, and as a form sent it.

Both are read into the same `State`, so that an input nobody touched is known, and its part of the
policy stays as it was to the letter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from ostiary.admin.visit import Sent
from ostiary.conditions import CONDITIONS
from ostiary.conditions.base import Condition, Field, Shape
from ostiary.model.json_types import JsonObject, as_object, flags
from ostiary.model.setting import Effect

GUESTS: Final = "guestOrExternalUserTypes"
MODES: Final = ("include", "exclude")


@dataclass(frozen=True, slots=True)
class State:
    """One input: words that are ticked, ids that are chosen, names that are typed; or a rule.

    `alone` is the word that was chosen in place of everything else (*All users*).
    """

    alone: str = ""
    words: frozenset[str] = frozenset()
    ids: tuple[str, ...] = ()
    typed: str = ""
    rule: str = ""
    mode: str = MODES[0]

    @property
    def filled(self) -> bool:
        """Whether anything is chosen."""
        return bool(self.alone or self.words or self.ids or self.typed.strip() or self.rule)


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """An input of the form: a member of a condition. `name` is that of its field in HTML."""

    condition: Condition[Any]
    field: Field

    @property
    def name(self) -> str:
        """Give the name of its field."""
        key = self.condition.key
        return f"{key}.{self.field.name}" if self.field.name else key


States: TypeAlias = Mapping[Place, State]


PLACES: Final = tuple(
    Place(condition, field)
    for condition in CONDITIONS
    for field in condition.fields
    if not field.beta
)
"""Every input that the form shows; members of beta alone are not."""


def states_of(conditions: JsonObject) -> dict[Place, State]:
    """Read every input from the conditions of a policy."""
    return {place: _state_of(place, conditions.get(place.condition.key)) for place in PLACES}


def states_sent(sent: Sent) -> dict[Place, State]:
    """Read every input from what a form sent."""
    return {place: _state_sent(place, sent) for place in PLACES}


def _state_of(place: Place, body: object) -> State:
    field = place.field
    if field.shape is Shape.FILTER:
        written = as_object(as_object(body).get(field.name))
        return _rule(str(written.get("rule") or ""), str(written.get("mode") or ""))
    if field.shape is Shape.GUESTS:
        return _chosen(field, flags(as_object(as_object(body).get(field.name)).get(GUESTS)))
    return _chosen(field, field.read(body))


def _state_sent(place: Place, sent: Sent) -> State:
    field, name = place.field, place.name
    if field.shape is Shape.FILTER:
        return _rule(_first(sent, name), _first(sent, f"{name}.mode"))
    alone = _first(sent, f"{name}.alone")
    typed = "\n".join(sent.get(f"{name}.names", ())).replace("\r\n", "\n")
    return _chosen(field, [*([alone] if alone else []), *sent.get(name, ())], typed)


def _rule(rule: str, mode: str) -> State:
    # A textarea sends its lines with CR and LF (HTML, constructing the form data set).
    rule = rule.replace("\r\n", "\n").strip()
    return State(rule=rule, mode=mode if mode in MODES else MODES[0])


def _chosen(field: Field, values: Sequence[str], typed: str = "") -> State:
    known = {word.casefold(): word for word in field.words}
    words = [known[each.casefold()] for each in values if each.casefold() in known]
    alone = next((each for each in field.alone if each in words), "")
    ids = dict.fromkeys(each for each in values if each and each.casefold() not in known)
    return State(alone, frozenset(words) - {alone}, tuple(ids), typed)


def includes_something(states: States, conditions: Sequence[Condition[Any]]) -> bool:
    """Tell whether anything is included by some conditions; the word for nobody includes none."""
    return any(
        _but_nothing(place.field, state).filled
        for place, state in states.items()
        if place.condition in conditions and place.field.effect is Effect.INCLUDE
    )


def _but_nothing(field: Field, state: State) -> State:
    if field.nothing and state.alone == field.nothing:
        return State("", state.words, state.ids, state.typed, state.rule, state.mode)
    return state


def _first(sent: Sent, name: str) -> str:
    return next(iter(sent.get(name, ())), "")
