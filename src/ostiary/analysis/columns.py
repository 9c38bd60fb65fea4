"""Turning masks round: from policies for each value to values for each policy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

_WIDTH = 128
"""Policies that are turned at a time."""


def transposed(masks: Sequence[int], count: int) -> tuple[int, ...]:
    """Give for each of `count` bits the set of masks that have it, as bits in their order.

    Strings do it: a column of equally long rows is one slice, and 80,000 rows are no trouble.
    """
    columns: list[int] = []
    rows = tuple(reversed(masks))
    for first in range(0, count, _WIDTH):
        width = min(_WIDTH, count - first)
        part = (1 << width) - 1
        text = "".join([f"{mask >> first & part:0{width}b}" for mask in rows])
        columns += [int(text[width - 1 - bit :: width] or "0", 2) for bit in range(width)]
    return tuple(columns)


def bits(mask: int) -> Iterator[int]:
    """Give the numbers of the bits that are set, in order."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def bits_where(truths: Sequence[bool]) -> int:
    """Give the set of places that are true."""
    text = "".join("1" if each else "0" for each in reversed(truths))
    return int(text or "0", 2)


def bits_at(places: Iterable[int], count: int) -> int:
    """Give the set of some places below `count`."""
    octets = bytearray(count // 8 + 1)
    for place in places:
        octets[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(octets, "little")
