"""A policy in the words of its form: read from the declarations of conditions and controls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ostiary.admin.graph_calls import Graph
from ostiary.admin.references import Known, known
from ostiary.analysis.policy_difference import Difference, differences, name_of
from ostiary.analysis.policy_members import Member, members_of, references_of
from ostiary.conditions import CONDITIONS
from ostiary.model.json_types import JsonObject
from ostiary.schema.materialise import normal_form

_ASSIGNMENTS = frozenset(each.title for each in CONDITIONS if each.assignment)
_GRANT, _OPERATOR = "grantControls", "grantControls.operator"
_SESSION = "sessionControls."


@dataclass(frozen=True, slots=True)
class Line:
    """One input of the form: its label, and what was chosen there."""

    label: str
    chosen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A condition under its heading."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Described:
    """What a policy says: who and what it is about, its conditions, what it demands.

    `operator` is empty where at most one thing is demanded.
    """

    assignments: tuple[Part, ...]
    conditions: tuple[Part, ...]
    grant: tuple[str, ...]
    operator: str
    session: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A difference with names: what came and went or, where `arrow`, what took whose place."""

    about: str
    arrow: bool
    before: tuple[str, ...]
    after: tuple[str, ...]


def described(policy: JsonObject, names: Known) -> Described:
    """Put a policy into words; `names` are those of what it names by id."""
    members = {each.path: each for each in members_of(normal_form(policy, "beta"))}
    conditions = [each for each in members.values() if each.path.startswith("conditions.")]
    operator = members.get(_OPERATOR)
    return Described(
        tuple(_parts(conditions, names, lambda title: title in _ASSIGNMENTS)),
        tuple(_parts(conditions, names, lambda title: title not in _ASSIGNMENTS)),
        _names(members[_GRANT], names),
        operator.chosen[0].text if operator else "",
        tuple(
            Line(each.label, _names(each, names))
            for each in members.values()
            if each.path.startswith(_SESSION) and each.chosen
        ),
    )


async def in_words(policy: JsonObject, graph: Graph) -> Described:
    """Put a policy into words, with the names that Graph tells."""
    references = references_of(normal_form(policy, "beta"))
    return described(policy, await known(graph, references))


def told(before: JsonObject, after: JsonObject, names: Known) -> tuple[Told, ...]:
    """Tell what is different between two policies."""
    return tuple(_told(each, names) for each in differences(before, after))


def _told(difference: Difference, names: Known) -> Told:
    arrow = difference.replaces
    before = difference.before if arrow else difference.removed
    after = difference.after if arrow else difference.added
    sides = (tuple(name_of(each, names.name) for each in side) for side in (before, after))
    return Told(difference.about, arrow, *sides)


def _parts(members: list[Member], names: Known, wanted: Callable[[str], bool]) -> Iterator[Part]:
    for title in dict.fromkeys(each.heading for each in members if wanted(each.heading)):
        lines = tuple(
            Line(each.label, _names(each, names))
            for each in members
            if each.heading == title and each.chosen
        )
        if lines:
            yield Part(title, lines)


def _names(member: Member, names: Known) -> tuple[str, ...]:
    return tuple(name_of(each, names.name) for each in member.chosen)
