"""Setting up a method in the middle of a sign-in (AADSTS50079), judged as a user action."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from pyotp.totp import TOTP

from ostiary.directory.protocols import SYSTEM
from tests.web.browsing import Browser
from tests.web.passkeys import Key, keep_codes
from tests.web.serving import ASTRID, ELSEWHERE, HQ, POLICY, Served
from tests.web.test_token import claims_of

_SECOND = timedelta(seconds=1)
STRENGTH = "00000000-0000-0000-0000-000000000004"
"""Phishing-resistant MFA, built in."""


def seed(browser: Browser) -> str:
    """Give the key that the page shows beside the QR code."""
    found = re.search(r'dir="ltr">((?:[A-Z2-7]{4} ?){8})<', browser.page.text)
    assert found is not None, browser.page.text
    return found[1].replace(" ", "")


def code_of(served: Served, key: str) -> str:
    """Give the code that an app with this key shows now."""
    return TOTP(key).at(int(served.clock.seconds()))


def with_app(served: Served, browser: Browser) -> Browser:
    """Set up an authenticator app on the page that offers it."""
    browser.press("Add an authenticator app")
    key = seed(browser)
    assert "<svg" in browser.page.text
    browser.fill(otp="000000")
    assert 'name="otp"' in browser.page.text
    return keep_codes(browser.fill(otp=code_of(served, key)))


def action_policy(served: Served, **conditions: Any) -> None:
    """Add a policy on registering security information."""
    served.service.store.policies.create(
        {
            "displayName": "Register at the office",
            "state": "enabled",
            "conditions": {
                "clientAppTypes": ["all"],
                "users": {"includeUsers": ["All"]},
                "applications": {"includeUserActions": ["urn:user:registersecurityinfo"]},
                **conditions,
            },
            "grantControls": {"operator": "OR", "builtInControls": ["block"]},
        },
        by=SYSTEM,
    )


def test_whoever_has_no_method_sets_one_up_and_goes_on_in_the_same_sign_in(served: Served) -> None:
    served.policy("enabled")
    browser = Browser(served).signed_in()
    assert "More information required" in browser.page.text
    with_app(served, browser)
    assert claims_of(browser.redeem())["amr"] == ["otp", "pwd", "mfa"]
    kinds = {each.kind for each in served.service.store.methods.of_user(ASTRID)}
    assert kinds == {"softwareOneTimePasscode", "recoveryCode"}


def test_SS05_an_old_session_is_not_enough_to_set_up_the_first_method(served: Served) -> None:
    Browser(served).signed_in()
    served.clock.move(timedelta(minutes=11))
    served.policy("enabled")
    assert Browser(served).open(prompt="none").answer["error"] == "interaction_required"
    browser = Browser(served).open()
    assert 'name="passwd"' in browser.page.text
    browser.fill(passwd="correct horse battery staple")  # noqa: S106  # a test's
    assert "More information required" in browser.page.text
    with_app(served, browser)
    assert claims_of(browser.redeem())["amr"] == ["otp", "pwd", "mfa"]


def test_the_recovery_codes_are_shown_once_and_each_signs_in_once(served: Served) -> None:
    served.policy("enabled")
    browser = Browser(served).signed_in().press("Add an authenticator app")
    browser.fill(otp=code_of(served, seed(browser)))
    codes = re.findall(r'dir="ltr">([0-9A-Z]{6}(?:-[0-9A-Z]{6}){3})<', browser.page.text)
    assert len(codes) == 10
    browser.fill()
    assert "code" in browser.answer
    served.http.cookies.clear()
    again = Browser(served).signed_in().press("Sign in another way").press("recovery code")
    again.fill(recovery_code=codes[0])
    assert "code" in again.answer
    served.http.cookies.clear()
    used = Browser(served).signed_in().press("Sign in another way").press("recovery code")
    used.fill(recovery_code=codes[0])
    assert not used.answer


def test_where_the_policy_on_registering_blocks_nothing_can_be_set_up(served: Served) -> None:
    served.policy("enabled")
    outside = {"includeLocations": ["All"], "excludeLocations": [HQ]}
    action_policy(served, locations=outside)
    served.clock.move(_SECOND)
    served.address = ELSEWHERE
    browser = Browser(served).signed_in()
    assert "AADSTS53003" in browser.page.text
    assert "Register at the office" in browser.page.text
    served.http.cookies.clear()
    served.address = "203.0.113.7"
    assert "More information required" in Browser(served).signed_in().page.text


def test_a_known_password_is_not_enough_to_add_a_passkey_to_an_account(served: Served) -> None:
    served.enrol()
    strength = {"operator": "OR", "authenticationStrength": {"id": STRENGTH}}
    served.change_policy(POLICY, {"grantControls": strength, "state": "enabled"})
    browser = Browser(served).signed_in()
    assert 'name="otp"' in browser.page.text
    forged = browser.form()[0].replace("/otp", "/register")
    csrf = browser.form()[1]
    served.http.post(forged, data={**csrf, "method": "PASSKEY"}, follow_redirects=False)
    assert 'name="otp"' in browser.visit(forged.rpartition("/")[0]).page.text
    browser.fill(otp=served.otp()).press("Add a passkey")
    Key().register(browser)
    claims = claims_of(browser.redeem())
    assert {"fido", "mfa"} <= set(claims["amr"])


def test_a_method_that_does_not_help_is_not_offered(served: Served) -> None:
    strength = {"operator": "OR", "authenticationStrength": {"id": STRENGTH}}
    served.change_policy(POLICY, {"grantControls": strength, "state": "enabled"})
    browser = Browser(served).signed_in()
    assert "Add a passkey" in browser.page.text
    assert "Add an authenticator app" not in browser.page.text
