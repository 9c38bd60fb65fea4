"""Values sealed for the database: AES-256-GCM, bound to the row and column they stand in."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ostiary.model.errors import OstiaryError
from ostiary.secrecy.kek import KeyEncryptionKeys, Purpose
from ostiary.secrecy.randomness import Randomness
from ostiary.secrecy.secret import Secret

_FORMAT = b"\x01"
_VERSION_BYTES = 4
_NONCE_BYTES = 12
_HEAD_BYTES = 1 + _VERSION_BYTES + _NONCE_BYTES


class SealError(OstiaryError):
    """A sealed value was changed, cut short, or moved from the place it belongs to."""

    code = "sealBroken"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value stands: table, key of the row, column."""

    table: str
    key: str
    column: str

    def bound_to(self, version: int) -> bytes:
        """Give the associated data `table|key|column|version`; bars inside are escaped."""
        parts = (self.table, self.key, self.column, str(version))
        return "|".join(p.replace("%", "%25").replace("|", "%7C") for p in parts).encode()


class Sealer:
    """Seals and opens the values of one purpose.

    A sealed value is format, key version, nonce, ciphertext with tag. Nonces are random, which
    is sound for 2**32 values of a key (NIST SP 800-38D, 8.3).
    """

    def __init__(self, keys: KeyEncryptionKeys, purpose: Purpose, randomness: Randomness) -> None:
        """Derive the key of the purpose for each version at hand."""
        self._current = keys.current
        self._ciphers = {
            version: AESGCM(keys.derive(purpose, version).reveal()) for version in keys.by_version
        }
        self._randomness = randomness

    def seal(self, value: Secret[bytes], place: Place) -> bytes:
        """Seal a value for a place."""
        nonce = self._randomness.octets(_NONCE_BYTES)
        bound = place.bound_to(self._current)
        ciphertext = self._ciphers[self._current].encrypt(nonce, value.reveal(), bound)
        return _FORMAT + self._current.to_bytes(_VERSION_BYTES, "big") + nonce + ciphertext

    def open(self, sealed: bytes, place: Place) -> Secret[bytes]:
        """Give back the value sealed for a place; raises SealError."""
        version = _version(sealed)
        cipher = self._ciphers.get(version)
        if cipher is None:
            raise SealError(f"`{place.table}` is sealed with a key of version {version}, not known")
        nonce, ciphertext = sealed[_HEAD_BYTES - _NONCE_BYTES : _HEAD_BYTES], sealed[_HEAD_BYTES:]
        try:
            return Secret(cipher.decrypt(nonce, ciphertext, place.bound_to(version)))
        except InvalidTag:
            raise SealError(
                f"a sealed value in `{place.table}` was changed, or belongs elsewhere",
                hint="restore the row from a backup; nobody can open it as it is",
            ) from None

    def is_current(self, sealed: bytes) -> bool:
        """Whether the value is sealed with the current key; if not, seal it afresh (KY04)."""
        return _version(sealed) == self._current


def _version(sealed: bytes) -> int:
    if len(sealed) <= _HEAD_BYTES or not sealed.startswith(_FORMAT):
        raise SealError("expected a sealed value, and it is cut short or in another form")
    return int.from_bytes(sealed[1 : 1 + _VERSION_BYTES], "big")
