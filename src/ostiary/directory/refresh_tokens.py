"""Refresh tokens: what they are made of, and how a family remembers the ones just used.

A token is `handle (16) | secret (32) | check (4)` in base64url. The handle finds the family, and is
known to those only who were handed a token of it; the check tells a damaged token from an old one.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ostiary.directory.columns import microseconds
from ostiary.directory.protocols import RandomBytes
from ostiary.directory.tokens import SECRET_BYTES
from ostiary.model.base64url import decoded, encoded

GRACE: Final = timedelta(seconds=30)
"""How long a token that was used answers with its successor: clients share a cache and retry."""
HANDLE_BYTES: Final = 16
_CHECK_BYTES: Final = 4
_NONCE_BYTES: Final = 12
_ENTRY: Final = 32 + 8 + _NONCE_BYTES + SECRET_BYTES + 16
"""Octets of one entry: hash, time, nonce, sealed secret, tag."""
_MOST_RECENT: Final = 32


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A refresh token taken apart."""

    handle: bytes
    secret: bytes

    def __repr__(self) -> str:
        """Show nothing of it."""
        return "RefreshToken(…)"

    @property
    def handle_hash(self) -> bytes:
        """By what the family is found."""
        return hashlib.sha256(self.handle).digest()

    @property
    def hash(self) -> bytes:
        """What the family keeps of the token."""
        return hashlib.sha256(self.handle + self.secret).digest()

    @property
    def text(self) -> str:
        """The token as it is handed out."""
        body = self.handle + self.secret
        return encoded(body + hashlib.sha256(b"check" + body).digest()[:_CHECK_BYTES])

    def successor(self, random: RandomBytes) -> RefreshToken:
        """Make the next token of the family."""
        return RefreshToken(self.handle, random(SECRET_BYTES))


def first_token(random: RandomBytes) -> RefreshToken:
    """Make the first token of a new family."""
    return RefreshToken(random(HANDLE_BYTES), random(SECRET_BYTES))


def read_token(text: str) -> RefreshToken | None:
    """Take a token apart; None for what we never made."""
    octets = decoded(text)
    if octets is None or len(octets) != HANDLE_BYTES + SECRET_BYTES + _CHECK_BYTES:
        return None
    token = RefreshToken(octets[:HANDLE_BYTES], octets[HANDLE_BYTES:-_CHECK_BYTES])
    return token if hmac.compare_digest(token.text, text) else None


def with_used(
    recent: bytes, used: RefreshToken, successor: RefreshToken, at: datetime, random: RandomBytes
) -> bytes:
    """Remember a token that was just used, beside those that are still in their grace.

    The successor is sealed under a key that only the used token gives, so that the store alone
    cannot reveal it.
    """
    earliest = microseconds(at - GRACE)
    kept = [each for each in _entries(recent) if _time_of(each) > earliest][-_MOST_RECENT + 1 :]
    nonce = random(_NONCE_BYTES)
    sealed = AESGCM(_key(used)).encrypt(nonce, successor.secret, used.hash)
    entry = used.hash + microseconds(at).to_bytes(8, "big") + nonce + sealed
    return b"".join((*kept, entry))


def newest_successor(
    recent: bytes, presented: RefreshToken, current: bytes, at: datetime
) -> RefreshToken | None:
    """Give the current token to who presents one that was used within the grace, otherwise None.

    The successor may have been used as well: then its own successor is meant, and so on, or the
    client would be left with a token whose grace is nearly over.
    """
    entries = {each[:32]: each for each in _entries(recent)}
    token, earliest = presented, microseconds(at - GRACE)
    first = entries.get(token.hash)
    if first is None or _time_of(first) < earliest:
        return None
    while token.hash != current:
        entry = entries.pop(token.hash, None)
        opened = None if entry is None else _opened(entry, token)
        if opened is None:
            return None
        token = opened
    return token


def _opened(entry: bytes, used: RefreshToken) -> RefreshToken | None:
    nonce, sealed = entry[40 : 40 + _NONCE_BYTES], entry[40 + _NONCE_BYTES :]
    try:
        return RefreshToken(used.handle, AESGCM(_key(used)).decrypt(nonce, sealed, used.hash))
    except InvalidTag:
        return None


def _key(used: RefreshToken) -> bytes:
    """Derive the key; the secret is uniform, so one keyed hash is enough (RFC 5869, 3.3)."""
    return hmac.digest(used.secret, b"ostiary refresh successor" + used.handle, "sha256")


def _entries(recent: bytes) -> list[bytes]:
    return [recent[start : start + _ENTRY] for start in range(0, len(recent), _ENTRY)]


def _time_of(entry: bytes) -> int:
    return int.from_bytes(entry[32:40], "big")
