"""BG07: changes of policies need a step-up where an authentication context is required for them."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.directory.protocols import SYSTEM
from tests.web.calling import GRAPH_SCOPE, Apis, called, challenge
from tests.web.serving import LIFEBOAT, POLICY, Served
from tests.web.test_graph_policies import BODY, BRANCH

CA = "/v1.0/identity/conditionalAccess"
ONE = f"{CA}/policies/{POLICY}"
ACTIONS = "/beta/roleManagement/directory/resourceNamespaces/microsoft.directory/resourceActions"
UPDATE = f"{ACTIONS}/microsoft.directory-conditionalAccessPolicies-basic-update-patch"
PROTECT = (
    f"{ACTIONS}/microsoft.directory-resourceNamespaces-resourceActions-"
    "authenticationContext-update-patch"
)
CONTEXT = {"authenticationContextId": "c1"}


@pytest.fixture
def apis(served: Served) -> Apis:
    apis = called(served)
    store = served.service.store
    document = {"id": "c1", "displayName": "Changing policies", "isAvailable": True}
    store.contexts.create(document, by=SYSTEM)
    store.contexts.create({**document, "id": "c2", "isAvailable": False}, by=SYSTEM)
    target = {"includeAuthenticationContextClassReferences": ["c1"]}
    users = {"includeUsers": ["All"], "excludeUsers": [LIFEBOAT]}
    policy = {
        "displayName": "Step up for policies",
        "state": "enabled",
        "conditions": {"clientAppTypes": ["all"], "applications": target, "users": users},
        "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
    }
    store.policies.create(policy, by=SYSTEM)
    served.enrol()
    served.service.snapshots.refresh()
    return apis


def _sent(apis: Apis, token: str, method: str, path: str, body: Any = None) -> Any:
    return apis.call(apis.graph, token, path, method, json=body)


def test_BG07_a_change_of_a_policy_asks_for_the_context_and_works_after_the_step_up(
    apis: Apis,
) -> None:
    tokens = apis.sign_in(GRAPH_SCOPE)
    plain = tokens["access_token"]
    assert _sent(apis, plain, "PATCH", ONE, {"displayName": "One"}).status_code == 204
    assert _sent(apis, plain, "PATCH", UPDATE, CONTEXT).status_code == 204
    assert _sent(apis, plain, "GET", UPDATE).json()["authenticationContextId"] == "c1"
    refused = _sent(apis, plain, "PATCH", ONE, {"displayName": "Two"})
    asked = challenge(refused)
    assert asked == {"access_token": {"acrs": {"essential": True, "value": "c1"}}}
    assert _sent(apis, plain, "GET", ONE).json()["displayName"] == "One"
    assert _sent(apis, plain, "POST", f"{CA}/policies", BODY).status_code == 201
    assert _sent(apis, plain, "POST", f"{CA}/namedLocations", BRANCH).status_code == 201
    assert _sent(apis, plain, "POST", f"{ONE}/versions/1/restore").status_code == 401
    without_factor = apis.refresh(tokens, GRAPH_SCOPE, asked)
    assert without_factor.status_code == 400
    # The emergency access account is left out of the policy: the context costs it nothing.
    stepped = apis.refresh(
        apis.sign_in(GRAPH_SCOPE, "lifeboat@fjordvik.example"), GRAPH_SCOPE, asked
    )
    role = {"roleDefinitionId": "62e90394-69f5-4237-9190-012177145e10", "principalId": LIFEBOAT}
    apis.served.service.store.roles.create({**role, "directoryScopeId": "/"}, by=SYSTEM)
    apis.served.service.snapshots.refresh()
    token = stepped.json()["access_token"]
    assert _sent(apis, token, "PATCH", ONE, {"displayName": "Two"}).status_code == 204


def test_BG07_a_client_that_understands_no_challenge_is_refused_without_one(apis: Apis) -> None:
    with_cp1 = apis.sign_in(GRAPH_SCOPE)["access_token"]
    assert _sent(apis, with_cp1, "PATCH", UPDATE, CONTEXT).status_code == 204
    plain = apis.sign_in(GRAPH_SCOPE, claims=None)["access_token"]
    refused = _sent(apis, plain, "PATCH", ONE, {"displayName": "Two"})
    assert refused.status_code == 403
    assert "www-authenticate" not in refused.headers


def test_BG07_protecting_is_itself_an_action_that_can_be_protected(apis: Apis) -> None:
    token = apis.sign_in(GRAPH_SCOPE)["access_token"]
    assert _sent(apis, token, "PATCH", PROTECT, CONTEXT).status_code == 204
    assert _sent(apis, token, "PATCH", UPDATE, CONTEXT).status_code == 401
    assert (
        _sent(apis, token, "PATCH", PROTECT, {"authenticationContextId": None}).status_code == 401
    )


def test_only_a_published_context_can_be_required(apis: Apis) -> None:
    token = apis.sign_in(GRAPH_SCOPE)["access_token"]
    for wrong, status in (("c2", 400), ("c9", 404), ("", 400), (7, 400)):
        body = {"authenticationContextId": wrong}
        assert _sent(apis, token, "PATCH", UPDATE, body).status_code == status, wrong
    assert _sent(apis, token, "PATCH", UPDATE, {}).status_code == 400
    assert _sent(apis, token, "PATCH", f"{ACTIONS}/nothing", CONTEXT).status_code == 404
    listed = _sent(apis, token, "GET", ACTIONS).json()["value"]
    assert len(listed) == 8
    assert not any(each["authenticationContextId"] for each in listed)
