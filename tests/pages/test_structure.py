"""The rules that every page follows, read from its HTML: they hold without script."""

from __future__ import annotations

import re

import pytest

from ostiary.pages import Page, PasskeyRequest, Post, render, texts_in
from tests.pages.documents import Document
from tests.pages.samples import FORM, samples

PAGES = samples()
AUTOCOMPLETE = {
    "login": {"username webauthn", "username"},
    "passwd": {"current-password"},
    "new_password": {"new-password"},
    "new_password_again": {"new-password"},
    "otp": {"one-time-code"},
    "access_pass": {"one-time-code"},
    "recovery_code": {"off"},
    "user_code": {"off"},
    "passkey_name": {"off"},
}


def document(name: str) -> Document:
    return Document(render(PAGES[name], texts_in("en"), "bm9uY2U"))


every_page = pytest.mark.parametrize("name", PAGES)


@every_page
def test_forms_are_posts_with_one_unnamed_button(name: str) -> None:
    for form in document(name).forms:
        assert form.attributes["method"] == "post"
        assert [button["type"] for button in form.buttons] == ["submit"]
        assert "name" not in form.buttons[0]


def _own_form(page: Page) -> Post | None:
    """Give the form that goes forward, from the value the page is made of."""
    for field in ("form", "passkey"):
        own = getattr(page, field, None)
        if isinstance(own, PasskeyRequest):
            return own.form
        if own is not None:
            return own
    return None


# A choice has a form for each option, and an ending may have none.
@pytest.mark.parametrize("name", [name for name, page in PAGES.items() if _own_form(page)])
def test_the_own_form_is_first_and_its_hidden_values_come_back(name: str) -> None:
    own = _own_form(PAGES[name])
    assert own is not None
    first = document(name).forms[0]
    assert first.attributes["action"] == own.action
    carried = [pair for pair in first.hidden if pair != ("passkey", "")]
    assert carried == list(own.hidden)


@pytest.mark.parametrize(
    "name", ["method-choice", "pick-account", "register-choice", "security-info"]
)
def test_a_choice_is_one_form_for_each_option_and_the_first_goes_forward(name: str) -> None:
    assert document(name).forms[0].hidden == FORM.hidden


@every_page
def test_fields_say_what_may_fill_them_in(name: str) -> None:
    for form in document(name).forms:
        for field in form.fields:
            if field["type"] not in ("hidden", "checkbox"):
                assert field["autocomplete"] in AUTOCOMPLETE[field["name"]]


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("login", ["login"]),
        ("password", ["login", "passwd"]),
        ("totp-code", ["otp"]),
        ("recovery-code", ["recovery_code"]),
        ("access-pass", ["access_pass"]),
        ("passkey", ["passkey"]),
        ("device-code", ["user_code"]),
        ("register-totp", ["otp"]),
        ("register-passkey", ["passkey", "passkey_name"]),
        ("password-change", ["login", "passwd", "new_password", "new_password_again"]),
        ("consent-administrator", ["for_organization"]),
    ],
)
def test_the_names_of_fields(name: str, fields: list[str]) -> None:
    carried = [each for each, _ in FORM.hidden]
    names = [field["name"] for field in document(name).forms[0].fields]
    assert names == carried + fields


@every_page
def test_CS03_nothing_inline_and_nothing_from_elsewhere(name: str) -> None:
    page = document(name)
    for tag, attributes in page.elements:
        assert not [each for each in attributes if each.startswith("on") or each == "style"]
        assert tag not in ("style", "iframe", "object", "embed", "base")
    for script in page.all("script"):
        assert script["nonce"] == "bm9uY2U"
        assert script["src"].startswith("/assets/")
    assert all(link["href"].startswith("/assets/") for link in page.all("link"))
    assert page.all("img") == []


@every_page
def test_a_page_names_its_language_and_has_one_heading_and_one_main_part(name: str) -> None:
    page = document(name)
    assert page.all("html") == [{"lang": "en", "dir": "ltr"}]
    assert len(page.all("h1")) == 1
    assert len(page.all("main")) == 1
    assert page.open == []


@pytest.mark.parametrize("name", [name for name in PAGES if name.endswith("-refused")])
def test_a_refusal_is_announced_and_stands_in_the_title(name: str) -> None:
    page = document(name)
    if name == "device-refused":
        assert page.title.startswith("The sign-in was cancelled")
        return
    assert page.title.startswith("Error: ")
    assert [each for _, each in page.elements if each.get("role") == "alert"]


@pytest.mark.parametrize(
    ("name", "faulty"),
    [
        ("login-refused", ["login"]),
        ("totp-code-refused", ["otp"]),
        ("password-change-present", ["passwd"]),
        ("password-change-short", ["new_password"]),
        ("password-change-repeat", ["new_password_again"]),
        ("password-change", []),
    ],
)
def test_the_field_in_question_points_to_the_sentence(name: str, faulty: list[str]) -> None:
    fields = document(name).forms[0].fields
    marked = [each for each in fields if each.get("aria-invalid") == "true"]
    assert [each["name"] for each in marked] == faulty
    assert all("problem" in each["aria-describedby"].split() for each in marked)


def test_the_block_page_says_which_policy_and_what_to_tell_the_help_desk() -> None:
    said = " ".join(document("blocked").texts)
    for expected in (
        "CA104 - Azure management: block outside the office",
        "AADSTS53003",
        "6f1ed0a2-51f5-4c3c-9b2b-0f0f5d3a4b00",
        "0a1f7c3e-8f5f-4a51-9a37-5d1f5a0f7c11",
        "2026-11-22 14:03:22 UTC",
        "2001:db8:85a3::8a2e:370:7334",
    ):
        assert expected in said


def test_the_block_page_hands_the_error_back_to_the_app() -> None:
    first = document("blocked").forms[0]
    assert first.attributes["action"] == "https://app.example:8400/callback"
    assert first.hidden == (("error", "access_denied"), ("state", 'a"b&c<d>'))


def test_DC04_the_confirmation_names_app_and_place_and_asks() -> None:
    page = document("device-confirmation")
    said = " ".join("".join(page.texts).split())
    assert "Are you trying to sign in to Microsoft Azure CLI?" in said
    assert "Reykjavík, Iceland" in said
    assert ("decision", "refuse") not in page.forms[0].hidden
    assert ("decision", "refuse") in page.forms[1].hidden


def test_the_seed_stands_below_its_QR_code_in_fours() -> None:
    page = document("register-totp")
    assert "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP" in page.texts
    drawings = [each for each in page.all("svg") if each.get("role") == "img"]
    assert [bool(each["aria-label"]) for each in drawings] == [True]


def test_recovery_codes_are_saved_without_script_and_without_a_second_request() -> None:
    link = next(each for each in document("recovery-codes").all("a") if "download" in each)
    assert re.fullmatch(
        r"data:text/plain;charset=utf-8,(K7QF-2M9X-TB4\d-WH8C%0D%0A){10}", link["href"]
    )


@pytest.mark.parametrize(
    ("name", "script"),
    [("login", None), ("login-passkey", "passkey.js"), ("form-post", "submit.js"), ("error", None)],
)
def test_a_script_is_loaded_only_where_it_is_needed(name: str, script: str | None) -> None:
    sources = [each["src"].rsplit("/", 1)[-1] for each in document(name).all("script")]
    assert sources == ([script] if script else [])
