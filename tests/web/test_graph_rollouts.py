"""Rollouts over Graph: each step behind its gates, seen by whoever takes it, and taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ostiary.administration.exclusions import Wish, exclude
from ostiary.directory.protocols import SYSTEM
from tests.web.calling import GRAPH_SCOPE
from tests.web.rolled_out import EASY, ROLLOUTS, Rolling, ready
from tests.web.serving import ASTRID, LIFEBOAT, PLACES, POLICY, Served
from tests.web.test_graph_policy_history import Graph

REASON = "agreed with the service desk"


@pytest.fixture
def graph(served: Served) -> Graph:
    return ready(served)


def settings(policy: dict[str, Any]) -> dict[str, Any]:
    """Give what somebody has set of a policy."""
    apart = ("createdDateTime", "modifiedDateTime")
    return {name: value for name, value in policy.items() if name not in apart}


def as_lifeboat(rolling: Rolling, name: str, body: Any = None) -> Any:
    """Take a step as the other administrator."""
    user = "lifeboat@fjordvik.example"
    token = rolling.apis.sign_in(GRAPH_SCOPE, user)["access_token"]
    headers = {"If-Match": rolling.etag}
    path = f"{rolling.path}/{name}"
    answer = rolling.apis.call(
        rolling.apis.graph, token, path, "POST", json=body or {}, headers=headers
    )
    if answer.status_code == 200:
        rolling.told, rolling.etag = answer.json(), answer.headers["etag"]
    return answer


def test_a_policy_goes_from_off_over_report_only_and_rings_to_on_and_back(graph: Graph) -> None:
    store = graph.apis.served.service.store
    before = dict(store.policies.need(POLICY).document)
    rolling = Rolling(graph, rings=[{"name": "First", "share": 0.999999}])
    assert [each["name"] for each in rolling.told["stages"]] == [
        *("Off", "Report-only", "First", "On")
    ]
    assert rolling.policy == before
    assert rolling.advanced()["stage"]["kind"] == "reportOnly"
    assert rolling.policy["state"] == "enabledForReportingButNotEnforced"
    assert rolling.advanced()["stage"]["ring"]["share"] == 0.999999
    users = rolling.policy["conditions"]["users"]
    assert (users["includeUsers"], users["excludeUsers"]) == ([ASTRID], [LIFEBOAT])
    assert rolling.policy["state"] == "enabled"
    assert (rolling.advanced()["status"], rolling.policy["state"]) == ("done", "enabled")
    assert rolling.policy["conditions"]["users"]["includeUsers"] == ["All"]
    (listed,) = graph("GET", f"{ROLLOUTS}?policyId={POLICY.upper()}").json()["value"]
    assert (listed["status"], listed["nextStage"]) == ("done", None)
    assert graph("GET", f"{ROLLOUTS}?policyId={PLACES}").json()["value"] == []
    assert graph("GET", f"{rolling.path}/gates").json()["gates"] == []
    assert rolling.step("undo").json()["status"] == "undone"
    assert settings(rolling.policy) == settings(before)
    activities = [each.row["activity"] for each in store.audit.newest(target_id=POLICY, limit=3)]
    assert activities[0] == "Undo rollout of policy"
    assert activities[1] == "Update conditional access policy"
    assert [each["action"] for each in rolling.told["steps"]] == [
        *("start", "advance", "advance", "advance", "undo")
    ]


def test_gates_say_what_stands_in_the_way_and_a_reason_opens_some(graph: Graph) -> None:
    rolling = Rolling(graph, days=14, usersSeen=0.8, administrators=True, stageDays=1)
    rolling.advanced()
    found = graph("GET", f"{rolling.path}/gates").json()
    assert (found["open"], found["nextStage"]["name"]) == (False, "On")
    outcomes = {each["gate"]: each["outcome"] for each in found["gates"]}
    assert outcomes == {
        "lockout": "passed",
        "gaps": "passed",
        "impact": "passed",
        "evidence": "closed",
        "time": "closed",
    }
    refused = rolling.step("advance")
    assert refused.status_code == 409, refused.text
    details = refused.json()["error"]["details"]
    assert [each["target"] for each in details] == ["evidence", "time"]
    assert all(each["overridable"] for each in details)
    assert rolling.step("advance", {"overrideReason": "no"}).status_code == 400
    told = rolling.advanced(overrideReason=REASON)
    assert told["steps"][-1]["reason"] == REASON
    outcome = {each["gate"]: each["outcome"] for each in told["steps"][-1]["gates"]}
    assert (outcome["time"], outcome["lockout"]) == ("overridden", "passed")


def test_what_was_found_at_gates_is_remembered_but_not_that_time_has_come(graph: Graph) -> None:
    served = graph.apis.served
    rolling = Rolling(graph, stageDays=1)
    rolling.advanced()

    def found() -> dict[str, tuple[str, str]]:
        gates = graph("GET", f"{rolling.path}/gates").json()["gates"]
        return {each["gate"]: (each["outcome"], each["sentence"]) for each in gates}

    served.clock.move(timedelta(minutes=10 - served.clock.now().minute % 10))
    before = found()
    served.by_password()
    assert found() == before  # of the log as it was
    served.clock.move(timedelta(minutes=10))
    assert found() != before
    assert found()["time"][0] == "closed"
    served.clock.move(timedelta(days=1) - timedelta(minutes=30))
    assert found()["time"][0] == "closed"
    served.clock.move(timedelta(minutes=30))
    assert found()["time"][0] == "passed"


def test_BG04_no_reason_opens_the_gate_that_keeps_administrators_in(graph: Graph) -> None:
    served = graph.apis.served
    users = {"includeUsers": ["All"]}
    conditions = {
        "clientAppTypes": ["all"],
        "users": users,
        "applications": {"includeApplications": ["All"]},
    }
    block = {"operator": "OR", "builtInControls": ["block"]}
    served.change_policy(PLACES, {"conditions": conditions, "grantControls": block})
    rolling = Rolling(graph, PLACES)
    assert rolling.step("advance").status_code == 409
    refused = rolling.step("advance", {"overrideReason": REASON})
    assert refused.status_code == 409
    assert refused.json()["error"]["details"][0]["target"] == "lockout"
    assert rolling.policy["state"] == "disabled"


def test_a_second_person_approves_and_the_first_one_cannot(graph: Graph) -> None:
    rolling = Rolling(graph, approval=True)
    rolling.advanced()
    refused = rolling.step("advance", {"overrideReason": REASON})
    assert [each["target"] for each in refused.json()["error"]["details"]] == ["approval"]
    assert rolling.step("approve").status_code == 403
    assert as_lifeboat(rolling, "approve", {"reason": REASON}).status_code == 200
    assert rolling.told["approvals"][0]["by"]["id"] == LIFEBOAT
    assert rolling.advanced()["stage"]["name"] == "On"


def test_two_people_do_not_take_one_step_twice(graph: Graph) -> None:
    rolling = Rolling(graph)
    etag = rolling.etag
    rolling.advanced()
    again = rolling.step("advance", **{"If-Match": etag})
    assert again.status_code == 412
    assert rolling.policy["state"] == "enabledForReportingButNotEnforced"
    without = graph("POST", f"{rolling.path}/advance", {})
    assert (without.status_code, "If-Match" in without.text) == (400, True)
    other = graph("POST", ROLLOUTS, {"policyId": POLICY, "settings": EASY})
    assert (other.status_code, "under way" in other.text) == (409, True)


def test_what_others_change_is_theirs_and_what_they_exclude_stays(graph: Graph) -> None:
    served = graph.apis.served
    rolling = Rolling(graph)
    rolling.advanced()
    users = {"includeUsers": ["All"], "excludeUsers": [LIFEBOAT, ASTRID]}
    conditions = {**rolling.policy["conditions"], "users": users}
    served.change_policy(POLICY, {"conditions": conditions})
    ends = served.clock.now() + timedelta(days=2)
    wish = Wish(POLICY, ASTRID, ends, REASON)
    exclude(served.service.store, served.service.snapshots, wish, by=SYSTEM)
    rolling.advanced()
    assert rolling.policy["conditions"]["users"]["excludeUsers"] == [LIFEBOAT, ASTRID]
    grant = {"operator": "OR", "builtInControls": ["block"]}
    served.change_policy(POLICY, {"grantControls": grant})
    assert rolling.step("undo").status_code == 409
    assert rolling.step("stepBack", {"reason": REASON}).status_code == 200
    assert rolling.policy["state"] == "enabledForReportingButNotEnforced"
    assert rolling.policy["grantControls"] == grant
    assert len(served.service.store.exclusions.standing(POLICY)) == 1
    assert graph("GET", f"{rolling.path}/gates").status_code == 409
    served.service.store.policies.delete(POLICY, by=SYSTEM)
    assert rolling.step("undo").status_code == 404
    assert rolling.step("stop").json()["status"] == "stopped"
    assert rolling.step("stop").status_code == 409


def test_a_rollout_is_refused_with_what_is_wrong(graph: Graph) -> None:
    graph.apis.served.policy("enabled")
    for body, said in (
        ({"policyId": POLICY}, "which is On"),
        ({"policyId": PLACES, "settings": {"blokced": 1}}, "blokced"),
        ({"policyId": PLACES, "settings": {"rings": [{"groups": ["Nobody"]}]}}, "Nobody"),
        ({"policyId": PLACES, "more": 1}, "more"),
        ({}, "policyId"),
    ):
        answer = graph("POST", ROLLOUTS, body)
        assert (answer.status_code, said in answer.text) == (400, True), answer.text
    assert graph("POST", ROLLOUTS, {"policyId": "nothing"}).status_code == 404
    assert graph("GET", f"{ROLLOUTS}/nothing").status_code == 404
    rolling = Rolling(graph, PLACES)
    excused = rolling.step("excuse", {"userId": LIFEBOAT, "reason": REASON})
    assert excused.json()["excuses"][0]["userId"] == LIFEBOAT
    assert rolling.step("excuse", {"userId": "nobody", "reason": REASON}).status_code == 404
