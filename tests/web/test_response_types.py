"""What the browser brings to the application: a code, an ID token, both, or why neither."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode

import pytest

from ostiary.secrecy.secret import Secret
from ostiary.tokens.claims import half_hash
from tests.web.browsing import Browser
from tests.web.registered import CALLBACK, web_app
from tests.web.serving import ASTRID, Served
from tests.web.test_token import claims_of, refused


@pytest.mark.parametrize("kind", ["id_token", "code id_token", "id_token code"])
def test_AZ08_id_tokens_from_the_browser_are_off_unless_switched_on(
    served: Served, kind: str
) -> None:
    browser = web_app(served).open(response_type=kind, response_mode="fragment")
    assert browser.address.startswith(f"{CALLBACK}#")
    assert browser.answer["error"] == "unsupported_response_type"


def test_AZ08_a_hybrid_answer_names_its_code(served: Served) -> None:
    app = web_app(served, hybrid=True)
    browser = app.signed_in(response_type="code id_token", response_mode="fragment")
    assert browser.address.startswith(f"{CALLBACK}#code=")
    claims = app.id_claims(browser.answer["id_token"])
    assert claims["c_hash"] == half_hash(Secret(browser.answer["code"]))
    assert (claims["nonce"], claims["oid"], "at_hash" in claims) == ("n1", ASTRID, False)
    body = app.redeem(browser).json()
    second = app.id_claims(body["id_token"])
    assert [second[name] for name in ("iss", "sub")] == [claims[name] for name in ("iss", "sub")]
    assert second["at_hash"] == half_hash(Secret(body["access_token"]))


def test_AZ08_an_id_token_alone_comes_without_a_code(served: Served) -> None:
    app = web_app(served, hybrid=True)
    more = {"response_type": "id_token", "scope": "openid", "response_mode": "fragment"}
    browser = app.signed_in(**more)
    assert "code" not in browser.answer
    claims = app.id_claims(browser.answer["id_token"])
    assert "c_hash" not in claims
    assert browser.answer["session_state"] == claims["sid"]


def test_AZ08_an_id_token_needs_a_nonce_and_no_query(served: Served) -> None:
    app = web_app(served, hybrid=True)
    asked = {"response_type": "id_token", "scope": "openid"}
    missing = app.open(**asked, nonce="", response_mode="fragment")
    assert missing.answer["error"] == "invalid_request"
    assert "nonce" in missing.answer["error_description"]
    assert "query" in app.open(**asked, response_mode="query").answer["error_description"]


def test_a_form_carries_the_answer_and_the_account(served: Served) -> None:
    app = web_app(served, hybrid=True)
    browser = app.signed_in(
        response_type="code id_token", response_mode="form_post", client_info="1"
    )
    action, fields = browser.form()
    assert action == CALLBACK
    assert fields["state"] == "s t/ä"
    assert {"code", "id_token", "iss", "session_state"} <= set(fields)
    info = fields["client_info"]
    assert json.loads(urlsafe_b64decode(info + "=" * (-len(info) % 4)))["uid"] == ASTRID


def test_AZ16_a_hint_for_somebody_else_is_not_answered_silently(served: Served) -> None:
    app = web_app(served)
    mine = app.redeem(app.signed_in()).json()["id_token"]
    silent = app.open(prompt="none", id_token_hint=mine)
    assert "code" in silent.answer
    served.http.cookies.clear()
    other = app.open().fill(login="lifeboat@fjordvik.example")
    other.fill(passwd="correct horse battery staple")  # noqa: S106  # a test's
    for hint in (mine, "no token", mine[:-8] + "AAAAAAAA"):
        answer = app.open(prompt="none", id_token_hint=hint).answer
        assert answer["error"] == "login_required", hint


def test_AZ16_of_two_accounts_in_the_browser_the_hint_picks_one(served: Served) -> None:
    app = web_app(served)
    mine = app.redeem(app.signed_in()).json()["id_token"]
    other = app.open(prompt="select_account").press("Use another account")
    other.fill(login="lifeboat@fjordvik.example")
    other.fill(passwd="correct horse battery staple")  # noqa: S106  # a test's
    assert "code" in other.answer
    silent = app.open(prompt="none", id_token_hint=mine)
    assert app.id_claims(app.redeem(silent).json()["id_token"])["oid"] == ASTRID


def test_AZ16_a_hint_begins_with_the_account_it_names(served: Served) -> None:
    app = web_app(served)
    mine = app.redeem(app.signed_in()).json()["id_token"]
    served.http.cookies.clear()
    browser = app.open(id_token_hint=mine)
    assert "astrid@fjordvik.example" in browser.page.text
    browser.fill(passwd="correct horse battery staple")  # noqa: S106  # a test's
    assert "code" in browser.answer


def test_AZ16_who_signs_in_as_somebody_else_brings_an_error(served: Served) -> None:
    app = web_app(served)
    mine = app.redeem(app.signed_in()).json()["id_token"]
    served.http.cookies.clear()
    browser = app.open(id_token_hint=mine, prompt="select_account")
    browser.fill(login="lifeboat@fjordvik.example")
    browser.fill(passwd="correct horse battery staple")  # noqa: S106  # a test's
    assert browser.answer["error"] == "login_required"


def test_TK05_an_access_token_is_no_hint(served: Served) -> None:
    app = web_app(served)
    access = app.redeem(app.signed_in()).json()["access_token"]
    assert app.open(prompt="none", id_token_hint=access).answer["error"] == "login_required"


def test_AZ07_a_failed_redemption_costs_nobody_a_code(served: Served) -> None:
    app = web_app(served)
    browser = app.signed_in()
    refused(app.redeem(browser, code_verifier="w" * 43), 501481, "invalid_grant")
    elsewhere = app.redeem(browser, redirect_uri="https://timesheet.example/signed-out")
    refused(elsewhere, 70000, "invalid_grant")
    refused(app.redeem(browser, client_secret="wrong"), 7000215, "invalid_client", 401)  # noqa: S106
    stranger = Browser(served, answer=browser.answer).redeem()
    refused(stranger, 70000, "invalid_grant")
    assert claims_of(app.redeem(browser))["oid"] == ASTRID
    refused(app.redeem(browser), 54005, "invalid_grant")
