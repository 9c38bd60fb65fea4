"""Refresh tokens as the checklist asks for them: scopes, lost answers, present facts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from ostiary.directory.protocols import SYSTEM
from ostiary.web.app import sign_in_app
from tests.web.browsing import Browser
from tests.web.registered import APP, SCOPE, web_app
from tests.web.serving import ASTRID, ELSEWHERE, OFFICE, PLACES, POLICY, Served
from tests.web.test_token import claims_of, refused


def test_TK09_a_refresh_gives_no_more_of_a_resource_than_was_granted(served: Served) -> None:
    app = web_app(served)
    token = app.redeem(app.signed_in(scope="openid offline_access User.Read")).json()
    form = {"grant_type": "refresh_token", "refresh_token": token["refresh_token"]}
    more = app.asking({**form, "scope": "User.Read Directory.ReadWrite.All"})
    assert more.status_code == 400
    assert more.json()["error"] in {"invalid_scope", "invalid_grant", "interaction_required"}
    less = app.asking({**form, "scope": "User.Read"})
    assert claims_of(less)["scp"] == "User.Read"


def test_TK09_another_resource_that_user_and_application_may_reach_is_granted(
    served: Served,
) -> None:
    app = web_app(served)
    token = app.redeem(app.signed_in(scope=SCOPE)).json()["refresh_token"]
    form = {"grant_type": "refresh_token", "refresh_token": token}
    other = app.asking({**form, "scope": "https://management.azure.com/user_impersonation"})
    assert claims_of(other)["scp"] == "user_impersonation"
    assert claims_of(other)["appid"] == APP


def test_RT04_an_answer_that_was_lost_can_be_asked_for_again(served: Served) -> None:
    first = served.by_password().json()["refresh_token"]
    lost = served.refreshed(first).json()["refresh_token"]
    again = served.refreshed(first)
    assert again.status_code == 200
    assert again.json()["refresh_token"] == lost
    assert served.refreshed(lost).status_code == 200


def test_RT09_a_refresh_is_judged_by_the_address_it_comes_from_now(served: Served) -> None:
    token = served.by_password().json()["refresh_token"]
    served.policy("enabled", PLACES)
    served.address = ELSEWHERE
    refused(served.refreshed(token), 53003, "invalid_grant")
    served.address = OFFICE
    assert served.refreshed(token).status_code == 200


def test_RT09_a_refresh_is_judged_by_the_groups_and_the_risk_of_now(served: Served) -> None:
    token = served.by_password().json()["refresh_token"]
    store = served.service.store
    group = store.groups.create({"displayName": "Contractors"}, by=SYSTEM)
    conditions = {
        "clientAppTypes": ["all"],
        "users": {"includeGroups": [group.id]},
        "applications": {"includeApplications": ["All"]},
    }
    block = {"operator": "OR", "builtInControls": ["block"]}
    served.change_policy(
        POLICY, {"state": "enabled", "conditions": conditions, "grantControls": block}
    )
    assert served.refreshed(token).status_code == 200
    store.groups.add_member(group.id, ASTRID, by=SYSTEM)
    served.clock.move(timedelta(seconds=1))
    refused(served.refreshed(token), 53003, "invalid_grant")
    store.groups.remove_member(group.id, ASTRID, by=SYSTEM)
    conditions |= {"users": {"includeUsers": ["All"]}, "userRiskLevels": ["high"]}
    served.change_policy(POLICY, {"conditions": conditions})
    assert served.refreshed(token).status_code == 200
    store.risks.set(ASTRID, "high", by=SYSTEM)
    served.clock.move(timedelta(seconds=1))
    refused(served.refreshed(token), 53003, "invalid_grant")


@pytest.mark.parametrize("refreshes", [1, 3])
def test_RT09_sign_in_frequency_counts_from_the_sign_in_not_from_a_refresh(
    served: Served, refreshes: int
) -> None:
    frequency = {"isEnabled": True, "type": "hours", "value": 1, "frequencyInterval": "timeBased"}
    hourly = {"signInFrequency": frequency}
    served.change_policy(
        POLICY, {"state": "enabled", "grantControls": None, "sessionControls": hourly}
    )
    token = Browser(served).signed_in().redeem().json()["refresh_token"]
    for _ in range(refreshes):
        served.clock.move(timedelta(minutes=58 / refreshes))
        answer = served.refreshed(token)
        assert answer.status_code == 200
        token = answer.json()["refresh_token"]
    served.clock.move(timedelta(minutes=10))
    assert served.refreshed(token).status_code == 400


def test_CS08_nobody_but_a_proxy_says_where_a_request_comes_from(served: Served) -> None:
    served.policy("enabled", PLACES)
    assert served.by_password().status_code == 200
    direct: Any = TestClient(
        sign_in_app(served.service), base_url="https://localhost:8443", client=(ELSEWHERE, 5)
    )
    served.http = direct
    refused(served.by_password(), 53003, "invalid_grant")
    found = direct.get(
        "/organizations/v2.0/.well-known/openid-configuration",
        headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"},
    )
    assert "evil.example" not in found.text


@pytest.mark.parametrize("how", ["on behalf", "code"])
def test_TK01_who_proved_itself_has_to_again_though_public_flows_are_allowed(
    served: Served, how: str
) -> None:
    app = web_app(served, isFallbackPublicClient=True)
    if how == "code":
        answer = app.redeem(app.signed_in())
    else:
        scope = "https://management.azure.com/.default offline_access"
        answer = app.on_behalf_of(app.called(), scope=scope)
    token = answer.json()["refresh_token"]
    form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": APP}
    refused(served.token(form), 7000218, "invalid_client", 401)
    assert app.asking(form).status_code == 200
