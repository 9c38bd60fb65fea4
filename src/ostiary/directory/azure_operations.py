"""Long-running operations of the management API: begun, worked at, ended; asked about meanwhile.

Whoever begins one works at it for a while at most (`held_until`). Where he fails to end it, because
his process ended, whoever asks next takes it over. What has ended is kept for a day
(azure-docs azure-resource-manager/management/async-operations).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, delete, insert, select, update

from ostiary.directory.json_documents import folded, from_text, storable, to_text
from ostiary.directory.tables_objects import azure_operations
from ostiary.directory.unit import Unit

RUNNING: Final = "Running"
SUCCEEDED: Final = "Succeeded"
FAILED: Final = "Failed"
CANCELED: Final = "Canceled"
KEPT_FOR: Final = timedelta(days=1)
HELD_FOR: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class AzureOperation:
    """One operation; `target` is the resource id it works at, `document` what its kind needs."""

    id: str
    target: str
    kind: str
    status: str
    began: datetime
    ended: datetime | None
    document: Mapping[str, Any]


class AzureOperations:
    """Operations that answer before they are done."""

    def __init__(self, unit: Unit) -> None:
        """Work through a unit of work."""
        self._unit = unit

    def begin(self, kind: str, target: str, document: Mapping[str, Any]) -> AzureOperation:
        """Keep an operation that the caller will work at next."""
        now = self._unit.means.clock.now()
        row: dict[str, Any] = {
            "id": self._unit.means.new_id(),
            "target": folded(target),
            "kind": kind,
            "status": RUNNING,
            "began": now,
            "ended": None,
            "held_until": now + HELD_FOR,
            "document": to_text(document),
        }
        with self._unit.writing() as connection:
            connection.execute(insert(azure_operations), row)
        return AzureOperation(row["id"], row["target"], kind, RUNNING, now, None, document)

    def get(self, operation_id: str) -> AzureOperation | None:
        """Give an operation, None where there is none (any more)."""
        key = operation_id.strip().casefold()
        if not storable(key):
            return None
        query = select(azure_operations).where(azure_operations.c.id == key)
        with self._unit.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _read(row)

    def running(self, target: str) -> list[AzureOperation]:
        """Give the operations that have not ended at a target."""
        at = azure_operations.c
        query = select(azure_operations).where(at.target == folded(target), at.status == RUNNING)
        with self._unit.reading() as connection:
            return [_read(row) for row in connection.execute(query)]

    def take_over(self, operation_id: str) -> AzureOperation | None:
        """Give an operation that nobody works at any more, None where somebody does.

        Only one caller gets it.
        """
        now, at = self._unit.means.clock.now(), azure_operations.c
        free = _is(operation_id) & (at.status == RUNNING) & (at.held_until < now)
        taken = (
            update(azure_operations)
            .where(free)
            .values(held_until=now + HELD_FOR)
            .returning(azure_operations)
        )
        with self._unit.writing() as connection:
            row = connection.execute(taken).one_or_none()
        return None if row is None else _read(row)

    def end(self, operation_id: str, status: str, **result: Any) -> bool:
        """Keep how an operation ended; False where it has ended otherwise meanwhile."""
        found = self.get(operation_id)
        if found is None:
            return False
        now, at = self._unit.means.clock.now(), azure_operations.c
        ended = (
            update(azure_operations)
            .where(_is(operation_id) & (at.status == RUNNING))
            .values(status=status, ended=now, document=to_text({**found.document, **result}))
            .returning(at.id)
        )
        with self._unit.writing() as connection:
            return connection.execute(ended).one_or_none() is not None

    def forget_expired(self) -> int:
        """Delete what ended a day ago."""
        old = azure_operations.c.ended < self._unit.means.clock.now() - KEPT_FOR
        with self._unit.writing() as connection:
            return connection.execute(delete(azure_operations).where(old)).rowcount


def _is(operation_id: str) -> ColumnElement[bool]:
    return azure_operations.c.id == folded(operation_id)


def _read(row: Row[Any]) -> AzureOperation:
    return AzureOperation(
        row.id, row.target, row.kind, row.status, row.began, row.ended, from_text(row.document)
    )
