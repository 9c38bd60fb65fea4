"""What was deleted comes back, earlier versions too; temporary exclusions end by themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ostiary.directory.protocols import SYSTEM
from tests.web.calling import GRAPH_SCOPE, Apis, called
from tests.web.serving import ASTRID, HQ, LIFEBOAT, PLACES, POLICY, Served
from tests.web.test_graph_policies import BODY

CA = "/v1.0/identity/conditionalAccess"
DELETED = f"{CA}/deletedItems/policies"
ONE = f"{CA}/policies/{POLICY}"
EXCLUSIONS = f"{ONE}/temporaryExclusions"
ANNOTATION = "@ostiary.temporaryExclusions"


class Graph:
    """Graph, called with a fresh token of an administrator each time."""

    def __init__(self, apis: Apis) -> None:
        self.apis = apis

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        token = self.apis.sign_in(GRAPH_SCOPE)["access_token"]
        return self.apis.call(self.apis.graph, token, path, method, json=body, headers=headers)


@pytest.fixture
def apis(served: Served) -> Apis:
    return called(served)


@pytest.fixture
def graph(apis: Apis) -> Graph:
    return Graph(apis)


def test_a_deleted_policy_comes_back_as_it_was_within_thirty_days(apis: Apis, graph: Graph) -> None:
    before = graph("GET", ONE).json()
    assert graph("DELETE", ONE).status_code == 204
    (listed,) = graph("GET", DELETED).json()["value"]
    assert (listed["id"], listed["displayName"]) == (POLICY, before["displayName"])
    assert listed["deletedDateTime"] is not None
    assert graph("GET", f"{DELETED}/{POLICY}").json()["state"] == "disabled"
    back = graph("POST", f"{DELETED}/{POLICY}/restore")
    assert back.status_code == 200, back.text
    assert back.headers["etag"] == graph("GET", ONE).headers["etag"]
    assert graph("GET", ONE).json() == before
    assert graph("GET", DELETED).json()["value"] == []
    row = apis.served.service.store.audit.newest(limit=1)[0].row
    assert row["activity"] == "Restore conditional access policy"
    assert graph("POST", f"{DELETED}/{POLICY}/restore").status_code == 404


def test_after_thirty_days_or_by_hand_it_is_gone_for_good(apis: Apis, graph: Graph) -> None:
    store = apis.served.service.store
    for policy in (POLICY, PLACES):
        graph("DELETE", f"{CA}/policies/{policy}")
    assert graph("DELETE", f"{DELETED}/{PLACES}").status_code == 204
    assert graph("GET", f"{DELETED}/{PLACES}").status_code == 404
    apis.served.clock.move(timedelta(days=30))
    assert graph("GET", f"{DELETED}/{POLICY}").status_code == 404
    assert graph("POST", f"{DELETED}/{POLICY}/restore").status_code == 404
    store.forget_expired()
    rows = store.audit.newest(activity="Hard delete conditional access policy")
    assert {each.row["target"]["id"] for each in rows} == {POLICY, PLACES}
    assert store.forget_expired() == 0


def test_a_named_location_comes_back_and_a_policy_only_with_what_it_names(
    apis: Apis, graph: Graph
) -> None:
    kind = {"@odata.type": "#microsoft.graph.ipNamedLocation"}
    graph("PATCH", f"{CA}/namedLocations/{HQ}", {**kind, "isTrusted": False})
    graph("DELETE", f"{CA}/policies/{PLACES}")
    assert graph("DELETE", f"{CA}/namedLocations/{HQ}").status_code == 204
    refused = graph("POST", f"{DELETED}/{PLACES}/restore")
    assert refused.status_code == 400
    assert refused.json()["error"]["details"]
    locations = f"{CA}/deletedItems/namedLocations"
    assert graph("POST", f"{locations}/{HQ}/restore").json()["displayName"] == "Head office"
    assert graph("POST", f"{DELETED}/{PLACES}/restore").status_code == 200


def test_BG04_a_policy_that_would_lock_everybody_out_does_not_come_back(
    apis: Apis, graph: Graph
) -> None:
    store = apis.served.service.store
    users, everywhere = {"includeUsers": ["All"]}, {"includeApplications": ["All"]}
    conditions = {"clientAppTypes": ["all"], "users": users, "applications": everywhere}
    block = {"operator": "OR", "builtInControls": ["block"]}
    bad = {"state": "enabled", "conditions": conditions, "grantControls": block}
    store.policies.modify(POLICY, bad, by=SYSTEM)
    store.policies.modify(POLICY, {"state": "disabled"}, by=SYSTEM)
    store.policies.modify(PLACES, bad, by=SYSTEM)
    store.policies.delete(PLACES, by=SYSTEM)
    apis.served.service.snapshots.refresh()
    assert graph("POST", f"{DELETED}/{PLACES}/restore").status_code == 409
    assert graph("POST", f"{ONE}/versions/2/restore").status_code == 409
    assert store.policies.need(POLICY).document["state"] == "disabled"


def test_every_change_keeps_a_version_and_each_can_come_back(apis: Apis, graph: Graph) -> None:
    assert graph("PATCH", ONE, {"displayName": "Second"}).status_code == 204
    assert graph("PATCH", ONE, {"state": "enabledForReportingButNotEnforced"}).status_code == 204
    found = graph("GET", f"{ONE}/versions").json()["value"]
    assert [each["version"] for each in found] == [3, 2, 1]
    assert found[0]["changedBy"] == "astrid@fjordvik.example"
    first = graph("GET", f"{ONE}/versions/1").json()
    assert first["policy"]["displayName"] == "Require MFA for Azure management"
    etag = graph("GET", ONE).headers["etag"]
    back = graph("POST", f"{ONE}/versions/1/restore", **{"If-Match": etag})
    assert back.status_code == 200, back.text
    assert (back.json()["displayName"], back.json()["state"]) == (
        "Require MFA for Azure management",
        "disabled",
    )
    assert graph("POST", f"{ONE}/versions/2/restore", **{"If-Match": etag}).status_code == 412
    assert graph("GET", f"{ONE}/versions/4").json()["action"] == "update"
    assert graph("GET", f"{ONE}/versions/99").status_code == 404
    assert graph("GET", f"{ONE}/versions/latest").status_code == 404
    assert graph("GET", f"{CA}/policies/{ASTRID}/versions").status_code == 404


def test_who_changed_each_policy_last_is_told_of_those_that_are_there(
    apis: Apis, graph: Graph
) -> None:
    graph("PATCH", ONE, {"displayName": "Second"})
    graph("DELETE", f"{CA}/policies/{PLACES}")
    (found,) = graph("GET", f"{CA}/lastPolicyChanges").json()["value"]
    assert (found["id"], found["version"]) == (POLICY, 2)
    assert found["changedBy"] == "astrid@fjordvik.example"
    assert found["changedDateTime"] == graph("GET", ONE).json()["modifiedDateTime"]
    graph("POST", f"{DELETED}/{PLACES}/restore")
    listed = graph("GET", f"{CA}/lastPolicyChanges").json()["value"]
    assert {each["id"]: each["version"] for each in listed} == {POLICY: 2, PLACES: 3}


def test_a_new_policy_has_no_deleted_twin(apis: Apis, graph: Graph) -> None:
    made = graph("POST", f"{CA}/policies", BODY).json()
    graph("DELETE", f"{CA}/policies/{made['id']}")
    graph("POST", f"{DELETED}/{made['id']}/restore")
    graph("DELETE", f"{CA}/policies/{made['id']}")
    assert [each["id"] for each in graph("GET", DELETED).json()["value"]] == [made["id"]]


def _until(apis: Apis, **after: float) -> str:
    return (apis.served.clock.now() + timedelta(**after)).isoformat()


def test_a_temporary_exclusion_begins_and_ends_by_itself(apis: Apis, graph: Graph) -> None:
    served = apis.served
    served.policy("enabled")
    assert served.by_password().status_code == 400
    body = {
        "userId": ASTRID,
        "startDateTime": _until(apis, hours=1),
        "endDateTime": _until(apis, hours=3),
        "reason": "New phone is on its way",
    }
    made = graph("POST", EXCLUSIONS, body)
    assert made.status_code == 201, made.text
    assert served.by_password().status_code == 400
    served.clock.move(timedelta(hours=1))
    tokens = served.by_password()
    assert tokens.status_code == 200, tokens.text
    (shown,) = graph("GET", ONE).json()[ANNOTATION]
    assert (shown["userId"], shown["reason"]) == (ASTRID, body["reason"])
    listed = {each["id"]: each for each in graph("GET", f"{CA}/policies").json()["value"]}
    assert listed[POLICY][ANNOTATION] == [shown]
    assert ANNOTATION not in listed[PLACES]
    assert ASTRID not in listed[POLICY]["conditions"]["users"]["excludeUsers"]
    served.clock.move(timedelta(hours=2))
    assert served.by_password().status_code == 400
    assert served.refreshed(tokens.json()["refresh_token"]).status_code == 400
    assert ANNOTATION not in graph("GET", ONE).json()
    store = served.service.store
    store.forget_expired()
    rows = [each.row["activity"] for each in store.audit.newest(target_id=shown["id"])]
    assert rows == ["Delete temporary exclusion", "Add temporary exclusion"]


def test_a_token_that_rests_on_an_exclusion_is_challenged_when_it_ends(
    apis: Apis, graph: Graph
) -> None:
    apis.served.policy("enabled")
    body = {"userId": ASTRID, "endDateTime": _until(apis, minutes=10), "reason": "Lost his phone"}
    assert graph("POST", EXCLUSIONS, body).status_code == 201
    token = apis.sign_in()["access_token"]
    assert apis.call(apis.arm, token, "/tenants").status_code == 200
    apis.served.clock.move(timedelta(minutes=10))
    assert apis.call(apis.arm, token, "/tenants").status_code == 401


def test_an_exclusion_ends_early_by_hand_and_belongs_to_its_policy(
    apis: Apis, graph: Graph
) -> None:
    body = {"userId": LIFEBOAT, "endDateTime": _until(apis, days=1), "reason": "A drill today"}
    made = graph("POST", EXCLUSIONS, body).json()
    other = f"{CA}/policies/{PLACES}/temporaryExclusions/{made['id']}"
    assert graph("DELETE", other).status_code == 404
    assert len(graph("GET", EXCLUSIONS).json()["value"]) == 1
    assert graph("DELETE", f"{EXCLUSIONS}/{made['id']}").status_code == 204
    assert graph("GET", EXCLUSIONS).json()["value"] == []


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"userId": POLICY}, 404),
        ({"userId": 7}, 400),
        ({"endDateTime": "tomorrow"}, 400),
        ({"endDateTime": "2026-12-01T00:00:00"}, 400),
        ({"endDateTime": "2020-01-01T00:00:00Z"}, 400),
        ({"endDateTime": "9999-12-31T23:59:59-12:00"}, 400),
        ({"reason": "short"}, 400),
    ],
)
def test_an_exclusion_that_cannot_be_is_refused(
    apis: Apis, graph: Graph, change: dict[str, Any], status: int
) -> None:
    body = {"userId": ASTRID, "endDateTime": _until(apis, days=1), "reason": "A new phone"}
    assert graph("POST", EXCLUSIONS, {**body, **change}).status_code == status


def test_BG04_the_guard_does_not_count_on_an_exclusion_that_ends(apis: Apis, graph: Graph) -> None:
    store = apis.served.service.store
    store.singles.write("settings", {"emergencyAccess": [LIFEBOAT]}, by=SYSTEM)
    role = {"roleDefinitionId": "62e90394-69f5-4237-9190-012177145e10", "principalId": LIFEBOAT}
    store.roles.create({**role, "directoryScopeId": "/"}, by=SYSTEM)
    apis.served.enrol()
    body = {"userId": LIFEBOAT, "endDateTime": _until(apis, days=1), "reason": "A drill today"}
    assert graph("POST", EXCLUSIONS, body).status_code == 201
    conditions = {
        "applications": {"includeApplications": ["All"]},
        "users": {"includeUsers": ["All"], "excludeUsers": []},
    }
    refused = graph("PATCH", ONE, {"state": "enabled", "conditions": conditions})
    assert refused.status_code == 409
    assert [each["target"] for each in refused.json()["error"]["details"]] == [LIFEBOAT]
