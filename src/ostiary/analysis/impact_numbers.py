"""Values become small numbers: columns of a batch, combinations of columns, lists.

Equal values have equal numbers, whichever batch they come in. Everything here may be used by
several threads at once: look-ups take no lock, new values are added under one lock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import RLock
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from ostiary.analysis import impact_kernels as kernels
from ostiary.analysis.log_arrow import Array, arrow, compute
from ostiary.model.errors import InputError

Ids: TypeAlias = npt.NDArray[np.int32]
Keys: TypeAlias = npt.NDArray[np.int64]


class Numbered(Protocol):
    """What gives the values of one column their numbers; 0 stands for null."""

    name: str

    def __len__(self) -> int:
        """How many numbers there are, null among them."""
        ...

    def value(self, number: int) -> Any:
        """Give the value of a number, or one that stands for all that share it."""
        ...


class OfTexts(Numbered, Protocol):
    """One that numbers the dictionaries of text columns."""

    def numbers_of(self, dictionary: Array) -> Ids:
        """Give the numbers of a dictionary's values, and at the end that of null."""
        ...


MOST_BITS = 62
"""Bits of a combination's key; two stay free for the sign and the empty place."""
_MANY = 256
"""Values from which on a dictionary is looked up as a whole."""
_HEADROOM = 4
"""A layout is made for so many times the values known when it is made."""


class Table:
    """A hash table from keys to their numbers 0, 1, 2 …, open addressing, half full at most."""

    def __init__(self, capacity: int = 1024) -> None:
        """Start empty."""
        self.places = np.full(capacity * 2, kernels.EMPTY, dtype=np.int64)
        self.numbers = np.full(capacity * 2, -1, dtype=np.int32)
        self.keys = np.zeros(capacity, dtype=np.int64)
        self.count = 0

    def make_room(self, more: int) -> None:
        """Grow; readers that hold the old arrays go on with them and miss what is new."""
        wanted = self.count + more
        if wanted <= len(self.keys):
            return
        capacity = len(self.keys)
        while capacity < wanted:
            capacity *= 2
        keys = np.zeros(capacity, dtype=np.int64)
        keys[: self.count] = self.keys[: self.count]
        places = np.full(capacity * 2, kernels.EMPTY, dtype=np.int64)
        numbers = np.full(capacity * 2, -1, dtype=np.int32)
        kernels.refill(keys[: self.count], places, numbers)
        self.keys, self.numbers, self.places = keys, numbers, places

    def snapshot(self) -> tuple[Keys, Ids]:
        """Give places and numbers that belong together."""
        while True:
            places, numbers = self.places, self.numbers
            if len(places) == len(numbers):
                return places, numbers


class Vocabulary:
    """The values of one column, numbered from 1; 0 stands for null."""

    def __init__(self, name: str) -> None:
        """Start with null only."""
        self.name = name
        self.values: list[Any] = [None]
        self._numbers: dict[Any, int] = {None: 0}
        self._lock = RLock()
        self._known: Array | None = None
        self._last: tuple[Array, Ids] | None = None

    def __len__(self) -> int:
        """How many values there are, null among them."""
        return len(self.values)

    def number(self, value: Any) -> int:
        """Give the number of a value, a new one where it is new."""
        known = self._numbers.get(value)
        if known is not None:
            return known
        with self._lock:
            known = self._numbers.get(value)
            if known is None:
                known = len(self.values)
                self.values.append(value)
                # INVARIANT: whoever sees a number finds its value, and a length beyond it
                self._numbers[value] = known
        return known

    def value(self, number: int) -> Any:
        """Give the value of a number."""
        return self.values[number]

    def numbers_of(self, dictionary: Array) -> Ids:
        """Give the numbers of a dictionary's values, and at the end that of null."""
        last = self._last
        if last is not None and last[0].equals(dictionary):
            return last[1]
        found = self.looked_up(dictionary)
        numbers = np.zeros(len(found) + 1, dtype=np.int32)
        numbers[:-1] = found
        self._last = (dictionary, numbers)
        return numbers

    def looked_up(self, dictionary: Array) -> Ids:
        """Give the numbers of texts; 0 where one is null."""
        if len(dictionary) < _MANY:
            return np.array([self.number(each) for each in dictionary.to_pylist()], dtype=np.int32)
        if self._known is None or len(self._known) + 1 < len(self.values):
            self._known = arrow.array(self.values[1:], dictionary.type)
        places = compute.fill_null(compute.index_in(dictionary, value_set=self._known), -1)
        found = _as_ids(places) + np.int32(1)
        new = np.flatnonzero(found == 0)
        for at, value in zip(new, dictionary.take(arrow.array(new)).to_pylist(), strict=True):
            found[at] = self.number(value)  # null is number 0
        return found


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of a batch: for each row a place in `numbers`, whose entries are of `vocabulary`."""

    vocabulary: Numbered
    places: Ids
    numbers: Ids

    def rows(self) -> Ids:
        """Give the vocabulary's number for each row."""
        return self.numbers[self.places]

    def part(self, start: int, stop: int) -> Coded:
        """Give some of the rows."""
        return Coded(self.vocabulary, self.places[start:stop], self.numbers)


