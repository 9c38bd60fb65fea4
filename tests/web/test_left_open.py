"""RT06 and SS04: a page that was left open gives nothing once the sign-ins were ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from ostiary.directory.protocols import SYSTEM
from tests.web.browsing import Browser
from tests.web.serving import ASTRID, TENANT, Served
from tests.web.test_account import PAGE, at_methods
from tests.web.test_registration import with_app
from tests.web.test_revocation import (
    SESSION,
    change_password,
    delete,
    disable,
    reset_password,
    revoke,
)

Ending = Callable[[Served, Any], None]
SECOND = timedelta(seconds=1)


def left_open(served: Served) -> Browser:
    """Show the password, and leave *Stay signed in?* open."""
    return Browser(served, stays=None).signed_in()


def no_way_on(served: Served, browser: Browser) -> None:
    """Go on from the page that was left open: nothing comes of it."""
    browser.press("No")
    assert "code" not in browser.answer
    assert 'name="passwd"' in browser.page.text
    assert all(each.name != SESSION for each in served.http.cookies.jar)
    assert served.service.store.sessions.of_user(ASTRID) == []


@pytest.mark.parametrize(
    "event",
    [change_password, reset_password, revoke, disable, delete],
    ids=lambda each: each.__name__,
)
def test_RT06_a_sign_in_under_way_ends_too(served: Served, event: Ending) -> None:
    browser = left_open(served)
    served.clock.move(SECOND)
    event(served, None)
    served.clock.move(SECOND)
    no_way_on(served, browser)


def test_RT06_it_goes_on_after_a_new_proof(served: Served) -> None:
    browser = left_open(served)
    served.clock.move(SECOND)
    served.service.store.users.revoke_sessions(ASTRID, by=SYSTEM)
    served.clock.move(SECOND)
    browser.press("No")
    browser.fill(passwd="correct horse battery staple")  # noqa: S106  # a test's
    browser.press("No")
    assert browser.redeem().status_code == 200


def test_SS04_what_a_session_showed_ends_with_it(served: Served) -> None:
    token = Browser(served).signed_in().redeem().json()["id_token"]
    browser = Browser(served).open(prompt="consent")
    url = f"/{TENANT}/oauth2/v2.0/logout"
    assert served.http.get(url, params={"id_token_hint": token}).status_code == 200
    browser.visit(browser.form()[0].rpartition("/")[0])
    assert "code" not in browser.answer
    assert 'name="passwd"' in browser.page.text


def test_SS05_an_old_second_factor_does_not_go_with_a_new_password(served: Served) -> None:
    browser = with_app(served, at_methods(served))
    served.clock.move(timedelta(minutes=9))
    browser.visit(PAGE).press("Add a passkey")
    served.clock.move(timedelta(minutes=2))
    browser.skip_to("password", passwd="correct horse battery staple")  # noqa: S106  # a test's
    assert 'name="otp"' in browser.page.text
