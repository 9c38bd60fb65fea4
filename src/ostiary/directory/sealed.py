"""What is sealed, and with which key: the store's own seals, the tenant's secrets, recognition."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import select

from ostiary.directory.documents import insert_new
from ostiary.directory.tables_sessions import recognitions, tenant_secrets
from ostiary.directory.unit import Unit
from ostiary.secrecy.kek import KeyEncryptionKeys, Purpose
from ostiary.secrecy.randomness import Randomness
from ostiary.secrecy.sealing import Place, Sealer
from ostiary.secrecy.secret import Secret

_PURPOSES: Final = {
    "keys": Purpose.SIGNING_KEYS,
    "admin_sessions": Purpose.ADMIN_SESSIONS,
}
"""The tables whose secrets the store seals itself. Others come sealed from the layers above."""


class StoreSealer:
    """Seals the columns of the store, each table by the key of its purpose."""

    def __init__(self, keys: KeyEncryptionKeys, randomness: Randomness) -> None:
        """Derive the keys."""
        self._sealers = {
            table: Sealer(keys, purpose, randomness) for table, purpose in _PURPOSES.items()
        }

    def seal(self, table: str, key: str, column: str, plain: bytes) -> bytes:
        """Seal a field of the row `key`."""
        return self._sealers[table].seal(Secret(plain), Place(table, key, column))

    def open(self, table: str, key: str, column: str, sealed: bytes) -> bytes:
        """Open what was sealed for the same place; raises SealError for any other."""
        return self._sealers[table].open(sealed, Place(table, key, column)).reveal()


class TenantSecrets:
    """The secrets that the tenant keeps for ever, sealed, and what recognises their key."""

    def __init__(self, unit: Unit) -> None:
        """Work through a unit of work."""
        self._unit = unit

    def keep(self, name: str, sealed: bytes) -> bytes:
        """Keep a secret unless there is one of that name already; gives the one that counts."""
        query = select(tenant_secrets.c.sealed).where(tenant_secrets.c.name == name)
        with self._unit.writing() as connection:
            insert_new(connection, tenant_secrets, {"name": name, "sealed": sealed})
            return connection.execute(query).scalar_one()

    def of(self, name: str) -> bytes | None:
        """Give a sealed secret, None where there is none of that name."""
        query = select(tenant_secrets.c.sealed).where(tenant_secrets.c.name == name)
        with self._unit.reading() as connection:
            return connection.execute(query).scalar_one_or_none()

    def recognition(self) -> dict[int, str]:
        """Give what `KeyEncryptionKeys.recognition` gave for the keys that sealed something."""
        with self._unit.reading() as connection:
            return {row.version: row.digest for row in connection.execute(select(recognitions))}

    def recognise(self, recognition: Mapping[int, str]) -> None:
        """Keep the marks of keys from now on; those that are kept already stay as they are."""
        with self._unit.writing() as connection:
            for version, digest in recognition.items():
                insert_new(connection, recognitions, {"version": version, "digest": digest})
