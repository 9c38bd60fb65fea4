"""Compiled loops over rows: numbers of values. They hold no lock of the interpreter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, ParamSpec, TypeAlias, TypeVar, cast

import numba  # pyright: ignore[reportMissingTypeStubs]  # has none
import numpy as np
import numpy.typing as npt

P = ParamSpec("P")
R = TypeVar("R")
Number: TypeAlias = Any
"""An integer of whatever width; compiled loops take what they are given."""
Words = npt.NDArray[np.uint64]
Keys = npt.NDArray[np.int64]
Ids = npt.NDArray[np.int32]

EMPTY: Final = -1
ELEMENT_BITS: Final = 30
ELEMENT_MASK: Final = (1 << ELEMENT_BITS) - 1
_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)
"""2**64 divided by the golden ratio: spreads keys that differ in few bits (Knuth, TAOCP 6.4)."""


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a loop once; the machine code is kept on disk for later runs, where it can be.

    numba keeps it beside the source, else among the caches of the user; a service that may write
    neither compiles it anew in each process.
    """
    try:
        return _compiler(kept=True)(function)
    except RuntimeError:  # "no locator available"
        return _compiler(kept=False)(function)


def _compiler(*, kept: bool) -> Any:
    return cast("Any", numba.njit(cache=kept, nogil=True))  # pyright: ignore[reportUnknownMemberType]  # no stubs


@compiled
def _home(key: Number, size: int) -> Number:
    """Give the first place to look for a key; `size` is a power of two."""
    mixed = np.uint64(key) * _SPREAD
    mixed ^= mixed >> np.uint64(32)
    return np.int64(mixed & np.uint64(size - 1))


@compiled
def add_digit(keys: Keys, places: Ids, numbers: Ids, shift: int) -> None:
    """Put the number of each row into its key."""
    for row in range(len(keys)):
        keys[row] |= np.int64(numbers[places[row]]) << shift


@compiled
def find(keys: Keys, places: Keys, numbers: Ids, found: Ids) -> int:
    """Look keys up; -1 where one is not known. Gives how many are not."""
    missed = 0
    size = len(places)
    for row in range(len(keys)):
        key = keys[row]
        place = _home(key, size)
        while places[place] != key and places[place] != EMPTY:
            place = (place + 1) & (size - 1)
        # INVARIANT: a number that another thread has not written yet is -1, and counts as missed
        found[row] = numbers[place] if places[place] == key else -1
        missed += found[row] < 0
    return missed


@compiled
def add(keys: Keys, places: Keys, numbers: Ids, known: Keys, count: int, found: Ids) -> int:
    """Look keys up, and number the new ones from `count`. Gives the new count."""
    size = len(places)
    for row in range(len(keys)):
        key = keys[row]
        place = _home(key, size)
        while places[place] != key and places[place] != EMPTY:
            place = (place + 1) & (size - 1)
        if places[place] == EMPTY:
            known[count] = key
            numbers[place] = count
            places[place] = key
            count += 1
        found[row] = numbers[place]
    return count


@compiled
def refill(keys: Keys, places: Keys, numbers: Ids) -> None:
    """Put known keys into empty places, key `n` with number `n`."""
    size = len(places)
    for number in range(len(keys)):
        place = _home(keys[number], size)
        while places[place] != EMPTY:
            place = (place + 1) & (size - 1)
        places[place] = keys[number]
        numbers[place] = number


@compiled
def respaced(keys: Keys, old: Keys, new: Keys) -> Keys:
    """Write keys whose digits have the widths `old` with the widths `new`."""
    result = np.zeros(len(keys), dtype=np.int64)
    for row in range(len(keys)):
        key, shift, wider = keys[row], 0, np.int64(0)
        for column in range(len(old)):
            wider |= (key & ((np.int64(1) << old[column]) - 1)) << shift
            key >>= old[column]
            shift += new[column]
        result[row] = wider
    return result


@compiled
def _next_list(state: Number, digit: Number, places: Keys, numbers: Ids) -> Number:
    """Give the number of a list with one more element, -1 where it is not known."""
    key = (np.int64(state) << ELEMENT_BITS) | digit
    size = len(places)
    place = _home(key, size)
    while places[place] != key and places[place] != EMPTY:
        place = (place + 1) & (size - 1)
    if places[place] != key or numbers[place] < 0:
        return np.int64(-1)
    return np.int64(numbers[place]) + 2


@compiled
def find_lists(
    offsets: Ids, digits: Ids, nulls: npt.NDArray[np.bool_], places: Keys, numbers: Ids, found: Ids
) -> int:
    """Number lists: 0 is null, 1 the empty list; -1 where one is not known. Gives how many."""
    missed = 0
    for row in range(len(found)):
        if nulls[row]:
            found[row] = 0
            continue
        state: Number = np.int64(1)
        for position in range(offsets[row], offsets[row + 1]):
            state = _next_list(state, digits[position - offsets[0]], places, numbers)
            if state < 0:
                missed += 1
                break
        found[row] = state
    return missed


@compiled
def add_lists(
    offsets: Ids, digits: Ids, places: Keys, numbers: Ids, known: Keys, count: int, found: Ids
) -> int:
    """Number the lists that `find_lists` did not know. Gives the new count."""
    key, one = np.empty(1, dtype=np.int64), np.empty(1, dtype=np.int32)
    for row in range(len(found)):
        if found[row] >= 0:
            continue
        state: Number = np.int64(1)
        for position in range(offsets[row], offsets[row + 1]):
            key[0] = (state << ELEMENT_BITS) | digits[position - offsets[0]]
            count = add(key, places, numbers, known, count, one)
            state = np.int64(one[0]) + 2
        found[row] = state
    return count
