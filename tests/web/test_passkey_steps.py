"""Signing in by passkey: instead of name and password, or as a second factor."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.factors.authenticator import UP
from tests.web.browsing import Browser
from tests.web.passkeys import Key
from tests.web.serving import ASTRID, LIFEBOAT, Served
from tests.web.test_token import claims_of


@pytest.fixture
def key(served: Served) -> Key:
    """A passkey that Astrid registered at her security info."""
    made = Key()
    browser = Browser(served).visit("/account/methods").fill(login="astrid@fjordvik.example")
    browser.fill(passwd="correct horse battery staple")  # noqa: S106  # a test's
    made.register(browser.press("Add a passkey"))
    assert "work laptop" in browser.page.text
    served.http.cookies.clear()
    return made


def test_a_passkey_signs_in_without_name_and_password(served: Served, key: Key) -> None:
    served.policy("enabled")
    browser = Browser(served).open()
    browser.press("Sign in with a passkey", passkey=key.answer(browser))
    claims = claims_of(browser.redeem())
    assert claims["upn"] == "astrid@fjordvik.example"
    assert set(claims["amr"]) == {"fido", "mfa"}


def test_a_passkey_is_the_second_factor_where_a_password_was_shown(
    served: Served, key: Key
) -> None:
    served.policy("enabled")
    browser = Browser(served).signed_in()
    browser.fill(passkey=key.answer(browser))
    assert set(claims_of(browser.redeem())["amr"]) == {"fido", "mfa", "pwd"}


def test_WA01_the_answer_to_a_challenge_serves_once(served: Served, key: Key) -> None:
    browser = Browser(served).open()
    answer = key.answer(browser)
    browser.press("Sign in with a passkey", passkey=answer.replace("public-key", "public"))
    assert not browser.answer
    browser.press("Sign in with a passkey", passkey=answer)
    assert not browser.answer


def test_WA02_a_passkey_that_did_not_verify_its_user_is_refused(served: Served, key: Key) -> None:
    browser = Browser(served).open()
    browser.press("Sign in with a passkey", passkey=key.answer(browser, flags=UP))
    assert "did not verify that it is you" in browser.page.text


def test_WA03_a_counter_that_goes_back_is_refused_and_is_a_risk(served: Served, key: Key) -> None:
    browser = Browser(served).open()
    key.count = 20
    browser.press("Sign in with a passkey", passkey=key.answer(browser))
    assert "code" in browser.answer
    served.http.cookies.clear()
    clone = replace(key, count=3)
    again = Browser(served).open()
    again.press("Sign in with a passkey", passkey=clone.answer(again))
    assert not again.answer
    found = served.service.store.risks.detections_of(ASTRID)
    assert [each.document["riskEventType"] for each in found] == ["clonedPasskey"]


def test_a_passkey_of_somebody_else_does_not_sign_in_the_one_who_was_named(
    served: Served, key: Key
) -> None:
    browser = Browser(served).open().fill(login="lifeboat@fjordvik.example")
    browser.press("Sign in another way").press("passkey")
    browser.fill(passkey=key.answer(browser))
    assert "not registered here" in browser.page.text
    assert served.service.store.methods.of_user(LIFEBOAT) == []


def test_EN01_every_name_is_offered_the_same_ways(served: Served, key: Key) -> None:
    pages = [
        Browser(served).open().fill(login=name).press("Sign in another way").page.text
        for name in ("astrid@fjordvik.example", "lifeboat@fjordvik.example", "no@fjordvik.example")
    ]
    assert [page.count("<form") for page in pages] == [4, 4, 4]
    assert all("Use a passkey" in page and "Temporary Access Pass" in page for page in pages)


def test_BF02_a_passkey_is_locked_after_five_wrong_answers(served: Served, key: Key) -> None:
    browser = Browser(served).open()
    for _ in range(5):
        answer = key.answer(browser, signature=_spoiled)
        browser.press("Sign in with a passkey", passkey=answer)
    browser.press("Sign in with a passkey", passkey=key.answer(browser))
    assert not browser.answer


def _spoiled(signature: bytes) -> bytes:
    return signature[::-1]
