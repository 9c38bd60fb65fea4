"""Opaque secrets that are handed out once: the store keeps their SHA-256 and nothing else.

They are 256 bits of randomness, so that a plain hash cannot be searched for (RFC 6749, 10.10).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from ostiary.directory.protocols import RandomBytes
from ostiary.model.base64url import encoded

SECRET_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Opaque:
    """A secret to hand out, and the hash to keep."""

    text: str
    hash: bytes

    def __repr__(self) -> str:
        """Show nothing of it."""
        return "Opaque(…)"


def opaque(random: RandomBytes) -> Opaque:
    """Make a secret."""
    text = encoded(random(SECRET_BYTES))
    return Opaque(text, hash_of(text))


def hash_of(secret: str) -> bytes:
    """Give the hash by which a secret is found; any text has one."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
