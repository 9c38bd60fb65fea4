"""A policy, people and moments for tests of rollouts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from ostiary.rollout.gates import Gate, GateResult, Outcome, gates_of
from ostiary.rollout.machine import Move, advance, start
from ostiary.rollout.settings import Settings
from ostiary.rollout.stages import Ring
from ostiary.rollout.state import Rollout, Who

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
ASTRID = Who("a0000000-0000-4000-8000-000000000001", "Astrid")
BIRGER = Who("b0000000-0000-4000-8000-000000000002", "Birger")
PILOT = "c0000000-0000-4000-8000-000000000003"
EMERGENCY = "e0000000-0000-4000-8000-000000000004"
POLICY_ID = "d0000000-0000-4000-8000-000000000005"
RINGS = (Ring("Pilot", groups=(PILOT,)), Ring("A quarter", share=0.25))


def policy(state: str = "disabled", **users: Any) -> dict[str, Any]:
    """Give MFA for Azure management, for everybody but the emergency access account."""
    return {
        "id": POLICY_ID,
        "displayName": "MFA for Azure management",
        "state": state,
        "createdDateTime": "2026-11-01T00:00:00Z",
        "modifiedDateTime": None,
        "conditions": {
            "clientAppTypes": ["all"],
            "applications": {"includeApplications": ["797f4846-ba00-4fd7-ba43-dac1f8f63013"]},
            "users": {"includeUsers": ["All"], "excludeUsers": [EMERGENCY], **users},
        },
        "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
        "sessionControls": None,
    }


def begun(
    document: Mapping[str, Any] | None = None, *, rings: Sequence[Ring] = (), **settings: Any
) -> Rollout:
    """Give a rollout that Astrid began at noon."""
    return start(
        "r1",
        document or policy(),
        tenant_id="t1",
        by=ASTRID,
        at=NOON,
        settings=Settings(rings=tuple(rings), **settings),
    )


def passed(rollout: Rollout) -> tuple[GateResult, ...]:
    """Open every gate before the next stage."""
    following = rollout.next_stage
    if following is None:
        return ()
    asked = gates_of(following, rollout.stage, approval=rollout.settings.approval)
    return tuple(GateResult(each, Outcome.PASSED, "fine") for each in asked)


def but(rollout: Rollout, gate: Gate, outcome: Outcome = Outcome.CLOSED) -> list[GateResult]:
    """Open every gate but one."""
    return [
        GateResult(gate, outcome, f"{gate.value} is shut") if each.gate is gate else each
        for each in passed(rollout)
    ]


def onward(rollout: Rollout, current: Mapping[str, Any], **more: Any) -> Move:
    """Go to the next stage a day later, with every gate open."""
    at = rollout.entered + timedelta(days=1)
    given: dict[str, Any] = {"results": passed(rollout), "by": BIRGER, "at": at, **more}
    return advance(rollout, current=current, **given)
