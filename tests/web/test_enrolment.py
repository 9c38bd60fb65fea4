"""BG03, BG06: behind an enrolment link somebody sets up a password and an app, once."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from pyotp.totp import TOTP as OneTimeCodes

from ostiary.directory.protocols import SYSTEM
from ostiary.model.errors import InputError
from ostiary.signin.accounts import account_of
from ostiary.signin.enrolment_links import make_link
from ostiary.signin.stored_methods import RECOVERY_CODES, TOTP
from ostiary.web.visit import BROWSER
from tests.web.browsing import Browser
from tests.web.serving import ASTRID, LIFEBOAT, Served

NEW = "four unrelated herrings sing"  # a test's
URL = "https://localhost:8443"


def link_of(served: Served, user: str = ASTRID) -> str:
    made = make_link(served.service.store, user, login_url=URL, by=SYSTEM)
    return made.address.reveal().removeprefix(URL)


def opened(served: Served, link: str) -> Browser:
    browser = Browser(served)
    browser.page = served.http.get(link)
    return browser


def with_password(served: Served, link: str) -> Browser:
    return opened(served, link).fill(new_password=NEW, new_password_again=NEW)


def code_on(browser: Browser) -> str:
    """Read the key as the person would type it into an app."""
    key = re.search(r'<bdi class="exact" dir="ltr">([A-Z2-7 ]+)</bdi>', browser.page.text)
    assert key is not None
    now = int(browser.served.clock.seconds())
    return OneTimeCodes(unescape(key[1]).replace(" ", "")).at(now)


def test_BG03_a_link_sets_up_password_app_and_recovery_codes(served: Served) -> None:
    served.enrol()
    link = link_of(served)
    browser = with_password(served, link)
    assert "Set up your authenticator app" in browser.page.text
    browser.fill(otp=code_on(browser))
    assert "Keep your recovery codes" in browser.page.text
    browser.fill()
    assert "Your account is set up" in browser.page.text
    assert 'href="/account/methods"' in browser.page.text
    account = account_of(served.service.store, ASTRID)
    assert account is not None
    assert sorted(each.kind for each in account.methods) == [RECOVERY_CODES, TOTP]
    assert served.by_password(word=NEW).status_code == 200
    assert served.by_password().status_code == 400
    over = served.http.get(link, headers={"Accept-Language": "de"})
    assert over.status_code == 404
    assert "Dieser Link gilt nicht mehr" in over.text
    assert "ostiary recover enrol" in over.text
    assert "AADSTS" not in over.text
    assert served.http.post(link).status_code == 404


def test_BG06_a_password_alone_changes_nothing(served: Served) -> None:
    with_password(served, link_of(served))
    assert served.by_password().status_code == 200
    assert served.by_password(word=NEW).status_code == 400


def test_BG06_of_two_browsers_with_one_link_one_finishes(served: Served) -> None:
    link = link_of(served)
    first, second = with_password(served, link), with_password(served, link)
    code = code_on(second)
    first.fill(otp=code_on(first))
    assert first.page.status_code == 200
    second.fill(otp=code)
    assert second.page.status_code == 404


def test_BG03_a_link_is_over_after_its_time_and_no_other_browser_goes_on(served: Served) -> None:
    link = link_of(served)
    browser = with_password(served, link)
    action, _ = browser.form()
    served.http.cookies.clear()
    assert served.http.get(action).status_code == 404
    served.clock.move(timedelta(minutes=15))
    assert served.http.get(link).status_code == 404


def test_BG06_what_a_link_began_is_no_sign_in(served: Served) -> None:
    browser = with_password(served, link_of(served))
    name = browser.form()[0].rpartition("/")[2]
    assert served.http.get(f"/login/{name}").status_code == 400


def test_BG06_no_cookie_makes_a_sign_in_of_what_a_link_began(served: Served) -> None:
    link = link_of(served)
    action = with_password(served, link).form()[0]
    secret, name = link.rpartition("/")[2], action.rpartition("/")[2]
    cookie = f"enrolment {secret} {served.http.cookies[BROWSER]}"
    headers = {"Cookie": f'{BROWSER}="{cookie}"'}
    served.http.cookies.clear()
    assert served.http.get(f"/login/{name}", headers=headers).status_code == 400


@pytest.mark.parametrize(
    ("typed", "again", "told"),
    [
        ("short", "short", "Choose at least"),
        (NEW, NEW + "x", "not the same"),
        ("password1", "password1", "too easy to guess"),
        ("x1" * 200, "x1" * 200, "Choose at most"),
    ],
)
def test_a_new_password_follows_the_rules(
    served: Served, typed: str, again: str, told: str
) -> None:
    browser = opened(served, link_of(served))
    browser.fill(new_password=typed, new_password_again=again)
    assert told in browser.page.text


def test_a_wrong_code_is_asked_for_again(served: Served) -> None:
    browser = with_password(served, link_of(served))
    browser.fill(otp="")
    assert "Enter the code" in browser.page.text
    browser.fill(otp="000000")
    assert "not right" in browser.page.text
    browser.fill(otp=code_on(browser))
    assert "Keep your recovery codes" in browser.page.text


def test_CS01_a_form_of_another_site_is_refused(served: Served) -> None:
    link = link_of(served)
    action, hidden = opened(served, link).form()
    data = {**hidden, "new_password": NEW, "new_password_again": NEW}
    foreign = {"Origin": "https://evil.example"}
    assert served.http.post(action, data=data, headers=foreign).status_code == 403
    assert served.http.post(action, data={**data, "csrf": "x"}).status_code == 403
    app = with_password(served, link)
    action, hidden = app.form()
    assert served.http.post(action, data={"otp": code_on(app)}).status_code == 403


def test_a_link_needs_an_account_that_can_sign_in(served: Served) -> None:
    store = served.service.store
    with pytest.raises(InputError, match="there is none with"):
        make_link(store, "nobody", login_url=URL, by=SYSTEM)
    with pytest.raises(InputError, match="lifetime of at most"):
        make_link(store, ASTRID, login_url=URL, by=SYSTEM, lifetime=timedelta(hours=2))
    link = link_of(served, LIFEBOAT)
    store.users.modify(LIFEBOAT, {"accountEnabled": False}, by=SYSTEM)
    assert served.http.get(link).status_code == 404
    with pytest.raises(InputError, match="is disabled"):
        make_link(store, LIFEBOAT, login_url=URL, by=SYSTEM)


def test_a_first_password_is_chosen_not_changed(served: Served) -> None:
    page = opened(served, link_of(served)).page.text
    assert "<h1>Choose a password</h1>" in page
    assert "<span>Choose password</span>" in page
    assert "Change" not in page
