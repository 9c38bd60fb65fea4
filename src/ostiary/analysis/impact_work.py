"""The shared part of an impact analysis: what values mean, worked out once for all workers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from threading import RLock
from types import MappingProxyType
from typing import Any

import numpy as np

from ostiary.analysis import impact_outcomes as outcomes
from ostiary.analysis.impact_addresses import AddressClasses
from ostiary.analysis.impact_facts import CONTROL_COLUMNS, IDENTITY_KIND, UNPROVEN, Plan, plan
from ostiary.analysis.impact_groups import Group, Row
from ostiary.analysis.impact_kernels import Ids
from ostiary.analysis.impact_marks import (
    PERSON_MARKS,
    PLACE_MARKS,
    TARGET_MARKS,
    WAY_MARKS,
    Marks,
    Names,
)
from ostiary.analysis.impact_numbers import (
    Coded,
    ListVocabulary,
    OfTexts,
    Truth,
    Vocabulary,
    coded,
)
from ostiary.analysis.impact_sides import Sides
from ostiary.analysis.impact_standings import StandingBook, Standings
from ostiary.analysis.log_arrow import RecordBatch, arrow
from ostiary.analysis.log_facts import person_of, sign_in_of
from ostiary.analysis.log_schema import Category
from ostiary.conditions.locations import LocationTagger
from ostiary.engine.policyset import PolicySet
from ostiary.model.signin import MISSING, SignIn

PERSON, TARGET, PLACE, WAY = range(4)
NOTHING: Mapping[str, str] = MappingProxyType({})
_KINDS = {
    Category.INTERACTIVE.value: Category.INTERACTIVE.value,
    Category.NON_INTERACTIVE.value: Category.INTERACTIVE.value,
    Category.SERVICE_PRINCIPAL.value: Category.SERVICE_PRINCIPAL.value,
    Category.MANAGED_IDENTITY.value: Category.SERVICE_PRINCIPAL.value,
}
"""`log_facts` reads of the category of a person only whether it is a workload's."""
_LISTS = frozenset({"audiences", "methods"})
_TRUTHS = frozenset({"device_compliant", "mfa_satisfied"})


