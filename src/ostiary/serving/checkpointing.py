"""When the head of the audit log is signed: every minute, and after a thousand rows (AU02)."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from ostiary.directory.checkpoints import FILE_NAME, make_checkpoint, rows_since_checkpoint
from ostiary.directory.store import Store

LOOK_EVERY: Final = timedelta(seconds=2)
_AT_LEAST_EVERY: Final = timedelta(seconds=60)
_MOST_ROWS: Final = 1000


class Checkpointing:
    """Signs the head of a store's audit log when that is due."""

    def __init__(self, store: Store, data: Path) -> None:
        """Write the checkpoints beside the database too."""
        self._store, self._file = store, data / FILE_NAME
        self._last: datetime | None = None

    def run(self) -> None:
        """Look whether one is due."""
        now = self._store.means.clock.now()
        last = self._last
        waited = last is None or not timedelta(0) <= now - last < _AT_LEAST_EVERY
        if waited or rows_since_checkpoint(self._store) >= _MOST_ROWS:
            make_checkpoint(self._store, self._file)
            self._last = now
