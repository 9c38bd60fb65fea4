"""AZ06 and RT06: access tokens that are void before their end, and those that are not."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from ostiary.directory.protocols import SYSTEM
from tests.web.browsing import Browser
from tests.web.calling import CP1, GRAPH_SCOPE, Apis, called, challenge
from tests.web.serving import ARM_SCOPE, ASTRID, Served
from tests.web.test_revocation import SESSION, by_passkey, by_password, change_password
from tests.web.test_token import refused

SECOND = timedelta(seconds=1)


@pytest.fixture
def apis(served: Served) -> Apis:
    return called(served)


def told(apis: Apis, token: str) -> Any:
    """Ask userinfo with an access token for Graph."""
    headers = {"Authorization": f"Bearer {token}"}
    return apis.served.http.get("/oidc/userinfo", headers=headers)


def again(apis: Apis, cookie: str, scope: str) -> str:
    """Give an access token that takes challenges, asked for in a session."""
    http = apis.served.http
    http.cookies.set(SESSION, cookie, domain="localhost.local", path="/")
    browser = Browser(apis.served).open(scope=scope)
    http.cookies.clear()
    return browser.redeem(scope=scope, claims=json.dumps(CP1)).json()["access_token"]


@pytest.mark.parametrize("claims", [None, CP1])
def test_AZ06_a_replayed_code_ends_its_access_token(
    apis: Apis, claims: dict[str, Any] | None
) -> None:
    more = {"claims": json.dumps(claims)} if claims else {}
    browser = Browser(apis.served).signed_in(scope=GRAPH_SCOPE)
    first = browser.redeem(scope=GRAPH_SCOPE, **more).json()["access_token"]
    assert told(apis, first).status_code == 200
    assert apis.call(apis.graph, first, "/v1.0/me").status_code == 200
    apis.served.clock.move(SECOND)
    refused(browser.redeem(scope=GRAPH_SCOPE), 54005, "invalid_grant")
    assert told(apis, first).status_code == 401
    asked = challenge(apis.call(apis.graph, first, "/v1.0/me"))
    assert set(asked["access_token"]) == {"nbf"}


def test_AZ06_a_replay_ends_what_was_refreshed_since_but_no_later_sign_in(apis: Apis) -> None:
    served = apis.served
    browser = Browser(served).signed_in()
    tokens = browser.redeem().json()
    refreshed = apis.refresh(tokens, ARM_SCOPE).json()["access_token"]
    cookie = next(each.value for each in served.http.cookies.jar if each.name == SESSION)
    served.http.cookies.clear()
    other = by_password(served)
    others = again(apis, other.cookie, ARM_SCOPE)
    served.clock.move(SECOND)
    browser.redeem()
    challenge(apis.call(apis.arm, refreshed, "/tenants"))
    assert apis.call(apis.arm, others, "/tenants").status_code == 200
    served.clock.move(SECOND)
    later = again(apis, cookie, ARM_SCOPE)
    assert apis.call(apis.arm, later, "/tenants").status_code == 200


def test_RT06_a_new_password_leaves_tokens_of_a_passkey(apis: Apis) -> None:
    served = apis.served
    passkey, password = by_passkey(served), by_password(served)
    mine, old = (again(apis, each.cookie, GRAPH_SCOPE) for each in (passkey, password))
    served.clock.move(SECOND)
    change_password(served, None)
    assert apis.call(apis.graph, mine, "/v1.0/me").status_code == 200
    assert told(apis, mine).status_code == 200
    challenge(apis.call(apis.graph, old, "/v1.0/me"))
    assert told(apis, old).status_code == 401


def test_RT06_a_new_password_leaves_tokens_of_the_session_that_set_it(apis: Apis) -> None:
    served, store = apis.served, apis.served.service.store
    signed_in = by_password(served)
    token = again(apis, signed_in.cookie, GRAPH_SCOPE)
    session = store.sessions.of(signed_in.cookie)
    assert session is not None
    served.clock.move(SECOND)
    store.passwords.set(ASTRID, "hash", by=SYSTEM, keep_sid=session.sid)
    assert apis.call(apis.graph, token, "/v1.0/me").status_code == 200
    assert told(apis, token).status_code == 200
