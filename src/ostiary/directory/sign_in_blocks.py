"""The sign-in log in columns, beside the store: what an analysis of a month reads in a second.

A block holds the sign-ins with `BLOCK` numbers in a row, as a Parquet file in the fast form; what
is newer is read from the store each time. Blocks hold nothing that the store does not, and can be
thrown away at any time. Their names say all there is to know of them:
`FIRST-LAST-OLDEST-NEWEST-TAG.parquet`, numbers, times in microseconds, and a digest of the id of
the last sign-in, by which a block of another store is known.

The extra `analysis` is needed; it is imported when something is read or written.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

from ostiary.directory.columns import microseconds
from ostiary.directory.sign_in_events import SignInEvent
from ostiary.directory.sign_ins import Extent
from ostiary.directory.store import Store

if TYPE_CHECKING:
    from ostiary.analysis.impact_parts import Log, Rows
    from ostiary.analysis.log_blocks import Window

FOLDER: Final = "sign-in-blocks"
BLOCK: Final = 1 << 14
"""Numbers in a block: what is newer than the last one is read from the store in half a second."""
_UNDER_WAY: Final = 1_000
"""The latest numbers are in no block yet: PostgreSQL gives a number before the row is there."""
_NAME: Final = re.compile(r"(\d{1,18})-(\d{1,18})-(\d{1,18})-(\d{1,18})-([0-9a-f]{16})\.parquet")

Heard = Callable[[int, int], None]
"""Told how many blocks of how many are there; what it raises ends the work."""


@dataclass(frozen=True, slots=True)
class Block:
    """A file with sign-ins; `oldest` and `newest` in microseconds since 1970."""

    path: Path
    first: int
    last: int
    oldest: int
    newest: int
    tag: str

    @property
    def number(self) -> int:
        """Which block it is, from 0."""
        return (self.first - 1) // BLOCK


class SignInBlocks:
    """The blocks of one store, in a folder that only its owner can read."""

    def __init__(self, store: Store, folder: Path) -> None:
        """Keep them in a folder, which is made when it is needed."""
        self._store, self._folder = store, folder
        self._lock = Lock()

    def log(self, window: Window, heard: Heard) -> Log:
        """Give the sign-ins within a window; blocks that are missing are written first."""
        from ostiary.analysis.impact_parts import Log

        extent = self._store.sign_ins.extent()
        if extent is None:
            return Log((), None)
        with self._lock:
            self._write_missing(extent, heard)
            blocks = self._sound(extent)
        return Log(tuple(self._parts(extent, blocks, window)), None)

    def keep_up(self, most: int) -> int:
        """Delete what the store has forgotten, and write `most` blocks at most; gives how many."""
        extent = self._store.sign_ins.extent()
        with self._lock:
            if extent is not None:
                return self._write_missing(extent, _unheard, most)
            for each in self._blocks():
                each.path.unlink(missing_ok=True)
            return 0

    def _write_missing(self, extent: Extent, heard: Heard, most: int | None = None) -> int:
        """Write blocks that are complete and not there, the latest first; gives how many."""
        there = {each.number for each in self._sound(extent)}
        wanted = [each for each in reversed(_complete(extent)) if each not in there][:most]
        for done, number in enumerate(wanted):
            heard(done, len(wanted))
            self._write(number)
        return len(wanted)

    def _parts(self, extent: Extent, blocks: Iterable[Block], window: Window) -> Iterator[Rows]:
        from ostiary.analysis.impact_parts import RowGroup
        from ostiary.analysis.log_blocks import Held, Within
        from ostiary.analysis.log_rows import batches_of
        from ostiary.directory.sign_in_export import rows_of

        since, until = microseconds(window.since), microseconds(window.until)
        first = 0
        for _, each in sorted({each.number: each for each in blocks}.items()):
            if each.newest >= since and each.oldest < until:
                rows = each.last - each.first + 1
                yield Within(RowGroup(each.path, 0, rows, first), window)
                first += rows
        complete = _complete(extent)
        begin = max(extent.first, (complete[-1] + 1) * BLOCK + 1) if complete else extent.first
        events = (event for _, event in self._store.sign_ins.numbered(begin, extent.last))
        yield Within(Held(tuple(batches_of(rows_of(events))), first), window)

    def _write(self, number: int) -> None:
        """Write one block; where retention has left nothing of it there is none."""
        from ostiary.analysis.log_fast_form import write_fast_form
        from ostiary.analysis.log_rows import batches_of
        from ostiary.directory.sign_in_export import rows_of

        first, last = number * BLOCK + 1, (number + 1) * BLOCK
        found = list(self._store.sign_ins.numbered(first, last))
        if not found:
            return
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        # of one process alone: several may write the same block at once
        own = self._folder / f".{os.getpid()}.parquet"
        write_fast_form(batches_of(rows_of(event for _, event in found)), own)
        own.chmod(0o600)
        own.replace(self._folder / _name(found))

    def _sound(self, extent: Extent) -> list[Block]:
        """Give the blocks whose sign-ins the store still has; the others are deleted."""
        oldest, found = microseconds(extent.oldest), list[Block]()
        blocks = self._blocks()
        ids = self._store.sign_ins.ids_of([each.last for each in blocks])
        for each in blocks:
            known = ids.get(each.last)
            if each.oldest >= oldest and known is not None and _tag(known) == each.tag:
                found.append(each)
            else:
                each.path.unlink(missing_ok=True)
        return found

    def _blocks(self) -> list[Block]:
        found: list[Block] = []
        with suppress(FileNotFoundError):
            for path in self._folder.iterdir():
                if name := _NAME.fullmatch(path.name):
                    first, last, oldest, newest = (int(name[n]) for n in range(1, 5))
                    found.append(Block(path, first, last, oldest, newest, name[5]))
        return found


def _unheard(done: int, of: int) -> None:
    """Tell nobody."""


def _complete(extent: Extent) -> range:
    """Give the blocks to which no sign-in will be added."""
    begin = (extent.first - 1) // BLOCK
    return range(begin, max(begin, (extent.last - _UNDER_WAY) // BLOCK))


def _name(found: list[tuple[int, SignInEvent]]) -> str:
    times = [microseconds(event.created) for _, event in found]
    numbers = f"{found[0][0]}-{found[-1][0]}"
    return f"{numbers}-{min(times)}-{max(times)}-{_tag(found[-1][1].id)}.parquet"


def _tag(sign_in_id: str) -> str:
    return hashlib.sha256(sign_in_id.encode()).hexdigest()[:16]
