"""Rows of signing keys: the public part in the clear, the private part sealed to its row."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select

from ostiary.directory.audit import Entry, Target
from ostiary.directory.errors import NoSuchObject
from ostiary.directory.json_documents import from_text, to_text
from ostiary.directory.protocols import Actor
from ostiary.directory.tables_sessions import keys
from ostiary.directory.unit import Change, Unit
from ostiary.model.json_types import JsonObject


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key; `use` tells what it signs, `state` is the word of the rotation that owns it."""

    kid: str
    use: str
    state: str
    created: datetime
    activates: datetime | None
    retired: datetime | None
    public: JsonObject


@dataclass(frozen=True, slots=True)
class SealedKey:
    """A key with its private part, sealed."""

    key: KeyRow
    sealed: bytes


class Keys:
    """Signing keys. Which state follows which is not decided here."""

    def __init__(self, unit: Unit) -> None:
        """Work through a unit of work."""
        self._unit = unit

    def add(
        self,
        kid: str,
        use: str,
        state: str,
        public: JsonObject,
        private: bytes,
        *,
        by: Actor,
        activates: datetime | None = None,
    ) -> KeyRow:
        """Keep a new key, its private part sealed."""
        sealed = self._unit.means.sealer.seal("keys", kid, "sealed", private)
        with self._unit.recording(by) as change:
            made = KeyRow(kid, use, state, change.at, activates, None, public)
            row = {
                "kid": kid,
                "use": use,
                "state": state,
                "created": change.at,
                "activates": activates,
                "public": to_text(public),
                "sealed": sealed,
            }
            change.connection.execute(insert(keys), row)
            _record(change, "Add signing key", kid, {"use": use, "state": state})
        return made

    def all(self, use: str) -> list[KeyRow]:
        """Give the keys of one use, the earliest first."""
        query = select(keys).where(keys.c.use == use).order_by(keys.c.created, keys.c.kid)
        with self._unit.reading() as connection:
            return [_read(row) for row in connection.execute(query)]

    def private_of(self, kid: str) -> bytes:
        """Open the private part. Raises NoSuchObject, and what the sealer raises."""
        with self._unit.reading() as connection:
            sealed = connection.execute(
                select(keys.c.sealed).where(keys.c.kid == kid)
            ).scalar_one_or_none()
        if sealed is None:
            raise NoSuchObject(f"there is no key `{kid[:60]}`, or its private part is gone")
        return self._unit.means.sealer.open("keys", kid, "sealed", sealed)

    def table(self, use: str) -> list[SealedKey]:
        """Give the keys of one use as they are kept, in no particular order."""
        query = select(keys).where(keys.c.use == use)
        with self._unit.reading() as connection:
            return [SealedKey(_read(row), row.sealed) for row in connection.execute(query)]

    def replace_table(
        self, use: str, expected: Collection[SealedKey], rows: Collection[SealedKey], *, by: Actor
    ) -> bool:
        """Write all keys of one use; False where they are no longer `expected`.

        The private parts come sealed, and how is not known here.
        """
        with self._unit.recording(by) as change:
            kept = Keys(self._unit.within(change.connection)).table(use)
            if _by_kid(kept) != _by_kid(expected):
                return False
            change.connection.execute(delete(keys).where(keys.c.use == use))
            for each in rows:
                change.connection.execute(insert(keys), _row(each))
            _record_moves(change, _by_kid(kept), _by_kid(rows))
        return True


def _by_kid(rows: Collection[SealedKey]) -> dict[str, SealedKey]:
    return {each.key.kid: each for each in rows}


def _record_moves(
    change: Change, before: Mapping[str, SealedKey], after: Mapping[str, SealedKey]
) -> None:
    """Record each key that came, went or changed its state."""
    for kid in dict.fromkeys((*before, *after)):
        old, new = before.get(kid), after.get(kid)
        states = {"from": old.key.state if old else None, "to": new.key.state if new else None}
        if states["from"] != states["to"]:
            verb = "Add" if old is None else "Delete" if new is None else "Move"
            _record(change, f"{verb} signing key", kid, states)


def _record(change: Change, activity: str, kid: str, detail: JsonObject) -> None:
    change.record(Entry(activity, "KeyManagement", Target("signing key", kid), detail=detail))


def _read(row: Any) -> KeyRow:  # a row
    return KeyRow(
        row.kid,
        row.use,
        row.state,
        row.created,
        row.activates,
        row.retired,
        from_text(row.public),
    )


def _row(each: SealedKey) -> dict[str, Any]:
    key = each.key
    return {
        "kid": key.kid,
        "use": key.use,
        "state": key.state,
        "created": key.created,
        "activates": key.activates,
        "retired": key.retired,
        "public": to_text(key.public),
        "sealed": each.sealed,
    }
