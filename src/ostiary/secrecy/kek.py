"""The key-encryption key: where it comes from, and how a wrong one is noticed.

It lies outside the database (checklist KY03). Its text is one `version:key` a line, the key being
32 bytes in base64; a key without a version has version 1. The highest version seals, the others
still open, which is how the key is changed while the server runs (KY04).
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ostiary.model.errors import OstiaryError
from ostiary.secrecy.hashing import keyed_digest
from ostiary.secrecy.private_files import require_private
from ostiary.secrecy.randomness import Randomness
from ostiary.secrecy.secret import Secret

KEY_BYTES = 32
CREDENTIAL = "ostiary-kek"
FILE = "kek"
VARIABLE = "OSTIARY_KEK"
HIGHEST_VERSION = 2**32 - 1


class KeyEncryptionKeyError(OstiaryError):
    """The key-encryption key is missing, cannot be used, or is not the one of this database."""

    code = "keyEncryptionKey"


class Purpose(Enum):
    """What a derived key is for; no key serves two purposes."""

    SIGNING_KEYS = "signing keys"
    TOTP_SEEDS = "authenticator app seeds"
    TENANT_SECRETS = "tenant secrets"
    BACKUPS = "backups"
    RECOGNITION = "recognition of the key itself"
    ADMIN_SESSIONS = "admin center sessions"


@dataclass(frozen=True, slots=True)
class KeyEncryptionKeys:
    """The keys by version, at least one; the highest version is the current one."""

    by_version: Mapping[int, Secret[bytes]]

    @property
    def current(self) -> int:
        """The version that seals."""
        return max(self.by_version)

    def derive(self, purpose: Purpose, version: int | None = None) -> Secret[bytes]:
        """Give the key of one purpose (HKDF, RFC 5869), of the current version unless said.

        Raises KeyEncryptionKeyError for a version that is not there.
        """
        chosen = self.current if version is None else version
        key = self.by_version.get(chosen)
        if key is None:
            raise KeyEncryptionKeyError(
                f"expected version {chosen} of the key-encryption key, which is not there",
                hint="put the earlier key back beside the new one until all is sealed afresh",
            )
        info = f"ostiary/{purpose.value}".encode()
        hkdf = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info)
        return Secret(hkdf.derive(key.reveal()))

    def recognition(self) -> dict[int, str]:
        """Give what a database keeps to recognise its keys: it tells nothing of them."""
        return {
            version: keyed_digest(self.derive(Purpose.RECOGNITION, version), "ostiary")
            for version in sorted(self.by_version)
        }


def require_recognised(keys: KeyEncryptionKeys, kept: Mapping[int, str]) -> None:
    """Refuse to go on with keys that are not those of a database.

    `kept` is what `recognition` gave when values were sealed. Raises KeyEncryptionKeyError.
    """
    ours = keys.recognition()
    missing = sorted(version for version in kept if version not in ours)
    if missing:
        raise KeyEncryptionKeyError(
            f"expected version {missing[0]} of the key-encryption key, with which this database "
            "is sealed, and it is not there",
            hint="put back the key that was used last",
        )
    wrong = sorted(version for version, digest in kept.items() if ours[version] != digest)
    if wrong:
        raise KeyEncryptionKeyError(
            "expected the key-encryption key with which this database is sealed, and another one "
            f"came as version {wrong[0]}",
            hint="put the right key back; without it keys and seeds in the database are lost",
        )


def load_keys(folder: Path, environment: Mapping[str, str]) -> KeyEncryptionKeys:
    """Read the key from the systemd credential, the file in `folder`, or the environment.

    The first that exists counts. Raises KeyEncryptionKeyError where there is none, where the
    file can be read by others, and where the text is not a key.
    """
    credentials = environment.get("CREDENTIALS_DIRECTORY")
    if credentials and (path := Path(credentials) / CREDENTIAL).is_file():
        return read_keys(_text(path), f"the systemd credential `{CREDENTIAL}`")
    if (path := folder / FILE).exists():
        require_private(path, KeyEncryptionKeyError)
        return read_keys(_text(path), f"`{path}`")
    if text := environment.get(VARIABLE):
        return read_keys(text, f"the variable `{VARIABLE}`")
    raise KeyEncryptionKeyError(
        f"expected a key-encryption key as systemd credential `{CREDENTIAL}`, in `{folder / FILE}` "
        f"or in the variable `{VARIABLE}`, and there is none",
        hint="run `ostiary init`, or put back the key of this database",
    )


def create_keys(folder: Path, randomness: Randomness) -> KeyEncryptionKeys:
    """Make the first key and write it to `folder`, for its owner only.

    Raises KeyEncryptionKeyError where one exists already.
    """
    key = randomness.octets(KEY_BYTES)
    path = folder / FILE
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeyEncryptionKeyError(f"`{path}` exists already and is kept") from None
    with os.fdopen(file, "w", encoding="ascii", newline="\n") as opened:
        opened.write(f"1:{base64.b64encode(key).decode()}\n")
        opened.flush()
        os.fsync(opened.fileno())
    return KeyEncryptionKeys({1: Secret(key)})


def read_keys(text: str, source: str) -> KeyEncryptionKeys:
    """Read the text of the keys; `source` names it in errors. Raises KeyEncryptionKeyError."""
    keys: dict[int, Secret[bytes]] = {}
    for entry in text.replace(",", "\n").split():
        version, key = _entry(entry, source)
        if version in keys:
            raise KeyEncryptionKeyError(f"{source} has version {version} twice")
        keys[version] = key
    if not keys:
        raise KeyEncryptionKeyError(f"expected a key in {source}, and it is empty")
    return KeyEncryptionKeys(keys)


def _entry(entry: str, source: str) -> tuple[int, Secret[bytes]]:
    # INVARIANT: no sentence here repeats what it could not read: it may be the key.
    version, colon, encoded = entry.rpartition(":")
    number = int(version) if version.isascii() and version.isdigit() else 1
    if (colon and not version.isdigit()) or not 1 <= number <= HIGHEST_VERSION:
        raise KeyEncryptionKeyError(f"expected `version:key` in {source}, and it is not that")
    try:
        key = base64.b64decode(encoded.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        raise KeyEncryptionKeyError(
            f"expected a key in base64 in {source}, and it is not"
        ) from None
    if len(key) != KEY_BYTES:
        raise KeyEncryptionKeyError(
            f"expected a key of {KEY_BYTES} bytes in {source}, came {len(key)}"
        )
    return number, Secret(key)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        kind = "cannot be read" if isinstance(error, OSError) else "is not text"
        raise KeyEncryptionKeyError(f"the key-encryption key in `{path}` {kind}") from None
