"""Temporary Access Pass: a pass that an administrator gives for a few hours.

Source: entra-docs authentication/howto-authentication-temporary-access-pass; stricter where
checklist MF06 asks for it (eight hours at most, one use unless the policy allows more).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ostiary.factors.kinds import Factor, Refusal, Refused, ShownFactor
from ostiary.model.errors import InputError
from ostiary.secrecy.passwords import Passwords
from ostiary.secrecy.randomness import Randomness
from ostiary.secrecy.secret import Secret

_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789"
SHORTEST_LENGTH = 8
LONGEST_LENGTH = 48


@dataclass(frozen=True, slots=True)
class AccessPassPolicy:
    """What passes an administrator may give."""

    shortest_life: timedelta = timedelta(minutes=10)
    longest_life: timedelta = timedelta(hours=8)
    usual_life: timedelta = timedelta(hours=1)
    length: int = SHORTEST_LENGTH
    once_only: bool = True


@dataclass(frozen=True, slots=True)
class AccessPass:
    """A pass, its text as an Argon2id hash. A user has one at most."""

    id: str
    user_id: str
    hash: str
    starts_at: datetime
    expires_at: datetime
    once: bool
    created_by: str
    used_at: datetime | None = None

    def is_usable(self, now: datetime) -> bool:
        """Whether it would be accepted now."""
        return self._refusal(now) is None

    def _refusal(self, now: datetime) -> Refusal | None:
        if now < self.starts_at:
            return Refusal.NOT_YET_VALID
        if now >= self.expires_at:
            return Refusal.EXPIRED
        return Refusal.ALREADY_USED if self.once and self.used_at else None

    def check(
        self, typed: Secret[str], *, passwords: Passwords, now: datetime
    ) -> AccessPassShown | Refused:
        """Check what was typed; it takes as long whatever is wrong."""
        right = passwords.check(self.hash, typed).right
        if not right:
            return Refused(Refusal.WRONG)
        if reason := self._refusal(now):
            return Refused(reason)
        factor = Factor.ACCESS_PASS_ONCE if self.once else Factor.ACCESS_PASS
        return AccessPassShown(replace(self, used_at=now), ShownFactor(factor, now))


@dataclass(frozen=True, slots=True)
class AccessPassShown:
    """A right pass: what it shows, and the pass as it must be kept.

    INVARIANT: of a one-time pass, written only if the stored one was still unused.
    """

    access_pass: AccessPass
    shown: ShownFactor


def make(
    user_id: str,
    policy: AccessPassPolicy,
    *,
    created_by: str,
    passwords: Passwords,
    randomness: Randomness,
    now: datetime,
    life: timedelta | None = None,
    once: bool = True,
    starts_at: datetime | None = None,
) -> tuple[AccessPass, Secret[str]]:
    """Make a pass: the record to keep, and the text to hand over, shown once.

    Raises InputError where the policy does not allow it.
    """
    lasting = policy.usual_life if life is None else life
    if not policy.shortest_life <= lasting <= policy.longest_life:
        raise InputError(
            f"expected a pass for {_minutes(policy.shortest_life)} to "
            f"{_minutes(policy.longest_life)} minutes, came {_minutes(lasting)}"
        )
    if policy.once_only and not once:
        raise InputError("expected a one-time pass, which is all that the policy allows")
    length = min(max(policy.length, SHORTEST_LENGTH), LONGEST_LENGTH)
    text = Secret(randomness.word(_ALPHABET, length))
    begins = max(now, starts_at or now)
    made = AccessPass(
        randomness.object_id(),
        user_id,
        passwords.hash(text),
        begins,
        begins + lasting,
        once,
        created_by,
    )
    return made, text


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)
