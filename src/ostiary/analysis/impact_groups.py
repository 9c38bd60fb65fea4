"""Combinations of facts become masks: each distinct one is read once, as a sign-in of its own.

The four groups are the person, the target, the place, and the way the sign-in went. A row of a log
is one combination of each; what it comes to follows from their masks and evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from ostiary.analysis.impact_facts import GroupPlan
from ostiary.analysis.impact_kernels import Ids, Words
from ostiary.analysis.impact_memory import no_collection
from ostiary.analysis.impact_numbers import Coded, Combinations, Numbered
from ostiary.analysis.impact_outcomes import Small
from ostiary.analysis.impact_sides import lines
from ostiary.engine.masks import Accepted, Table
from ostiary.engine.policyset import PolicySet
from ostiary.model.signin import SignIn

Row: TypeAlias = dict[str, Any]
Reader: TypeAlias = Callable[[Mapping[str, Any]], SignIn]


class Combination:
    """One combination of a group: its number, its columns, the sign-in they make alone."""

    __slots__ = ("_group", "_sign_in", "digits", "number")

    def __init__(self, group: Group, number: int, digits: tuple[int, ...]) -> None:
        """Nothing is read before it is asked for."""
        self._group = group
        self._sign_in: SignIn | None = None
        self.number = number
        self.digits = digits

    @property
    def row(self) -> Row:
        """The columns' values."""
        pairs = zip(self._group.columns, self.digits, strict=True)
        return {column.name: column.value(digit) for column, digit in pairs}

    @property
    def sign_in(self) -> SignIn:
        """The sign-in of these columns; all other facts are missing."""
        if self._sign_in is None:
            self._sign_in = self._group.read(self.row)
        return self._sign_in


Describe: TypeAlias = Callable[[Combination], Sequence[int]]
"""Gives what a combination is counted under."""


@dataclass(frozen=True)
class Masks:
    """What is known of each combination of a group; replaced as a whole when one is new.

    `classes` tells which line of `accepted` is a combination's mask, and which line of `doubtful`
    the policies that rest on facts nobody recorded. `special` rows need the careful way. `marks`
    has a line for each thing the combinations are counted under (`Group.titles`).
    """

    accepted: Words
    doubtful: Words
    classes: Ids
    special: Small
    marks: Ids


@dataclass
class Group:
    """One group of facts: its columns, the combinations met, and what they mean."""

    plan: GroupPlan
    policies: PolicySet
    columns: tuple[Numbered, ...]
    read: Reader
    describe: Describe
    titles: tuple[str, ...]
    start: int
    """The mask every combination starts from: the live policies in one group, all in the others."""
    words: int
    special: Callable[[SignIn], bool] | None = None
    """What has to be decided the careful way, beside conditions that fail."""
    combinations: Combinations = field(init=False)
    masks: Masks = field(init=False)
    unproven: Callable[[Row], int] | None = None
    """The policies whose controls lack evidence in these columns."""
    _classes: dict[tuple[int, int], int] = field(default_factory=dict[tuple[int, int], int])
    _known: dict[tuple[int, ...], Accepted] = field(default_factory=dict[tuple[int, ...], Accepted])

    def __post_init__(self) -> None:
        """Start with no combination."""
        self.combinations = Combinations(self.columns)
        self.masks = Masks(
            np.zeros((0, self.words), dtype=np.uint64),
            np.zeros((0, self.words), dtype=np.uint64),
            np.zeros(0, dtype=np.int32),
            np.zeros(0, dtype=np.uint8),
            np.zeros((len(self.titles), 0), dtype=np.int32),
        )

    def find(self, parts: Sequence[Coded]) -> Ids:
        """Number the rows' combinations; every number has its masks when this returns."""
        numbers, missed = self.combinations.find(parts)
        if missed or (len(numbers) and numbers.max() >= len(self.masks.special)):
            with self.combinations.lock:
                if missed:
                    self.combinations.add(parts, numbers)
                self._work_out()
        return numbers

    def row(self, number: int) -> Row:
        """Give the columns' values of a combination."""
        return next(self._some(number, number + 1)).row

    def _some(self, first: int, stop: int) -> Iterator[Combination]:
        digits = self.combinations.digits(first, stop)
        every = enumerate(zip(*digits, strict=True), first)
        return (Combination(self, number, each) for number, each in every)

    def _work_out(self) -> None:
        """Work out the combinations that have no masks yet; the caller holds the lock."""
        first, count = len(self.masks.special), len(self.combinations)
        if first == count:
            return
        with no_collection():
            found = [self._meaning(each) for each in self._some(first, count)]
        old, seen = self.masks, len(self._classes)
        classes = [self._class_of(each.mask, each.doubtful) for each in found]
        new = list(self._classes)[seen:]
        marks = np.array([each.marks for each in found], dtype=np.int32)
        self.masks = Masks(
            np.concatenate([old.accepted, lines([mask for mask, _ in new], self.words)]),
            np.concatenate([old.doubtful, lines([doubt for _, doubt in new], self.words)]),
            np.concatenate([old.classes, np.array(classes, dtype=np.int32)]),
            np.concatenate([old.special, _flags([each.special for each in found])]),
            np.concatenate([old.marks, marks.T], axis=1),
        )

    def _class_of(self, mask: int, doubtful: int) -> int:
        return self._classes.setdefault((mask, doubtful), len(self._classes))

    def _meaning(self, combination: Combination) -> _Meaning:
        mask, doubtful, failed = self.start, 0, 0
        for table, places in self.plan.tables:
            accepted = self._accepted(table, places, combination)
            mask &= accepted.upper
            doubtful |= accepted.upper & ~accepted.lower
            failed |= accepted.failed
        special = bool(failed)
        if self.special is not None:
            special |= self.special(combination.sign_in)
        marks = self.describe(combination)
        if self.unproven is not None:
            doubtful |= self.unproven(combination.row)
        return _Meaning(mask, special, doubtful & self.policies.live, marks)

    def _accepted(
        self, table: Table, places: tuple[int, ...], combination: Combination
    ) -> Accepted:
        """Ask a condition, once for each combination of its own columns."""
        if len(places) == len(combination.digits):
            return self.policies.accepted(table, combination.sign_in)
        key = (id(table), *[combination.digits[place] for place in places])
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self.policies.accepted(table, combination.sign_in)
        return known


class _Meaning(NamedTuple):
    mask: int
    special: bool
    doubtful: int
    marks: Sequence[int]


def _flags(values: Sequence[bool]) -> Small:
    return np.array(values, dtype=np.uint8)
