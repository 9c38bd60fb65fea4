"""A draft in What If, a logged sign-in decided again, and the audit log checked, over Graph."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from ostiary.directory.protocols import SYSTEM
from ostiary.graph import audit_verification
from ostiary.graph.permissions import CONDITIONAL_ACCESS_ADMINISTRATOR, REPORTS_READER
from tests.admin.pages import with_role
from tests.web.calling import Apis, called
from tests.web.serving import ARM, ASTRID, LIFEBOAT, POLICY, Served
from tests.web.test_graph_policy_history import CA, Graph

EVALUATE = f"{CA}/evaluate"
LOG = "/v1.0/auditLogs/signIns"
VERIFY = "/v1.0/auditLogs/directoryAudits/verify"
QUESTION = {
    "signInIdentity": {"userId": ASTRID},
    "signInContext": {"includeApplications": [ARM]},
    "signInConditions": {"ipAddress": "203.0.113.9"},
}
DRAFT = {
    "displayName": "A draft",
    "state": "enabled",
    "conditions": {
        "clientAppTypes": ["all"],
        "applications": {"includeApplications": [ARM]},
        "users": {"includeUsers": ["All"], "excludeUsers": [LIFEBOAT]},
    },
    "grantControls": {"operator": "OR", "builtInControls": ["block"]},
}


@pytest.fixture
def apis(served: Served) -> Apis:
    return called(served)


@pytest.fixture
def graph(apis: Apis) -> Graph:
    return Graph(apis)


def asked(graph: Graph, policy: Any, policy_id: str | None = None) -> Any:
    draft = {"policy": policy, "policyId": policy_id}
    return graph("POST", EVALUATE, {**QUESTION, "@ostiary.draft": draft})


def test_a_draft_counts_beside_the_saved_policies(graph: Graph) -> None:
    plain = graph("POST", EVALUATE, QUESTION).json()
    assert plain["@ostiary.outcome"]["outcome"] == "grant"
    assert "@ostiary.withoutDraft" not in plain
    answer = asked(graph, DRAFT)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["@ostiary.outcome"]["outcome"] == "block"
    assert found["@ostiary.withoutDraft"] == plain["@ostiary.outcome"]
    drafts = [each for each in found["value"] if each.get("@ostiary.draft")]
    assert [(each["displayName"], each["policyApplies"]) for each in drafts] == [("A draft", True)]
    assert len(found["value"]) == len(plain["value"]) + 1
    assert all(
        each["displayName"] != "A draft" for each in graph("GET", f"{CA}/policies").json()["value"]
    )


def test_a_draft_takes_the_place_of_the_policy_that_it_changes(graph: Graph) -> None:
    changed = asked(graph, {"state": "enabled"}, POLICY).json()
    mine = next(each for each in changed["value"] if each.get("@ostiary.draft"))
    assert (mine["id"], mine["policyApplies"]) == (POLICY, True)
    assert changed["@ostiary.outcome"]["outcome"] == "interrupt"
    assert len(changed["value"]) == len(graph("POST", EVALUATE, QUESTION).json()["value"])


@pytest.mark.parametrize(
    "draft",
    [
        None,
        [],
        {},
        {"policy": 5},
        {"policy": {"state": "perhaps"}},
        {"policy": DRAFT, "policyId": 1},
    ],
)
def test_a_draft_that_cannot_be_one_is_refused_with_reasons(graph: Graph, draft: Any) -> None:
    answer = graph("POST", EVALUATE, {**QUESTION, "@ostiary.draft": draft})
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]


def test_a_logged_sign_in_is_decided_again(apis: Apis, graph: Graph) -> None:
    apis.served.by_password()
    logged = apis.served.logged()
    same = graph("GET", f"{LOG}/{logged['id']}/evaluation").json()
    assert (same["changed"], same["loggedStatus"]) == (False, "notApplied")
    assert same["request"]["signInIdentity"] == {"userId": ASTRID}
    assert all(not each["changed"] for each in same["policies"])
    apis.served.policy("enabledForReportingButNotEnforced")
    now = graph("GET", f"{LOG}/{logged['id']}/evaluation").json()
    changed = [each for each in now["policies"] if each["changed"]]
    assert [each["id"] for each in changed] == [POLICY]
    assert changed[0]["logged"] == "notEnabled"
    assert changed[0]["today"].startswith("reportOnly")
    assert now["changed"]
    assert graph("GET", f"{LOG}/none/evaluation").status_code == 404


def test_a_policy_that_is_gone_has_the_logged_side_only(apis: Apis, graph: Graph) -> None:
    apis.served.by_password()
    logged = apis.served.logged()
    graph("DELETE", f"{CA}/policies/{POLICY}")
    found = graph("GET", f"{LOG}/{logged['id']}/evaluation").json()
    gone = next(each for each in found["policies"] if each["id"] == POLICY)
    assert (gone["logged"], gone["today"], gone["changed"]) == ("notEnabled", None, True)


def test_the_audit_log_is_verified_and_what_is_wrong_is_told(apis: Apis, graph: Graph) -> None:
    found = graph("POST", VERIFY).json()
    assert (found["holds"], found["findings"]) == (True, [])
    assert found["rows"] > 0
    end = text("update tenant set audit_seq = audit_seq + 1")
    with apis.served.service.store.database.writing() as connection:
        connection.execute(end)
    broken = graph("POST", VERIFY).json()
    assert not broken["holds"]
    assert "does not end" in broken["findings"][0]["what"]


def test_one_check_runs_at_a_time_and_a_log_without_end_is_left_alone(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    with audit_verification._ONE_AT_A_TIME:  # pyright: ignore[reportPrivateUsage]  # as another does
        assert graph("POST", VERIFY).status_code == 429
    assert graph("POST", VERIFY).status_code == 200
    monkeypatch.setattr(audit_verification, "_MOST_ROWS", 1)
    refused = graph("POST", VERIFY)
    assert refused.status_code == 400
    assert "ostiary audit verify" in refused.json()["error"]["message"]


@pytest.mark.parametrize("role", [CONDITIONAL_ACCESS_ADMINISTRATOR, REPORTS_READER])
def test_who_may_not_is_refused(apis: Apis, graph: Graph, role: str) -> None:
    store = apis.served.service.store
    apis.served.by_password()
    logged = apis.served.logged()
    for each in store.roles.all():
        store.roles.delete(each.id, by=SYSTEM)
    with_role(apis.served, role)
    assert graph("POST", VERIFY).status_code == 403
    assert graph("GET", f"{LOG}/{logged['id']}/evaluation").status_code == 403


def test_the_audit_log_is_filtered_by_target_and_time(graph: Graph) -> None:
    graph("PATCH", f"/v1.0/users/{LIFEBOAT}", {"jobTitle": "Spare"})
    audits = "/v1.0/auditLogs/directoryAudits?$filter="
    target = f"targetResources/any(t: t/id eq '{LIFEBOAT}')"
    found = graph("GET", f"{audits}{target} and activityDateTime ge 2020-01-01T00:00:00Z").json()
    assert {each["targetResources"][0]["id"] for each in found["value"]} == {LIFEBOAT}
    late = graph("GET", f"{audits}{target} and activityDateTime ge 2090-01-01T00:00:00Z").json()
    assert late["value"] == []
