"""A file sealed from its first byte to its last: AES-256-GCM in frames.

Each frame is bound to the head of the file and to its place by its nonce, the last one to being the
last: a file that was changed, cut or put together from two is noticed (the STREAM construction,
Hoang, Reyhanitabar, Rogaway, Vizár 2015). The key is of this file only, by its random salt.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, Final

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ostiary.model.json_types import JsonObject, is_object
from ostiary.secrecy.kek import KEY_BYTES, KeyEncryptionKeys, Purpose
from ostiary.secrecy.passwords import LANES
from ostiary.secrecy.randomness import Randomness
from ostiary.secrecy.sealing import SealError
from ostiary.secrecy.secret import Secret

MAGIC: Final = b"OSTIARY SEALED 1\n"
FRAME: Final = 64 * 1024
_TAG: Final = 16
_LONGEST_HEAD: Final = 4096
_SALT_BYTES: Final = 32
_MEMORY_KIB, _PASSES = 64 * 1024, 3
"""Argon2id of RFC 9106, 4 (second recommended option): a passphrase may be tried off line."""


@dataclass(frozen=True, slots=True)
class SealedBy:
    """What opens a file: the key-encryption keys, or a passphrase."""

    keys: KeyEncryptionKeys | None = None
    passphrase: Secret[str] | None = None


@contextmanager
def sealed_writer(file: BinaryIO, by: SealedBy, randomness: Randomness) -> Generator[SealedWriter]:
    """Write a sealed file; without its end it opens as nothing."""
    salt = randomness.octets(_SALT_BYTES)
    head: JsonObject = {"by": "passphrase" if by.passphrase else "kek", "salt": _text(salt)}
    if by.passphrase is None and by.keys is not None:
        head = {**head, "version": by.keys.current}
    octets = json.dumps(head).encode()
    file.write(MAGIC + len(octets).to_bytes(4, "big") + octets)
    writer = SealedWriter(file, _key(head, by), MAGIC + octets)
    yield writer
    writer.end()


class SealedWriter:
    """Takes bytes and writes frames."""

    def __init__(self, file: BinaryIO, key: bytes, head: bytes) -> None:
        """Go on behind the head."""
        self._file, self._aead = file, AESGCM(key)
        self._head = hashlib.sha256(head).digest()
        self._number, self._rest = 0, bytearray()

    def write(self, octets: bytes) -> None:
        """Take bytes."""
        self._rest += octets
        while len(self._rest) > FRAME:
            self._frame(bytes(self._rest[:FRAME]), last=False)
            del self._rest[:FRAME]

    def end(self) -> None:
        """Write what is left, as the last frame."""
        self._frame(bytes(self._rest), last=True)

    def _frame(self, plain: bytes, *, last: bool) -> None:
        sealed = self._aead.encrypt(_nonce(self._number, last=last), plain, self._head)
        self._file.write(len(sealed).to_bytes(4, "big") + sealed)
        self._number += 1


def opened_lines(file: BinaryIO, by: SealedBy) -> Iterator[bytes]:
    """Give the lines of a sealed file, each only after its frame was verified. Raises SealError."""
    rest = b""
    for plain in _frames(file, by):
        *whole, rest = (rest + plain).split(b"\n")
        yield from whole
    if rest:
        raise SealError("expected a whole line at the end of the file, came a part of one")


def _frames(file: BinaryIO, by: SealedBy) -> Iterator[bytes]:
    head, octets = _head(file)
    aead, bound, number, last = AESGCM(_key(head, by)), hashlib.sha256(octets).digest(), 0, False
    while not last:
        sealed = _sealed_frame(file)
        following = file.read(1)
        last = not following
        if following:
            file.seek(-1, 1)
        try:
            yield aead.decrypt(_nonce(number, last=last), sealed, bound)
        except InvalidTag:
            raise SealError(
                "expected a file as it was written, with the key it was sealed by; it was changed,"
                " cut short, or this is another key",
                hint="take another copy, or the key of the server that wrote it",
            ) from None
        number += 1


def _sealed_frame(file: BinaryIO) -> bytes:
    size = int.from_bytes(file.read(4), "big")
    sealed = file.read(size) if _TAG <= size <= FRAME + _TAG else b""
    if len(sealed) != size or not sealed:
        raise SealError("expected a whole file, and it is cut short")
    return sealed


def _head(file: BinaryIO) -> tuple[JsonObject, bytes]:
    if file.read(len(MAGIC)) != MAGIC:
        raise SealError("expected a file of `ostiary backup`, came another one")
    octets = file.read(min(int.from_bytes(file.read(4), "big"), _LONGEST_HEAD))
    try:
        head: object = json.loads(octets)
    except ValueError:
        head = None
    if not is_object(head) or head.get("by") not in {"kek", "passphrase"}:
        raise SealError("expected the head of a backup, and it was changed")
    return head, MAGIC + octets


def _key(head: Mapping[str, object], by: SealedBy) -> bytes:
    try:
        salt = b64decode(str(head.get("salt")), validate=True)
    except ValueError:
        raise SealError("expected the head of a backup, and it was changed") from None
    if head["by"] == "passphrase":
        if by.passphrase is None:
            raise SealError("expected the passphrase that the file was sealed by")
        words = by.passphrase.reveal().encode()
        return hash_secret_raw(words, salt, _PASSES, _MEMORY_KIB, LANES, KEY_BYTES, Type.ID)
    version = head.get("version")
    if by.keys is None or not isinstance(version, int):
        raise SealError("expected the key-encryption key that the file was sealed by")
    secret = by.keys.derive(Purpose.BACKUPS, version)
    hkdf = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=b"ostiary/backup file")
    return hkdf.derive(secret.reveal())


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _text(octets: bytes) -> str:
    return b64encode(octets).decode("ascii")
