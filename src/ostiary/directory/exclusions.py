"""Temporary exclusions of users from policies: they begin and end by themselves (ours).

The snapshot adds those that are in force to `excludeUsers` of the policy, at their time; the stored
policy stays as it is, so nothing has to be taken back and nobody can forget to.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from ostiary.directory.documents import Documents, Stored, stored
from ostiary.directory.json_documents import folded, identifier_of
from ostiary.directory.protocols import SYSTEM
from ostiary.directory.tables_objects import temporary_exclusions
from ostiary.model.json_types import JsonObject, as_object, as_strings


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A user whom a policy leaves out from `starts` until just before `ends`."""

    id: str
    policy_id: str
    user_id: str
    starts: datetime
    ends: datetime

    def stands(self, at: datetime) -> bool:
        """Tell whether it is in force."""
        return self.starts <= at < self.ends


class TemporaryExclusions(Documents):
    """Temporary exclusions, also those that are still to come."""

    table = temporary_exclusions
    collection = "temporaryExclusions"
    kind = "temporary exclusion"
    category = "Policy"

    def keys(self, document: JsonObject) -> Mapping[str, Any]:
        """Give policy, user and both times."""
        found = exclusion_of(document)
        return {
            "policy_id": found.policy_id,
            "user_id": found.user_id,
            "starts": found.starts,
            "ends": found.ends,
        }

    def standing(self, policy_id: str | None = None) -> list[Stored]:
        """Give those that have not ended, of one policy where it is named, by their end."""
        query = select(self.table).where(self.table.c.ends > self._unit.means.clock.now())
        if policy_id is not None:
            query = query.where(self.table.c.policy_id == folded(policy_id))
        with self._unit.reading() as connection:
            ordered = query.order_by(self.table.c.ends, self.table.c.id)
            return [stored(row) for row in connection.execute(ordered)]

    def forget_expired(self) -> int:
        """Delete those that have ended, and say so in the audit log; gives how many."""
        over = select(self.table.c.id).where(self.table.c.ends <= self._unit.means.clock.now())
        with self._unit.reading() as connection:
            ids = connection.execute(over).scalars().all()
        with self._unit.joined() as unit:
            for each in ids:
                TemporaryExclusions(unit).delete(each, by=SYSTEM)
        return len(ids)


def exclusion_of(document: JsonObject) -> Exclusion:
    """Read a document. Raises InputError where an id is missing."""
    return Exclusion(
        str(document.get("id", "")).casefold(),
        identifier_of(document, "policyId"),
        identifier_of(document, "userId"),
        datetime.fromisoformat(str(document["startDateTime"])),
        datetime.fromisoformat(str(document["endDateTime"])),
    )


def in_force(exclusions: Iterable[Exclusion], at: datetime) -> tuple[Exclusion, ...]:
    """Give those that are in force."""
    return tuple(each for each in exclusions if each.stands(at))


def next_turn(exclusions: Iterable[Exclusion], after: datetime) -> datetime | None:
    """Give when the next one begins or ends, None where none does."""
    turns = (turn for each in exclusions for turn in (each.starts, each.ends) if turn > after)
    return min(turns, default=None)


def excluding(documents: Iterable[JsonObject], exclusions: Iterable[Exclusion]) -> list[JsonObject]:
    """Give policies with those users among the excluded ones; others stay the same objects."""
    users: dict[str, list[str]] = {}
    for each in exclusions:
        users.setdefault(each.policy_id, []).append(each.user_id)
    return [
        _without(document, users[key])
        if (key := str(document.get("id")).casefold()) in users
        else document
        for document in documents
    ]


def fingerprint(exclusions: Iterable[Exclusion]) -> str:
    """Give a short name of who is excluded from what, '' for nobody."""
    ids = sorted(each.id for each in exclusions)
    return hashlib.sha256("\n".join(ids).encode()).hexdigest()[:12] if ids else ""


def _without(policy: JsonObject, users: list[str]) -> JsonObject:
    conditions = as_object(policy.get("conditions"))
    selected = as_object(conditions.get("users"))
    excluded = dict.fromkeys((*as_strings(selected.get("excludeUsers")), *users))
    return {
        **policy,
        "conditions": {**conditions, "users": {**selected, "excludeUsers": list(excluded)}},
    }
