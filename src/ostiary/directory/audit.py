"""The audit log: one row for each change, in its transaction, each bound to the one before it.

`hash_n = SHA-256(hash_(n-1) || row_n)`, where `row_n` is the canonical JSON of the whole row and
the first row is bound to 32 zero bytes. `ostiary.directory.audit_verify` checks all of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from ostiary.directory.columns import microseconds, moment_of
from ostiary.directory.json_documents import canonical, from_text
from ostiary.directory.protocols import Actor, RandomBytes
from ostiary.directory.tables_logs import audit
from ostiary.directory.tables_objects import tenant
from ostiary.model.json_types import JsonObject
from ostiary.secrecy.randomness import object_id_of

BEGINNING: Final = bytes(32)
"""What the first row is bound to."""
_MOST_ON_A_PAGE: Final = 1_000

_insert = insert(audit)
_advance = (
    update(tenant)
    .where(tenant.c.id == 1)
    .values(audit_seq=bindparam("new_seq"), audit_hash=bindparam("new_hash"))
)


@dataclass(frozen=True, slots=True)
class Target:
    """What a change was made to; `kind` is Graph's word (`Policy`, `User`, …)."""

    kind: str
    id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened; `modified` holds (member, old value, new value)."""

    activity: str
    category: str
    target: Target
    modified: Sequence[tuple[str, Any, Any]] = ()
    detail: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Head:
    """The last row of the chain: its number and its hash."""

    seq: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One row as it is kept."""

    seq: int
    row: JsonObject
    hash: bytes

    @property
    def at(self) -> datetime:
        """When it was added."""
        return moment_of(self.row["at"])


def hash_of(before: bytes, row: str) -> bytes:
    """Give the hash of a row, bound to the hash of the row before it."""
    return hashlib.sha256(before + row.encode()).digest()


def add(
    connection: Connection,
    head: Head,
    entry: Entry,
    *,
    by: Actor,
    at: datetime,
    random: RandomBytes,
) -> Head:
    """Add a row behind `head`, which the caller has locked, and give the new head."""
    seq = head.seq + 1
    row = canonical(_row(seq, entry, by, at, object_id_of(random(16))))
    hashed = hash_of(head.hash, row)
    connection.execute(
        _insert,
        {
            "seq": seq,
            "at": at,
            "activity": entry.activity,
            "actor_id": by.id,
            "target_id": entry.target.id,
            "row": row,
            "hash": hashed,
        },
    )
    connection.execute(_advance, {"new_seq": seq, "new_hash": hashed})
    return Head(seq, hashed)


def _row(seq: int, entry: Entry, by: Actor, at: datetime, row_id: str) -> dict[str, Any]:
    return {
        "seq": seq,
        "id": row_id,
        "at": microseconds(at),
        "activity": entry.activity,
        "category": entry.category,
        "actor": {"kind": by.kind.value, "id": by.id, "name": by.name, "address": by.address},
        "correlationId": by.correlation_id,
        "target": {"kind": entry.target.kind, "id": entry.target.id, "name": entry.target.name},
        "modified": [{"name": name, "old": old, "new": new} for name, old, new in entry.modified],
        "detail": dict(entry.detail),
    }


def modified_members(old: JsonObject, new: JsonObject) -> list[tuple[str, Any, Any]]:
    """Give the members of a document that a change gave another value."""
    names = dict.fromkeys((*old, *new))
    return [
        (name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)
    ]


def rows(
    connection: Connection, *, after: int = 0, limit: int = _MOST_ON_A_PAGE
) -> Sequence[AuditRow]:
    """Give the rows behind a number, in order, at most a page of them."""
    found = connection.execute(
        select(audit).where(audit.c.seq > after).order_by(audit.c.seq).limit(limit)
    )
    return [_read(row) for row in found]


def newest(
    connection: Connection,
    *,
    before: int | None = None,
    activity: str | None = None,
    actor_id: str | None = None,
    target_id: str | None = None,
    within: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 100,
) -> Sequence[AuditRow]:
    """Give the latest rows first, of one activity, actor or target where one is named.

    `within` is a target whose id is a path: it and all that is below it.
    """
    query = select(audit).order_by(audit.c.seq.desc()).limit(limit)
    asked = {"activity": activity, "actor_id": actor_id, "target_id": target_id}
    for name, value in asked.items():
        if value is not None:
            query = query.where(audit.c[name] == value)
    if before is not None:
        query = query.where(audit.c.seq < before)
    if within is not None:
        # `0` is the character after `/`, so that an index serves.
        below = (audit.c.target_id > f"{within}/") & (audit.c.target_id < f"{within}0")
        query = query.where(below | (audit.c.target_id == within))
    if since is not None:
        query = query.where(audit.c.at >= since)
    if until is not None:
        query = query.where(audit.c.at <= until)
    return [_read(row) for row in connection.execute(query)]


def _read(row: Row[Any]) -> AuditRow:
    return AuditRow(row.seq, from_text(row.row), row.hash)
