"""What is different between two versions of a policy, in the words of its form.

Every setting that differs is told, whatever it is: what no condition or control declares by its
path in the document. What says nothing is no difference: the order of a list, the case of a word,
a member that is empty or not there, a session control that is off, how several controls are joined
where there are none, and what Graph makes itself (id, times, annotations, `templateId`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from ostiary.analysis.policy_members import (
    GUEST_KINDS,
    STRENGTH,
    TENANTS,
    Chosen,
    Member,
    members_of,
    several,
)
from ostiary.conditions import CONDITIONS
from ostiary.conditions.base import Shape
from ostiary.controls import SESSION_CONTROLS
from ostiary.model.json_types import JsonObject, as_object, flags, is_list, is_object
from ostiary.schema.materialise import normal_form
from ostiary.schema.unknown_members import unknown_conditions, unknown_grants, unknown_session

NOT_CONFIGURED: Final = "Not configured"
_MADE_BY_GRAPH: Final = frozenset(
    {"id", "templateId", "createdDateTime", "modifiedDateTime", "deletedDateTime"}
)
_GUESTS: Final = tuple(
    (condition.key, field.name)
    for condition in CONDITIONS
    for field in condition.fields
    if field.shape is Shape.GUESTS
)


@dataclass(frozen=True, slots=True)
class Difference:
    """A setting that differs: its place and labels, and what was chosen on either side."""

    path: str
    heading: str
    label: str
    before: tuple[Chosen, ...]
    after: tuple[Chosen, ...]
    many: bool

    @property
    def added(self) -> tuple[Chosen, ...]:
        """What only the second has."""
        return _without(self.after, self.before)

    @property
    def removed(self) -> tuple[Chosen, ...]:
        """What only the first has."""
        return _without(self.before, self.after)

    @property
    def replaces(self) -> bool:
        """Whether one word took the place of another: it is told with an arrow.

        Of a list of people or things it is told what came and what went.
        """
        if not self.many:
            return True
        one = len(self.before) == len(self.after) == 1
        return one and not any(each.kind and not each.title for each in self.before + self.after)

    @property
    def about(self) -> str:
        """Name the setting: its heading and its label."""
        named = self.heading and self.heading != self.label
        return f"{self.heading}: {self.label}" if named else self.label


def differences(before: JsonObject, after: JsonObject) -> tuple[Difference, ...]:
    """Give every setting that differs, in the order of the form; none where nothing does.

    Both are policies as Graph writes them, of whichever version.
    """
    old, new = _plain(before), _plain(after)
    old_leaves, new_leaves = dict(_leaves(old)), dict(_leaves(new))
    differing = {
        path
        for path in old_leaves.keys() | new_leaves.keys()
        if old_leaves.get(path) != new_leaves.get(path)
    }
    if not differing:
        return ()
    found = list(_declared(old, new))
    told = tuple(each.path for each in found)
    unknown = _unknown(old) | _unknown(new)
    for path in sorted(differing):
        declared = any(path == each or path.startswith(f"{each}.") for each in told)
        if not declared or any(path == each or path.startswith(f"{each}.") for each in unknown):
            sides = (_value(leaves.get(path)) for leaves in (old_leaves, new_leaves))
            found.append(Difference(path, "", path, *sides, many=False))
    return tuple(found)


def settings_by_path(policy: JsonObject) -> dict[str, Any]:
    """Give all that a policy says, by its path in the document; lists and words as sets.

    Two policies between which nothing differs give the same.
    """
    return dict(_leaves(_plain(policy)))


def references_between(before: JsonObject, after: JsonObject) -> frozenset[tuple[str, str]]:
    """Give the kind and the id of everything that the differences name."""
    return frozenset(
        (each.kind, each.text)
        for difference in differences(before, after)
        for each in (*difference.before, *difference.after)
        if each.kind
    )


def sentence(difference: Difference, named: Callable[[str, str], str]) -> str:
    """Tell a difference in one line: `Users: Exclude groups: + Lifeboats, - Interns`.

    `named` gives the name of what has an id, by its kind and the id.
    """
    if difference.replaces:
        old, new = (
            ", ".join(name_of(each, named) for each in side) or NOT_CONFIGURED
            for side in (difference.before, difference.after)
        )
        return f"{difference.about}: {old} \N{RIGHTWARDS ARROW} {new}"
    signs = (("+", difference.added), ("\N{MINUS SIGN}", difference.removed))
    said = (f"{sign} {name_of(each, named)}" for sign, side in signs for each in side)
    return f"{difference.about}: {', '.join(said)}"


def name_of(chosen: Chosen, named: Callable[[str, str], str]) -> str:
    """Name what was chosen."""
    if not chosen.kind:
        return chosen.text
    name = named(chosen.kind, chosen.text)
    return f"{chosen.title} {name}" if chosen.title else name


def _declared(old: JsonObject, new: JsonObject) -> Iterator[Difference]:
    """Compare setting by setting; one that only one side has comes where that side has it."""
    before = {each.path: each for each in members_of(old)}
    after = {each.path: each for each in members_of(new)}
    for path in dict.fromkeys(chain(before, after)):
        one, other = before.get(path), after.get(path)
        shown: Member | None = other or one
        if shown is None:
            continue
        sides = (one.chosen if one else (), other.chosen if other else ())
        made = Difference(path, shown.heading, shown.label, *sides, many=shown.many)
        if made.added or made.removed:
            yield made


def _without(some: tuple[Chosen, ...], others: tuple[Chosen, ...]) -> tuple[Chosen, ...]:
    known = {each.key for each in others}
    return tuple(each for each in some if each.key not in known)


def _plain(policy: JsonObject) -> dict[str, Any]:
    """Give a policy with nothing in it that says nothing."""
    whole = normal_form(policy, "beta")
    found = {name: value for name, value in whole.items() if name not in _MADE_BY_GRAPH}
    grant = dict(as_object(found.get("grantControls")))
    strength = as_object(grant.get(STRENGTH)).get("id")
    grant[STRENGTH] = {"id": strength} if strength else None
    if not several(grant) and not unknown_grants(grant):
        grant.pop("operator", None)
    found["grantControls"] = grant
    session = dict(as_object(found.get("sessionControls")))
    for control in SESSION_CONTROLS:
        if control.parse(session.get(control.key)) is None:
            session.pop(control.key, None)
    found["sessionControls"] = session
    found["conditions"] = _with_plain_guests(as_object(found.get("conditions")))
    return dict(as_object(_saying(found)))


def _with_plain_guests(conditions: JsonObject) -> dict[str, Any]:
    """Leave out guests of no kind, and tenants where all of them count."""
    found = dict(conditions)
    for key, name in _GUESTS:
        body = dict(as_object(found.get(key)))
        guests = dict(as_object(body.get(name)))
        if not guests:
            continue
        if str(as_object(guests.get(TENANTS)).get("membershipKind")).casefold() == "all":
            guests.pop(TENANTS)
        body[name] = guests if guests.get(GUEST_KINDS) else None
        found[key] = body
    return found


def _saying(value: Any) -> Any:
    """Give a value without members that are off, and without annotations; None for nothing."""
    if is_object(value):
        members = {
            name: said
            for name, each in value.items()
            if "@" not in name and not name.startswith("#") and (said := _saying(each)) is not None
        }
        return members or None
    if is_list(value):
        return [each for each in map(_saying, value) if each is not None] or None
    nothing = value is None or value is False or value == ""
    return None if nothing else value


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Give every value by its path; a list is one value, whose order says nothing."""
    if is_object(value):
        for name, each in value.items():
            yield from _leaves(each, f"{path}.{name}" if path else name)
    elif is_list(value):
        yield path, frozenset(_folded(each) for each in value)
    else:
        yield path, _without_spelling(path, value)


