"""Changing one's password at one's own security info: SS04, SS05, CS01."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.web.browsing import Browser
from tests.web.serving import PASSWORD, Served
from tests.web.test_account import at_methods

NEW = "seven quiet gulls circling"


def at_password(served: Served) -> Browser:
    """Follow the link beside the password."""
    browser = at_methods(served)
    assert 'href="/account/methods/password"' in browser.page.text
    return browser.visit("/account/methods/password")


def typed(new: str = NEW, again: str | None = None, passwd: str = PASSWORD) -> dict[str, str]:
    """Fill in the page."""
    return {"passwd": passwd, "new_password": new, "new_password_again": again or new}


def test_SS04_a_new_password_ends_every_other_session_and_its_tokens(served: Served) -> None:
    other = Browser(served).signed_in().redeem().json()["refresh_token"]
    served.http.cookies.clear()
    browser = at_password(served)
    assert "Your other sessions end when you change it." in browser.page.text
    browser.fill(**typed())
    assert "Your password was changed." in browser.page.text
    activities = [each.row["activity"] for each in served.service.store.audit.newest(limit=1)]
    assert activities == ["Change user password"]
    assert served.refreshed(other).json()["error_codes"] == [50173]
    assert served.by_password().status_code == 400
    assert served.by_password(word=NEW).status_code == 200
    assert "Your methods" in browser.visit("/account/methods").page.text


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (typed(passwd=NEW), "That did not work."),
        (typed(again="another one entirely"), "are not the same"),
        (typed("short"), "Choose at least"),
        (typed("astrid@fjordvik.example"), "too easy to guess"),
        (typed(PASSWORD), "have not used here before"),
    ],
)
def test_what_is_no_good_changes_nothing(served: Served, fields: dict[str, str], told: str) -> None:
    browser = at_password(served).fill(**fields)
    assert 'class="problem"' in browser.page.text
    assert told in browser.page.text
    assert served.by_password().status_code == 200


def test_SS05_a_change_needs_a_fresh_sign_in_and_goes_on_from_there(served: Served) -> None:
    browser = at_methods(served)
    served.clock.move(timedelta(minutes=11))
    browser.visit("/account/methods/password")
    assert "Enter your password" in browser.page.text
    assert "Present password" in browser.fill(passwd=PASSWORD).page.text


def test_wrong_present_passwords_are_counted_as_at_a_sign_in(served: Served) -> None:
    browser = at_password(served)
    for number in range(12):
        browser.fill(**typed(passwd=f"wrong {number}"))
    browser.fill(**typed())
    assert "That did not work." in browser.page.text


def test_CS01_a_form_from_elsewhere_changes_nothing(served: Served) -> None:
    at_password(served)
    foreign = served.http.post("/account/methods/password", data={**typed(), "csrf": "x"})
    assert foreign.status_code == 403
    assert served.by_password().status_code == 200
