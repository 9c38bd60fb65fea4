"""Compiled loops over rows: counts. They hold no lock of the interpreter.

Counts by policy are bit-sliced: level *n* of a counter holds bit *n* of every policy's count, so a
row is added to all policies at once (carry-save adders, as in Harley and Seal's population count).
Masks, standings and what rows came to: see `impact_outcomes`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from ostiary.analysis.impact_kernels import Ids, Number, Words, compiled
from ostiary.analysis.impact_outcomes import Codes, Counts, Small

Flags = npt.NDArray[np.uint32]

GROUP: Final = 16
"""Rows added up by carry-save adders before they reach the levels."""
LEVELS: Final = 44
"""Bits of a count; more rows than any log has."""


@compiled
def _carry(levels: Words, from_level: int, word: int, carry: Number) -> None:
    """Add a carry to one word of a counter."""
    level = from_level
    while carry:
        kept = levels[level, word]
        levels[level, word] = kept ^ carry
        carry &= kept
        level += 1


@compiled
def _add_group(lines: Words, levels: Words, carries: Words) -> None:
    """Add sixteen lines to a counter; `carries` is room for one line."""
    for word in range(lines.shape[1]):
        ones, twos = levels[0, word], levels[1, word]
        fours, eights = levels[2, word], levels[3, word]
        eight_carry = np.uint64(0)
        for half in range(0, 16, 8):
            four_carry = np.uint64(0)
            for quarter in range(half, half + 8, 4):
                a, b = lines[quarter, word], lines[quarter + 1, word]
                mixed = ones ^ a
                two_a = (ones & a) | (mixed & b)
                ones = mixed ^ b
                a, b = lines[quarter + 2, word], lines[quarter + 3, word]
                mixed = ones ^ a
                two_b = (ones & a) | (mixed & b)
                ones = mixed ^ b
                mixed = twos ^ two_a
                four = (twos & two_a) | (mixed & two_b)
                twos = mixed ^ two_b
                if quarter == half:
                    four_carry = four
                else:
                    mixed = fours ^ four_carry
                    eight = (fours & four_carry) | (mixed & four)
                    fours = mixed ^ four
                    if half == 0:
                        eight_carry = eight
                    else:
                        mixed = eights ^ eight_carry
                        carries[word] = (eights & eight_carry) | (mixed & eight)
                        eights = mixed ^ eight
        levels[0, word], levels[1, word] = ones, twos
        levels[2, word], levels[3, word] = fours, eights
    for word in range(lines.shape[1]):
        _carry(levels, 4, word, carries[word])


@compiled
def count_policies(
    applied: Words, standing: Ids, fails: Words, waits: Words, ids: Ids, categories: Ids,
    counters: Words,
) -> None:  # fmt: skip
    """Add the rows to the counters of their category: applied, fails, waits beside each other."""
    words = applied.shape[1]
    kinds = counters.shape[0]
    lines = np.empty((kinds, GROUP, 3 * words), dtype=np.uint64)
    filled = np.zeros(kinds, dtype=np.int64)
    carries = np.zeros(3 * words, dtype=np.uint64)
    for row in range(applied.shape[0]):
        kind, at = categories[ids[3, row]], standing[row]
        line = lines[kind, filled[kind]]
        for word in range(words):
            mine = applied[row, word]
            line[word] = mine
            line[words + word] = mine & fails[at, word]
            line[2 * words + word] = mine & waits[at, word]
        filled[kind] += 1
        if filled[kind] == GROUP:
            _add_group(lines[kind], counters[kind], carries)
            filled[kind] = 0
    for kind in range(kinds):
        for row in range(filled[kind]):
            for word in range(3 * words):
                _carry(counters[kind], 0, word, lines[kind, row, word])


@compiled
def mark_people(
    applied: Words, standing: Ids, fails: Words, waits: Words, ids: Ids, person_of: Ids,
    behaviour: Words, people: Words,
) -> None:  # fmt: skip
    """Note for each person the policies that applied and those left open, and how they sign in.

    A line of `people` is one piece of memory: two masks, then counts packed two in a word.
    """
    words, packed = applied.shape[1], behaviour.shape[1]
    for row in range(applied.shape[0]):
        at, way = standing[row], ids[3, row]
        line = people[person_of[ids[0, row]]]
        for word in range(words):
            mine = applied[row, word]
            line[word] |= mine
            line[words + word] |= mine & (fails[at, word] | waits[at, word])
        for each in range(packed):
            line[2 * words + each] += behaviour[way, each]


@compiled
def count_values(
    ids: Ids, group: int, values: Ids, codes: Codes, slim: Codes, counts: Counts
) -> None:
    """Count rows by a value of one of the groups of facts, and what they came to."""
    for row in range(len(codes)):
        counts[values[ids[group, row]], slim[codes[row]]] += 1


@compiled
def count_rows(values: Ids, codes: Codes, slim: Codes, counts: Counts) -> None:
    """Count rows by a value of their own, and what they came to."""
    for row in range(len(codes)):
        counts[values[row], slim[codes[row]]] += 1


@compiled
def count_codes(codes: Codes, counts: Counts) -> None:
    """Count rows by what they came to."""
    for row in range(len(codes)):
        counts[codes[row]] += 1


@compiled
def count_ids(ids: Ids, group: int, counts: Counts) -> None:
    """Count rows by their combination of facts."""
    for row in range(ids.shape[1]):
        counts[ids[group, row]] += 1


@compiled
def _ones(word: Number) -> Number:
    """Count the bits of a word (Knuth, TAOCP 7.1.3)."""
    word -= (word >> np.uint64(1)) & np.uint64(0x5555555555555555)
    word = (word & np.uint64(0x3333333333333333)) + (
        (word >> np.uint64(2)) & np.uint64(0x3333333333333333)
    )
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@compiled
def mark_affected(rows: Ids, kinds: Small, ids: Ids, person_of: Ids, changed: Flags) -> None:
    """Note who is affected, and in what way."""
    for row in rows:
        changed[person_of[ids[0, row]], kinds[row]] += 1


@compiled
def mark_causes(
    rows: Ids, changes: Small, applied: Words, standing: Ids, fails: Words, waits: Words,
    cause: Words, causes: Counts,
) -> None:  # fmt: skip
    """Note the policies that made rows change.

    `cause` has for each kind of change the policies that count as its cause where they are open.
    """
    for row in rows:
        kind, at = changes[row], standing[row]
        for word in range(applied.shape[1]):
            left = applied[row, word] & (fails[at, word] | waits[at, word]) & cause[kind, word]
            while left:
                lowest = left & (~left + np.uint64(1))
                causes[kind, 64 * word + _ones(lowest - np.uint64(1))] += 1
                left ^= lowest


def expanded(counters: Words) -> Counts:
    """Give the counts behind bit-sliced counters: `[category, kind of result, policy]`."""
    kinds, levels, words = counters.shape
    bits = np.unpackbits(
        np.ascontiguousarray(counters).astype("<u8", copy=False).view(np.uint8), bitorder="little"
    ).reshape(kinds, levels, words * 64)
    weights = np.left_shift(np.int64(1), np.arange(levels, dtype=np.int64))
    return np.einsum("klb,l->kb", bits.astype(np.int64), weights).reshape(kinds, 3, -1)
