"""Compiled loops over rows: which policies apply, how they stand, what a sign-in comes to.

A mask of policies is a line of 64-bit words. For each row: the policies that apply (`applied`), of
those that fail (`fails`) and that wait for the user (`waits`), by the row's standing. The loops
hold no lock of the interpreter.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from ostiary.analysis.impact_kernels import Ids, Number, Words, compiled

Counts = npt.NDArray[np.int64]
Small = npt.NDArray[np.uint8]
Codes = npt.NDArray[np.uint16]

NOT_APPLIED, SUCCESS, INTERRUPTED, FAILURE = 0, 1, 2, 3
"""What the policies of a state come to in one sign-in."""


@compiled
def accept(
    ids: Ids, classes: tuple[Ids, Ids, Ids, Ids], masks: tuple[Words, Words, Words, Words],
    applied: Words,
) -> None:  # fmt: skip
    """AND the masks of the four groups of facts; `ids` has one line for each group.

    Combinations that no policy can tell apart share a class, so the masks stay in the cache.
    """
    first, second, third, fourth = masks
    for row in range(applied.shape[0]):
        a, b = classes[0][ids[0, row]], classes[1][ids[1, row]]
        c, d = classes[2][ids[2, row]], classes[3][ids[3, row]]
        for word in range(applied.shape[1]):
            applied[row, word] = first[a, word] & second[b, word] & third[c, word] & fourth[d, word]


@compiled
def find_standings(ids: Ids, ways: Ids, visitors: Ids, by_pair: Ids, found: Ids) -> int:
    """Give the standing of each row by its evidence; -1 where a pair is new, and how many."""
    missed = 0
    for row in range(len(found)):
        found[row] = by_pair[ways[ids[3, row]], visitors[ids[0, row]]]
        missed += found[row] < 0
    return missed


@compiled
def come_to(
    applied: Words, standing: Ids, fails: Words, waits: Words, chosen: Words, refused_first: Words,
    steps: Words, blocks: Small, starts: Ids, result: Small,
) -> None:  # fmt: skip
    """Tell what the enabled policies (`chosen`) come to: the first step that some of them takes.

    `steps` are the masks of all standings' steps in order, `blocks` whether a step refuses;
    those of standing *n* stand from `starts[n]`. `refused_first` saves looking at them at all.
    """
    words = applied.shape[1]
    for row in range(applied.shape[0]):
        at = standing[row]
        some, open_, block = np.uint64(0), np.uint64(0), np.uint64(0)
        for word in range(words):
            mine = applied[row, word] & chosen[word]
            some |= mine
            open_ |= mine & (fails[at, word] | waits[at, word])
            block |= mine & refused_first[at, word]
        if not some:
            result[row] = NOT_APPLIED
        elif not open_:
            result[row] = SUCCESS
        else:
            first = starts[at] if not block else -1
            result[row] = _first_step(applied[row], chosen, steps[: starts[at + 1]], blocks, first)


@compiled
def _first_step(mine: Words, chosen: Words, steps: Words, blocks: Small, first: Number) -> int:
    """Tell what the first step comes to that some policy takes, looking from `first` on."""
    if first < 0:
        return FAILURE
    for step in range(first, len(steps)):
        taken = np.uint64(0)
        for word in range(len(mine)):
            taken |= mine[word] & chosen[word] & steps[step, word]
        if taken:
            return FAILURE if blocks[step] else INTERRUPTED
    return SUCCESS


@compiled
def would_come_to(
    applied: Words, standing: Ids, fails: Words, waits: Words, chosen: Words, result: Small
) -> None:
    """Tell what the report-only policies (`chosen`) come to: the worst result of any."""
    for row in range(applied.shape[0]):
        at = standing[row]
        some, fail, wait = np.uint64(0), np.uint64(0), np.uint64(0)
        for word in range(applied.shape[1]):
            mine = applied[row, word] & chosen[word]
            some |= mine
            fail |= mine & fails[at, word]
            wait |= mine & waits[at, word]
        if not some:
            result[row] = NOT_APPLIED
        elif fail:
            result[row] = FAILURE
        else:
            result[row] = INTERRUPTED if wait else SUCCESS


@compiled
def any_special(ids: Ids, special: tuple[Small, Small, Small, Small]) -> Small:
    """Tell for each row whether one of its combinations needs the careful way."""
    found = np.zeros(ids.shape[1], dtype=np.uint8)
    for row in range(ids.shape[1]):
        found[row] = (
            special[0][ids[0, row]]
            | special[1][ids[1, row]]
            | special[2][ids[2, row]]
            | special[3][ids[3, row]]
        )
    return found


NO_DAY: Final = -(1 << 20)
"""The day of a sign-in of which nobody recorded when it was."""


@compiled
def days_of(moments: Counts, length: int, never: int) -> Counts:
    """Give the day since 1970 of each moment."""
    days = np.empty(len(moments), dtype=np.int64)
    for row in range(len(moments)):
        days[row] = NO_DAY if moments[row] == never else moments[row] // length
    return days


@compiled
def find_doubtful(
    results: tuple[Small, Small, Small], applied: Words, standing: Ids, fails: Words,
    waits: Words, ids: Ids, classes: tuple[Ids, Ids, Ids, Ids],
    doubts: tuple[Words, Words, Words, Words], found: Small,
) -> None:  # fmt: skip
    """Tell whether a policy that is not satisfied rests on facts that nobody recorded."""
    first, second, third, fourth = doubts
    for row in range(len(found)):
        found[row] = 0
        if max(results[0][row], results[1][row], results[2][row]) < INTERRUPTED:
            continue
        a, b = classes[0][ids[0, row]], classes[1][ids[1, row]]
        c, d = classes[2][ids[2, row]], classes[3][ids[3, row]]
        at, some = standing[row], np.uint64(0)
        for word in range(applied.shape[1]):
            open_ = applied[row, word] & (fails[at, word] | waits[at, word])
            some |= open_ & (first[a, word] | second[b, word] | third[c, word] | fourth[d, word])
        found[row] = some != 0


@compiled
def encode(
    shown: Small, report: Small, before: Small, doubtful: Small, ids: Ids, categories: Ids,
    codes: Codes,
) -> None:  # fmt: skip
    """Write what each row came to as one code (`compare.Came`)."""
    for row in range(len(codes)):
        low = shown[row] | report[row] << 2 | before[row] << 4 | doubtful[row] << 6
        codes[row] = low | np.int64(categories[ids[3, row]]) << 7
