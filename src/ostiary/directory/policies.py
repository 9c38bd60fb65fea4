"""Conditional Access policies, and every version of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, insert, select, true

from ostiary.directory import tables_objects as tables
from ostiary.directory.deleted import hold, let_go
from ostiary.directory.documents import Documents, Stored
from ostiary.directory.errors import NoSuchObject
from ostiary.directory.json_documents import folded, from_text, optional_key, to_text
from ostiary.directory.unit import Change
from ostiary.model.json_types import JsonObject

_versions = tables.policy_versions


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """A policy as one change left it; `action` is `add`, `update` or `delete`."""

    policy_id: str
    version: int
    revision: int
    at: datetime
    actor: str
    action: str
    document: JsonObject


class Policies(Documents):
    """Policies of the tenant. Each change keeps what it made of the policy."""

    table = tables.policies
    collection = "conditionalAccessPolicies"
    kind = "conditional access policy"
    category = "Policy"

    def keys(self, document: JsonObject) -> Mapping[str, Any]:
        """Give display name and state."""
        return {
            "display_name": optional_key(document, "displayName"),
            "state": optional_key(document, "state"),
        }

    def versions(self, policy_id: str) -> list[PolicyVersion]:
        """Give every version of a policy, the latest first; a deleted one keeps its own."""
        query = (
            select(_versions)
            .where(_versions.c.policy_id == folded(policy_id))
            .order_by(_versions.c.version.desc())
        )
        with self._unit.reading() as connection:
            return [_version(row) for row in connection.execute(query)]

    def version(self, policy_id: str, number: int) -> PolicyVersion:
        """Give one version. Raises NoSuchObject."""
        query = select(_versions).where(
            (_versions.c.policy_id == folded(policy_id)) & (_versions.c.version == number)
        )
        with self._unit.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise NoSuchObject(f"policy `{policy_id[:60]}` has no version {number}")
        return _version(row)

    def latest(self) -> list[PolicyVersion]:
        """Give the last version of every policy that is there, by id."""
        with self._unit.reading() as connection:
            return [_version(row) for row in connection.execute(_standing())]

    def revision_at(self, moment: datetime) -> int:
        """Give the revision of the last change of a policy until then, 0 where there was none."""
        query = select(func.max(_versions.c.revision)).where(_versions.c.at <= moment)
        with self._unit.reading() as connection:
            return connection.execute(query).scalar_one() or 0

    def as_of(self, revision: int) -> list[JsonObject]:
        """Give all policies as they were at a revision of the tenant, by id."""
        with self._unit.reading() as connection:
            rows = connection.execute(_standing(_versions.c.revision <= revision))
            return [from_text(row.document) for row in rows]

    def _after(self, change: Change, new: Stored | None, old: Stored | None) -> None:
        action = "add" if old is None else "delete" if new is None else "update"
        about = new or old
        if about is not None:
            keep_version(change, about.id, action, about.document)
        if new is None and old is not None:
            hold(change, self.collection, old.id, old.document)
        elif old is None and new is not None:
            let_go(change, self.collection, new.id)


def keep_version(change: Change, policy_id: str, action: str, document: JsonObject) -> None:
    """Keep what a change made of a policy."""
    last = change.connection.execute(
        select(func.max(_versions.c.version)).where(_versions.c.policy_id == policy_id)
    ).scalar_one()
    change.connection.execute(
        insert(_versions),
        {
            "policy_id": policy_id,
            "version": (last or 0) + 1,
            "revision": change.revision,
            "at": change.at,
            "actor": change.by.name or change.by.id or change.by.kind.value,
            "action": action,
            "document": to_text(document),
        },
    )


def _standing(*counted: ColumnElement[bool]) -> Select[Any]:
    """Ask for the last version of each policy among those that count, where it was not deleted."""
    last = (
        select(_versions.c.policy_id, func.max(_versions.c.version).label("version"))
        .where(true(), *counted)
        .group_by(_versions.c.policy_id)
        .subquery()
    )
    return (
        select(_versions)
        .join(
            last,
            (_versions.c.policy_id == last.c.policy_id) & (_versions.c.version == last.c.version),
        )
        .where(_versions.c.action != "delete")
        .order_by(_versions.c.policy_id)
    )


def _version(row: Any) -> PolicyVersion:  # a row
    return PolicyVersion(
        row.policy_id,
        row.version,
        row.revision,
        row.at,
        row.actor,
        row.action,
        from_text(row.document),
    )
