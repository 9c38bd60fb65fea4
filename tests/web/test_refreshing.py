"""How long refresh tokens live, and what is asked of them each time (RT05, RT09, TK09)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ostiary.directory.protocols import SYSTEM
from tests.web.browsing import VERIFIER
from tests.web.registered import APP, web_app
from tests.web.serving import ASTRID, AZ, ELSEWHERE, PLACES, POLICY, Served
from tests.web.test_token import claims_of, refused

SPA, ORIGIN = "https://board.example/app", "https://board.example"


def single_page(served: Served) -> dict[str, str]:
    """Sign in to a single-page application and give the form of its next refresh."""
    app = web_app(served, spa={"redirectUris": [SPA]})
    browser = app.signed_in(redirect_uri=SPA, scope="openid offline_access User.Read")
    form = {"grant_type": "authorization_code", "client_id": APP, "redirect_uri": SPA}
    form |= {"code": browser.answer["code"], "code_verifier": VERIFIER}
    return following(served.token(form, Origin=ORIGIN))


def following(response: Any) -> dict[str, str]:
    """Give the form that uses the refresh token of an answer."""
    assert response.status_code == 200, response.text
    token = response.json()["refresh_token"]
    return {"grant_type": "refresh_token", "client_id": APP, "refresh_token": token}


def test_RT05_a_single_page_has_a_day_however_often_it_refreshes(served: Served) -> None:
    form = single_page(served)
    for _ in range(3):
        served.clock.move(timedelta(hours=7))
        form = following(served.token(form, Origin=ORIGIN))
    served.clock.move(timedelta(hours=3))
    refused(served.token(form, Origin=ORIGIN), 700084, "invalid_grant")


def test_RT05_other_refresh_tokens_end_after_90_days(served: Served) -> None:
    token = served.by_password().json()["refresh_token"]
    for _ in range(2):
        served.clock.move(timedelta(days=40))
        token = served.refreshed(token).json()["refresh_token"]
    served.clock.move(timedelta(days=10))
    refused(served.refreshed(token), 700082, "invalid_grant")


def test_RT09_sign_in_frequency_counts_from_the_sign_in(served: Served) -> None:
    hourly = {"value": 1, "type": "hours", "isEnabled": True, "frequencyInterval": "timeBased"}
    session = {"signInFrequency": hourly}
    served.change_policy(
        POLICY, {"state": "enabled", "grantControls": None, "sessionControls": session}
    )
    token = served.by_password().json()["refresh_token"]
    served.clock.move(timedelta(minutes=40))
    token = served.refreshed(token).json()["refresh_token"]
    served.clock.move(timedelta(minutes=40))
    body = refused(served.refreshed(token), 70043, "invalid_grant")
    assert body["suberror"] == "token_expired"
    served.policy("disabled")
    assert served.refreshed(token).status_code == 200


@pytest.mark.parametrize("fact", ["address", "group", "risk"])
def test_RT09_a_refresh_is_judged_by_the_facts_of_now(served: Served, fact: str) -> None:
    store = served.service.store
    made = store.groups.create({"displayName": "Field staff"}, by=SYSTEM)
    token = served.by_password().json()["refresh_token"]
    if fact == "address":
        served.policy("enabled", PLACES)
        token = served.refreshed(token).json()["refresh_token"]
        served.address = ELSEWHERE
    else:
        conditions = {**store.policies.need(POLICY).document["conditions"]}
        if fact == "group":
            conditions["users"] = {"includeGroups": [made.id]}
        else:
            conditions["userRiskLevels"] = ["high"]
        block = {"operator": "OR", "builtInControls": ["block"]}
        served.change_policy(
            POLICY, {"conditions": conditions, "grantControls": block, "state": "enabled"}
        )
        token = served.refreshed(token).json()["refresh_token"]
        if fact == "group":
            store.groups.add_member(made.id, ASTRID, by=SYSTEM)
        else:
            store.risks.set(ASTRID, "high", by=SYSTEM)
        served.clock.move(timedelta(seconds=1))
    refused(served.refreshed(token), 53003, "invalid_grant")


def test_TK09_another_resource_is_granted_and_more_of_the_same_is_not(served: Served) -> None:
    form = single_page(served)
    more = {**form, "scope": "https://graph.microsoft.com/Mail.Send"}
    refused(served.token(more, Origin=ORIGIN), 70011, "invalid_scope")
    arm = "https://management.azure.com/user_impersonation"
    claims = claims_of(served.token({**form, "scope": arm}, Origin=ORIGIN))
    assert claims["aud"] == "https://management.azure.com"


def test_a_refresh_token_belongs_to_its_client(served: Served) -> None:
    form = single_page(served)
    refused(served.token({**form, "client_id": AZ}), 70000, "invalid_grant")
    assert served.token(form, Origin=ORIGIN).status_code == 200
