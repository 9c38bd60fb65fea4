"""Smart lockout of passwords: strangers are counted apart from the places a user comes from.

Source: entra-docs authentication/howto-password-smart-lockout: ten failures, then a lock that
grows; the last three wrong passwords do not count again; familiar and unfamiliar places have a
counter each, so that who guesses from afar does not lock out the user.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from ostiary.factors.limits import (
    FRESH,
    MOST_FAILURES,
    FailureCounter,
    FailureLimit,
    Standing,
)
from ostiary.secrecy.hashing import keyed_digest
from ostiary.secrecy.secret import Secret

_REMEMBERED = 3
_MOST_FAMILIAR = 30
FAMILIAR_LIMIT = FailureLimit(disabled_at=_MOST_FAMILIAR)
UNFAMILIAR_LIMIT = FailureLimit(disabled_at=MOST_FAILURES - _MOST_FAMILIAR)


class Place(Enum):
    """Whether the user has signed in from there before."""

    FAMILIAR = "familiar"
    UNFAMILIAR = "unfamiliar"


@dataclass(frozen=True, slots=True)
class PasswordFailures:
    """The two counters of a user, and digests of the wrong passwords tried last.

    A new password begins with fresh ones: the old guesses say nothing of it.
    """

    familiar: FailureCounter = FRESH
    unfamiliar: FailureCounter = FRESH
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SmartLockout:
    """Counts wrong passwords.

    INVARIANT: both counters together stay within a hundred failures, which is the most that
    NIST SP 800-63B-4, 3.2.2 allows for one authenticator.
    """

    familiar: FailureLimit = FAMILIAR_LIMIT
    unfamiliar: FailureLimit = UNFAMILIAR_LIMIT

    def standing(self, failures: PasswordFailures, place: Place, now: datetime) -> Standing:
        """Tell whether a password may be tried from a place."""
        return self._limit(place).standing(_counter(failures, place), now)

    def count(self, failures: PasswordFailures, place: Place, now: datetime) -> PasswordFailures:
        """Count a try before the password is checked; only while the standing is open."""
        counted = self._limit(place).count(_counter(failures, place), now)
        return _with(failures, place, counted)

    def failed(
        self, failures: PasswordFailures, place: Place, digest: str, now: datetime
    ) -> PasswordFailures:
        """Record that a counted try was wrong; one of the last three wrong ones is given back."""
        if digest not in failures.wrong:
            return replace(failures, wrong=(*failures.wrong, digest)[-_REMEMBERED:])
        given_back = self._limit(place).give_back(_counter(failures, place), now)
        return _with(failures, place, given_back)

    def succeeded(self, failures: PasswordFailures, place: Place) -> PasswordFailures:
        """Record that a counted try was right: failures from such places are forgotten.

        Those from other places stand, so that a user's daily sign-in gives no new guesses to
        whoever guesses elsewhere.
        """
        return _with(failures, place, FRESH)

    def _limit(self, place: Place) -> FailureLimit:
        return self.familiar if place is Place.FAMILIAR else self.unfamiliar


def wrong_password_digest(key: Secret[bytes], user_id: str, password: Secret[str]) -> str:
    """Give the digest by which a repeated wrong password is known again.

    It is keyed (`TenantSecret.WRONG_PASSWORDS`): a wrong password is often nearly the right one.
    """
    return keyed_digest(key, user_id, unicodedata.normalize("NFC", password.reveal()[:1024]))


def _counter(failures: PasswordFailures, place: Place) -> FailureCounter:
    return failures.familiar if place is Place.FAMILIAR else failures.unfamiliar


def _with(failures: PasswordFailures, place: Place, counter: FailureCounter) -> PasswordFailures:
    if place is Place.FAMILIAR:
        return replace(failures, familiar=counter)
    return replace(failures, unfamiliar=counter)
