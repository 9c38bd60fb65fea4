"""Mandatory multifactor authentication for changes of resources, whatever the policies say."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ostiary.model.base64url import decoded
from tests.web.azure import LIFEBOAT_NAME, OWNER, assign, code
from tests.web.browsing import Browser
from tests.web.calling import CP1, GRAPH_SCOPE, Apis, called, challenge
from tests.web.serving import ARM_SCOPE, ASTRID, DAEMON, LIFEBOAT, Served

SETTING = "/v1.0/policies/mandatoryMultifactorAuthentication"
MEMBER = "isRequiredForResourceChanges"
ASKED = {"access_token": {"acrs": {"essential": True, "value": "p1"}}}
BODY = {"location": "local"}


@pytest.fixture
def apis(served: Served) -> Apis:
    return called(served)


@pytest.fixture
def group(apis: Apis) -> str:
    return f"/subscriptions/{apis.subscription}/resourceGroups/rg1"


def _require(apis: Apis, required: bool = True) -> None:
    token = apis.sign_in(GRAPH_SCOPE)["access_token"]
    answer = apis.call(apis.graph, token, SETTING, "PATCH", json={MEMBER: required})
    assert answer.status_code == 204, answer.text


def test_it_is_off_until_somebody_puts_it_on(apis: Apis, group: str) -> None:
    graph, tokens = apis.sign_in(GRAPH_SCOPE)["access_token"], apis.sign_in()
    assert apis.call(apis.graph, graph, SETTING).json()[MEMBER] is False
    made = apis.call(apis.arm, tokens["access_token"], group, "PUT", json=BODY)
    assert made.status_code == 201
    _require(apis)
    assert apis.call(apis.graph, graph, SETTING).json()[MEMBER] is True
    row = apis.served.service.store.audit.newest(activity="Add tenant settings", limit=1)[0].row
    assert (row["actor"]["id"], row["target"]["id"]) == (
        ASTRID,
        "mandatorymultifactorauthentication",
    )


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_change_without_mfa_is_challenged(apis: Apis, group: str, method: str) -> None:
    tokens = apis.sign_in()
    _require(apis)
    body = {} if method == "DELETE" else {"json": BODY}
    refused = apis.call(apis.arm, tokens["access_token"], group, method, **body)
    assert challenge(refused) == ASKED
    assert refused.json()["error"]["code"] == "RequestDisallowedByPolicy"
    assert "MFA is required" in refused.json()["error"]["message"]
    assert apis.call(apis.arm, tokens["access_token"], group).status_code == 404


def test_reading_is_free_and_so_are_applications(apis: Apis, group: str) -> None:
    token = apis.sign_in()["access_token"]
    scope = f"/subscriptions/{apis.subscription}"
    assign(apis, token, scope, OWNER, DAEMON)
    _require(apis)
    assert apis.call(apis.arm, token, "/subscriptions").status_code == 200
    daemon = apis.served.as_daemon().json()["access_token"]
    assert apis.call(apis.arm, daemon, group, "PUT", json=BODY).status_code == 201
    assert apis.call(apis.arm, token, group, "HEAD").status_code == 204


def test_it_is_asked_after_the_roles(apis: Apis, group: str) -> None:
    other = apis.sign_in(user=LIFEBOAT_NAME)["access_token"]
    _require(apis)
    refused = apis.call(apis.arm, other, group, "PUT", json=BODY)
    assert code(refused) == (403, "AuthorizationFailed")


def test_emergency_accounts_are_asked_too(apis: Apis, group: str) -> None:
    token = apis.sign_in()["access_token"]
    assign(apis, token, f"/subscriptions/{apis.subscription}", OWNER, LIFEBOAT)
    other = apis.sign_in(user=LIFEBOAT_NAME)["access_token"]
    _require(apis)
    assert challenge(apis.call(apis.arm, other, group, "PUT", json=BODY)) == ASKED


def test_a_client_that_understands_no_challenge_is_told_in_words(apis: Apis, group: str) -> None:
    token = apis.sign_in(claims=None)["access_token"]
    _require(apis)
    refused = apis.call(apis.arm, token, group, "PUT", json=BODY)
    assert code(refused) == (403, "RequestDisallowedByPolicy")
    assert "www-authenticate" not in refused.headers


def test_the_session_that_lacks_mfa_is_sent_back_to_sign_in(apis: Apis) -> None:
    apis.served.enrol()
    tokens = apis.sign_in()
    _require(apis)
    refused = apis.refresh(tokens, ARM_SCOPE, ASKED)
    found = refused.json()
    assert (refused.status_code, found["error"]) == (400, "interaction_required")
    assert found["error_codes"] == [50076]
    assert json.loads(found["claims"]) == ASKED
    assert apis.refresh(tokens, ARM_SCOPE).status_code == 200


def test_who_has_no_method_is_told_to_register_one(apis: Apis) -> None:
    tokens = apis.sign_in()
    refused = apis.refresh(tokens, ARM_SCOPE, ASKED)
    assert refused.json()["error_codes"] == [50079]


def test_when_it_is_off_again_the_token_at_hand_is_good(apis: Apis, group: str) -> None:
    token = apis.sign_in()["access_token"]
    _require(apis)
    assert apis.call(apis.arm, token, group, "PUT", json=BODY).status_code == 401
    _require(apis, False)
    assert apis.call(apis.arm, token, group, "PUT", json=BODY).status_code == 201


def test_AD02_only_who_writes_policies_may_switch_it(apis: Apis) -> None:
    other = apis.sign_in(GRAPH_SCOPE, user=LIFEBOAT_NAME)["access_token"]
    refused = apis.call(apis.graph, other, SETTING, "PATCH", json={MEMBER: True})
    assert refused.status_code == 403
    own = apis.sign_in(GRAPH_SCOPE)["access_token"]
    for body in ({}, {MEMBER: "yes"}, {MEMBER: None}):
        bad = apis.call(apis.graph, own, SETTING, "PATCH", json=body)
        assert bad.status_code == 400


def _claims(token: str) -> dict[str, Any]:
    return json.loads(decoded(token.split(".")[1]) or b"")


def test_the_step_up_in_a_browser_makes_the_change_possible(apis: Apis, group: str) -> None:
    served = apis.served
    served.enrol()
    tokens = apis.sign_in()
    _require(apis)
    asked = challenge(apis.call(apis.arm, tokens["access_token"], group, "PUT", json=BODY))
    merged = json.dumps({"access_token": {**CP1["access_token"], **asked["access_token"]}})
    browser = Browser(served).signed_in(claims=merged)
    assert not browser.answer, "the second factor was not asked for"
    browser.fill(otp=served.otp())
    new = browser.redeem(claims=merged).json()["access_token"]
    assert ("mfa" in _claims(new)["amr"], _claims(new)["acrs"]) == (True, ["p1"])
    assert apis.call(apis.arm, new, group, "PUT", json=BODY).status_code == 201


def test_a_session_that_did_mfa_comes_back_silently(apis: Apis, group: str) -> None:
    served = apis.served
    served.enrol()
    browser = Browser(served).signed_in(claims=json.dumps(ASKED)).fill(otp=served.otp())
    tokens = browser.redeem().json()
    _require(apis)
    new = apis.refresh(tokens, ARM_SCOPE, ASKED).json()["access_token"]
    assert _claims(new)["acrs"] == ["p1"]
    assert apis.call(apis.arm, new, group, "PUT", json=BODY).status_code == 201
