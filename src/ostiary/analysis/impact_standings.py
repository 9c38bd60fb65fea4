"""How the policies stand by the evidence of a sign-in: judged once for each distinct evidence.

The evidence of a row is a pair: what is known of the person (kind of visitor, registered methods)
and of the way the sign-in went (methods, device, client, grant). Each pair is judged by
`Requirements`, and each distinct set of judgements gives one standing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np

from ostiary.analysis.impact_kernels import Ids, Words
from ostiary.analysis.impact_outcomes import Small
from ostiary.analysis.impact_sides import Sides, lines
from ostiary.engine.requirements import Standing
from ostiary.model.decision import ControlStatus
from ostiary.model.signin import SignIn

UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class Verdicts:
    """One standing in masks of the union, as results of sign-ins are counted.

    `fails`: open, and nothing the user does on this request helps. `waits`: open, and the user can
    be asked. `runs` are the steps in order, each with whether it refuses.
    """

    fails: int
    waits: int
    runs: tuple[tuple[int, bool], ...]


@dataclass(frozen=True)
class Standings:
    """All standings met so far, as arrays for the loops; replaced as a whole when one is new."""

    by_pair: Ids
    fails: Words
    waits: Words
    refused_first: Words
    steps: Words
    blocks: Small
    starts: Ids

    def has_room_for(self, ways: int, visitors: int) -> bool:
        """Whether every pair has its place in `by_pair`."""
        return ways <= self.by_pair.shape[0] and visitors <= self.by_pair.shape[1]


@dataclass
class StandingBook:
    """Judges pairs of evidence; used under a lock."""

    sides: Sides
    verdicts: list[Verdicts] = field(default_factory=list[Verdicts])
    _numbers: dict[Verdicts, int] = field(default_factory=dict[Verdicts, int])
    _by_code: dict[str, int] = field(default_factory=dict[str, int])
    _by_pair: Ids = field(default_factory=lambda: np.full((64, 16), UNKNOWN, dtype=np.int32))
    arrays: Standings = field(init=False)

    def __post_init__(self) -> None:
        """Start with no standing."""
        self.arrays = self._arrays()

    def make_room(self, ways: int, visitors: int) -> None:
        """Grow the table of pairs."""
        old = self._by_pair
        if ways <= old.shape[0] and visitors <= old.shape[1]:
            return
        wider = np.full(
            (_room(ways, old.shape[0]), _room(visitors, old.shape[1])), UNKNOWN, dtype=np.int32
        )
        wider[: old.shape[0], : old.shape[1]] = old
        self._by_pair = wider
        self.arrays = self._arrays()

    def judge(self, pairs: list[tuple[int, int]], sign_in_of: Callable[[int, int], SignIn]) -> None:
        """Work out the standing of new pairs (way, person)."""
        for way, person in pairs:
            if self._by_pair[way, person] == UNKNOWN:
                self._by_pair[way, person] = self._standing(sign_in_of(way, person))
        self.refresh()

    def add(self, verdicts: Verdicts) -> int:
        """Give the number of a standing, a new one where it is new."""
        number = self._numbers.setdefault(verdicts, len(self.verdicts))
        if number == len(self.verdicts):
            self.verdicts.append(verdicts)
        return number

    def refresh(self) -> None:
        """Show what was added in `arrays`."""
        self.arrays = self._arrays()

    def _standing(self, sign_in: SignIn) -> int:
        requirements = self.sides.union.requirements
        code = requirements.code(requirements.judge(sign_in))
        known = self._by_code.get(code)
        if known is None:
            standing = requirements.standing(requirements.decoded(code))
            known = self._by_code[code] = self.add(self._verdicts(standing))
        return known

    def _verdicts(self, standing: Standing) -> Verdicts:
        on = self.sides.union.enabled
        fails = failing(standing, enabled=on)
        return Verdicts(fails, standing.unsatisfied & ~fails, _runs(standing))

    def _arrays(self) -> Standings:
        words = self.sides.words
        every = self.verdicts
        runs = [run for each in every for run in each.runs]
        first = [each.runs[0][0] if each.runs and each.runs[0][1] else 0 for each in every]
        starts = np.zeros(len(every) + 1, dtype=np.int32)
        starts[1:] = np.cumsum([len(each.runs) for each in every])
        return Standings(
            by_pair=self._by_pair.copy(),  # INVARIANT: what is handed out does not change
            fails=lines([each.fails for each in every], words),
            waits=lines([each.waits for each in every], words),
            refused_first=lines(first, words),
            steps=lines([mask for mask, _ in runs], words),
            blocks=np.array([refuses for _, refuses in runs], dtype=np.uint8),
            starts=starts,
        )


def failing(standing: Standing, *, enabled: int) -> int:
    """Give the open policies that fail, not merely wait for the user.

    Of an enabled policy that is any for which a step refuses; report-only draws the line as Graph
    does (`result_masks`): by whether the control itself is interactive.
    """
    refused = 0
    for step in standing.steps:
        if step.judgement.status is ControlStatus.REFUSED:
            refused |= step.policies
    lost = (refused & enabled) | (standing.needs_more_than_the_user & ~enabled)
    return standing.unsatisfied & lost


def _runs(standing: Standing) -> tuple[tuple[int, bool], ...]:
    """Merge neighbouring steps that come to the same."""
    runs: list[tuple[int, bool]] = []
    by_status = groupby(standing.steps, lambda step: step.judgement.status)
    for status, steps in by_status:
        mask = 0
        for step in steps:
            mask |= step.policies
        runs.append((mask, status is ControlStatus.REFUSED))
    return tuple(runs)


def _room(wanted: int, had: int) -> int:
    while had < wanted:
        had *= 2
    return had


__all__ = ["UNKNOWN", "StandingBook", "Standings", "Verdicts", "failing"]
