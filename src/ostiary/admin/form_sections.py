"""The policy form as it is shown: sections, what each applies to, Include and Exclude, inputs.

Made from the declarations of the conditions: one that is added to `CONDITIONS` appears here without
a template being touched.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from ostiary.admin.filter_rows import Rows, rows_of
from ostiary.admin.form_states import PLACES, Place, State, States, includes_something
from ostiary.admin.naming import About, Names
from ostiary.admin.suites import members_of
from ostiary.conditions import CONDITIONS
from ostiary.conditions.base import Condition, Field, Lookup, Section, Shape
from ostiary.model.setting import Effect

SWITCH: Final = "applies"
"""Begins the name of the field that says what of a section a policy applies to."""
_FEW: Final = 3
_AS_FILLED: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Option:
    """A word to choose; a suite says what it stands for."""

    value: str
    label: str
    on: bool
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chosen:
    """One that was chosen: in which field, its id, what it is called and what it is."""

    field: str
    id: str
    kind: str
    about: About
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Typed:
    """Where names are typed; `kind` says of what."""

    name: str
    kind: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Input:
    """Words to tick, or objects to pick, or a rule: `words`, `typed` or `rows` tell which."""

    name: str
    label: str
    words: tuple[Option, ...] = ()
    typed: tuple[Typed, ...] = ()
    chosen: tuple[Chosen, ...] = ()
    rule: str = ""
    mode: str = ""
    rows: Rows | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """Include or Exclude: `alone` is chosen in place of the inputs, by a field of this name."""

    effect: str
    name: str
    alone: tuple[Option, ...]
    inputs: tuple[Input, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """One condition."""

    title: str
    used: bool
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that a section can apply to, and its conditions."""

    label: str
    on: bool
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class SectionShown:
    """A section under its heading; `switch` is the field that says what it applies to, if any."""

    name: str
    title: str
    used: bool
    switch: str
    choices: tuple[Choice, ...]


def choices_of(section: Section) -> dict[str, list[Condition[Any]]]:
    """Give the conditions of a section by what they apply to, in the order of the form."""
    shown = {place.condition for place in PLACES}
    found: dict[str, list[Condition[Any]]] = {}
    for each in CONDITIONS:
        if each.section is section and each in shown:
            found.setdefault(each.choice, []).append(each)
    return found


async def sections_of(
    states: States, names: Names, switched: Mapping[str, str] = _AS_FILLED
) -> list[SectionShown]:
    """Give the form with what stands in its inputs; `switched` are the switches as sent, if so."""
    for lookup in Lookup:
        ids = [
            each
            for place, state in states.items()
            if place.field.lookup is lookup
            for each in state.ids
        ]
        await names.learn(lookup, ids)
    return [await _section(each, states, names, switched) for each in Section]


def told_of(sections: Sequence[SectionShown]) -> dict[str, str]:
    """Give what is chosen in each section in few words, by its name."""
    return {each.name: "; ".join(_told(each)) for each in sections}


def _told(section: SectionShown) -> Iterator[str]:
    choice = next(each for each in section.choices if each.on)
    for block in choice.blocks:
        for side in block.sides:
            chosen = list(_named(side))
            if chosen:
                few = ", ".join(chosen[:_FEW])
                more = f" +{len(chosen) - _FEW}" if len(chosen) > _FEW else ""
                alone = len(choice.blocks) == 1 or section.title == block.title
                title = "" if alone else block.title
                which = side.effect if len(block.sides) > 1 else ""
                begin = ", ".join(each for each in (title, which) if each).capitalize()
                yield f"{begin}: {few}{more}" if begin else f"{few}{more}"


def _named(side: Side) -> Iterator[str]:
    yield from (each.label for each in side.alone if each.on and each.value)
    for each in side.inputs:
        yield from (word.label for word in each.words if word.on)
        yield from (one.about.name for one in each.chosen)
        yield from (line.strip() for typed in each.typed for line in typed.text.splitlines())
        if each.rule:
            yield each.rule


