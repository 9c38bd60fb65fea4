"""The signing keys of tokens, kept in the directory's table of keys."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from ostiary.directory.protocols import SYSTEM
from ostiary.directory.signing_keys import KeyRow, SealedKey
from ostiary.directory.store import Store
from ostiary.tokens.keys import KeyState, SigningKey, SigningKeys

USE: Final = "token"


class StoredKeys:
    """What `Signer` asks of a store (`ostiary.tokens.keys.KeyStore`)."""

    def __init__(self, store: Store) -> None:
        """Keep the keys in a store."""
        self._store = store

    def signing_keys(self) -> SigningKeys:
        """Give all keys."""
        return tuple(_read(each) for each in self._store.keys.table(USE))

    def replace_signing_keys(self, expected: SigningKeys, keys: SigningKeys) -> bool:
        """Write `keys` if the kept ones are still `expected`; False where another was faster."""
        before = [_row(each) for each in expected]
        rows = [_row(each) for each in keys]
        return self._store.keys.replace_table(USE, before, rows, by=SYSTEM)


def _row(key: SigningKey) -> SealedKey:
    """Write a key; the column of its state tells since when it has been in it."""
    public = {"n": key.modulus, "e": key.exponent}
    activates = key.since if key.state is KeyState.ACTIVE else None
    retired = key.since if key.state is KeyState.RETIRED else None
    row = KeyRow(key.kid, USE, key.state.value, key.since, activates, retired, public)
    return SealedKey(row, key.sealed_private)


def _read(kept: SealedKey) -> SigningKey:
    row = kept.key
    return SigningKey(
        row.kid, KeyState(row.state), _since(row), row.public["n"], row.public["e"], kept.sealed
    )


def _since(row: KeyRow) -> datetime:
    return row.retired or row.activates or row.created
