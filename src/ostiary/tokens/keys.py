"""Signing keys: their states and when each follows the other. Pure; the store keeps the tuple.

A key is published as *next*, signs as *active*, and is still published as *retired* while tokens
that it signed can be presented (checklist KY01).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol


class KeyState(Enum):
    """Where a signing key stands."""

    NEXT = "next"
    ACTIVE = "active"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One RSA key: `kid` is its RFC 7638 thumbprint, `modulus` and `exponent` are base64url.

    `since` is when it took its state. `sealed_private` opens only with the key-encryption key.
    """

    kid: str
    state: KeyState
    since: datetime
    modulus: str
    exponent: str
    sealed_private: bytes


SigningKeys = tuple[SigningKey, ...]
MakeKey = Callable[[KeyState, datetime], SigningKey]


@dataclass(frozen=True, slots=True)
class Rotation:
    """When keys change.

    `published_before`: relying parties may keep the published keys for 24 hours, so a key is
    published for longer before it signs. `kept_after`: the longest life of a token (28 hours
    with continuous access evaluation), the skew of clocks, and the time in which another server
    process may still sign with the old key.
    """

    every: timedelta = timedelta(days=30)
    published_before: timedelta = timedelta(hours=25)
    kept_after: timedelta = timedelta(hours=29)

    def advance(self, keys: SigningKeys, now: datetime, make: MakeKey) -> SigningKeys:
        """Give the keys as they should stand now; the same tuple where nothing is due.

        The first key of all signs at once: nobody has older ones in a cache.
        INVARIANT: one key is active, and one is next.
        """
        kept = tuple(key for key in keys if not self._is_spent(key, now))
        active = _one(kept, KeyState.ACTIVE) or make(KeyState.ACTIVE, now)
        following = _one(kept, KeyState.NEXT) or make(KeyState.NEXT, now)
        retired = tuple(key for key in kept if key.state is KeyState.RETIRED)
        due = now - active.since >= self.every
        if due and now - following.since >= self.published_before:
            retired += (replace(active, state=KeyState.RETIRED, since=now),)
            active = replace(following, state=KeyState.ACTIVE, since=now)
            following = make(KeyState.NEXT, now)
        advanced = (active, following, *retired)
        return keys if frozenset(advanced) == frozenset(keys) else advanced

    def _is_spent(self, key: SigningKey, now: datetime) -> bool:
        return key.state is KeyState.RETIRED and now - key.since >= self.kept_after


def replace_all(now: datetime, make: MakeKey) -> SigningKeys:
    """Give new keys and forget the old ones: for keys that leaked (KY02).

    Tokens of the old keys are refused as soon as a relying party reads the published keys; one
    that does not read them afresh for an unknown `kid` refuses new tokens until it does.
    """
    return make(KeyState.ACTIVE, now), make(KeyState.NEXT, now)


def _one(keys: SigningKeys, state: KeyState) -> SigningKey | None:
    """Give the youngest key in a state."""
    return max((key for key in keys if key.state is state), key=_since, default=None)


def _since(key: SigningKey) -> datetime:
    return key.since


class KeyStore(Protocol):
    """Where the keys are kept; the directory has one."""

    def signing_keys(self) -> SigningKeys:
        """Give all keys."""
        ...

    def replace_signing_keys(self, expected: SigningKeys, keys: SigningKeys) -> bool:
        """Write `keys` if the kept ones are still `expected`; False where another was faster."""
        ...
