"""Addresses by the class that named locations put them in: many texts at once.

A log has more distinct addresses than anything else, and policies tell only those apart that lie in
different pieces of the named ranges (`Segments`). So a row needs its piece, not its address. Plain
IPv4 texts are read by a compiled loop; every other text goes the way of a single sign-in.
"""

from __future__ import annotations

from bisect import bisect_left
from threading import RLock

import numpy as np
import numpy.typing as npt

from ostiary.analysis.impact_kernels import Ids, compiled
from ostiary.analysis.impact_numbers import Vocabulary
from ostiary.analysis.log_arrow import Array, arrow
from ostiary.conditions.locations import LocationTagger, Place
from ostiary.model.addresses import address_number

IPV4 = address_number("0.0.0.0")  # noqa: S104  # the first address of the line, nothing listens
_IPV4_END = IPV4 + (1 << 32)
_OTHER = -1


@compiled
def ipv4_numbers(text: npt.NDArray[np.uint8], ends: Ids, found: npt.NDArray[np.int64]) -> None:
    """Read dotted quads as Python's `ipaddress` does (no leading zeros); -1 for all else."""
    for row in range(len(found)):
        number, part, digits, dots, good = np.int64(0), np.int64(0), 0, 0, True
        for at in range(ends[row], ends[row + 1]):
            sign = text[at]
            if 48 <= sign <= 57:
                # a part that began with 0 must not go on
                good = good and not (digits and part == 0)
                part = part * 10 + (sign - 48)
                digits += 1
                good = good and part <= 255
            elif sign == 46 and digits:
                number, part, digits, dots = (number << 8) | part, np.int64(0), 0, dots + 1
            else:
                good = False
            if not good:
                break
        whole = good and digits > 0 and dots == 3
        found[row] = ((number << 8) | part) if whole else -1


class AddressClasses:
    """Numbers the pieces of the named ranges as a column of `ip` would be; 0 is null.

    It stands in for the vocabulary of the column `ip`: the value of a number is one address of the
    piece. Addresses that cannot be read are values of their own.
    """

    def __init__(self, tagger: LocationTagger) -> None:
        """Take over the pieces in which IPv4 addresses lie."""
        self.name = "ip"
        self.values: list[str | None] = [None]
        self._tagger = tagger
        self._lock = RLock()
        self._numbers: dict[object, int] = {}
        self._pieces = tagger.segments
        starts = self._pieces.starts
        low, high = bisect_left(starts, IPV4), bisect_left(starts, _IPV4_END)
        self._edges = np.array([start - IPV4 for start in starts[low:high]], dtype=np.int64)
        self._first = low
        self._of_piece = np.zeros(len(self._edges) + 1, dtype=np.int32)
        self._others = Vocabulary("ip")
        self._of_other: list[int] = []

    def __len__(self) -> int:
        """How many numbers there are, null among them."""
        return len(self.values)

    def value(self, number: int) -> str | None:
        """Give an address of a piece."""
        return self.values[number]

    def numbers_of(self, dictionary: Array) -> Ids:
        """Give the numbers of a dictionary's addresses, and at the end that of null."""
        plain = dictionary if dictionary.type == arrow.string() else dictionary.cast(arrow.string())
        addresses = _ipv4(plain)
        pieces = np.searchsorted(self._edges, addresses, side="right")
        is_ipv4 = addresses != _OTHER
        with self._lock:
            met, first = np.unique(pieces[is_ipv4], return_index=True)
            rows = np.flatnonzero(is_ipv4)[first]
            for piece, row in zip(met.tolist(), rows.tolist(), strict=True):
                if self._of_piece[piece] == 0:
                    self._of_piece[piece] = self._of_text(plain[row].as_py())
            numbers = np.zeros(len(plain) + 1, dtype=np.int32)
            numbers[:-1] = self._of_piece[pieces]
            others = np.flatnonzero(~is_ipv4)
            numbers[others] = self._of_others(plain.take(arrow.array(others)))
        return numbers

    def _of_others(self, texts: Array) -> Ids:
        """Number texts that are no plain IPv4: each new one goes the way of a single sign-in."""
        met = self._others.looked_up(texts)
        for text in self._others.values[len(self._of_other) :]:
            self._of_other.append(self._of_text(text))
        return np.array(self._of_other, dtype=np.int32)[met]

    def _of_text(self, text: str | None) -> int:
        """Number an address the way a single sign-in is read."""
        if text is None:
            return 0
        try:
            key: object = self._tagger.key(Place(address_number(text)))
        except ValueError:
            key = text
        number = self._numbers.setdefault(key, len(self.values))
        if number == len(self.values):
            self.values.append(text)
        return number


def _ipv4(texts: Array) -> npt.NDArray[np.int64]:
    """Give IPv4 addresses as numbers, -1 for what is none."""
    found = np.full(len(texts), _OTHER, dtype=np.int64)
    if not len(texts):
        return found
    _, ends, signs = texts.buffers()
    offsets = np.frombuffer(ends, dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    if signs is not None:
        ipv4_numbers(np.frombuffer(signs, dtype=np.uint8), offsets, found)
    if texts.null_count:
        found[texts.is_null().to_numpy(zero_copy_only=False)] = _OTHER
    return found
