"""Policies and named locations are managed through Graph: made, changed, refused, deleted."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.directory.protocols import SYSTEM
from ostiary.graph.permissions import CONDITIONAL_ACCESS_ADMINISTRATOR, SECURITY_READER
from tests.web.calling import GRAPH_SCOPE, Apis, called, challenge
from tests.web.serving import ARM, ASTRID, DAEMON, DAEMON_APP, HQ, LIFEBOAT, PLACES, POLICY, Served

POLICIES = "/v1.0/identity/conditionalAccess/policies"
LOCATIONS = "/v1.0/identity/conditionalAccess/namedLocations"
BODY: dict[str, Any] = {
    "displayName": "Block legacy authentication",
    "state": "enabledForReportingButNotEnforced",
    "conditions": {
        "clientAppTypes": ["exchangeActiveSync", "other"],
        "applications": {"includeApplications": ["All"]},
        "users": {"includeUsers": ["All"], "excludeUsers": [LIFEBOAT]},
    },
    "grantControls": {"operator": "OR", "builtInControls": ["block"]},
}
BRANCH: dict[str, Any] = {
    "@odata.type": "#microsoft.graph.ipNamedLocation",
    "displayName": "Branch",
    "ipRanges": [{"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "192.0.2.0/24"}],
}


@pytest.fixture
def apis(served: Served) -> Apis:
    return called(served)


@pytest.fixture
def token(apis: Apis) -> str:
    return apis.sign_in(GRAPH_SCOPE)["access_token"]


def _sent(apis: Apis, token: str, method: str, path: str, body: Any = None, **headers: str) -> Any:
    return apis.call(apis.graph, token, path, method, json=body, headers=headers)


def test_a_policy_lives_from_post_to_delete(apis: Apis, token: str) -> None:
    made = _sent(apis, token, "POST", POLICIES, BODY)
    assert made.status_code == 201, made.text
    path = f"{POLICIES}/{made.json()['id']}"
    assert made.json()["@odata.context"].startswith("https://localhost:8445/v1.0/$metadata#")
    assert made.json()["modifiedDateTime"] is None
    told = _sent(apis, token, "GET", path)
    assert told.headers["etag"] == made.headers["etag"]
    change = {"conditions": {"signInRiskLevels": ["high"]}}
    assert _sent(apis, token, "PATCH", path, change).status_code == 204
    after = _sent(apis, token, "GET", path).json()
    assert after["conditions"]["signInRiskLevels"] == ["high"]
    assert after["conditions"]["clientAppTypes"] == ["exchangeActiveSync", "other"]
    assert after["modifiedDateTime"] is not None
    assert _sent(apis, token, "DELETE", path).status_code == 204
    assert _sent(apis, token, "GET", path).status_code == 404
    rows = apis.served.service.store.audit.newest(limit=3)
    assert [each.row["activity"].partition(" ")[0] for each in rows] == ["Delete", "Update", "Add"]
    assert {each.row["actor"]["id"] for each in rows} == {ASTRID}


def test_a_change_made_to_an_older_version_is_refused(apis: Apis, token: str) -> None:
    path = f"{POLICIES}/{POLICY}"
    etag = _sent(apis, token, "GET", path).headers["etag"]
    first, second = {"displayName": "One"}, {"displayName": "Two"}
    assert _sent(apis, token, "PATCH", path, first, **{"If-Match": etag}).status_code == 204
    refused = _sent(apis, token, "PATCH", path, second, **{"If-Match": etag})
    assert (refused.status_code, refused.json()["error"]["code"]) == (412, "PreconditionFailed")
    assert _sent(apis, token, "DELETE", path, **{"If-Match": etag}).status_code == 412
    assert _sent(apis, token, "GET", path).json()["displayName"] == "One"


def test_a_policy_that_breaks_rules_is_refused_with_every_problem(apis: Apis, token: str) -> None:
    both = {"operator": "AND", "builtInControls": ["block", "mfa"]}
    body = {**BODY, "state": "on", "grantControls": both}
    refused = _sent(apis, token, "POST", POLICIES, body)
    assert refused.status_code == 400
    error = refused.json()["error"]
    assert error["message"].startswith("1007: ")
    assert "state" in {each["target"] for each in error["details"]}
    before = apis.served.service.store.policies.all()
    assert [each.id for each in before] == [POLICY, PLACES]
    for text in ("{", "[]", "null", '"x"', "[" * 5000):
        answer = apis.call(apis.graph, token, POLICIES, "POST", content=text)
        assert answer.status_code == 400


def test_a_policy_that_is_switched_on_bites_the_next_call(apis: Apis, token: str) -> None:
    of_arm = apis.sign_in()["access_token"]
    assert apis.call(apis.arm, of_arm, "/tenants").status_code == 200
    apis.served.enrol()
    done = _sent(apis, token, "PATCH", f"{POLICIES}/{POLICY}", {"state": "enabled"})
    assert done.status_code == 204
    challenge(apis.call(apis.arm, of_arm, "/tenants"))
    _sent(apis, token, "PATCH", f"{POLICIES}/{POLICY}", {"state": "disabled"})
    assert apis.call(apis.arm, of_arm, "/tenants").status_code == 200


def test_a_named_location_lives_and_is_kept_while_a_policy_names_it(apis: Apis, token: str) -> None:
    made = _sent(apis, token, "POST", LOCATIONS, BRANCH)
    assert made.status_code == 201, made.text
    path = f"{LOCATIONS}/{made.json()['id']}"
    kind = {"@odata.type": "#microsoft.graph.ipNamedLocation"}
    assert _sent(apis, token, "PATCH", path, {**kind, "isTrusted": True}).status_code == 204
    told = _sent(apis, token, "GET", path).json()
    assert (told["@odata.type"], told["isTrusted"]) == (kind["@odata.type"], True)
    assert "trust" in _sent(apis, token, "DELETE", path).json()["error"]["message"]
    _sent(apis, token, "PATCH", path, {**kind, "isTrusted": False})
    assert _sent(apis, token, "DELETE", path).status_code == 204
    untrusted = {**kind, "isTrusted": False}
    assert _sent(apis, token, "PATCH", f"{LOCATIONS}/{HQ}", untrusted).status_code == 204
    used = _sent(apis, token, "DELETE", f"{LOCATIONS}/{HQ}").json()
    assert "`Only from the office`" in used["error"]["message"]
    bad = {**BRANCH, "ipRanges": [{**BRANCH["ipRanges"][0], "cidrAddress": "10.0.0.0/4"}]}
    assert _sent(apis, token, "POST", LOCATIONS, bad).status_code == 400


@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [(SECURITY_READER, 200, 403), (CONDITIONAL_ACCESS_ADMINISTRATOR, 200, 201)],
)
def test_AD02_readers_read_and_administrators_write(
    apis: Apis, role: str, reads: int, writes: int
) -> None:
    document = {"roleDefinitionId": role, "principalId": LIFEBOAT, "directoryScopeId": "/"}
    apis.served.service.store.roles.create(document, by=SYSTEM)
    apis.served.service.snapshots.refresh()
    token = apis.sign_in(GRAPH_SCOPE, "lifeboat@fjordvik.example")["access_token"]
    assert _sent(apis, token, "GET", POLICIES).status_code == reads
    assert _sent(apis, token, "POST", POLICIES, BODY).status_code == writes


def test_an_application_needs_every_permission_of_the_operation(apis: Apis) -> None:
    store = apis.served.service.store
    graph = store.principals.by_app_id("00000003-0000-0000-c000-000000000000")
    assert graph is not None
    roles = {each["value"]: each["id"] for each in graph.document["appRoles"]}

    def token(*permissions: str) -> str:
        for each in permissions:
            store.app_roles.create(
                {"principalId": DAEMON, "resourceId": graph.id, "appRoleId": roles[each]},
                by=SYSTEM,
            )
        form = {
            "grant_type": "client_credentials",
            "client_id": DAEMON_APP,
            "client_secret": apis.served.daemon_secret,
            "scope": "https://graph.microsoft.com/.default",
        }
        return apis.served.token(form).json()["access_token"]

    first = token("Policy.Read.All")
    assert _sent(apis, first, "GET", POLICIES).status_code == 200
    assert _sent(apis, first, "POST", POLICIES, BODY).status_code == 403
    second = token("Policy.ReadWrite.ConditionalAccess")
    assert _sent(apis, second, "POST", POLICIES, BODY).status_code == 403
    third = token("Application.Read.All")
    made = _sent(
        apis,
        third,
        "POST",
        POLICIES,
        {
            **BODY,
            "conditions": {**BODY["conditions"], "applications": {"includeApplications": [ARM]}},
        },
    )
    assert made.status_code == 201, made.text
    (row,) = store.audit.newest(limit=1)
    assert row.row["actor"] == {
        "kind": "app",
        "id": DAEMON,
        "name": "Backup",
        "address": "203.0.113.7",
    }


def test_BG04_a_policy_that_would_lock_every_administrator_out_is_not_kept(
    apis: Apis, token: str
) -> None:
    everybody = {"includeUsers": ["All"]}
    body = {
        **BODY,
        "state": "enabled",
        "conditions": {**BODY["conditions"], "clientAppTypes": ["all"], "users": everybody},
    }
    refused = _sent(apis, token, "POST", POLICIES, body)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "Conflict")
    assert "no administrator" in refused.json()["error"]["message"]
    assert len(apis.served.service.store.policies.all()) == 2
