"""One's own security info: SS05, CS01 and CS02 at its forms."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from ostiary.analysis.lint_stage import GLOBAL_ADMINISTRATOR
from ostiary.directory.protocols import SYSTEM
from ostiary.model.json_types import JsonObject
from tests.administration.guarding import EVERYWHERE, MFA, make, policy
from tests.web.browsing import Browser
from tests.web.passkeys import Key
from tests.web.serving import ASTRID, LIFEBOAT, Served
from tests.web.test_registration import action_policy, with_app

PAGE = "/account/methods"


def at_methods(served: Served) -> Browser:
    """Sign in to the page of methods by password."""
    browser = Browser(served).visit(PAGE).fill(login="astrid@fjordvik.example")
    return browser.fill(passwd="correct horse battery staple")  # noqa: S106  # a test's


def kinds(served: Served) -> list[str]:
    """Give the kinds of Astrid's methods."""
    return sorted(each.kind for each in served.service.store.methods.of_user(ASTRID))


def codes(served: Served) -> list[str]:
    """Give the digests of Astrid's recovery codes."""
    methods = served.service.store.methods.of_user(ASTRID)
    return next(each.document["digests"] for each in methods if each.kind == "recoveryCode")


def test_an_authenticator_app_and_a_passkey_are_added_and_removed(served: Served) -> None:
    browser = with_app(served, at_methods(served))
    assert "The method was added." in browser.page.text
    Key().register(browser.press("Add a passkey"))
    assert kinds(served) == ["passKeyDeviceBound", "recoveryCode", "softwareOneTimePasscode"]
    browser.press("You will not be able to sign in with it")
    assert "The method was removed." in browser.page.text
    assert len(kinds(served)) == 2
    activities = [each.row["activity"] for each in served.service.store.audit.newest(limit=1)]
    assert activities == ["Delete authentication method"]


def test_new_recovery_codes_take_the_place_of_the_old_ones(served: Served) -> None:
    browser = with_app(served, at_methods(served))
    before = codes(served)
    browser.press("Get new recovery codes").press("Get new recovery codes")
    assert len(re.findall(r'dir="ltr">[0-9A-Z]{6}-', browser.page.text)) == 10
    browser.fill()
    assert not set(before) & set(codes(served))
    assert kinds(served).count("recoveryCode") == 1


def test_SS05_a_change_needs_a_fresh_sign_in_with_a_method_of_ones_own(served: Served) -> None:
    browser = with_app(served, at_methods(served))
    served.clock.move(timedelta(minutes=11))
    browser.visit(PAGE)
    assert "Security info" in browser.page.text
    browser.press("You will not be able to sign in with it")
    assert 'name="passwd"' in browser.page.text
    assert "softwareOneTimePasscode" in kinds(served)
    browser.fill(passwd="correct horse battery staple")  # noqa: S106  # a test's
    assert 'name="otp"' in browser.page.text


def test_SS05_policies_on_registering_security_info_are_asked(served: Served) -> None:
    action_policy(served)
    served.clock.move(timedelta(seconds=1))
    browser = at_methods(served)
    assert "AADSTS53003" in browser.page.text
    assert "Register at the office" in browser.page.text


def test_a_password_alone_does_not_open_the_methods_of_who_has_more(served: Served) -> None:
    served.enrol()
    browser = at_methods(served)
    assert 'name="otp"' in browser.page.text
    browser.fill(otp=served.otp())
    assert "Security info" in browser.page.text


def test_signing_out_ends_the_session(served: Served) -> None:
    browser = at_methods(served).press("Sign out")
    assert "You are signed out" in browser.page.text
    assert 'name="login"' in browser.visit(PAGE).page.text


@pytest.mark.parametrize("name", ["add", "remove", "end-sessions", "sign-out"])
def test_CS01_a_form_from_elsewhere_is_refused(served: Served, name: str) -> None:
    at_methods(served)
    post = served.http.post
    path = f"{PAGE}/{name}"
    assert post(path, data={"csrf": "x"}).status_code == 403
    assert post(path, data={}, headers={"Origin": "https://evil.example"}).status_code == 403
    hidden = {"Origin": "null", "Sec-Fetch-Site": "cross-site"}
    assert post(path, data={}, headers=hidden).status_code == 403
    plain = {"Content-Type": "text/plain"}
    assert post(path, content="csrf=x", headers=plain).status_code == 403


def test_somebody_elses_method_is_not_found(served: Served) -> None:
    browser = with_app(served, at_methods(served))
    browser.press("You will not be able to sign in with it", id="somebody-elses")
    assert browser.page.status_code == 404


def test_BG04_nobody_removes_the_method_by_which_the_tenant_is_administered(
    served: Served,
) -> None:
    browser = with_app(served, at_methods(served))
    store = served.service.store
    for user in (ASTRID, LIFEBOAT):
        role = {"roleDefinitionId": GLOBAL_ADMINISTRATOR, "principalId": user}
        store.roles.create({**role, "directoryScopeId": "/"}, by=SYSTEM)
    store.singles.write("settings", {"emergencyAccess": [LIFEBOAT]}, by=SYSTEM)
    everybody: JsonObject = {"includeUsers": ["All"], "excludeUsers": [LIFEBOAT]}
    make(served, policy({**EVERYWHERE, "users": everybody}, MFA))
    for each in store.methods.of_user(ASTRID):
        if each.kind == "recoveryCode":
            store.methods.remove(each.id, by=SYSTEM)
    browser.visit("/account/methods")
    browser.press("You will not be able to sign in with it")
    assert "no administrator could get in" in browser.page.text
    assert kinds(served) == ["softwareOneTimePasscode"]
