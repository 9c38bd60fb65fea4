"""Boxes: a set of classes on every axis, and what is left of a region when boxes are taken away.

A box is one integer. Every axis has a field of bits in it, one bit for each class, so that *within*
and *overlap* are a single machine-like operation however many axes there are.

A region is the set of all its maximal boxes (its *primes*): no box of the region is larger. Two
regions are equal exactly if these sets are, so a region is kept once and compared by identity.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ostiary.model.errors import OstiaryError

Box: TypeAlias = int
MOST_BOXES = 2_000
"""Maximal boxes that a region may have; more than that nobody could read anyway."""


class TooManyBoxes(OstiaryError):
    """What is left has more maximal boxes than anybody could look at."""

    code = "tooComplex"


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """A part of a space by its maximal boxes, in order. Made by `Space` only, and only once."""

    boxes: tuple[Box, ...]

    def __bool__(self) -> bool:
        """Tell whether anything is in it."""
        return bool(self.boxes)


class Space:
    """The axes: how many classes each has, and where in a box they stand."""

    def __init__(self, sizes: Sequence[int]) -> None:
        """Lay the axes out one after the other; `sizes` counts the classes of each."""
        self._shifts: list[int] = []
        self.fields: tuple[int, ...] = ()
        self._guards = 0
        shift = 0
        for size in sizes:
            self._shifts.append(shift)
            self.fields += (((1 << size) - 1) << shift,)
            shift += size
            self._guards |= 1 << shift
            shift += 1
        self.everything: Box = sum(self.fields)
        self._regions: dict[tuple[Box, ...], Region] = {}
        self._without: dict[tuple[Region, Box], Region] = {}
        self.nothing = self.region(())

    def box(self, parts: Sequence[int]) -> Box:
        """Make a box of one set of classes for each axis."""
        return sum(part << shift for part, shift in zip(parts, self._shifts, strict=True))

    def part(self, box: Box, axis: int) -> int:
        """Give the classes of a box on one axis."""
        return (box & self.fields[axis]) >> self._shifts[axis]

    def replaced(self, box: Box, axis: int, part: int) -> Box:
        """Give the box with other classes on one axis."""
        return (box & ~self.fields[axis]) | (part << self._shifts[axis])

    def empty(self, box: Box) -> bool:
        """Tell whether an axis has no class left, so that nothing is in the box.

        Every field has a bit to spare above it, which no box has: adding the whole field carries
        into it exactly where the field of the box is not empty. One addition asks all axes.
        """
        return (box + self.everything) & self._guards != self._guards

    def region(self, boxes: Iterable[Box]) -> Region:
        """Give the region whose maximal boxes these are."""
        key = tuple(sorted(boxes))
        return self._regions.setdefault(key, Region(key))

    def whole(self) -> Region:
        """Give the region of everything."""
        return self.region((self.everything,))

    def without(self, region: Region, taken: Box) -> Region:
        """Take a box out of a region.

        The maximal boxes of what is left are the maximal ones among the cuts of the old ones: each
        old box with one axis cut down to the classes that `taken` does not have. (Primes of a
        product are products of primes; the complement of a box has one prime for each axis.)
        Raises TooManyBoxes if there are more than `MOST_BOXES`.
        """
        known = self._without.get((region, taken))
        if known is None:
            known = self._without[region, taken] = self._cut(region, taken)
        return known

    def _cut(self, region: Region, taken: Box) -> Region:
        kept: list[Box] = []
        cuts: list[Box] = []
        for box in region.boxes:
            if self.empty(box & taken):
                kept.append(box)
                continue
            cuts.extend(self.cuts(box, taken))
        if len(kept) == len(region.boxes):
            return region
        left = kept + self._maximal(cuts, kept)
        if len(left) > MOST_BOXES:
            raise TooManyBoxes(
                f"expected a gap of at most {MOST_BOXES:,} boxes, came more",
                hint="ask about fewer users, resources or conditions at a time",
            )
        return self.region(left)

    def cuts(self, box: Box, taken: Box) -> Iterable[Box]:
        """Give the largest parts of a box that have nothing of another one that it meets."""
        spared = box & ~taken
        for field in self.fields:
            left = spared & field
            if left:
                yield (box & ~field) | left

    @staticmethod
    def _maximal(cuts: Sequence[Box], kept: Sequence[Box]) -> list[Box]:
        """Give the boxes that are in no other one; those in `kept` are in none anyway."""
        found: list[Box] = []
        # INVARIANT: larger ones first, so that nothing found later holds an earlier one.
        for box in sorted(set(cuts), key=int.bit_count, reverse=True):
            if not any(not box & ~other for other in kept) and not any(
                not box & ~other for other in found
            ):
                found.append(box)
        return found

    def left_over(self, box: Box, others: Iterable[Box]) -> bool:
        """Tell whether a box has anything that none of the others has."""
        open_ = [box]
        for other in others:
            open_ = [
                piece
                for each in open_
                for piece in ([each] if self.empty(each & other) else self.disjoint(each, other))
            ]
            if not open_:
                return False
        return True

    def disjoint(self, box: Box, taken: Box) -> Iterable[Box]:
        """Cut a box into parts that do not overlap and leave out what `taken` has of it."""
        for field in self.fields:
            left = box & ~taken & field
            if left:
                yield (box & ~field) | left
            box = (box & ~field) | (box & taken & field)

    def cover(self, region: Region, ignored: Sequence[Box]) -> tuple[Box, ...]:
        """Choose boxes that together are the region, none of them to spare.

        What lies in the `ignored` boxes need not be covered. Small boxes are given up first.
        """
        chosen = sorted(region.boxes, key=int.bit_count, reverse=True)
        for box in reversed(tuple(chosen)):
            others = [each for each in chosen if each != box]
            if not self.left_over(box, (*others, *ignored)):
                chosen = others
        return tuple(chosen)
