"""Reports that leave the house: people, workloads, addresses and requests get other names.

A name stands for the same thing throughout one report and means nothing outside of it: they are
numbered in the order they are met, and the list is kept nowhere. Policies, applications and named
locations keep their names: the report is about them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ostiary.analysis.impact_results import (
    AffectedPerson,
    DraftImpact,
    Named,
    SampleSignIn,
    ServiceAccount,
    Unseen,
)
from ostiary.analysis.log_arrow import arrow, compute

if TYPE_CHECKING:
    from ostiary.analysis.impact import Impact

_COLUMNS = {
    "user_id": "user",
    "service_principal_id": "workload",
    "ip": "address",
    "request_id": "request",
    "device_id": "device",
}
_DROPPED = frozenset({"user_name", "city", "client_app_name"})
"""Columns that could give people away and say nothing the pseudonym does not."""


class Pseudonyms:
    """Other names, given out as they are needed."""

    def __init__(self) -> None:
        """Start with none."""
        self._known: dict[tuple[str, str], str] = {}
        self._counts: dict[str, int] = {}

    def name(self, kind: str, value: str) -> str:
        """Give the other name of a value; nothing stays nothing."""
        if not value:
            return value
        known = self._known.get((kind, value))
        if known is None:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            known = self._known[kind, value] = f"{kind}-{self._counts[kind]}"
        return known

    def of_column(self, name: str, column: Any) -> Any:
        """Rename a column of a log."""
        if name in _DROPPED:
            return arrow.nulls(len(column), arrow.string())
        kind = _COLUMNS.get(name)
        if kind is None:
            return column
        encoded = (
            column if arrow.types.is_dictionary(column.type) else compute.dictionary_encode(column)
        )
        used = compute.unique(encoded.indices).drop_null().to_pylist()
        values = encoded.dictionary.to_pylist()
        renamed: list[str | None] = [None] * len(values)
        for place in used:
            renamed[place] = self.name(kind, values[place])
        return arrow.DictionaryArray.from_arrays(
            encoded.indices, arrow.array(renamed, arrow.string())
        ).cast(arrow.string())

    def person(self, person: Named, *, workload: bool) -> Named:
        """Rename a person or a workload."""
        return Named(self.name("workload" if workload else "user", person.id))

    def of_impact(self, found: Impact) -> Impact:
        """Rename whoever and whatever a report names."""
        return replace(
            found,
            change=None if found.change is None else self._draft(found.change),
            samples=tuple(self._sample(each) for each in found.samples),
            service_accounts=tuple(self._account(each) for each in found.service_accounts),
            never_seen=self._unseen(found.never_seen),
            unreadable_samples=(),
            notes=(),
            pseudonymised=True,
            seen=frozenset(),
        )

    def _draft(self, draft: DraftImpact) -> DraftImpact:
        return replace(draft, people=tuple(self._affected(each) for each in draft.people))

    def _affected(self, each: AffectedPerson) -> AffectedPerson:
        return replace(each, person=self.person(each.person, workload=each.workload))

    def _account(self, each: ServiceAccount) -> ServiceAccount:
        return replace(each, person=self.person(each.person, workload=False))

    def _sample(self, each: SampleSignIn) -> SampleSignIn:
        return replace(
            each,
            person=self.person(each.person, workload=each.workload),
            ip=self.name("address", each.ip) if each.ip is not None else None,
            request_id=self.name("request", each.request_id) if each.request_id else None,
        )

    def _unseen(self, every: Mapping[str, Unseen]) -> dict[str, Unseen]:
        return {
            name: each if name == "apps" else replace(each, named=self._renamed(each.named))
            for name, each in every.items()
        }

    def _renamed(self, people: Sequence[Named]) -> tuple[Named, ...]:
        return tuple(self.person(each, workload=False) for each in people)