class Work:
    """Everything that workers share: vocabularies, groups of facts, standings."""

    def __init__(self, sides: Sides, *, assume: Mapping[str, str] = NOTHING) -> None:
        """Plan which columns feed what; `assume` gives facts the value they have where missing."""
        self.sides = sides
        self.assume = dict(assume)
        self.directory = sides.union.directory
        self.plan: Plan = plan(sides.union)
        self.marks = Marks(sides.union)
        self.lock = RLock()
        names = dict.fromkeys(name for group in self.plan.groups for name in group.columns)
        self._kinds = Vocabulary("category")
        self.vocabularies = {name: self._vocabulary(name) for name in names}
        self.groups = self._groups()
        self.book = StandingBook(sides)

    def _groups(self) -> tuple[Group, ...]:
        marks, union, every = self.marks, self.sides.union, (1 << 64 * self.sides.words) - 1
        described = (
            (PERSON_MARKS, marks.person, union.live, None, self._person),
            (TARGET_MARKS, marks.target, every, union.waiver.concerns, self.sign_in),
            (PLACE_MARKS, marks.place, every, None, self.sign_in),
            (WAY_MARKS, marks.way, every, None, self.sign_in),
        )
        return tuple(
            Group(
                plan=group,
                policies=union,
                columns=tuple(self.vocabularies[name] for name in group.columns),
                read=read,
                describe=describe,
                titles=titles,
                start=start,
                words=self.sides.words,
                special=special,
                unproven=_Unproven(union).by_row if describe == marks.way else None,
            )
            for group, (titles, describe, start, special, read) in zip(
                self.plan.groups, described, strict=True
            )
        )

    def _vocabulary(self, name: str) -> OfTexts | ListVocabulary | Truth:
        if name == IDENTITY_KIND:
            return self._kinds
        if name in _LISTS:
            return ListVocabulary(name)
        if name in _TRUTHS:
            return Truth(name)
        tagger = self.marks.places.tagger
        only_places = all(table is self.marks.places for table, _ in self.plan.place.tables)
        if name == "ip" and only_places and isinstance(tagger, LocationTagger):
            return AddressClasses(tagger)
        return Vocabulary(name)

    def _person(self, row: Mapping[str, Any]) -> SignIn:
        return person_of(row, self.directory)

    def sign_in(self, row: Mapping[str, Any]) -> SignIn:
        """Read the columns of a row as a sign-in; absent ones are missing facts."""
        sign_in = sign_in_of(row, self.directory)
        if not self.assume:
            return sign_in
        open_ = {n: v for n, v in self.assume.items() if getattr(sign_in, n) is MISSING}
        return replace(sign_in, **open_) if open_ else sign_in

    def row(self, ids: Sequence[int]) -> Row:
        """Give the columns of a row again, by its combinations."""
        found: Row = {}
        for group, number in zip(self.groups, ids, strict=True):
            found |= group.row(number)
        return found

    def parts(self, batch: RecordBatch) -> list[dict[str, Coded]]:
        """Number the columns of a batch, in parts that stay in the processor's cache."""
        columns = self.columns_of(batch, self.plan.columns[1:])
        columns[IDENTITY_KIND] = self._identity_kind(columns["category"])
        return [
            {name: each.part(start, start + PART) for name, each in columns.items()}
            for start in range(0, batch.num_rows, PART)
        ]

    def columns_of(self, batch: RecordBatch, names: Sequence[str]) -> dict[str, Coded]:
        """Number some columns of a batch."""
        return {name: self._coded(name, batch) for name in names}

    def _coded(self, name: str, batch: RecordBatch) -> Coded:
        """Number a column; one that the batch does not have is null throughout."""
        vocabulary = self.vocabularies[name]
        held: Any = batch
        at: int = held.schema.get_field_index(name)
        if at < 0 or arrow.types.is_null(held.schema.field(at).type):
            nothing = np.zeros(batch.num_rows, dtype=np.int32)
            return Coded(vocabulary, nothing, np.zeros(1, dtype=np.int32))
        column = held.column(at)
        if isinstance(vocabulary, ListVocabulary | Truth):
            return vocabulary.coded(column)
        return coded(vocabulary, column)

    def _identity_kind(self, category: Coded) -> Coded:
        """Give the category again, but one for all people and one for all workloads."""
        names = category.vocabulary
        kinds = [_KINDS.get(names.value(number)) for number in category.numbers.tolist()]
        numbers = np.array([self._kinds.number(kind) for kind in kinds], dtype=np.int32)
        return Coded(self._kinds, category.places, numbers)

    def combinations(self, columns: Mapping[str, Coded]) -> Ids:
        """Number each row's combination in each of the four groups."""
        return np.stack(
            [group.find([columns[name] for name in group.plan.columns]) for group in self.groups]
        )

    def standings(self, ids: Ids) -> tuple[Standings, Ids]:
        """Give the standings, and that of each row; pairs of evidence that are new are judged."""
        found = np.empty(ids.shape[1], dtype=np.int32)
        while True:
            arrays = self.book.arrays
            # taken after the rows' combinations, so every number in `ids` is within them
            visitors = self.groups[PERSON].masks.marks[1]
            ways = self.groups[WAY].masks.marks[1]
            if not arrays.has_room_for(len(self.marks.ways), len(self.marks.visitors)):
                with self.lock:
                    self.book.make_room(len(self.marks.ways), len(self.marks.visitors))
                continue
            if not outcomes.find_standings(ids, ways, visitors, arrays.by_pair, found):
                return arrays, found
            new = found < 0
            pairs = np.unique(np.stack([ways[ids[WAY, new]], visitors[ids[PERSON, new]]]), axis=1)
            with self.lock:
                self.book.judge(list(zip(*pairs.tolist(), strict=True)), self._evidence)

    def _evidence(self, way: int, visitor: int) -> SignIn:
        """Give a sign-in that has this evidence."""
        row = self.groups[WAY].row(self.marks.first_of_way[way])
        person = self.groups[PERSON].row(self.marks.first_of_visitor[visitor])
        # the category of the way is the whole one
        return self.sign_in(person | row)

    def names(self, dimension: str) -> Names:
        """Give the values of a dimension by their numbers."""
        return self.marks.names[dimension]


class _Unproven:
    """Which policies have a control for which a sign-in shows no evidence, one way or the other."""

    def __init__(self, policies: PolicySet) -> None:
        """Note which policies demand what."""
        self._of_columns: dict[str, int] = {}
        self._always = 0
        for number, policy in enumerate(policies.policies):
            for requirement in policy.requirements:
                self._always |= (requirement.control in UNPROVEN) << number
                for column in CONTROL_COLUMNS.get(requirement.control, ()):
                    self._of_columns[column] = self._of_columns.get(column, 0) | (1 << number)

    def by_row(self, row: Row) -> int:
        """Give the policies that may look unsatisfied only because nobody recorded."""
        mask = self._always
        for column, policies in self._of_columns.items():
            if row[column] is None:
                mask |= policies
        return mask


PART = 1 << 18
"""Rows counted at once: few enough to stay in the cache, many enough to call loops seldom."""

__all__ = ["PART", "PERSON", "PLACE", "TARGET", "WAY", "Work"]
