"""Changes in sentences: what a reviewer reads before anything is applied."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from ostiary.analysis.policy_difference import NOT_CONFIGURED, differences, sentence
from ostiary.analysis.policy_members import STRENGTH, references_of
from ostiary.model.json_types import JsonObject
from ostiary.model.lookup import Lookup
from ostiary.policycode.changes import TITLES, Action, Change, Kind, is_placeholder
from ostiary.policycode.fingerprints import plain
from ostiary.policycode.planning import Planned
from ostiary.schema.edge import STATES
from ostiary.schema.materialise import normal_form

Named = Callable[[str, str], str]
_VERBS: Final[Mapping[Action, str]] = MappingProxyType(
    {Action.CREATE: "create", Action.UPDATE: "change", Action.DELETE: "delete"}
)
_LABELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "displayName": "Name",
        "description": "Description",
        "isTrusted": "Trusted",
        "ipRanges": "IP ranges",
        "countriesAndRegions": "Countries",
        "countryLookupMethod": "Determined by",
        "includeUnknownCountriesAndRegions": "Unknown countries",
        "membershipRule": "Membership rule",
        "isAssignableToRole": "Roles can be assigned",
        "securityEnabled": "Security group",
        "allowedCombinations": "Combinations",
        "combinationConfigurations": "Limits",
        "isAvailable": "Published to apps",
    }
)
_SETS: Final = (
    "ipRanges",
    "countriesAndRegions",
    "allowedCombinations",
    "combinationConfigurations",
)
_LOOKUPS: Final = {Kind.NAMED_LOCATION: Lookup.NAMED_LOCATION.value, Kind.STRENGTH: STRENGTH}


@dataclass(frozen=True, slots=True)
class Told:
    """One change for people: `what` it is, and each setting that it changes in a sentence."""

    change: Change
    what: str
    sentences: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Give the entry of `changes` in the answer of `ostiary plan --json`."""
        return {
            "action": self.change.action.value,
            "kind": self.change.kind.value,
            "name": self.change.name,
            "id": self.change.id,
            "sentences": list(self.sentences),
        }


def told(planned: Planned) -> tuple[Told, ...]:
    """Tell every change of a plan, in its order."""
    named = _naming(planned)
    return tuple(
        Told(
            each,
            f"{_VERBS[each.action]} {TITLES[each.kind]} `{each.name}`",
            tuple(_sentences(planned, each, named)),
        )
        for each in planned.plan.changes
    )


def told_from_the_target(planned: Planned) -> tuple[Told, ...]:
    """Tell what is different in the target from the folder: the same, seen from the other side."""
    named = _naming(planned)
    words = {Action.CREATE: "is missing", Action.UPDATE: "differs", Action.DELETE: "is not wanted"}
    return tuple(
        Told(
            each,
            f"{TITLES[each.kind]} `{each.name}` {words[each.action]}",
            tuple(_between(each.kind, each.after, each.before, named))
            if each.action is Action.UPDATE
            else (),
        )
        for each in planned.plan.changes
    )


def _naming(planned: Planned) -> Named:
    def named(kind: str, identifier: str) -> str:
        if is_placeholder(identifier):
            return f"{identifier.split(':', 2)[2]} (new)"
        return planned.named(kind, identifier)

    return named


def _sentences(planned: Planned, change: Change, named: Named) -> Iterator[str]:
    if change.action is Action.DELETE:
        if change.kind is Kind.POLICY and change.before is not None:
            state = str(change.before.get("state"))
            yield f"It was: {STATES.get(state, state)}"
        return
    first: JsonObject = {} if change.before is None else change.before
    for each in _between(change.kind, first, change.after or {}, named):
        if change.before is not None or not each.startswith("Name:"):
            yield each
    users = _using(planned, change)
    if change.action is Action.UPDATE and users:
        yield f"It is used by {', '.join(f'`{each}`' for each in users)}"


def _between(
    kind: Kind, before: JsonObject | None, after: JsonObject | None, named: Named
) -> Iterator[str]:
    """Tell each setting that differs from one version to the other."""
    if kind is Kind.POLICY:
        for each in differences(before or {}, after or {}):
            yield sentence(each, named)
        return
    old, new = plain(kind, before or {}), plain(kind, after or {})
    for name, label in _LABELS.items():
        one, other = old.get(name), new.get(name)
        if one == other:
            continue
        if name in _SETS:
            yield f"{label}: {', '.join(_signed(one, other))}"
        else:
            yield f"{label}: {_value(one)} \N{RIGHTWARDS ARROW} {_value(other)}"


def _signed(one: frozenset[str] | None, other: frozenset[str] | None) -> Iterator[str]:
    before, after = one or frozenset[str](), other or frozenset[str]()
    yield from (f"+ {each}" for each in sorted(after - before))
    yield from (f"\N{MINUS SIGN} {each}" for each in sorted(before - after))


def _value(value: Any) -> str:
    if value is None or value is False:
        return "no" if value is False else NOT_CONFIGURED
    return "yes" if value is True else str(value)


def _using(planned: Planned, change: Change) -> list[str]:
    """Name the policies of the target that refer to what is changed."""
    kind = _LOOKUPS.get(change.kind)
    return [
        str(policy.get("displayName"))
        for policy in planned.before.of(Kind.POLICY).values()
        if kind and (kind, change.id) in references_of(normal_form(policy, "beta"))
    ]
