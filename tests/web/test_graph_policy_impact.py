"""Graph's `impact` (ours) gives the numbers of `ostiary impact`, of the log that is kept."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ostiary.directory import kept_blocks
from ostiary.directory.exporting import export_folder
from ostiary.directory.protocols import SYSTEM
from ostiary.directory.sign_in_export import export_sign_ins
from ostiary.graph.permissions import (
    CONDITIONAL_ACCESS_ADMINISTRATOR,
    SECURITY_READER,
    USER_ADMINISTRATOR,
)
from ostiary.tenant.drafts import DraftKind
from ostiary.tenant.impacts import impact
from tests.web.calling import GRAPH_SCOPE, Apis, called
from tests.web.logged import fill_log
from tests.web.serving import ARM, ASTRID, HQ, LIFEBOAT, PLACES, POLICY, Served

PATH = "/v1.0/identity/conditionalAccess/impact"
EVERYBODY = {
    "displayName": "Require MFA everywhere but in the office",
    "state": "enabledForReportingButNotEnforced",
    "conditions": {
        "clientAppTypes": ["all"],
        "applications": {"includeApplications": ["All"]},
        "users": {"includeUsers": ["All"], "excludeUsers": [LIFEBOAT]},
        "locations": {"includeLocations": ["All"], "excludeLocations": [HQ]},
    },
    "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
}
CHANGES = ("newlyPrompted", "newlyBlocked", "silentBackgroundBreak", "newlyAllowed")


@pytest.fixture
def apis(served: Served) -> Apis:
    fill_log(served)
    return called(served)


def ask(apis: Apis, expected: int = 200, **body: Any) -> dict[str, Any]:
    """Ask for an impact."""
    token = apis.sign_in(GRAPH_SCOPE)["access_token"]
    answer = apis.call(apis.graph, token, PATH, "POST", json=body)
    assert answer.status_code == expected, answer.text
    return answer.json()


def by_command(apis: Apis, folder: Path, days: int, draft: dict[str, Any]) -> dict[str, Any]:
    """Give what `ostiary impact` says of an export of the same log."""
    store, now = apis.served.service.store, apis.served.clock.now()
    since = now.replace(second=0, microsecond=0) + timedelta(minutes=1) - timedelta(days=days)
    export_folder(store.database, folder / "tenant")
    export_sign_ins(store.sign_ins.events(since), folder / "log.parquet")
    found = impact(folder / "tenant", folder / "log.parquet", draft=draft, draft_is=DraftKind.PART)
    return found.to_json()


@pytest.mark.parametrize("small_blocks", [True, False])
@pytest.mark.parametrize(("period", "days"), [("PT24H", 1), ("P7D", 7), ("P30D", 30)])
def test_a_draft_comes_to_what_the_command_says_of_an_export(
    apis: Apis,
    tmp_path: Path,
    period: str,
    days: int,
    small_blocks: bool,  # a parameter of the test
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if small_blocks:
        monkeypatch.setattr(kept_blocks, "BLOCK", 64)
        monkeypatch.setattr(kept_blocks, "_UNDER_WAY", 10)
    found = ask(apis, policy=EVERYBODY, period=period)
    said = by_command(apis, tmp_path / "out", days, {**EVERYBODY, "state": "enabled"})
    assert found["log"]["signIns"] == said["rows"]["read"] > 0
    for name in CHANGES:
        told = {key: found["changes"][name][key] for key in ("signIns", "identities")}
        change = said["change"]
        assert told == {"signIns": change[name], "identities": change["users"][name]}
        rest = said["change"]["restsOnMissingFacts"][name]
        assert found["changes"][name]["restOnMissingFacts"] == rest
    own = next(e for e in said["policies"] if e["displayName"] == EVERYBODY["displayName"])
    assert found["outcomes"] == {
        "success": own["success"],
        "failure": own["failure"],
        "userActionRequired": own["interrupted"],
        "notApplied": own["notApplied"],
    }
    assert found["identities"]["applied"] == own["users"]
    dimensions = {"byDay": "day", "byApplication": "app", "byPlatform": "platform"}
    for member, dimension in dimensions.items():
        expected = {each["value"]: each["signIns"] for each in said["by"][dimension]}
        assert {each["value"]: each["signIns"] for each in found[member]} == expected
        for each in found[member]:
            whole = next(e for e in said["by"][dimension] if e["value"] == each["value"])
            assert {n: each[n] for n in CHANGES} == {n: whole[n] for n in CHANGES}
    assert {e["id"]: e["newlyPrompted"] for e in found["affected"]} == {
        e["id"]: e["newlyPrompted"] for e in said["change"]["people"]
    }
    assert found["neverSeen"] == said["neverSeen"]
    assert found["samples"]
    logged = {each["id"] for each in found["samples"]}
    assert all(apis.served.service.store.sign_ins.get(each) for each in logged)


def test_a_policy_that_is_on_is_compared_with_its_absence(apis: Apis) -> None:
    before = ask(apis, policyId=PLACES)
    apis.served.policy("enabled", PLACES)
    apis.served.address = "203.0.113.7"
    after = ask(apis, policyId=PLACES)
    assert (before["comparedWith"], after["comparedWith"]) == (
        "currentPolicies",
        "currentPoliciesWithoutIt",
    )
    assert before["changes"]["newlyBlocked"]["signIns"] > 0
    assert before["changes"]["newlyBlocked"] == after["changes"]["newlyBlocked"]
    assert before["outcomes"]["failure"] == after["outcomes"]["failure"]


def test_a_policy_as_it_is_stored_changes_nothing_while_it_is_off(apis: Apis) -> None:
    found = ask(apis, policyId=PLACES, evaluateAs="stored")
    assert found["evaluatedAs"] == "disabled"
    assert all(found["changes"][each]["signIns"] == 0 for each in CHANGES)
    apis.served.policy("enabledForReportingButNotEnforced", PLACES)
    found = ask(apis, policyId=PLACES, evaluateAs="stored")
    assert found["outcomes"]["failure"] > 0
    assert all(found["changes"][each]["signIns"] == 0 for each in CHANGES)


def test_a_draft_takes_the_place_of_the_policy_that_it_names(apis: Apis) -> None:
    apis.served.policy("enabled", PLACES)
    conditions = {"applications": {"includeApplications": ["None"]}}
    found = ask(apis, policyId=PLACES, policy={"conditions": conditions})
    assert found["changes"]["newlyAllowed"]["signIns"] > 0
    assert found["outcomes"]["failure"] == 0
    kept = apis.served.service.store.policies.get(PLACES)
    assert kept is not None
    assert kept.document["conditions"]["applications"]["includeApplications"] == [ARM]


def test_kinds_of_sign_ins_and_days_are_chosen(apis: Apis) -> None:
    every = ask(apis, policyId=PLACES)["log"]["signIns"]
    kinds = ("interactive", "nonInteractive", "servicePrincipal", "managedIdentity")
    parts = [ask(apis, policyId=PLACES, signInType=each)["log"]["signIns"] for each in kinds]
    # asking signs in by itself
    assert sum(parts) - every in range(len(kinds) + 2)
    assert parts[3] == 0
    now = apis.served.clock.now()
    three, two = (now - timedelta(days=each) for each in (3, 2))
    day: dict[str, Any] = {"from": three.isoformat(), "to": two.isoformat()}
    found = ask(apis, policyId=PLACES, **day)
    assert 0 < found["log"]["signIns"] < every
    assert found["log"]["first"] >= found["from"]


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({}, 400, "came neither"),
        ({"policyId": "no-such"}, 404, "no-such"),
        ({"policyId": 7}, 400, "expected the id of a policy"),
        ({"policy": "mfa"}, 400, "expected a policy as an object"),
        ({"policy": {"displayName": "Half"}}, 400, ""),
        ({"policyId": POLICY, "period": "P2D"}, 400, "PT24H, P7D, P30D"),
        ({"policyId": POLICY, "signInType": "some"}, 400, "nonInteractive"),
        ({"policyId": POLICY, "evaluateAs": "off"}, 400, "enabled or stored"),
        ({"policyId": POLICY, "from": "yesterday"}, 400, "expected a time in `from`"),
        ({"policyId": POLICY, "to": "2026-01-01T00:00:00Z"}, 400, "expected a time in `from`"),
        ({"policyId": POLICY, "from": "2026-01-01", "period": "P7D"}, 400, "came both"),
        ({"policyId": POLICY, "from": "2020-01-01"}, 400, "366 days"),
        ({"policyId": POLICY, "perod": "P7D"}, 400, "perod"),
    ],
)
def test_what_cannot_be_asked_is_told(
    served: Served, body: dict[str, Any], status: int, said: str
) -> None:
    answer = ask(called(served), status, **body)
    assert said in answer["error"]["message"]


def test_nothing_of_a_draft_is_kept(apis: Apis) -> None:
    store = apis.served.service.store
    ask(apis, policyId=POLICY)
    before = len(store.policies.all()), store.stamp()
    ask(apis, policy=EVERYBODY)
    assert (len(store.policies.all()), store.stamp()) == before


@pytest.mark.parametrize(
    ("role", "status", "people", "sign_ins"),
    [
        (SECURITY_READER, 200, True, True),
        (CONDITIONAL_ACCESS_ADMINISTRATOR, 200, True, False),
        (USER_ADMINISTRATOR, 403, False, False),
    ],
)
def test_AD02_who_may_read_policies_is_told_and_single_sign_ins_only_to_readers_of_the_log(
    apis: Apis,
    role: str,
    status: int,
    people: bool,  # a parameter of the test
    sign_ins: bool,  # a parameter of the test
) -> None:
    store = apis.served.service.store
    for each in store.roles.all():
        store.roles.delete(each.id, by=SYSTEM)
    assignment = {"principalId": ASTRID, "roleDefinitionId": role, "directoryScopeId": "/"}
    store.roles.create(assignment, by=SYSTEM)
    apis.served.service.snapshots.refresh()
    found = ask(apis, status, policyId=PLACES)
    if status == 200:
        assert found["identities"]["changed"] > 0
        assert bool(found["affected"]) is people
        assert bool(found["samples"]) is sign_ins