async def _section(
    section: Section, states: States, names: Names, switched: Mapping[str, str]
) -> SectionShown:
    choices, name = choices_of(section), section.name.lower()
    filled = [label for label, each in choices.items() if includes_something(states, each)]
    chosen = switched.get(f"{SWITCH}.{name}", "")
    if chosen not in choices:
        chosen = next(iter([*filled, *choices]))
    shown: list[Choice] = []
    for label, conditions in choices.items():
        blocks = [await _block(each, states, names) for each in conditions]
        shown.append(Choice(label, label == chosen, tuple(blocks)))
    used = any(block.used for each in shown for block in each.blocks)
    switch = f"{SWITCH}.{name}" if len(choices) > 1 else ""
    return SectionShown(name, section.value, used, switch, tuple(shown))


async def _block(condition: Condition[Any], states: States, names: Names) -> Block:
    mine = {place: state for place, state in states.items() if place.condition is condition}
    sides = [
        await _side(effect, [place for place in mine if place.field.effect is effect], mine, names)
        for effect in Effect
        if any(place.field.effect is effect for place in mine)
    ]
    # That any client app will do is what a policy says where nobody looked: it is not opened.
    quiet = condition.section is Section.CONDITIONS
    used = any((replace(each, alone="") if quiet else each).filled for each in mine.values())
    return Block(condition.title, used, tuple(sides))


async def _side(effect: Effect, here: list[Place], states: States, names: Names) -> Side:
    first = next((place for place in here if place.field.alone), None)
    alone = tuple(_alone(first.field, states[first], effect)) if first else ()
    inputs: list[Input] = []
    for label, together in _together(here).items():
        inputs += [each async for each in _inputs(label, together, states, names)]
    name = first.name if first else ""
    return Side(effect.value, f"{name}.alone" if alone else "", alone, tuple(inputs))


def _alone(field: Field, state: State, effect: Effect) -> Iterator[Option]:
    """Give what can be chosen in place of a selection; an exclusion names what it spares."""
    for word in field.alone:
        offered = effect is Effect.INCLUDE and word != field.nothing
        if offered or word == state.alone:
            yield Option(word, field.words[word], word == state.alone)
    if effect is Effect.INCLUDE or state.alone:
        yield Option("", field.choose or field.label, not state.alone)


def _together(here: Sequence[Place]) -> dict[str, list[Place]]:
    found: dict[str, list[Place]] = {}
    for place in here:
        found.setdefault(place.field.together or place.field.label, []).append(place)
    return found


async def _inputs(
    label: str, together: list[Place], states: States, names: Names
) -> AsyncIterator[Input]:
    """Give the inputs under one label: words first, then what is picked from the directory."""
    for place in together:
        field, state = place.field, states[place]
        if field.shape is Shape.FILTER:
            rows = rows_of(state.rule, field.vocabulary) if field.vocabulary else None
            yield Input(place.name, field.label, rule=state.rule, mode=state.mode, rows=rows)
            continue
        words = tuple(_words(field, state))
        if words:
            yield Input(place.name, field.label, words=words)
    picked = [place for place in together if place.field.lookup is not None]
    if picked:
        chosen = [each for place in picked for each in await _chosen(place, states[place], names)]
        typed = tuple(_typed(place, states[place]) for place in picked)
        yield Input(picked[0].name, label, typed=typed, chosen=tuple(chosen))


def _words(field: Field, state: State) -> Iterator[Option]:
    for word, text in field.words.items():
        on = word in state.words
        if on or word not in {*field.alone, *field.retired}:
            yield Option(word, text, on, members_of(word))


async def _chosen(place: Place, state: State, names: Names) -> list[Chosen]:
    lookup = place.field.lookup
    if lookup is None:
        return []
    return [
        Chosen(place.name, each, lookup.name.lower(), about, members_of(each))
        for each in state.ids
        if (about := await names.about(lookup, each))
    ]


def _typed(place: Place, state: State) -> Typed:
    lookup = place.field.lookup
    kind = lookup.name.lower() if lookup else ""
    return Typed(place.name, kind, place.field.label, state.typed)
