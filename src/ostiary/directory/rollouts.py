"""Rollouts of policies, as `ostiary.rollout` writes them: one of a policy at a time.

No sign-in is judged by them, so that a step makes no new snapshot but for the policy it changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, select

from ostiary.directory import tables_objects as tables
from ostiary.directory.documents import Documents, Stored, stored
from ostiary.directory.errors import ObjectExists
from ostiary.directory.json_documents import folded, identifier_of
from ostiary.model.json_types import JsonObject

_OVER: Final = frozenset({"undone", "stopped"})
"""The words of `rollout.state.Status` after which a rollout takes no step."""


class Rollouts(Documents):
    """Rollouts under way, and those that are over."""

    table = tables.policy_rollouts
    collection = "policyRollouts"
    kind = "policy rollout"
    category = "Policy"
    mirrored = False

    def keys(self, document: JsonObject) -> Mapping[str, Any]:
        """Give the policy, twice as long as the rollout is not over."""
        policy = identifier_of(document, "policyId")
        over = document.get("status") in _OVER
        return {"policy_id": policy, "under_way": None if over else policy}

    def under_way(self) -> list[Stored]:
        """Give those that are not over, the earliest first."""
        return self._ordered(self.table.c.under_way.is_not(None))

    def of(self, policy_id: str) -> list[Stored]:
        """Give those of a policy, the earliest first."""
        return self._ordered(self.table.c.policy_id == folded(policy_id))

    def every(self) -> list[Stored]:
        """Give all, the earliest first."""
        return self._ordered()

    def _ordered(self, *wanted: ColumnElement[bool]) -> list[Stored]:
        query = select(self.table).where(*wanted)
        query = query.order_by(self.table.c.created, self.table.c.position, self.table.c.id)
        with self._unit.reading() as connection:
            return [stored(row) for row in connection.execute(query)]

    def _taken(self, document: JsonObject) -> ObjectExists:
        return ObjectExists(
            f"a rollout of `{document.get('displayName') or document.get('policyId')}` is under"
            " way already",
            hint="go on with that one, or stop it first",
        )