def coded(vocabulary: OfTexts, column: Array) -> Coded:
    """Number a column of texts, dictionary-encoded or not."""
    encoded = (
        column if arrow.types.is_dictionary(column.type) else compute.dictionary_encode(column)
    )
    numbers = vocabulary.numbers_of(encoded.dictionary)
    places = encoded.indices
    if places.null_count:
        places = compute.fill_null(places, len(numbers) - 1)
    return Coded(vocabulary, _as_ids(places), numbers)


class Truth:
    """Numbers a column of booleans."""

    def __init__(self, name: str) -> None:
        """Every such column has the same numbers."""
        self.name = name

    def __len__(self) -> int:
        """Null, false and true."""
        return 3

    def value(self, number: int) -> bool | None:
        """Give null, false or true."""
        return (None, False, True)[number]

    def coded(self, column: Array) -> Coded:
        """Number a column."""
        numbers = compute.fill_null(compute.add(column.cast(arrow.int32()), 1), 0)
        return Coded(self, _as_ids(numbers), np.arange(3, dtype=np.int32))


def _as_ids(column: Array) -> Ids:
    return column.to_numpy(zero_copy_only=False).astype(np.int32, copy=False)


class ListVocabulary:
    """The lists of one column, numbered from 1 in the order of their elements; 0 is null.

    A trie: the number of a list and one more element give the number of the longer list.
    """

    def __init__(self, name: str) -> None:
        """Start with null and the empty list."""
        self.name = name
        self.elements = Vocabulary(name)
        self._table = Table()
        self._lock = RLock()

    def __len__(self) -> int:
        """How many lists there are, beginnings of others, null and the empty one among them."""
        return self._table.count + 2

    def value(self, number: int) -> tuple[Any, ...] | None:
        """Give the list of a number."""
        if number == 0:
            return None
        found: list[Any] = []
        while number > 1:
            key = int(self._table.keys[number - 2])
            number, element = key >> kernels.ELEMENT_BITS, key & kernels.ELEMENT_MASK
            found.append(self.elements.values[element])
        return tuple(reversed(found))

    def coded(self, column: Array) -> Coded:
        """Number the lists of a column."""
        offsets = column.offsets.to_numpy()
        # of a slice of a batch, `values` has the elements of all rows
        values = column.values.slice(offsets[0], offsets[-1] - offsets[0])
        digits = coded(self.elements, values).rows()
        nulls = column.is_null().to_numpy(zero_copy_only=False)
        numbers = np.empty(len(column), dtype=np.int32)
        missed = kernels.find_lists(offsets, digits, nulls, *self._table.snapshot(), numbers)
        # INVARIANT: no number leaves here that `len` does not cover; one beyond it is being added
        if missed or (len(numbers) and numbers.max() >= len(self)):
            with self._lock:
                self._table.make_room(int(np.diff(offsets)[numbers < 0].sum()))
                self._table.count = kernels.add_lists(
                    offsets, digits, *self._table.snapshot(), self._table.keys,
                    self._table.count, numbers,
                )  # fmt: skip
        return Coded(self, numbers, np.arange(len(self), dtype=np.int32))


