"""What each policy came to in the sign-ins of late: counted from the part that it played then.

Of each block of the log (`kept_blocks`) the counts are kept by the hour, so that a page of policies
does not wait for a million sign-ins.
"""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from ostiary.directory.columns import microseconds
from ostiary.directory.kept_blocks import Block, Heard, KeptBlocks, Written, unheard

FOLDER: Final = "sign-in-effects"
_HOUR: Final = 3_600_000_000
_NOT_COUNTED: Final = frozenset({"notApplied", "reportOnlyNotApplied", "notEnabled"})
"""What most policies come to in most sign-ins: the rest of all those that they were there for."""
Counts = Mapping[str, Mapping[str, int]]
"""Policy → result, in Graph's words, and `signIns`, those that it was evaluated for → how many."""
_SEEN: Final = "signIns"


@dataclass(frozen=True, slots=True)
class Effects:
    """Counts since a moment, to the hour; `sign_ins` are all there were."""

    since: datetime
    sign_ins: int
    by_policy: Counts


@dataclass
class _Tally:
    sign_ins: int = 0
    counts: dict[str, Counter[str]] = field(default_factory=dict[str, "Counter[str]"])

    def add(self, sign_ins: int, counts: Counts) -> None:
        self.sign_ins += sign_ins
        for policy, results in counts.items():
            self.counts.setdefault(policy, Counter()).update(results)


class SignInEffects(KeptBlocks):
    """What policies came to, by the hour."""

    suffix = "json"

    def since(self, moment: datetime, heard: Heard = unheard) -> Effects:
        """Count from the full hour before a moment on."""
        begin = microseconds(moment) // _HOUR
        tally, extent = _Tally(), self._store.sign_ins.extent()
        since = moment.replace(minute=0, second=0, microsecond=0)
        if extent is None:
            return Effects(since, 0, {})
        blocks, first = self.found(extent, begin * _HOUR, heard)
        for each in blocks:
            if each.newest // _HOUR >= begin:
                self._add(tally, self._read(each), begin)
        self._add(tally, self._counted(first, extent.last)[0], begin)
        return Effects(since, tally.sign_ins, tally.counts)

    def write(self, first: int, last: int, path: Path) -> Written | None:
        """Write the counts as JSON."""
        counted, written = self._counted(first, last)
        if written is not None:
            path.write_bytes(json.dumps(counted, separators=(",", ":")).encode())
        return written

    def _add(self, tally: _Tally, hours: Mapping[str, Any], begin: int) -> None:
        for hour, (sign_ins, counts) in hours.items():
            if int(hour) >= begin:
                tally.add(sign_ins, counts)

    def _read(self, block: Block) -> Mapping[str, Any]:
        return json.loads(block.path.read_text("utf-8"))

    def _counted(self, first: int, last: int) -> tuple[dict[str, Any], Written | None]:
        """Count the sign-ins with these numbers by hour and policy."""
        alike: dict[int, Counter[tuple[bytes, bytes]]] = {}
        totals: Counter[int] = Counter()
        numbers: list[int] = []
        times: list[datetime] = []
        last_id = ""
        for row in self._store.sign_ins.parts_played(first, last):
            hour = microseconds(row.at) // _HOUR
            totals[hour] += 1
            numbers.append(row.number)
            times.append(row.at)
            last_id = row.id
            if row.frame is not None and row.verdicts is not None:
                alike.setdefault(hour, Counter())[row.frame, row.verdicts] += 1
        names = self._store.sign_ins.frames({key[0] for each in alike.values() for key in each})
        policies = {each: _ids(text) for each, text in names.items()}
        counted = {
            str(hour): (totals[hour], _by_policy(alike.get(hour, Counter()), policies))
            for hour in totals
        }
        return counted, Written(numbers, times, last_id) if numbers else None


def _ids(text: str) -> list[str]:
    return [str(each["id"]) for each in json.loads(text)]


def _by_policy(
    alike: Counter[tuple[bytes, bytes]], policies: Mapping[bytes, list[str]]
) -> dict[str, dict[str, int]]:
    found: dict[str, Counter[str]] = {}
    seen: Counter[bytes] = Counter()
    for (frame, packed), count in alike.items():
        if frame not in policies:
            continue
        seen[frame] += count
        results: Mapping[str, str] = json.loads(zlib.decompress(packed))[0]
        for word, mask in results.items():
            if word not in _NOT_COUNTED:
                for number in _bits(int(mask, 16)):
                    found.setdefault(policies[frame][number], Counter())[word] += count
    for frame, count in seen.items():
        for policy in policies[frame]:
            found.setdefault(policy, Counter())[_SEEN] += count
    return {policy: dict(counts) for policy, counts in found.items()}


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
