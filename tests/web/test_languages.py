"""Every page of a browser is in its language, from the first to the last of a sign-in."""

from __future__ import annotations

import pytest

from ostiary.directory.protocols import SYSTEM
from ostiary.signin.enrolment_links import make_link
from tests.web.browsing import Browser
from tests.web.serving import ASTRID, PASSWORD, TENANT, Served

_GERMAN = '<html lang="de" dir="ltr">'
_NAME = "astrid@fjordvik.example"


def test_a_sign_in_is_in_the_language_that_the_application_asks_for(served: Served) -> None:
    browser = Browser(served, stays=None, accepts="en").open(ui_locales="nb de-AT en")
    for fields in ({"login": _NAME}, {"passwd": "wrong"}, {"passwd": PASSWORD}):
        assert _GERMAN in browser.page.text
        browser.fill(**fields)
    assert _GERMAN in browser.page.text
    assert "Angemeldet bleiben?" in browser.page.text


def test_a_browser_is_asked_where_the_application_says_nothing(served: Served) -> None:
    browser = Browser(served, stays=None, accepts="nb, de;q=0.8, en;q=0.5").open()
    assert _GERMAN in browser.page.text
    assert '<html lang="en" dir="ltr">' in Browser(served).open().page.text


@pytest.mark.parametrize(
    "path",
    [
        "/device",
        "/account/methods",
        "/login/none",
        f"/{TENANT}/oauth2/v2.0/logout",
        f"/{TENANT}/oauth2/v2.0/authorize?client_id=none&response_type=code",
        "/enrol/none",
    ],
)
def test_other_pages_are_in_the_language_of_the_browser(served: Served, path: str) -> None:
    assert _GERMAN in Browser(served, accepts="de").visit(path).page.text


def test_what_stands_in_english_on_a_german_page_says_so(served: Served) -> None:
    text = Browser(served, accepts="de").visit("/login/none").page.text
    assert '<p class="lead" lang="en" dir="auto">AADSTS90023' in text


def test_the_way_out_is_in_that_language_too(served: Served) -> None:
    browser = Browser(served).signed_in()
    logout = f"/{TENANT}/oauth2/v2.0/logout?ui_locales=de"
    assert "Abmelden?" in browser.visit(logout).page.text
    assert "Sie sind abgemeldet" in browser.fill().page.text


def test_an_enrolment_is_in_the_language_of_the_browser(served: Served) -> None:
    store = served.service.store
    made = make_link(store, ASTRID, login_url="https://localhost:8443", by=SYSTEM)
    browser = Browser(served, accepts="de").visit(made.address.reveal().partition(":8443")[2])
    assert _GERMAN in browser.page.text
    secret = "twelve winter lanterns"  # noqa: S105  # a test's
    browser.fill(new_password=secret, new_password_again=secret)
    assert "Authenticator-App einrichten" in browser.page.text
