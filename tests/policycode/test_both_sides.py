"""One directory for both sides of a plan: what a location was, and what it becomes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ostiary.engine.decide import decide
from ostiary.engine.policyset import PolicySet
from ostiary.model.decision import Outcome
from ostiary.model.signin import SignIn, UserIdentity
from ostiary.policycode.both_sides import both_sides
from ostiary.policycode.checking import Asked, run_checks
from tests.policycode.tenants import ALICE, HQ, MFA, planned, policy, target

OLD, NEW, OTHER = "192.0.2.7", "198.51.100.7", "203.0.113.7"
BLOCK = {"operator": "OR", "builtInControls": ["block"]}
MOVED = "displayName: HQ\nisTrusted: true\nipRanges: [198.51.100.0/24]\n"
ADDED = "displayName: Oslo\nisTrusted: true\nipRanges: [198.51.100.0/24]\n"
UNTRUSTED = "displayName: HQ\nipRanges: [192.0.2.0/24]\n"


def block(*locations: str) -> dict[str, Any]:
    """Block everybody who is in one of these places."""
    conditions = {"locations": {"includeLocations": list(locations)}}
    return policy("Block", MFA, grantControls=BLOCK, conditions=conditions)


@pytest.mark.parametrize(
    ("before", "after", "location", "blocked"),
    [
        (block(HQ), block("HQ"), MOVED, ({OLD}, {NEW})),
        (block("AllTrusted"), block("AllTrusted"), MOVED, ({OLD}, {NEW})),
        (block("AllTrusted"), block("AllTrusted"), ADDED, ({OLD}, {OLD, NEW})),
        (block("AllTrusted"), block("AllTrusted"), UNTRUSTED, ({OLD}, set[str]())),
        (block(HQ), block("Oslo"), ADDED, ({OLD}, {NEW})),
    ],
)
def test_each_side_is_decided_by_the_locations_of_its_time(
    before: dict[str, Any],
    after: dict[str, Any],
    location: str,
    blocked: tuple[set[str], set[str]],
    tmp_path: Path,
) -> None:
    files = {"policies/p.json": after, "locations/l.yaml": location}
    directory, old, new = both_sides(planned(tmp_path, files, target(before)))
    sides = (PolicySet(side, directory) for side in (old, new))
    found = tuple({each for each in (OLD, NEW, OTHER) if is_blocked(side, each)} for side in sides)
    assert found == blocked


def is_blocked(policies: PolicySet, address: str) -> bool:
    """Tell whether Alice is blocked from an address."""
    sign_in = SignIn(UserIdentity(ALICE), address=address, client_app_type="browser")
    return decide(policies, policies.prepare(sign_in)).outcome is Outcome.BLOCK


def test_the_impact_of_a_moved_location_is_counted(tmp_path: Path) -> None:
    rows = [
        {
            "id": f"r{number}",
            "createdDateTime": "2026-11-20T08:00:00Z",
            "userId": ALICE,
            "appId": "797f4846-ba00-4fd7-ba43-dac1f8f63013",
            "ipAddress": address,
            "clientAppUsed": "Browser",
            "isInteractive": True,
            "status": {"errorCode": 0},
        }
        for number, address in enumerate((OLD, NEW, NEW, OTHER))
    ]
    log = tmp_path / "log.json"
    log.write_text(json.dumps({"value": rows}), encoding="utf-8")
    files = {
        "ostiary.yaml": "gates: {lint: never, impact: {newlyBlocked: 1}}\n",
        "policies/p.json": block("HQ"),
        "locations/hq.yaml": MOVED,
    }
    found = planned(tmp_path / "code", files, target(block(HQ)))
    checks = run_checks(found, Asked(datetime(2026, 11, 22, tzinfo=UTC), (str(log),)))
    assert checks.impact is not None
    assert checks.impact.change is not None
    counts = checks.impact.change.counts
    assert (counts["newlyBlocked"], counts["newlyAllowed"], counts["unchanged"]) == (2, 1, 1)
    assert checks.refusals == ("impact: 2 sign-ins of the log are newlyBlocked, at most 1 may be",)
