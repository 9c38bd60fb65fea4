"""Rollouts are kept: one of a policy at a time, those that are over beside it."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.directory.errors import ObjectChanged, ObjectExists
from ostiary.directory.store import Store
from tests.directory.stores import ADMIN


def rollout(name: str, policy: str, status: str = "running") -> dict[str, Any]:
    """Write what the store reads of a rollout."""
    return {"id": name, "policyId": policy, "displayName": f"of {policy}", "status": status}


def test_a_policy_has_one_rollout_under_way(store: Store) -> None:
    store.rollouts.create(rollout("r1", "P1"), by=ADMIN)
    store.rollouts.create(rollout("r2", "P2"), by=ADMIN)
    with pytest.raises(ObjectExists, match="of p1` is under way already"):
        store.rollouts.create(rollout("r3", "p1"), by=ADMIN)
    store.rollouts.replace("r1", rollout("r1", "P1", "undone"), by=ADMIN)
    store.rollouts.create(rollout("r3", "p1"), by=ADMIN)
    assert [each.id for each in store.rollouts.of("P1")] == ["r1", "r3"]
    assert [each.id for each in store.rollouts.under_way()] == ["r2", "r3"]
    assert [each.id for each in store.rollouts.every()] == ["r1", "r2", "r3"]
    with pytest.raises(ObjectExists):
        store.rollouts.replace("r1", rollout("r1", "P1", "done"), by=ADMIN)


def test_a_step_is_taken_from_the_version_that_was_read_and_audited(store: Store) -> None:
    before = store.revision()
    made = store.rollouts.create(rollout("r1", "p1"), by=ADMIN)
    store.rollouts.replace("r1", rollout("r1", "p1", "done"), by=ADMIN, expected=made.etag)
    with pytest.raises(ObjectChanged):
        store.rollouts.replace("r1", rollout("r1", "p1"), by=ADMIN, expected=made.etag)
    assert store.rollouts.need("r1").document["status"] == "done"
    assert store.revision() == before
    newest = store.audit.newest(limit=2)
    assert [each.row["activity"] for each in newest] == [
        "Update policy rollout",
        "Add policy rollout",
    ]
