"""Recovery codes: ten, each good once, for the day the usual device is gone (checklist MF05)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from ostiary.factors.kinds import Factor, Refusal, Refused, ShownFactor
from ostiary.secrecy.hashing import digest_of, is_digest_of
from ostiary.secrecy.randomness import Randomness
from ostiary.secrecy.secret import Secret

COUNT = 10
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U."""
_LETTERS = 24
"""120 bits: enough for a plain digest (ASVS 5.0.0, 6.5.2 asks for 112)."""
_GROUP = 6
_MISREAD = str.maketrans("OIL", "011", "- ")


@dataclass(frozen=True, slots=True)
class RecoveryCodes:
    """The codes a user has left, as digests; new ones take the place of all old ones."""

    user_id: str
    digests: tuple[str, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class RecoveryCodeShown:
    """A right code: what it shows, and the codes that are left.

    INVARIANT: written only if the store still holds the codes it was checked against. Its use is
    audited and the user is told of it.
    """

    codes: RecoveryCodes
    shown: ShownFactor


def make(
    user_id: str, *, randomness: Randomness, now: datetime
) -> tuple[RecoveryCodes, tuple[Secret[str], ...]]:
    """Make ten codes: the record to keep, and the codes as the user sees them, once."""
    plain = [randomness.word(_ALPHABET, _LETTERS) for _ in range(COUNT)]
    digests = tuple(digest_of(Secret(each)) for each in plain)
    return RecoveryCodes(user_id, digests, now), tuple(map(_grouped, plain))


def check(codes: RecoveryCodes, typed: str, *, now: datetime) -> RecoveryCodeShown | Refused:
    """Check a code; case, dashes and look-alike letters make no difference."""
    if len(typed) > 4 * _LETTERS:
        return Refused(Refusal.WRONG, "too long")
    plain = Secret(typed.strip().upper().translate(_MISREAD))
    left = tuple(each for each in codes.digests if not is_digest_of(each, plain))
    if len(left) == len(codes.digests):
        return Refused(Refusal.WRONG)
    return RecoveryCodeShown(replace(codes, digests=left), ShownFactor(Factor.RECOVERY_CODE, now))


def _grouped(plain: str) -> Secret[str]:
    return Secret("-".join(plain[at : at + _GROUP] for at in range(0, _LETTERS, _GROUP)))
