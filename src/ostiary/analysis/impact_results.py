"""The typed result of an impact analysis. Counts are sign-ins unless their name says otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Results:
    """What policies came to. The eight results of one policy sum to the rows read."""

    success: int = 0
    failure: int = 0
    interrupted: int = 0
    """Enabled, and the user can be asked for what is missing (Graph logs it as a failure)."""
    not_applied: int = 0
    report_only_success: int = 0
    report_only_failure: int = 0
    report_only_interrupted: int = 0
    report_only_not_applied: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return sum(getattr(self, each.name) for each in fields(self))

    def to_json(self) -> dict[str, int]:
        """Give the counts under the names of Graph's results."""
        return {_camel(each.name): getattr(self, each.name) for each in fields(self)}


@dataclass(frozen=True, slots=True)
class Named:
    """A person, application or policy: its id, and its name where one is known."""

    id: str
    name: str = ""

    def to_json(self) -> dict[str, str]:
        """Give both."""
        return {"id": self.id, "displayName": self.name}


@dataclass(frozen=True, slots=True)
class PolicyImpact:
    """What one policy came to over the log; `users` are distinct identities it applied to."""

    policy: Named
    state: str
    results: Results
    by_category: Mapping[str, Results]
    users: int
    users_open: int
    """Distinct identities with a sign-in in which it failed or waited for the user."""

    def to_json(self) -> dict[str, Any]:
        """Give the entry of `policies`."""
        return {
            **self.policy.to_json(),
            "state": self.state,
            **self.results.to_json(),
            "users": self.users,
            "usersNotSatisfied": self.users_open,
            "byCategory": {name: each.to_json() for name, each in self.by_category.items()},
        }


@dataclass(frozen=True, slots=True)
class ValueImpact:
    """What all policies together came to in the sign-ins with one value of a dimension.

    The enabled policies come to one of the first four results, the report-only ones to one of the
    last four: each four sum to `sign_ins`.
    """

    value: str | None
    name: str
    sign_ins: int
    results: Results
    changes: Mapping[str, int]
    """By kind of change with a draft, otherwise empty."""

    def to_json(self) -> dict[str, Any]:
        """Give the entry of `by`."""
        named = {"displayName": self.name} if self.name else {}
        counts = {"signIns": self.sign_ins, **self.results.to_json()}
        return {"value": self.value, **named, **counts, **dict(self.changes)}


@dataclass(frozen=True, slots=True)
class SampleSignIn:
    """One sign-in of the log, to look at; `row` counts from 0."""

    kind: str
    row: int
    created: datetime | None
    person: Named
    workload: bool
    category: str
    app: Named
    ip: str | None
    country: str | None
    client_app: str | None
    platform: str | None
    result: str
    before: str | None
    report_only: str
    policies: Sequence[Named]
    """Those that fail, or wait for the user."""
    doubtful: bool
    """Whether it rests on facts that the log does not tell."""
    request_id: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Give all of it."""
        return {
            "kind": self.kind,
            "row": self.row,
            "requestId": self.request_id,
            "createdDateTime": moment(self.created),
            "userId": None if self.workload else self.person.id,
            "servicePrincipalId": self.person.id if self.workload else None,
            "name": self.person.name,
            "category": self.category,
            "app": self.app.to_json(),
            "ipAddress": self.ip,
            "country": self.country,
            "clientApp": self.client_app,
            "platform": self.platform,
            "before": self.before,
            "result": self.result,
            "reportOnlyResult": self.report_only,
            "policies": [each.to_json() for each in self.policies],
            "restsOnMissingFacts": self.doubtful,
        }


@dataclass(frozen=True, slots=True)
class AffectedPerson:
    """Somebody whose sign-ins a draft changes, by kind of change."""

    person: Named
    workload: bool
    counts: Mapping[str, int]

    def to_json(self) -> dict[str, Any]:
        """Give the entry."""
        return {**self.person.to_json(), "workload": self.workload, **self.counts}


@dataclass(frozen=True, slots=True)
class CausingPolicy:
    """A policy that changes sign-ins, by kind of change."""

    policy: Named
    counts: Mapping[str, int]

    def to_json(self) -> dict[str, Any]:
        """Give the entry."""
        return {**self.policy.to_json(), **self.counts}


@dataclass(frozen=True, slots=True)
class DraftImpact:
    """What a draft changes. `counts` sum to the rows read."""

    counts: Mapping[str, int]
    by_category: Mapping[str, Mapping[str, int]]
    doubtful: Mapping[str, int]
    """Of `counts`, those that rest on facts the log does not tell."""
    users: Mapping[str, int]
    """Distinct identities by kind of change."""
    causes: Sequence[CausingPolicy]
    people: Sequence[AffectedPerson]
    people_affected: int
    added: Sequence[Named]
    changed: Sequence[Named]
    removed: Sequence[Named]
    kept: int
    before: Sequence[PolicyImpact]
    """What the policies that the draft changes or removes came to as they are now."""

    def to_json(self) -> dict[str, Any]:
        """Give the member `change`."""
        return {
            **self.counts,
            "byCategory": {name: dict(each) for name, each in self.by_category.items()},
            "restsOnMissingFacts": dict(self.doubtful),
            "users": dict(self.users),
            "policies": [each.to_json() for each in self.causes],
            "people": [each.to_json() for each in self.people],
            "peopleAffected": self.people_affected,
            "draft": {
                "added": [each.to_json() for each in self.added],
                "changed": [each.to_json() for each in self.changed],
                "removed": [each.to_json() for each in self.removed],
                "unchanged": self.kept,
            },
            "before": [each.to_json() for each in self.before],
        }


@dataclass(frozen=True, slots=True)
class Unseen:
    """Who or what is in the tenant and not in the log: `count` of `of`, the first ones named."""

    count: int
    of: int
    named: Sequence[Named] = field(default=())

    def to_json(self) -> dict[str, Any]:
        """Give the entry of `neverSeen`."""
        return {"count": self.count, "of": self.of, "named": [n.to_json() for n in self.named]}


@dataclass(frozen=True, slots=True)
class MissingFact:
    """A fact that the log does not tell of some rows, and the policies that ask for it."""

    fact: str
    title: str
    rows: int
    of: int
    policies: Sequence[Named]
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """Give the entry of `missingFacts`."""
        return {
            "fact": self.fact,
            "title": self.title,
            "rows": self.rows,
            "of": self.of,
            "policies": [each.to_json() for each in self.policies],
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """A user account that looks as if a program used it, and the signs of that."""

    person: Named
    signs: Sequence[str]
    sign_ins: int
    breaks: int
    """Sign-ins that the draft would break, or that fail now where there is none."""

    def to_json(self) -> dict[str, Any]:
        """Give the entry."""
        return {
            **self.person.to_json(),
            "signs": list(self.signs),
            "signIns": self.sign_ins,
            "breaks": self.breaks,
        }


def moment(value: datetime | None) -> str | None:
    """Write a moment as Graph does."""
    return None if value is None else value.strftime("%Y-%m-%dT%H:%M:%SZ")


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return "".join([first, *(word.capitalize() for word in rest)])
