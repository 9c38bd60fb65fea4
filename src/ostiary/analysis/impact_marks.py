"""What a combination of facts is counted under: person, application, location, client, behaviour.

A *mark* is a number for one of these; `Names` gives the numbers back their meaning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ostiary.analysis.impact_facts import EVIDENCE
from ostiary.analysis.impact_groups import Combination, Row
from ostiary.analysis.impact_tally import BEHAVIOURS, DIMENSIONS
from ostiary.analysis.log_schema import CATEGORIES, Category
from ostiary.conditions.locations import Locations
from ostiary.controls.visitor import HOME, visitor
from ostiary.engine.masks import Table
from ostiary.engine.policyset import PolicySet
from ostiary.model.signin import MISSING, SignIn, TokenGrant, UserIdentity

PERSON_MARKS = ("person", "visitor")
TARGET_MARKS = ("app",)
PLACE_MARKS = ("location",)
WAY_MARKS = ("category", "evidence", "platform", "clientApp", "risk", "behaviour")
_WORKLOADS = frozenset({Category.SERVICE_PRINCIPAL.value, Category.MANAGED_IDENTITY.value})


@dataclass
class Names:
    """Things numbered in the order they are met. Used under the lock of one group of facts."""

    values: list[Any] = field(default_factory=list[Any])
    _numbers: dict[Any, int] = field(default_factory=dict[Any, int])

    def __len__(self) -> int:
        """How many there are."""
        return len(self.values)

    def number(self, value: Any) -> int:
        """Give the number of a value, a new one where it is new."""
        known = self._numbers.get(value)
        if known is None:
            known = self._numbers[value] = len(self.values)
            self.values.append(value)
        return known


class Person(NamedTuple):
    """Who signs in: a user by id, or a workload identity."""

    id: str
    workload: bool = False


@dataclass(frozen=True, slots=True)
class Somewhere:
    """Where a sign-in came from, as a report names it: named locations, otherwise the country.

    `country` None: not recorded, '': maps to no country.
    """

    named: tuple[str, ...]
    country: str | None = None


class Marks:
    """Gives combinations their marks."""

    def __init__(self, policies: PolicySet) -> None:
        """Start with no names."""
        self._policies = policies
        self._directory = policies.directory
        self.places: Table = next(
            table for table in policies.tables if isinstance(table.condition, Locations)
        )
        self.names = {name: Names() for name in DIMENSIONS}
        self.people = Names()
        self.visitors, self.ways = Names(), Names()
        self._behaviours: dict[tuple[Any, ...], int] = {}
        self.first_of_visitor: list[int] = []
        """Visitor number -> a combination of the person's facts that has it."""
        self.first_of_way: list[int] = []

    def person(self, combination: Combination) -> Sequence[int]:
        """Number the person, and what controls see of the person.

        INVARIANT: controls read nothing of the person but these (`GrantControl.judge`).
        """
        sign_in = combination.sign_in
        identity, proofs = sign_in.identity, sign_in.proofs
        if isinstance(identity, UserIdentity):
            who = Person(identity.user_id)
        else:
            who = Person(identity.principal_id, workload=True)
        seen = visitor(sign_in, self._directory)
        if seen is HOME and proofs.registered_methods is None and proofs.mfa_registered:
            evidence: object = who.workload  # the usual case, which hashes at once
        else:
            evidence = (seen, who.workload, proofs.mfa_registered, proofs.registered_methods)
        return (
            self.people.number(who),
            _first(self.visitors, evidence, self.first_of_visitor, combination.number),
        )

    def target(self, combination: Combination) -> Sequence[int]:
        """Number the application."""
        return (self.names["app"].number(combination.row["resource_id"]),)

    def place(self, combination: Combination) -> Sequence[int]:
        """Number the place: the named locations it is in, otherwise its country."""
        return (self.names["location"].number(self._somewhere(combination)),)

    def _somewhere(self, combination: Combination) -> Somewhere:
        known = self._directory.named_locations
        tags: frozenset[Any] = frozenset()
        try:
            value = self.places.condition.value(combination.sign_in, self._directory)
            if value is not MISSING:
                tags = self._tags(value)
        except ValueError:  # no address; the policies' view of it is the careful way's business
            pass
        named = sorted(tag for tag in tags if isinstance(tag, str) and tag in known)
        by_address = tuple(each for each in named if known[each].ranges)
        return Somewhere(by_address, None if by_address else combination.row["country"])

    def _tags(self, value: Any) -> frozenset[Any]:
        return self.places.tagger.tags(self.places.tagger.key(value))

    def way(self, combination: Combination) -> Sequence[int]:
        """Number how the sign-in went."""
        row = combination.row
        category = row["category"] or Category.INTERACTIVE.value
        evidence = tuple([row[name] for name in EVIDENCE])
        shown = (category, row["grant"], row["client_app_type"], row["mfa_satisfied"])
        behaviour = self._behaviours.get(shown)
        if behaviour is None:
            behaviour = self._behaviours[shown] = _behaviour(combination.sign_in, row, category)
        return (
            CATEGORIES.index(category),
            _first(self.ways, evidence, self.first_of_way, combination.number),
            self.names["platform"].number(row["platform"]),
            self.names["clientApp"].number(row["client_app_type"]),
            self.names["risk"].number(row["sign_in_risk"]),
            behaviour,
        )


def _first(names: Names, value: object, firsts: list[int], number: int) -> int:
    """Number a value, and remember the combination it was met with first."""
    found = names.number(value)
    if found == len(firsts):
        firsts.append(number)
    return found


def _behaviour(sign_in: SignIn, row: Row, category: str) -> int:
    """Give one bit for each of `BEHAVIOURS`."""
    held = {
        "interactive": category == Category.INTERACTIVE.value,
        "background": category == Category.NON_INTERACTIVE.value,
        "passwordGrant": sign_in.grant is TokenGrant.PASSWORD,
        "deviceCode": sign_in.grant is TokenGrant.DEVICE_CODE,
        "legacyClient": category not in _WORKLOADS and sign_in.legacy_client,
        "multifactor": row["mfa_satisfied"] is True,
        "workload": category in _WORKLOADS,
    }
    return sum(1 << n for n, name in enumerate(BEHAVIOURS) if held.get(name))