def _without_spelling(path: str, value: Any) -> Any:
    """Give a value as it is compared: words joined by commas as a set, an id in lower case."""
    if not isinstance(value, str):
        return value
    if path in _JOINED:
        return frozenset(flags(value))
    return value.casefold() if path == f"grantControls.{STRENGTH}.id" else value


_JOINED: Final = frozenset(
    ".".join(("conditions", condition.key, *((field.name,) if field.name else ()), *inner))
    for condition in CONDITIONS
    for field in condition.fields
    for shape, inner in ((Shape.FLAGS, ()), (Shape.GUESTS, (GUEST_KINDS,)))
    if field.shape is shape
)


def _folded(value: Any) -> str:
    return value.casefold() if isinstance(value, str) else json.dumps(value, sort_keys=True)


def _unknown(policy: JsonObject) -> set[str]:
    """Give the paths of what no condition or control reads."""
    conditions = as_object(policy.get("conditions"))
    found = {".".join(("conditions", *path)) for path in unknown_conditions(conditions, CONDITIONS)}
    grant = as_object(policy.get("grantControls"))
    found.update(f"grantControls.{name}" for name in unknown_grants(grant))
    session = as_object(policy.get("sessionControls"))
    found.update(f"sessionControls.{path}" for path in unknown_session(session))
    return found


def _value(value: Any) -> tuple[Chosen, ...]:
    """Write a value that nothing declares."""
    if value is None:
        return ()
    plain: Any = sorted(value) if isinstance(value, frozenset) else value  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]  # JSON
    return (Chosen(plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)),)
