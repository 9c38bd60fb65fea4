"""Basic OP, what a request wants of the person: modules under the conformance suite's names."""

from __future__ import annotations

import pytest

from tests.openid.relying_party import RelyingParty


def test_oidcc_display_page(party: RelyingParty) -> None:
    party.redeem(party.sign_in(display="page"))


def test_oidcc_display_popup(party: RelyingParty) -> None:
    party.redeem(party.sign_in(display="popup"))


def test_oidcc_prompt_login(party: RelyingParty) -> None:
    first = party.redeem(party.sign_in())["claims"]
    party.wait()
    browser = party.app.open(prompt="login")
    assert 'name="passwd"' in browser.page.text
    second = party.redeem(party.fill_password(browser))["claims"]
    assert second["sub"] == first["sub"]
    assert second["auth_time"] > first["auth_time"]


def test_oidcc_prompt_none_not_logged_in(party: RelyingParty) -> None:
    assert party.refused(party.app.open(prompt="none")) == "login_required"


def test_oidcc_prompt_none_logged_in(party: RelyingParty) -> None:
    first = party.redeem(party.sign_in())["claims"]
    party.wait()
    second = party.redeem(party.again(prompt="none"))["claims"]
    assert (second["sub"], second["auth_time"]) == (first["sub"], first["auth_time"])


def test_oidcc_max_age_1(party: RelyingParty) -> None:
    first = party.redeem(party.sign_in())["claims"]
    party.wait()
    browser = party.app.open(max_age="1")
    assert 'name="passwd"' in browser.page.text
    second = party.redeem(party.fill_password(browser))["claims"]
    assert second["auth_time"] > first["auth_time"]


def test_oidcc_max_age_10000(party: RelyingParty) -> None:
    first = party.redeem(party.sign_in())["claims"]
    party.wait()
    second = party.redeem(party.again(max_age="10000"))["claims"]
    assert (second["sub"], second["auth_time"]) == (first["sub"], first["auth_time"])


def test_oidcc_id_token_hint(party: RelyingParty) -> None:
    first = party.redeem(party.sign_in())
    second = party.redeem(party.again(prompt="none", id_token_hint=first["id_token"]))
    assert second["claims"]["sub"] == first["claims"]["sub"]


def test_oidcc_login_hint(party: RelyingParty) -> None:
    browser = party.app.open(login_hint="astrid@fjordvik.example")
    assert "astrid@fjordvik.example" in browser.page.text
    party.redeem(party.fill_password(browser))


@pytest.mark.parametrize("locales", ["se", "de en"])
def test_oidcc_ui_locales(party: RelyingParty, locales: str) -> None:
    party.redeem(party.sign_in(ui_locales=locales))


def test_oidcc_claims_locales(party: RelyingParty) -> None:
    party.redeem(party.sign_in(claims_locales="se"))