@dataclass(frozen=True)
class _Layout:
    """How the numbers of several columns stand in one key, and the table of such keys."""

    widths: tuple[int, ...]
    table: Table

    def fits(self, sizes: Sequence[int]) -> bool:
        return all(size <= 1 << width for size, width in zip(sizes, self.widths, strict=True))


class Combinations:
    """Combinations of several columns, numbered from 0; `columns` of them are vocabularies."""

    def __init__(self, columns: Sequence[Numbered]) -> None:
        """Start with none."""
        self.columns = tuple(columns)
        self.lock = RLock()
        self._layout = self._new_layout()

    def __len__(self) -> int:
        """How many combinations were met."""
        return self._layout.table.count

    def digits(self, first: int, stop: int) -> list[list[int]]:
        """Give the columns' numbers of some combinations: one list for each column."""
        layout, found = self._layout, list[list[int]]()
        keys = layout.table.keys[first:stop].copy()
        for width in layout.widths:
            found.append((keys & ((1 << width) - 1)).tolist())
            keys >>= width
        return found

    def find(self, parts: Sequence[Coded]) -> tuple[Ids, bool]:
        """Number the rows of some columns; -1 and True where one is new."""
        layout = self._fitting()
        numbers = np.empty(len(parts[0].places), dtype=np.int32)
        keys = _keys(layout, parts)
        missed = kernels.find(keys, *layout.table.snapshot(), numbers)
        return numbers, bool(missed)

    def add(self, parts: Sequence[Coded], numbers: Ids) -> int:
        """Number what `find` did not, under `lock`; give how many combinations were there before.

        INVARIANT: the caller holds `lock`, and works the new ones out before it lets go.
        """
        layout = self._fitting()
        table, before = layout.table, layout.table.count
        new = np.flatnonzero(numbers < 0)
        keys = _keys(
            layout, [Coded(each.vocabulary, each.places[new], each.numbers) for each in parts]
        )
        table.make_room(len(keys))
        found = np.empty(len(keys), dtype=np.int32)
        table.count = kernels.add(keys, *table.snapshot(), table.keys, table.count, found)
        numbers[new] = found
        return before

    def _fitting(self) -> _Layout:
        layout = self._layout
        if layout.fits([len(each) for each in self.columns]):
            return layout
        with self.lock:
            if not self._layout.fits([len(each) for each in self.columns]):
                self._layout = self._wider()
            return self._layout

    def _new_layout(self) -> _Layout:
        sizes = [len(each) * _HEADROOM for each in self.columns]
        widths = [max(2, size.bit_length()) for size in sizes]
        if sum(widths) > MOST_BITS:
            widths = [max(2, len(each).bit_length()) for each in self.columns]
        if sum(widths) > MOST_BITS:
            names = ", ".join(each.name for each in self.columns)
            raise InputError(
                f"expected a log whose {names} can be combined, came too many different values",
                hint="give the log in several runs, or on a larger machine with --engine spark",
            )
        return _Layout(tuple(widths), Table())

    def _wider(self) -> _Layout:
        """Make a layout for more values; every combination keeps its number."""
        old, new = self._layout, self._new_layout()
        count = old.table.count
        keys = kernels.respaced(old.table.keys[:count], np.array(old.widths), np.array(new.widths))
        new.table.make_room(count)
        new.table.keys[:count] = keys
        new.table.count = count
        kernels.refill(keys, new.table.places, new.table.numbers)
        return new


def _keys(layout: _Layout, parts: Sequence[Coded]) -> Keys:
    keys = np.zeros(len(parts[0].places), dtype=np.int64)
    shift = 0
    for part, width in zip(parts, layout.widths, strict=True):
        kernels.add_digit(keys, part.places, part.numbers, shift)
        shift += width
    return keys
