"""How often a factor may fail: locks that grow, and the end after a hundred failures.

A try is counted before it is checked and given back where it succeeds, so that however many come
at once, no more than the threshold are ever checked before a lock (checklist BF04).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

MOST_FAILURES = 100
"""Consecutive failures after which a factor is disabled until it is set up anew, or an
administrator unlocks it (NIST SP 800-63B-4, 3.2.2; checklist BF02)."""


class Standing(Enum):
    """Whether a factor may be tried now."""

    OPEN = "open"
    LOCKED = "locked"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class FailureCounter:
    """Failures in a row, those under way among them, and until when it is locked."""

    failures: int = 0
    locked_until: datetime | None = None


FRESH = FailureCounter()


@dataclass(frozen=True, slots=True)
class FailureLimit:
    """When failures lock a factor, and for how long.

    At the threshold it locks for `first_lock`, and after each further failure for twice as long
    as before, at most `longest_lock`. Entra begins with a minute and does not tell how it grows
    (entra-docs authentication/howto-password-smart-lockout).
    """

    threshold: int = 10
    first_lock: timedelta = timedelta(seconds=60)
    longest_lock: timedelta = timedelta(hours=1)
    disabled_at: int = MOST_FAILURES

    def standing(self, counter: FailureCounter, now: datetime) -> Standing:
        """Tell whether a try may be counted and checked."""
        if counter.failures >= self.disabled_at:
            return Standing.DISABLED
        locked = counter.locked_until is not None and now < counter.locked_until
        return Standing.LOCKED if locked else Standing.OPEN

    def count(self, counter: FailureCounter, now: datetime) -> FailureCounter:
        """Count a try that is about to be checked; only while the standing is open.

        INVARIANT: written before the check begins, in a transaction that read the counter.
        """
        failures = counter.failures + 1
        return FailureCounter(failures, self._lock(failures, now))

    def _lock(self, failures: int, now: datetime) -> datetime | None:
        beyond = failures - self.threshold
        if beyond < 0:
            return None
        return now + min(self.first_lock * 2 ** min(beyond, 20), self.longest_lock)

    def give_back(self, counter: FailureCounter, now: datetime) -> FailureCounter:
        """Take one counted try back: it was no new guess."""
        failures = max(0, counter.failures - 1)
        locked = counter.locked_until if failures >= self.threshold else None
        return replace(counter, failures=failures, locked_until=locked)


FACTOR_LIMIT = FailureLimit(threshold=5)
"""For codes, passes and passkeys, each counted for itself: there is little to mistype."""

TRIES_IN_A_SIGN_IN = 5
"""Second factors tried in one sign-in before the first is asked again (checklist MF03)."""
