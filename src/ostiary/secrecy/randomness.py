"""The one place that draws random values; everything else is handed a `Randomness`."""

from __future__ import annotations

import secrets
import uuid
from abc import ABC, abstractmethod

from ostiary.model.base64url import encoded
from ostiary.secrecy.secret import Secret

TOKEN_BYTES = 32
"""256 bits: a plain SHA-256 of such a token cannot be searched (checklist RT01)."""

_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
"""Those that nobody takes for another."""


class Randomness(ABC):
    """Draws values that nobody can foretell.

    A source that fails raises, and so the request fails: nothing is ever made of less.
    """

    @abstractmethod
    def octets(self, count: int) -> bytes:
        """Draw `count` bytes."""

    @abstractmethod
    def below(self, limit: int) -> int:
        """Draw a number from 0 to `limit` - 1, each as likely as the other."""

    def token(self) -> Secret[str]:
        """Draw 256 bits as text that fits into URLs, headers and cookies."""
        return Secret(encoded(self.octets(TOKEN_BYTES)))

    def password(self) -> Secret[str]:
        """Draw a password of 100 bits that can be read out on the telephone."""
        return Secret("-".join(self.word(_LETTERS, 5) for _ in range(4)))

    def object_id(self) -> str:
        """Draw a new object id: a GUID of version 4, in lower case."""
        return object_id_of(self.octets(16))

    def word(self, alphabet: str, length: int) -> str:
        """Draw a word of `length` letters of an alphabet."""
        return "".join(alphabet[self.below(len(alphabet))] for _ in range(length))


def object_id_of(octets: bytes) -> str:
    """Write 16 random octets as a GUID of version 4, in lower case."""
    return str(uuid.UUID(bytes=octets, version=4))


class SystemRandomness(Randomness):
    """The random source of the operating system."""

    def octets(self, count: int) -> bytes:
        """Ask the operating system."""
        return secrets.token_bytes(count)

    def below(self, limit: int) -> int:
        """Ask the operating system."""
        return secrets.randbelow(limit)
