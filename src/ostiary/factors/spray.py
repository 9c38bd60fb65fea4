"""Password spray: few passwords tried on many users (checklist BF03).

Failures are counted for an address and for the tenant, whomever they concern. Counters stand in
the store, so that all server processes share them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ostiary.factors.kinds import RiskEvent
from ostiary.factors.smart_lockout import Place


@dataclass(frozen=True, slots=True)
class SprayWindow:
    """Failures since the window began."""

    since: datetime
    failures: int = 0


@dataclass(frozen=True, slots=True)
class SprayLimit:
    """How many failures a window of time holds before further tries are put off."""

    failures: int
    window: timedelta = timedelta(minutes=10)

    def is_throttled(self, window: SprayWindow | None, now: datetime) -> bool:
        """Whether the window is full; the caller then answers 429 and checks no password."""
        return self._current(window, now).failures >= self.failures

    def wait(self, window: SprayWindow | None, now: datetime) -> int:
        """Give the seconds until a full window ends, for `Retry-After`; 0 where it is not full."""
        if not self.is_throttled(window, now):
            return 0
        left = self._current(window, now).since + self.window - now
        return max(1, int(left.total_seconds()))

    def failed(
        self, window: SprayWindow | None, now: datetime
    ) -> tuple[SprayWindow, RiskEvent | None]:
        """Count a failure; the one that fills a window is a risk event, once a window."""
        current = self._current(window, now)
        counted = SprayWindow(current.since, current.failures + 1)
        full = counted.failures == self.failures
        return counted, RiskEvent.PASSWORD_SPRAY if full else None

    def _current(self, window: SprayWindow | None, now: datetime) -> SprayWindow:
        # Clocks of server processes differ a little, and may be set back: a window that begins
        # far in the future might never end.
        if window is None or abs(now - window.since) >= self.window:
            return SprayWindow(now)
        return window


ADDRESS_LIMIT = SprayLimit(100)
TENANT_LIMIT = SprayLimit(1000)


def tenant_applies(place: Place) -> bool:
    """Whether a full window of the tenant puts off a try: not from where the user always comes.

    Otherwise a spray from outside would keep everybody out.
    """
    return place is Place.UNFAMILIAR
