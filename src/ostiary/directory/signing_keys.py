"""Rows of signing keys: the public part in the clear, the private part sealed to its row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from ostiary.directory.audit import Entry, Target
from ostiary.directory.errors import NoSuchObject, ObjectChanged
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

    def move(
        self,
        kid: str,
        state: str,
        *,
        expected: str,
        by: Actor,
        activates: datetime | None = None,
        retired: datetime | None = None,
    ) -> None:
        """Put a key into another state. Raises ObjectChanged where it is not in `expected`."""
        values = {"state": state, "activates": activates, "retired": retired}
        given = {name: value for name, value in values.items() if value is not None}
        with self._unit.recording(by) as change:
            done = change.connection.execute(
                update(keys).where((keys.c.kid == kid) & (keys.c.state == expected)).values(given)
            )
            if done.rowcount == 0:
                raise ObjectChanged(
                    f"expected the key to be `{expected}`, another process moved it"
                )
            _record(change, "Move signing key", kid, {"from": expected, "to": state})

    def remove(self, kid: str, *, by: Actor) -> None:
        """Delete a key for good. Raises NoSuchObject."""
        with self._unit.recording(by) as change:
            if change.connection.execute(delete(keys).where(keys.c.kid == kid)).rowcount == 0:
                raise NoSuchObject(f"there is no key `{kid[:60]}`")
            _record(change, "Delete signing key", kid, {})


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
