"""Check the audit log, without the server and without trusting it.

Detects a row that was edited, deleted, inserted or moved: each hash is bound to the one before.
Rows cut off at the end, or a log rewritten from some row on, are told by checkpoints that were
signed and exported before (`ostiary.directory.checkpoints`). Where the oldest rows were deleted
for their age, the log begins behind an anchor (`ostiary.directory.audit_anchor`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, func, select

from ostiary.directory.audit import hash_of
from ostiary.directory.audit_anchor import Anchor, anchor_of
from ostiary.directory.checkpoints import Checkpoint, is_signed, read_checkpoints
from ostiary.directory.columns import microseconds
from ostiary.directory.errors import StoreDamaged
from ostiary.directory.json_documents import canonical, from_text
from ostiary.directory.tables_logs import audit, checkpoints
from ostiary.directory.tables_objects import tenant
from ostiary.model.errors import InputError

_PAGE: Final = 5_000
_MOST_FINDINGS: Final = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: the number of the row, and what."""

    seq: int
    what: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What the check found. `head` is the hash of the last row, in hexadecimal.

    `deleted` is the number of rows that are gone for their age.
    """

    rows: int
    deleted: int
    head: str
    checkpoints: int
    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


@dataclass(frozen=True, slots=True)
class ChainRow:
    """One row as the database gives it; `columns` are those that are searched."""

    seq: int
    row: str
    hash: bytes
    columns: Mapping[str, Any]


def verify(
    connection: Connection, exported: Sequence[Checkpoint] = (), *, key: str | None = None
) -> Verification:
    """Check the whole log, its head, its own checkpoints, and those exported before.

    `key` is the public key that must have signed the checkpoints, in hexadecimal; without it they
    are checked against the key that each names.
    """
    texts = connection.execute(select(checkpoints.c.document).order_by(checkpoints.c.seq)).scalars()
    own: list[Checkpoint] = []
    findings: list[Finding] = []
    for text in texts:
        try:
            own.extend(read_checkpoints(text))
        except InputError as error:
            findings.append(Finding(0, f"a checkpoint in the store cannot be read: {error}"))
    every = [*own, *exported]
    head = connection.execute(
        select(tenant.c.audit_seq, tenant.c.audit_hash).where(tenant.c.id == 1)
    ).one_or_none()
    wanted = {each.seq for each in every}
    anchor = anchor_of(connection.execute(select(func.min(audit.c.seq))).scalar(), own)
    last, hashed, seen = anchor.seq, anchor.hash, {anchor.seq: anchor.hash.hex()}
    told = anchor.is_beginning
    for row, before in _bound(_rows(connection), anchor, findings):
        told = told or anchor.is_told_by(row.row)
        last, hashed = row.seq, row.hash
        if row.seq in wanted:
            seen[row.seq] = row.hash.hex()
        if len(findings) < _MOST_FINDINGS:
            findings.extend(_wrong_with(row, before))
    if head is None or (head.audit_seq, head.audit_hash) != (last, hashed):
        findings.append(Finding(last, "the log does not end where the store says that it ends"))
    if not told:
        missing = f"rows 1 to {anchor.seq} are missing, and no row says that they were deleted"
        findings.append(Finding(1, missing))
    kept = [each for each in every if each.seq >= anchor.seq]
    findings.extend(_against(kept, seen, key))
    counted = (last - anchor.seq, anchor.seq, hashed.hex(), len(kept))
    return Verification(*counted, tuple(findings[:_MOST_FINDINGS]))


def _bound(
    rows: Iterable[ChainRow], anchor: Anchor, findings: list[Finding]
) -> Iterator[tuple[ChainRow, bytes]]:
    """Give each row with the hash that it has to be bound to; tells of numbers that are missing."""
    expected, before = anchor.seq + 1, anchor.hash
    for row in rows:
        if row.seq != expected:
            missing = f"rows {expected} to {row.seq - 1} are missing"
            findings.append(Finding(expected, missing))
        yield row, before
        expected, before = row.seq + 1, row.hash


def _wrong_with(row: ChainRow, before: bytes) -> Iterator[Finding]:
    if hash_of(before, row.row) != row.hash:
        yield Finding(row.seq, "the row is not the one that was written here")
        return
    try:
        body = from_text(row.row)
        told = {
            "seq": body["seq"],
            "at": body["at"],
            "activity": body["activity"],
            "actor_id": body["actor"]["id"],
            "target_id": body["target"]["id"],
        }
    except (StoreDamaged, KeyError, TypeError):
        yield Finding(row.seq, "the row is no audit row")
        return
    if told != {"seq": row.seq, **row.columns} or canonical(body) != row.row:
        yield Finding(row.seq, "the columns that are searched do not say what the row says")


def _against(
    every: Sequence[Checkpoint], seen: Mapping[int, str], key: str | None
) -> Iterator[Finding]:
    for each in every:
        if not is_signed(each, key):
            yield Finding(each.seq, "a checkpoint has no valid signature")
        elif each.seq not in seen:
            yield Finding(each.seq, "a checkpoint names a row that is not there: the log was cut")
        elif seen[each.seq] != each.hash:
            yield Finding(each.seq, "the log is not the one that a checkpoint was made of")


def _rows(connection: Connection) -> Iterator[ChainRow]:
    after = -(1 << 62)
    while True:
        page = connection.execute(
            select(audit).where(audit.c.seq > after).order_by(audit.c.seq).limit(_PAGE)
        ).all()
        if not page:
            return
        for row in page:
            columns = {
                "at": microseconds(row.at),
                "activity": row.activity,
                "actor_id": row.actor_id,
                "target_id": row.target_id,
            }
            yield ChainRow(row.seq, row.row, row.hash, columns)
        after = page[-1].seq
