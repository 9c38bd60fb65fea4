"""How the sign-ins that meet a policy come out: counted from the part that it played in each.

No analysis is needed for that, so that a server without the packages of `analysis` can look after
a policy as well. What was counted once is not read again.
"""

from __future__ import annotations

import json
import zlib
from collections import Counter, OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any, Final

from ostiary.directory.sign_in_events import INTERACTIVE
from ostiary.directory.store import Store

_UNDER_WAY: Final = 1_000
"""The latest numbers are counted anew: PostgreSQL gives a number before the row is there."""
_REMEMBERED: Final = 64
_SUCCESS, _FAILURE = "success", "failure"
_Met = tuple[int, int]
"""Sign-ins that met the policy, and those of them that failed by it."""


@dataclass(frozen=True, slots=True)
class _Settled:
    """What the attempts up to a number came to."""

    number: int
    counts: Counter[str] = field(default_factory=Counter[str])


class PolicyHealth:
    """Counts sign-ins that met a policy while it was On.

    Who is merely asked for something has not failed (`interrupts` are those codes); in the
    background there is nobody to ask.
    """

    def __init__(self, store: Store, interrupts: frozenset[int]) -> None:
        """Have counted nothing yet."""
        self._store, self._interrupts = store, interrupts
        self._known: OrderedDict[tuple[str, datetime], _Settled] = OrderedDict()
        self._lock = Lock()

    def since(self, policy_id: str, moment: datetime) -> _Met:
        """Count from a moment on."""
        key = (policy_id.casefold(), moment)
        with self._lock:
            settled = self._known.pop(key, None)
            extent = self._store.sign_ins.extent()
            if extent is None:
                return 0, 0
            if settled is None:
                first = self._store.sign_ins.first_since(moment)
                if first is None:
                    return 0, 0
                settled = _Settled(first - 1)
            surely = max(settled.number, extent.last - _UNDER_WAY)
            settled = _Settled(
                surely, settled.counts + self._count(key, settled.number + 1, surely)
            )
            self._known[key] = settled
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
            counts = settled.counts + self._count(key, surely + 1, extent.last)
        return counts.total(), counts[_FAILURE]

    def _count(self, key: tuple[str, datetime], first: int, last: int) -> Counter[str]:
        policy_id, moment = key
        alike: Counter[tuple[bytes, bytes, bool]] = Counter()
        for row in self._store.sign_ins.parts_played(first, last):
            if row.frame is not None and row.verdicts is not None and row.at >= moment:
                alike[row.frame, row.verdicts, self._was_asked(row)] += 1
        frames = self._store.sign_ins.frames({frame for frame, _, _ in alike})
        places = {each: _place(text, policy_id) for each, text in frames.items()}
        found: Counter[str] = Counter()
        for (frame, packed, asked), count in alike.items():
            place = places.get(frame)
            if place is not None:
                word = _word_at(packed, place)
                if word == _SUCCESS or (word == _FAILURE and asked):
                    found[_SUCCESS] += count
                elif word == _FAILURE:
                    found[_FAILURE] += count
        return found

    def _was_asked(self, row: Any) -> bool:  # a row
        return row.kind == INTERACTIVE.casefold() and row.error_code in self._interrupts


def _place(frame: str, policy_id: str) -> int | None:
    """Find a policy among those of a frame."""
    ids = [str(each["id"]).casefold() for each in json.loads(frame)]
    return ids.index(policy_id) if policy_id in ids else None


def _word_at(packed: bytes, place: int) -> str:
    results: Mapping[str, str] = json.loads(zlib.decompress(packed))[0]
    return next((word for word, mask in results.items() if int(mask, 16) >> place & 1), "")
