"""From counts to results: policies, dimensions, what a draft changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from ostiary.analysis.compare import CHANGES, CODES, KINDS, REPORT_RESULTS, RESULTS, SLIM, came
from ostiary.analysis.impact_marks import Person, Somewhere
from ostiary.analysis.impact_outcomes import Counts
from ostiary.analysis.impact_results import (
    AffectedPerson,
    CausingPolicy,
    DraftImpact,
    Named,
    PolicyImpact,
    Results,
    ValueImpact,
)
from ostiary.analysis.impact_sides import Side
from ostiary.analysis.impact_tally import Tally
from ostiary.analysis.impact_work import Work
from ostiary.analysis.log_schema import CATEGORIES
from ostiary.conditions.client_apps import WORDS as CLIENT_APPS
from ostiary.conditions.platforms import WORDS as PLATFORMS
from ostiary.conditions.risk import RISK_LEVELS
from ostiary.model.directory import Directory
from ostiary.model.policy import Policy, PolicyState

_DAY_ONE = date(1970, 1, 1).toordinal()
_MOST_PEOPLE = 100
NOT_RECORDED = "not recorded"


@dataclass(frozen=True)
class Summary:
    """Reads a tally that is complete."""

    work: Work
    tally: Tally

    def policies(self, side: Side, places: Iterable[int] | None = None) -> tuple[PolicyImpact, ...]:
        """Give what each policy of a side came to; `places` limits it to some of the union."""
        counts = self.tally.policies
        chosen = set(side.places if places is None else places)
        people = _people_by_policy(self.tally, self.work)
        return tuple(
            self._policy(
                policy, counts[:, :, place], (int(people[0][place]), int(people[1][place]))
            )
            for place, policy in zip(side.places, side.policies.policies, strict=True)
            if place in chosen
        )

    def _policy(self, policy: Policy, counts: Counts, people: tuple[int, int]) -> PolicyImpact:
        rows = self.rows_by_category()
        by_category = {
            name: _results(policy.state, rows[name], [int(each) for each in counts[kind]])
            for kind, name in enumerate(CATEGORIES)
        }
        total = _results(policy.state, self.tally.rows, [int(n) for n in counts.sum(axis=0)])
        return PolicyImpact(named_policy(policy), policy.state.value, total, by_category, *people)

    def rows_by_category(self) -> Mapping[str, int]:
        """Give the rows read of each kind of sign-in."""
        by_code = self.tally.codes.reshape(len(CATEGORIES), -1).sum(axis=1)
        return {name: int(by_code[kind]) for kind, name in enumerate(CATEGORIES)}

    def values(self, dimension: str) -> tuple[ValueImpact, ...]:
        """Give the results by the values of a dimension: days in order, others by their size."""
        names = self.work.names(dimension).values
        counts = self.tally.values[dimension]
        drafted = self.work.sides.draft is not None
        found = [
            _value(label_of(dimension, value, self.work.directory), counts[number], drafted=drafted)
            for number, value in enumerate(names)
            if counts[number].any()
        ]
        if dimension == "day":
            return tuple(sorted(found, key=lambda each: (each.value is None, each.value or "")))
        return tuple(sorted(found, key=lambda each: (-each.sign_ins, each.value or "")))

    def total(self) -> Results:
        """Give what all policies together came to, over all rows."""
        slim = self.tally.values["day"].sum(axis=0)
        return _combined(slim)

    def doubtful(self) -> int:
        """Count the sign-ins that fail or prompt on facts that the log does not tell."""
        return sum(int(self.tally.codes[code]) for code in range(CODES) if came(code).doubtful)

    def draft(self) -> DraftImpact | None:
        """Give what the draft changes."""
        sides = self.work.sides
        if sides.draft is None:
            return None
        counts, doubtful = _by_change(self.tally.codes)
        before = {policy.id: policy for policy in sides.current.policies.policies}
        after = {policy.id: policy for policy in sides.draft.policies.policies}
        gone = set(sides.current.places) - set(sides.draft.places)
        changed_people = self.tally.changed
        return DraftImpact(
            counts=_named(counts.sum(axis=0)),
            by_category={name: _named(counts[kind]) for kind, name in enumerate(CATEGORIES)},
            doubtful=_named(doubtful.sum(axis=0)),
            users=_named((changed_people > 0).sum(axis=0), first=1),
            causes=self._causes(),
            people=self._people(),
            people_affected=int((changed_people.sum(axis=1) > 0).sum()),
            added=[named_policy(p) for key, p in after.items() if key not in before],
            changed=[
                named_policy(p) for key, p in after.items() if key in before and p != before[key]
            ],
            removed=[named_policy(p) for key, p in before.items() if key not in after],
            kept=len(sides.current.places) - len(gone),
            before=self.policies(sides.current, gone),
        )

    def _causes(self) -> tuple[CausingPolicy, ...]:
        causes, policies = self.tally.causes, self.work.sides.union.policies
        totals = causes.sum(axis=0)
        order = sorted(np.flatnonzero(totals), key=lambda place: -int(totals[place]))
        return tuple(
            CausingPolicy(named_policy(policies[place]), _named(causes[:, place], first=1))
            for place in order
        )

    def _people(self) -> tuple[AffectedPerson, ...]:
        changed = self.tally.changed
        totals = changed.sum(axis=1)
        order = np.argsort(-totals.astype(np.int64), kind="stable")[:_MOST_PEOPLE]
        return tuple(
            AffectedPerson(
                named_person(self.work.directory, self.person(int(number))),
                self.person(int(number)).workload,
                _named(changed[number], first=1),
            )
            for number in order
            if totals[number]
        )

    def person(self, number: int) -> Person:
        """Give the person of a number."""
        return self.work.marks.people.values[number]


def _people_by_policy(tally: Tally, work: Work) -> tuple[Counts, Counts]:
    """Count the people each policy applied to, and those it was not satisfied for."""
    words = work.sides.words
    found: list[Counts] = []
    for masks in (tally.people[:, :words], tally.people[:, words : 2 * words]):
        counts = np.zeros(64 * words, dtype=np.int64)
        for start in range(0, len(masks), 8192):
            part = np.ascontiguousarray(masks[start : start + 8192]).astype("<u8", copy=False)
            counts += np.unpackbits(part.view(np.uint8), axis=1, bitorder="little").sum(
                axis=0, dtype=np.int64
            )
        found.append(counts)
    return found[0], found[1]


def _results(state: PolicyState, rows: int, counts: Sequence[int]) -> Results:
    """Name the counts (applied, fails, waits) of a policy in some state."""
    applied, fails, waits = counts
    success = applied - fails - waits
    if state is PolicyState.ENABLED:
        return Results(success, fails, waits, rows - applied)
    if state is PolicyState.REPORT_ONLY:
        return Results(0, 0, 0, 0, success, fails, waits, rows - applied)
    return Results(not_applied=rows)


def _combined(slim: Counts) -> Results:
    enabled, report = [0] * len(RESULTS), [0] * len(REPORT_RESULTS)
    for number, (_, reported, shown) in enumerate(SLIM):
        enabled[shown] += int(slim[number])
        report[reported] += int(slim[number])
    not_applied, success, interrupted, failure = enabled
    return Results(
        success, failure, interrupted, not_applied, report[1], report[3], report[2], report[0]
    )


def _value(label: tuple[str | None, str], slim: Counts, *, drafted: bool) -> ValueImpact:
    changes = [0] * KINDS
    for number, (kind, _, _) in enumerate(SLIM):
        changes[kind] += int(slim[number])
    named = dict(zip(CHANGES, changes, strict=True)) if drafted else {}
    return ValueImpact(*label, int(slim.sum()), _combined(slim), named)


def label_of(dimension: str, value: object, directory: Directory) -> tuple[str | None, str]:
    """Give the value of a dimension as it is reported, and its name for people."""
    if isinstance(value, Somewhere):
        return _place(value, directory)
    if value is None:
        return None, NOT_RECORDED
    if isinstance(value, int):
        return date.fromordinal(_DAY_ONE + value).isoformat(), ""
    text = str(value)
    if dimension == "app":
        application = directory.applications.get(text)
        return text, (application.display_name if application else "") or text or "no resource"
    labels = {"platform": PLATFORMS, "clientApp": CLIENT_APPS, "risk": RISK_LEVELS}[dimension]
    return text, labels.get(text, text) if text else "unknown platform"


def _place(place: Somewhere, directory: Directory) -> tuple[str | None, str]:
    known = directory.named_locations
    if place.named:
        return ",".join(place.named), " + ".join(known[i].display_name or i for i in place.named)
    if place.country is None:
        return None, NOT_RECORDED
    return place.country, place.country or "no country"


def _by_change(codes: Counts) -> tuple[Counts, Counts]:
    """Count by category and change; and of these, what rests on missing facts."""
    counts = np.zeros((len(CATEGORIES), KINDS), dtype=np.int64)
    doubtful = np.zeros_like(counts)
    for code in range(CODES):
        if codes[code]:
            each = came(code)
            counts[each.category, each.change] += codes[code]
            if each.doubtful:
                doubtful[each.category, each.change] += codes[code]
    return counts, doubtful


def _named(counts: Iterable[int], *, first: int = 0) -> dict[str, int]:
    pairs = zip(CHANGES, counts, strict=True)
    return {name: int(count) for name, count in list(pairs)[first:]}


def named_policy(policy: Policy) -> Named:
    """Give a policy's id and name."""
    return Named(policy.id, policy.display_name)


def named_person(directory: Directory, person: Person) -> Named:
    """Give an identity's id, and its name where the tenant knows it."""
    if person.workload:
        principal = directory.service_principals.get(person.id)
        return Named(person.id, principal.display_name if principal else "")
    user = directory.users.get(person.id)
    return Named(person.id, (user.principal_name or user.display_name) if user else "")
