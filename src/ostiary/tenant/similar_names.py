"""Which of many names was probably meant by one that nothing has."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

_NEAR = 0.8
"""How much of two names has to agree (difflib's ratio)."""
_NEIGHBOURS = 200
"""Names looked at on either side. To compare with 100,000 of them would take a second each time;
of those that agree longest from the front or from the back, few are enough."""


class SimilarNames:
    """Names in the order of their letters, read forwards and backwards.

    A name with a mistake in it agrees with the right one before the mistake, after it, or both, so
    that the right one stands close by in one of the two orders.
    """

    def __init__(self, names: Iterable[str]) -> None:
        """Sort the names twice."""
        self._forwards = sorted(names)
        self._backwards = sorted(name[::-1] for name in self._forwards)

    def nearest(self, name: str) -> str | None:
        """Give the nearest name, None where none is near."""
        forwards = _around(self._forwards, name)
        backwards = (each[::-1] for each in _around(self._backwards, name[::-1]))
        candidates = dict.fromkeys((*forwards, *backwards))
        close = get_close_matches(name, candidates, 1, cutoff=_NEAR)
        return close[0] if close else None


def _around(ordered: Sequence[str], name: str) -> Sequence[str]:
    place = bisect_left(ordered, name)
    return ordered[max(0, place - _NEIGHBOURS) : place + _NEIGHBOURS]
