"""Risk of users and service principals, set through Graph, and what was detected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert, select

from ostiary.directory.audit import Entry, Target
from ostiary.directory.documents import upsert
from ostiary.directory.json_documents import folded, from_text, to_text
from ostiary.directory.protocols import Actor
from ostiary.directory.tables_sessions import risk_detections, risks
from ostiary.directory.unit import Change, Unit
from ostiary.model.json_types import JsonObject

_AT_ONCE: Final = 500
"""So many are named in one query: databases take only so many parameters."""


@dataclass(frozen=True, slots=True)
class Risk:
    """How risky somebody is: Graph's riskLevel and riskState; `kind` as in `riskyUser`."""

    id: str
    kind: str
    level: str
    state: str
    updated: datetime
    document: JsonObject


@dataclass(frozen=True, slots=True)
class Detection:
    """One thing that was noticed, in Graph's members of riskDetection."""

    id: str
    principal_id: str
    at: datetime
    document: JsonObject


class Risks:
    """Risk levels by principal. Who has no row has no risk."""

    def __init__(self, unit: Unit) -> None:
        """Work through a unit of work."""
        self._unit = unit

    def of(self, principal_id: str) -> Risk | None:
        """Give the risk of a user or service principal, None where none was ever set."""
        query = select(risks).where(risks.c.id == principal_id)
        with self._unit.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _read(row)

    def of_each(self, principal_ids: Sequence[str]) -> list[Risk]:
        """Give the risks of some users or service principals, of those who have one."""
        found: list[Risk] = []
        with self._unit.reading() as connection:
            for first in range(0, len(principal_ids), _AT_ONCE):
                some = principal_ids[first : first + _AT_ONCE]
                rows = connection.execute(select(risks).where(risks.c.id.in_(some)))
                found += [_read(row) for row in rows]
        return found

    def all(self) -> list[Risk]:
        """Give everybody who ever had a risk, the latest change first."""
        query = select(risks).order_by(risks.c.updated.desc(), risks.c.id)
        with self._unit.reading() as connection:
            return [_read(row) for row in connection.execute(query)]

    def set(
        self,
        principal_id: str,
        level: str,
        *,
        by: Actor,
        kind: str = "user",
        state: str = "atRisk",
        document: JsonObject | None = None,
    ) -> Risk:
        """Set level and state of somebody (confirm compromised, dismiss, a level from outside)."""
        key = folded(principal_id)
        with self._unit.recording(by) as change:
            made = Risk(key, kind, level, state, change.at, document or {})
            upsert(
                change.connection,
                risks,
                {
                    "id": key,
                    "kind": kind,
                    "level": level,
                    "state": state,
                    "updated": change.at,
                    "document": to_text(made.document),
                },
            )
            detail = {"level": level, "state": state}
            change.record(Entry("Set risk", "IdentityProtection", Target(kind, key), detail=detail))
        return made

    def detections_of(self, principal_id: str) -> list[Detection]:
        """Give what was detected about somebody, the latest first."""
        query = (
            select(risk_detections)
            .where(risk_detections.c.principal_id == principal_id)
            .order_by(risk_detections.c.at.desc(), risk_detections.c.id)
        )
        with self._unit.reading() as connection:
            return [
                Detection(row.id, row.principal_id, row.at, from_text(row.document))
                for row in connection.execute(query)
            ]

    def detected(self, principal_id: str, event: str, detail: JsonObject, *, by: Actor) -> None:
        """Note that something risky happened; `event` is Graph's riskEventType."""
        key = folded(principal_id)
        with self._unit.recording(by) as change:
            note_detection(change, key, event, detail)
            about = {"riskEventType": event, **detail}
            target = Target("user", key)
            change.record(Entry("Risk detected", "IdentityProtection", target, detail=about))


def note_detection(change: Change, principal_id: str, event: str, detail: JsonObject) -> None:
    """Note that something risky happened; `event` is Graph's riskEventType."""
    change.connection.execute(
        insert(risk_detections),
        {
            "id": change.means.new_id(),
            "principal_id": principal_id,
            "at": change.at,
            "document": to_text({"riskEventType": event, **detail}),
        },
    )


def _read(row: Any) -> Risk:  # a row
    return Risk(row.id, row.kind, row.level, row.state, row.updated, from_text(row.document))
