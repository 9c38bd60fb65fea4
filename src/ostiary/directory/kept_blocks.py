"""Pieces of the sign-in log worked out once: files beside the store, one for each block of numbers.

A block is the sign-ins with `BLOCK` numbers in a row; what is newer is read from the store each
time. Blocks hold nothing that the store does not, and can be thrown away at any time. Their names
say what is in them: `FIRST-LAST-OLDEST-NEWEST-TAG.suffix`, numbers, times in microseconds, and a
digest of the id of the last sign-in, by which a block of another store is known.
"""

from __future__ import annotations

import hashlib
import os
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Final

from ostiary.directory.columns import microseconds
from ostiary.directory.sign_ins import Extent
from ostiary.directory.store import Store

BLOCK: Final = 1 << 14
"""Numbers in a block: what is newer than the last one is read from the store in half a second."""
_UNDER_WAY: Final = 1_000
"""The latest numbers are in no block yet: PostgreSQL gives a number before the row is there."""
_NAME: Final = re.compile(r"(\d{1,18})-(\d{1,18})-(\d{1,18})-(\d{1,18})-([0-9a-f]{16})\.\w+")

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


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in a file that was written: numbers and times, and the id of the last one."""

    numbers: Sequence[int]
    times: Sequence[datetime]
    last_id: str

    @property
    def name(self) -> str:
        """Say it in a name, without its end."""
        moments = [microseconds(each) for each in self.times]
        numbers = f"{self.numbers[0]}-{self.numbers[-1]}"
        return f"{numbers}-{min(moments)}-{max(moments)}-{_tag(self.last_id)}"


class KeptBlocks(ABC):
    """The blocks of one store, in a folder that only its owner can read."""

    suffix: str

    def __init__(self, store: Store, folder: Path) -> None:
        """Keep them in a folder, which is made when it is needed."""
        self._store, self._folder = store, folder
        self._lock = Lock()

    @abstractmethod
    def write(self, first: int, last: int, path: Path) -> Written | None:
        """Write what is kept of the sign-ins with these numbers; None where there are none."""

    def found(self, extent: Extent, since: int, heard: Heard) -> tuple[list[Block], int]:
        """Give the blocks in order; missing ones with sign-ins since a moment are written first.

        The number is that of the first sign-in that is newer than all blocks.
        """
        with self._lock:
            self._write_missing(extent, heard, since=since)
            blocks = {each.number: each for each in self._sound(extent)}
        complete = _complete(extent)
        begin = max(extent.first, complete.stop * BLOCK + 1) if complete else extent.first
        return [blocks[each] for each in sorted(blocks)], begin

    def keep_up(self, most: int) -> int:
        """Delete what the store has forgotten, and write `most` blocks at most; gives how many."""
        extent = self._store.sign_ins.extent()
        with self._lock:
            if extent is not None:
                return self._write_missing(extent, unheard, most)
            for each in self.kept():
                each.path.unlink(missing_ok=True)
            return 0

    def _write_missing(
        self, extent: Extent, heard: Heard, most: int | None = None, since: int = 0
    ) -> int:
        """Write blocks that are complete and not there, the latest first; gives how many.

        Those that come before one that is older than `since` are left alone.
        """
        sound = self._sound(extent)
        there = {each.number for each in sound}
        old = max((each.number for each in sound if each.oldest < since), default=-1)
        wanted = [n for n in reversed(_complete(extent)) if n not in there and n > old][:most]
        for done, number in enumerate(wanted):
            heard(done, len(wanted))
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._folder.chmod(0o700)
            # of one process alone: several may write the same block at once
            own = self._folder / f".{os.getpid()}.{self.suffix}"
            written = self.write(number * BLOCK + 1, (number + 1) * BLOCK, own)
            if written is not None:
                own.chmod(0o600)
                own.replace(self._folder / f"{written.name}.{self.suffix}")
                if min(map(microseconds, written.times)) < since:
                    return done + 1
        return len(wanted)

    def _sound(self, extent: Extent) -> list[Block]:
        """Give the blocks whose sign-ins the store still has; the others are deleted."""
        oldest, found = microseconds(extent.oldest), list[Block]()
        blocks = self.kept()
        ids = self._store.sign_ins.ids_of([each.last for each in blocks])
        for each in blocks:
            known = ids.get(each.last)
            if each.oldest >= oldest and known is not None and _tag(known) == each.tag:
                found.append(each)
            else:
                each.path.unlink(missing_ok=True)
        return found

    def kept(self) -> list[Block]:
        """Give the blocks there are, sound or not."""
        found: list[Block] = []
        with suppress(FileNotFoundError):
            for path in self._folder.glob(f"*.{self.suffix}"):
                if name := _NAME.fullmatch(path.name):
                    first, last, oldest, newest = (int(name[n]) for n in range(1, 5))
                    found.append(Block(path, first, last, oldest, newest, name[5]))
        return found


def unheard(done: int, of: int) -> None:
    """Tell nobody."""


def _complete(extent: Extent) -> range:
    """Give the blocks to which no sign-in will be added."""
    begin = (extent.first - 1) // BLOCK
    return range(begin, max(begin, (extent.last - _UNDER_WAY) // BLOCK))


def _tag(sign_in_id: str) -> str:
    return hashlib.sha256(sign_in_id.encode()).hexdigest()[:16]
