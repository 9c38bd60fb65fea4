"""BG01, BG03: behind an enrolment link somebody sets up a passkey instead of an app."""

from __future__ import annotations

import pytest

from ostiary.signin.stored_methods import PASSKEY, RECOVERY_CODES
from tests.factors.authenticator import UP
from tests.web.browsing import Browser
from tests.web.passkeys import Key
from tests.web.serving import LIFEBOAT, Served
from tests.web.test_enrolment import NEW, link_of, with_password
from tests.web.test_token import claims_of


def at_passkey(served: Served, link: str) -> Browser:
    """Choose a password, and the passkey."""
    browser = with_password(served, link)
    assert "Set up a passkey instead" in browser.page.text
    return browser.visit(f"{browser.form()[0]}/passkey")


def kinds(served: Served) -> list[str]:
    """Give the kinds of the account's methods."""
    return sorted(each.kind for each in served.service.store.methods.of_user(LIFEBOAT))


def test_BG01_an_emergency_account_enrols_a_passkey_and_signs_in_by_it(served: Served) -> None:
    link, key = link_of(served, LIFEBOAT), Key(user=LIFEBOAT)
    browser = key.register(at_passkey(served, link)).fill()
    assert "Your account is set up" in browser.page.text
    assert kinds(served) == [PASSKEY, RECOVERY_CODES]
    assert served.by_password("lifeboat@fjordvik.example", NEW).status_code == 200
    assert served.http.get(link).status_code == 404
    browser = Browser(served).open()
    browser.press("Sign in with a passkey", passkey=key.answer(browser))
    assert set(claims_of(browser.redeem())["amr"]) == {"fido", "mfa"}


@pytest.mark.parametrize(
    ("spoiled", "told"),
    [
        ({"flags": UP | 0x40}, "did not verify"),
        ({"without": frozenset({"origin"})}, "could not be checked"),
    ],
)
def test_WA01_what_is_no_passkey_keeps_nothing(
    served: Served, spoiled: dict[str, object], told: str
) -> None:
    link, key = link_of(served, LIFEBOAT), Key(user=LIFEBOAT)
    browser = at_passkey(served, link)
    browser.fill(passkey=key.answer(browser, **spoiled))
    assert told in browser.page.text
    assert kinds(served) == []
    answer = key.answer(browser)
    browser.fill(passkey="{}").fill(passkey=answer)
    assert "could not be checked" in browser.page.text  # its challenge was used up
    assert "Your account is set up" in key.register(browser).fill().page.text


def test_a_passkey_that_somebody_has_is_not_enrolled_again(served: Served) -> None:
    key = Key(user=LIFEBOAT)
    key.register(at_passkey(served, link_of(served, LIFEBOAT)))
    browser = at_passkey(served, link_of(served, LIFEBOAT))
    browser.fill(passkey=key.answer(browser))
    assert 'class="problem"' in browser.page.text
    assert kinds(served) == [PASSKEY, RECOVERY_CODES]


def test_CS01_a_passkey_from_elsewhere_is_refused(served: Served) -> None:
    browser = at_passkey(served, link_of(served, LIFEBOAT))
    action, _ = browser.form()
    assert served.http.post(action, data={"passkey": "{}", "csrf": "x"}).status_code == 403
    served.http.cookies.clear()
    assert served.http.get(action).status_code == 404
