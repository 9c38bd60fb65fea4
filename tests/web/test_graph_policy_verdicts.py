"""The verdict on a draft: what the guard would say, which gaps it closes, and nothing is kept."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.directory.objects import SETTINGS
from ostiary.directory.protocols import SYSTEM
from ostiary.graph.permissions import GLOBAL_ADMINISTRATOR
from tests.admin.pages import with_role
from tests.web.calling import Apis, called
from tests.web.serving import ARM, ASTRID, LIFEBOAT, POLICY, Served
from tests.web.test_graph_policy_history import CA, Graph

VERDICT = f"{CA}/policies/verdict"


@pytest.fixture
def graph(served: Served) -> Graph:
    for each in (ASTRID, LIFEBOAT):
        with_role(served, GLOBAL_ADMINISTRATOR, each)
    served.service.store.singles.write(SETTINGS, {"emergencyAccess": [LIFEBOAT]}, by=SYSTEM)
    served.service.snapshots.refresh()
    return Graph(called(served))


@pytest.fixture
def apis(graph: Graph) -> Apis:
    return graph.apis


def draft(control: str, state: str = "enabledForReportingButNotEnforced", **users: Any) -> Any:
    return {
        "displayName": "A draft",
        "state": state,
        "conditions": {
            "clientAppTypes": ["all"],
            "applications": {"includeApplications": [ARM]},
            "users": {"includeUsers": ["All"], **users},
        },
        "grantControls": {"operator": "OR", "builtInControls": [control]},
    }


def judged(graph: Graph, policy: Any, policy_id: str | None = None) -> Any:
    answer = graph("POST", VERDICT, {"policy": policy, "policyId": policy_id})
    assert answer.status_code == 200, answer.text
    return answer.json()


def gap(verdict: Any, name: str) -> Any:
    return next(each for each in verdict["gaps"] if each["name"] == name)


def test_a_draft_that_would_lock_everybody_out_is_told_with_witnesses(graph: Graph) -> None:
    body = draft("block")
    body["conditions"]["applications"] = {"includeApplications": ["All"]}
    found = judged(graph, body)
    assert found["whenSaved"]["verdict"] == "nobody"
    turned_on = found["whenOn"]
    assert turned_on["verdict"] == "lockedOut"
    assert {each["target"] for each in turned_on["accounts"]} == {ASTRID, LIFEBOAT}
    for each in turned_on["accounts"]:
        assert [policy["displayName"] for policy in each["policies"]] == ["A draft"]
    refused = graph("POST", f"{CA}/policies", {**body, "state": "enabled"})
    assert refused.status_code == 409
    details = refused.json()["error"]["details"]
    same = judged(graph, {**body, "state": "enabled"})["whenSaved"]
    assert [each["target"] for each in details] == [each["target"] for each in same["accounts"]]
    assert same["why"] in refused.json()["error"]["message"]


def test_the_gap_that_a_draft_closes_and_the_one_it_leaves(apis: Apis, graph: Graph) -> None:
    whole = judged(graph, draft("mfa"))
    assert (gap(whole, "own")["change"], gap(whole, "own")["before"]) == ("closed", "broken")
    assert gap(whole, "managementMfa")["change"] == "narrowed"
    partly = judged(graph, draft("mfa", excludeUsers=[ASTRID]))
    left = gap(partly, "own")
    assert left["after"] == "broken"
    (statement,) = left["leaves"]
    assert statement["users"]["ids"] == [ASTRID]
    assert statement["witness"]["confirmed"]
    apis.served.policy("enabled")
    assert gap(judged(graph, draft("mfa")), "own")["change"] == "none"
    weaker = judged(graph, draft("mfa", "enabled", excludeUsers=[ASTRID]), POLICY)
    assert gap(weaker, "own")["change"] == "opened"


def test_nothing_is_saved_and_lint_tells_what_the_draft_brings(apis: Apis, graph: Graph) -> None:
    store = apis.served.service.store
    before = store.revision(), len(store.policies.all())
    found = judged(graph, draft("mfa", "enabled", includeUsers=[], includeGroups=[]))
    assert (found["valid"], found["whenOn"], found["gaps"]) == (False, None, [])
    found = judged(graph, draft("mfa", "enabled"))
    assert any(each["policies"] for each in found["lint"])
    assert all(
        policy["displayName"] == "A draft" for e in found["lint"] for policy in e["policies"]
    )
    assert (store.revision(), len(store.policies.all())) == before


def test_what_is_wrong_with_a_draft_is_told_as_saving_it_would(graph: Graph) -> None:
    body = {**draft("mfa"), "state": "perhaps"}
    refused = graph("POST", f"{CA}/policies", body).json()["error"]
    found = judged(graph, body)
    assert not found["valid"]
    assert found["problems"] == refused["details"]
    assert found["message"] == refused["message"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"policy": []}, 400),
        ({"policy": draft("mfa"), "policyId": 5}, 400),
        ({"policy": draft("mfa"), "policyId": "a/b"}, 400),
        ({"policy": {"state": "enabled"}, "policyId": ASTRID}, 404),
    ],
)
def test_bad_questions_are_refused(graph: Graph, body: Any, status: int) -> None:
    assert graph("POST", VERDICT, body).status_code == status


def test_a_change_by_somebody_else_is_seen_at_once(apis: Apis, graph: Graph) -> None:
    assert gap(judged(graph, draft("mfa")), "own")["change"] == "closed"
    apis.served.service.store.policies.modify(POLICY, {"state": "enabled"}, by=SYSTEM)
    apis.served.service.snapshots.refresh()
    assert gap(judged(graph, draft("mfa")), "own")["change"] == "none"
