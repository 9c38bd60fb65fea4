"""The careful way: sign-ins that the engine decides one by one.

These are the rows where a condition could not be evaluated, or where strengths give way because
security information is registered. They are few; each distinct combination is decided once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ostiary.analysis.impact_kernels import Ids, Words
from ostiary.analysis.impact_outcomes import FAILURE, INTERRUPTED, NOT_APPLIED, SUCCESS, Small
from ostiary.analysis.impact_sides import Side
from ostiary.analysis.impact_standings import Standings, Verdicts, failing
from ostiary.analysis.impact_work import Work
from ostiary.engine.decide import words
from ostiary.model.decision import Outcome
from ostiary.model.signin import SignIn

_OUTCOMES = {Outcome.INTERRUPT: INTERRUPTED, Outcome.BLOCK: FAILURE}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the engine answers: masks of the union, and what either side comes to."""

    applied: int
    fails: int
    waits: int
    result: int
    report: int


class Careful:
    """Decides single combinations and puts the answers into the rows."""

    def __init__(self, work: Work) -> None:
        """Remember whom to ask."""
        self._work = work
        self._known: dict[tuple[int, ...], tuple[Words, int, tuple[int, int, int]]] = {}

    def correct(
        self,
        rows: npt.NDArray[np.int64],
        ids: Ids,
        applied: Words,
        standing: Ids,
        results: tuple[Small, Small, Small],
    ) -> Standings:
        """Overwrite what the fast way found for some rows; give the standings they now have."""
        for row in rows:
            key = tuple(int(each) for each in ids[:, row])
            known = self._known.get(key)
            if known is None:
                known = self._known[key] = self._decided(key)
            applied[row], standing[row] = known[0], known[1]
            for column, value in zip(results, known[2], strict=True):
                column[row] = value
        return self._work.book.arrays

    def _decided(self, key: Sequence[int]) -> tuple[Words, int, tuple[int, int, int]]:
        work = self._work
        sign_in = work.sign_in(work.row(key))
        sides = work.sides
        shown = answer(sides.shown, sign_in)
        before = shown if sides.draft is None else answer(sides.current, sign_in)
        # the side that is reported decides about what both have; the other about the rest
        mine = sum(1 << place for place in sides.shown.places)
        verdicts = Verdicts(
            shown.fails | (before.fails & ~mine), shown.waits | (before.waits & ~mine), ()
        )
        with work.lock:
            number = work.book.add(verdicts)
            work.book.refresh()
        mask = shown.applied | (before.applied & ~mine)
        now = before.result if sides.draft is not None else NOT_APPLIED
        return sides.line(mask), number, (shown.result, shown.report, now)


def answer(side: Side, sign_in: SignIn) -> Answer:
    """Ask the engine what every policy of one side comes to."""
    policies = side.policies
    prepared = policies.prepare(sign_in)
    mask, outcome = policies.outcome(prepared)
    results, _ = words(policies, prepared)
    lost = failing(policies.standing(prepared, mask), enabled=policies.enabled)
    lost |= policies.match(prepared).failed
    applied = fails = waits = 0
    for number, (place, word) in enumerate(zip(side.places, results, strict=True)):
        bit, refused = 1 << place, lost >> number & 1
        if word.endswith(("otApplied", "notEnabled")):
            continue
        applied |= bit
        # a policy that could not be evaluated blocks, in report-only it would
        if word in {"reportOnlyFailure", "unknown"} or (word == "failure" and refused):
            fails |= bit
        elif word in {"failure", "reportOnlyInterrupted"}:
            waits |= bit
    result = _OUTCOMES.get(outcome, SUCCESS if applied & side.enabled else NOT_APPLIED)
    return Answer(applied, fails, waits, result, _worst(applied, fails, waits, side.reporting))


def _worst(applied: int, fails: int, waits: int, chosen: int) -> int:
    if not applied & chosen:
        return NOT_APPLIED
    if fails & chosen:
        return FAILURE
    return INTERRUPTED if waits & chosen else SUCCESS
