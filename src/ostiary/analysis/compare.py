"""What a draft changes for one sign-in, and what a report calls it.

A sign-in that nobody watches cannot be answered: what would be a prompt is a failure there. So
every sign-in of the background (a refreshed token, a workload identity) that worked and would not
any more is a *silent background break*, whether it would be asked for something or blocked.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from itertools import product

import numpy as np

from ostiary.analysis.impact_outcomes import FAILURE, INTERRUPTED, Codes, Small
from ostiary.analysis.log_schema import CATEGORIES, Category

RESULTS = ("notApplied", "success", "interrupted", "failure")
"""Names of what the policies of one state come to, by their numbers."""
REPORT_RESULTS = tuple(f"reportOnly{word[0].upper()}{word[1:]}" for word in RESULTS)
CODES = 4 * 4 * 4 * 2 * len(CATEGORIES)
INTERACTIVE = CATEGORIES.index(Category.INTERACTIVE.value)


class Change(IntEnum):
    """What a draft does to a sign-in."""

    UNCHANGED = 0
    NEWLY_PROMPTED = 1
    NEWLY_BLOCKED = 2
    SILENT_BACKGROUND_BREAK = 3
    NEWLY_ALLOWED = 4


class Affected(IntEnum):
    """Without a draft: which sign-ins are worth a look, the worst first."""

    NOT = 0
    FAILURE = 1
    INTERRUPTED = 2
    REPORT_ONLY_FAILURE = 3
    REPORT_ONLY_INTERRUPTED = 4


KINDS = len(Change)
CHANGES = tuple(
    "".join([first, *(word.capitalize() for word in rest)])
    for first, *rest in (each.name.lower().split("_") for each in Change)
)
"""`unchanged`, `newlyPrompted`, … by their numbers."""
AFFECTED = ("not", "failure", "interrupted", "reportOnlyFailure", "reportOnlyInterrupted")


@dataclass(frozen=True, slots=True)
class Came:
    """What one sign-in came to: the parts of its code."""

    shown: int
    """What the enabled policies of the side that is reported come to."""
    report: int
    """What its report-only policies come to."""
    before: int
    """With a draft: what the enabled policies come to now."""
    doubtful: bool
    category: int

    @property
    def code(self) -> int:
        """Give the code; `came` reads it back."""
        low = self.shown + 4 * self.report + 16 * self.before + 64 * self.doubtful
        return low + 128 * self.category

    @property
    def change(self) -> Change:
        """Tell what the draft changes."""
        if self.category == INTERACTIVE:
            return _change(self.before, self.shown)
        return _background_change(self.before, self.shown)

    @property
    def affected(self) -> Affected:
        """Tell the worst that happens or would happen."""
        for result, kinds in (
            (self.shown, (Affected.FAILURE, Affected.INTERRUPTED)),
            (self.report, (Affected.REPORT_ONLY_FAILURE, Affected.REPORT_ONLY_INTERRUPTED)),
        ):
            if result in {FAILURE, INTERRUPTED}:
                return kinds[result == INTERRUPTED]
        return Affected.NOT


def came(code: int) -> Came:
    """Take a code apart."""
    return Came(code & 3, code >> 2 & 3, code >> 4 & 3, bool(code >> 6 & 1), code >> 7)


def _change(before: int, after: int) -> Change:
    worked, works = before < INTERRUPTED, after < INTERRUPTED
    if (worked and works) or before == after:
        return Change.UNCHANGED
    if works:
        return Change.NEWLY_ALLOWED
    return Change.NEWLY_BLOCKED if after == FAILURE else Change.NEWLY_PROMPTED


def _background_change(before: int, after: int) -> Change:
    worked, works = before < INTERRUPTED, after < INTERRUPTED
    if worked == works:
        return Change.UNCHANGED
    return Change.NEWLY_ALLOWED if works else Change.SILENT_BACKGROUND_BREAK


def kind_of_code(*, draft: bool) -> Small:
    """Give for each code the number of its change or, without a draft, of what happens."""
    every = [came(code) for code in range(CODES)]
    return np.array([each.change if draft else each.affected for each in every], dtype=np.uint8)


SLIM = tuple(product(range(KINDS), range(4), range(4)))
"""What is counted for each value of a dimension: (kind of change, report-only, enabled)."""


def slim_of_code(*, draft: bool) -> Codes:
    """Give for each code the number of its entry in `SLIM`."""
    kinds = kind_of_code(draft=draft)
    numbers = [int(kinds[code]) * 16 + (code >> 2 & 3) * 4 + (code & 3) for code in range(CODES)]
    return np.array(numbers, dtype=np.uint16)
