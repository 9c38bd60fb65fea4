"""The settings of a policy one by one, with the headings and labels of its form.

Read from the declarations of conditions and controls: a new condition needs no change here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ostiary.conditions import CONDITIONS
from ostiary.conditions.base import Condition, Field, Shape, canonical_word
from ostiary.controls import GRANT_CONTROLS, SESSION_CONTROLS
from ostiary.controls.authentication_strength import AuthenticationStrength
from ostiary.controls.terms_of_use import TermsOfUse
from ostiary.model.json_types import JsonObject, as_object, as_strings, flags
from ostiary.schema.edge import OPERATORS, STATES

GUEST_KINDS: Final = "guestOrExternalUserTypes"
TENANTS: Final = "externalTenants"
STRENGTH: Final = AuthenticationStrength.key
TERMS: Final = TermsOfUse.key
"""Kinds of id beside those that conditions look up (`Lookup`)."""
_MODES: Final = {"include": "Include", "exclude": "Exclude"}


@dataclass(frozen=True, slots=True)
class Chosen:
    """One thing that was chosen: a word for people, or the id of something of a `kind`.

    `kind` is a value of `Lookup`, `STRENGTH`, `TERMS`, or empty where `text` is no id. `title` goes
    before the name: what is demanded of that thing.
    """

    text: str
    kind: str = ""
    title: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes two of them the same: ids are so in any case of their letters."""
        return self.kind, self.text.casefold() if self.kind else self.text, self.title


@dataclass(frozen=True, slots=True)
class Member:
    """One setting: its place in the document, its labels, and what was chosen in it.

    `many` is true where several things may be chosen, `heading` empty at the top of the form.
    """

    path: str
    heading: str
    label: str
    chosen: tuple[Chosen, ...]
    many: bool = False


def members_of(policy: JsonObject) -> Iterator[Member]:
    """Give every setting that a policy in normal form has, in the order of the form."""
    yield _one("displayName", "Name", str(policy.get("displayName") or ""))
    state = str(policy.get("state") or "")
    conditions = as_object(policy.get("conditions"))
    for condition in CONDITIONS:
        for field in condition.fields:
            yield from _of_field(condition, field, conditions.get(condition.key))
    grant = as_object(policy.get("grantControls"))
    demanded = tuple(_demanded(grant))
    yield Member("grantControls", "", "Grant", demanded, many=True)
    if several(grant):
        operator = str(grant.get("operator") or "")
        yield Member(
            "grantControls.operator",
            "Grant",
            "For multiple controls",
            (Chosen(OPERATORS.get(operator, operator)),),
        )
    session = as_object(policy.get("sessionControls"))
    for control in SESSION_CONTROLS:
        told = control.told(session.get(control.key))
        yield _one(f"sessionControls.{control.key}", control.title, told, heading="Session")
    yield _one("state", "Enable policy", STATES.get(state, state))


def references_of(policy: JsonObject) -> frozenset[tuple[str, str]]:
    """Give the kind and the id of everything that a policy in normal form names by id."""
    return frozenset(
        (each.kind, each.text)
        for member in members_of(policy)
        for each in member.chosen
        if each.kind
    )


def several(grant: JsonObject) -> bool:
    """Tell whether `grantControls` demand more than one thing, so that it matters how."""
    return len(tuple(_demanded(grant))) > 1


def _one(path: str, label: str, text: str, *, heading: str = "") -> Member:
    return Member(path, heading, label, (Chosen(text),) if text else ())


def _of_field(condition: Condition[Any], field: Field, body: object) -> Iterator[Member]:
    path = ".".join(("conditions", condition.key, *((field.name,) if field.name else ())))
    heading, label = condition.title, field.label
    if field.shape is Shape.FILTER:
        written = as_object(as_object(body).get(field.name))
        mode, rule = str(written.get("mode") or ""), str(written.get("rule") or "")
        yield _one(
            path, label, f"{_MODES.get(mode, mode)}: {rule}" if rule else "", heading=heading
        )
        return
    if field.shape is Shape.GUESTS:
        guests = as_object(as_object(body).get(field.name))
        kinds = flags(guests.get(GUEST_KINDS))
        yield Member(path, heading, label, _words(field, kinds), many=True)
        tenants = as_strings(as_object(guests.get(TENANTS)).get("members")) if kinds else ()
        found = tuple(Chosen(each) for each in tenants)
        yield Member(f"{path}.{TENANTS}", heading, f"{label}, tenants", found, many=True)
        return
    yield Member(path, heading, label, _words(field, field.read(body)), many=True)


def _words(field: Field, words: tuple[str, ...]) -> tuple[Chosen, ...]:
    kind = field.lookup.value if field.lookup else ""
    found: dict[tuple[str, str, str], Chosen] = {}
    for each in words:
        label = field.words.get(canonical_word(field.words, each))
        chosen = Chosen(each, kind) if label is None else Chosen(label)
        found.setdefault(chosen.key, chosen)
    return tuple(found.values())


def _demanded(grant: JsonObject) -> Iterator[Chosen]:
    known: set[str] = set()
    for control in GRANT_CONTROLS:
        if control.built_in:
            known.add(control.key.casefold())
        for each in control.requirements(grant):
            kind = _KINDS.get(control.key, "")
            plain = control.title if not each.argument else f"{control.title} {each.argument}"
            yield Chosen(each.argument, kind, control.title) if kind else Chosen(plain)
    for word in as_strings(grant.get("builtInControls")):
        if word.casefold() not in known:
            yield Chosen(f"Unknown control {word}")


_KINDS: Final[Mapping[str, str]] = {STRENGTH: STRENGTH, TERMS: TERMS}
