"""When the sign-in log forgets: every hour, what is older than the settings keep."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from ostiary.directory.retention import forget_sign_ins
from ostiary.directory.store import Store
from ostiary.serving.logging_settings import Retention

RETENTION_EVERY: Final = timedelta(hours=1)


class LogRetention:
    """Deletes what is old enough from a store's log of sign-ins."""

    def __init__(self, store: Store, kept: Retention) -> None:
        """Keep as long as the settings say; None: for ever."""
        self._store, self._days = store, kept.sign_in_days

    def run(self) -> None:
        """Delete what is due."""
        if self._days is not None:
            before = self._store.means.clock.now() - timedelta(days=self._days)
            forget_sign_ins(self._store, before)
