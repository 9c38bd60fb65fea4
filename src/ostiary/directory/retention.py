"""What leaves the logs by age: sign-ins row by row, audit rows in whole, sealed segments.

A segment of the audit log ends with a row of which a checkpoint was signed. That checkpoint stays
when the rows are gone, and a row of the log says which were deleted: what is left is bound to the
anchor as it was bound to the rows (`ostiary.directory.audit_verify`).
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, func, select, text

from ostiary.directory.audit import Entry, Target
from ostiary.directory.audit_anchor import SEGMENT_DELETED
from ostiary.directory.checkpoints import Checkpoint, read_checkpoints
from ostiary.directory.columns import microseconds
from ostiary.directory.protocols import Actor
from ostiary.directory.store import Store
from ostiary.directory.tables_logs import audit, checkpoints

_CHUNK: Final = 5_000
"""Sign-ins deleted in one transaction: nobody waits long for it."""


def forget_sign_ins(store: Store, before: datetime) -> int:
    """Delete sign-ins older than a moment; gives their number."""
    forgotten = 0
    while deleted := store.sign_ins.forget_before(before, limit=_CHUNK):
        forgotten += deleted
    return forgotten


def forget_audit_rows(store: Store, before: datetime, *, by: Actor) -> int:
    """Delete the segments of the audit log whose rows are all older than a moment.

    Gives the number of rows. A log without a checkpoint of that age keeps all: nothing would hold
    what is left. Raises StoreUnavailable where the database's role does not own the tables: a
    server's role may not do this (docs/postgresql.md).
    """
    with store.unit.recording(by) as change:
        found = change.connection.execute(
            select(checkpoints.c.document).order_by(checkpoints.c.seq.desc())
        ).scalars()
        signed = (each for line in found for each in read_checkpoints(line))
        # Every row that a checkpoint covers is older than the checkpoint.
        anchor = next((each for each in signed if each.at <= microseconds(before)), None)
        first = change.connection.execute(select(func.min(audit.c.seq))).scalar()
        if anchor is None or first is None or first > anchor.seq:
            return 0
        change.record(_entry(first, anchor))
        change.connection.execute(delete(checkpoints).where(checkpoints.c.seq < anchor.seq))
        with _unguarded(change.connection):
            gone = delete(audit).where(audit.c.seq <= anchor.seq)
            return change.connection.execute(gone).rowcount


@contextmanager
def _unguarded(connection: Connection) -> Generator[None]:
    """Lift the guard of the table within the transaction, which nobody else sees."""
    if connection.dialect.name != "sqlite":
        connection.execute(text("ALTER TABLE audit DISABLE TRIGGER audit_keeps"))
        yield
        connection.execute(text("ALTER TABLE audit ENABLE TRIGGER audit_keeps"))
        return
    written = text("SELECT sql FROM sqlite_master WHERE name = 'audit_keeps_DELETE'")
    guard = connection.execute(written).scalar_one()
    connection.execute(text("DROP TRIGGER audit_keeps_DELETE"))
    yield
    connection.execute(text(guard))


def _entry(first: int, anchor: Checkpoint) -> Entry:
    return Entry(
        SEGMENT_DELETED,
        "AuditLog",
        Target("AuditLog", str(anchor.seq)),
        detail={"first": first, "last": anchor.seq, "hash": anchor.hash},
    )
