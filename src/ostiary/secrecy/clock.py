"""The one place that reads the time; everything else is handed a `Clock`."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from datetime import UTC, datetime, timedelta


class Clock(ABC):
    """Tells the time, always in UTC."""

    @abstractmethod
    def now(self) -> datetime:
        """Give the time with its zone, which is UTC."""

    def seconds(self) -> float:
        """Give the time as seconds since 1970, which is what tokens carry."""
        return self.now().timestamp()

    def elapsed(self) -> float:
        """Give seconds since an unknown start; nobody can set them, and they never go back."""
        return self.seconds()


class SystemClock(Clock):
    """The clock of the host."""

    def now(self) -> datetime:
        """Read the host's clock."""
        return datetime.now(UTC)

    def seconds(self) -> float:
        """Read the host's clock without making a date of it."""
        return time.time()

    def elapsed(self) -> float:
        """Read the counter of the host."""
        return time.monotonic()


class FixedClock(Clock):
    """A clock that stands until it is moved: for tests and simulations."""

    def __init__(self, at: datetime) -> None:
        """Stand at `at`; a time without a zone is taken for UTC."""
        self._at = at if at.tzinfo else at.replace(tzinfo=UTC)

    def now(self) -> datetime:
        """Give the time it was set to."""
        return self._at

    def move(self, by: timedelta) -> None:
        """Go forward, or back by a negative span."""
        self._at += by
