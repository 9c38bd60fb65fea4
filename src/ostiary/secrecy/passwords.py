"""Passwords at rest: Argon2id over the NFC form of what was typed, peppered where one is set."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from dataclasses import dataclass

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from ostiary.model.errors import OstiaryError
from ostiary.secrecy.randomness import Randomness
from ostiary.secrecy.secret import Secret
from ostiary.secrecy.turns import Turns

MEMORY_KIB = 19 * 1024
PASSES = 2
LANES = 1
_SALT_BYTES = 16
_TAG_BYTES = 32
LONGEST = 256
"""Characters of the longest password that is hashed (Entra's limit; ASVS 6.2.9 asks for 64)."""


class UnusablePassword(OstiaryError):
    """What was typed cannot be a password at all, so it is refused before it is hashed."""

    code = "unusablePassword"


@dataclass(frozen=True, slots=True)
class PasswordCheck:
    """Whether a password is right, and the hash to store instead where the old one is outdated."""

    right: bool
    rehashed: str | None = None


def normalised(password: Secret[str]) -> Secret[bytes]:
    """Give the bytes that are hashed: the NFC form in UTF-8, whole (NIST SP 800-63B-4, 3.1.1.2).

    Raises UnusablePassword for a text that is too long or is no Unicode text.
    """
    text = password.reveal()
    # Before NFC too: it costs time, and can shorten a text only to a third of its length.
    if len(text) > 3 * LONGEST or len(text := unicodedata.normalize("NFC", text)) > LONGEST:
        raise UnusablePassword(f"expected a password of at most {LONGEST} characters")
    try:
        return Secret(text.encode())
    except UnicodeEncodeError:
        raise UnusablePassword("expected a password in Unicode, and it is not") from None


class Passwords:
    """Hashes and checks passwords."""

    def __init__(
        self,
        randomness: Randomness,
        *,
        pepper: Secret[bytes] | None = None,
        memory_kib: int = MEMORY_KIB,
        passes: int = PASSES,
        turns: Turns | None = None,
    ) -> None:
        """Take the parameters; the defaults are those of the checklist (PW01, DS03).

        `pepper` comes from outside the database. Changing it makes every hash worthless.
        """
        self._randomness = randomness
        self._pepper = pepper
        self.turns = turns or Turns()
        self._argon2 = PasswordHasher(
            passes, memory_kib, LANES, _TAG_BYTES, _SALT_BYTES, type=Type.ID
        )
        self._nobody = self.hash(randomness.token())

    def hash(self, password: Secret[str]) -> str:
        """Give the hash to store, with its parameters and salt.

        Raises UnusablePassword, TooManyAtOnce.
        """
        octets = self._peppered(password)
        with self.turns.turn():
            return self._argon2.hash(octets, salt=self._randomness.octets(_SALT_BYTES))

    def check(self, stored: str, password: Secret[str]) -> PasswordCheck:
        """Compare a password with a stored hash; a hash that cannot be read fits nothing.

        Raises TooManyAtOnce.
        """
        try:
            octets = self._peppered(password)
            with self.turns.turn():
                self._argon2.verify(stored.encode("utf-8", "replace"), octets)
        except (VerificationError, InvalidHashError, UnusablePassword):
            return PasswordCheck(right=False)
        outdated = self._argon2.check_needs_rehash(stored)
        return PasswordCheck(right=True, rehashed=self.hash(password) if outdated else None)

    def check_nobody(self, password: Secret[str]) -> PasswordCheck:
        """Take as long as `check` and fail: for accounts that do not exist (EN01)."""
        self.check(self._nobody, password)
        return PasswordCheck(right=False)

    def _peppered(self, password: Secret[str]) -> bytes:
        octets = normalised(password).reveal()
        if self._pepper is None:
            return octets
        return hmac.new(self._pepper.reveal(), octets, hashlib.sha256).digest()
