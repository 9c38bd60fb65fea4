"""The page for another device's code: DC03 to DC05, and that nothing is approved by itself."""

from __future__ import annotations

from datetime import timedelta

from ostiary.directory.protocols import SYSTEM
from ostiary.model.json_types import JsonObject
from tests.web.browsing import Browser
from tests.web.device_flow import Device, device
from tests.web.serving import ELSEWHERE, PLACES, Served
from tests.web.test_token import claims_of, refused

_SECOND = timedelta(seconds=1)
DEVICE_FLOW: JsonObject = {
    "displayName": "No device code",
    "state": "enabled",
    "conditions": {
        "clientAppTypes": ["all"],
        "users": {"includeUsers": ["All"]},
        "applications": {"includeApplications": ["All"]},
        "authenticationFlows": {"transferMethods": "deviceCodeFlow"},
    },
    "grantControls": {"operator": "OR", "builtInControls": ["block"]},
}


def at_question(served: Served, asking: Device) -> Browser:
    """Type the code and sign in, up to the question."""
    browser = Browser(served).visit("/device").fill(user_code=asking.body["user_code"].lower())
    browser.fill(login="astrid@fjordvik.example")
    return browser.fill(passwd="correct horse battery staple")  # noqa: S106  # a test's


def test_a_device_is_signed_in_after_the_person_confirmed(served: Served) -> None:
    asking = device(served)
    browser = at_question(served, asking)
    assert "Microsoft Azure CLI" in browser.page.text
    assert asking.body["user_code"] in browser.page.text
    refused(asking.poll(), 70016, "authorization_pending")
    browser.fill()
    assert "You are signed in on the other device" in browser.page.text
    served.clock.move(_wait(asking))
    assert claims_of(asking.poll())["amr"] == ["pwd"]


def test_a_device_that_the_person_refuses_is_told(served: Served) -> None:
    asking = device(served)
    browser = at_question(served, asking).press("Cancel")
    assert "The sign-in was cancelled" in browser.page.text
    refused(asking.poll(), 65004, "authorization_declined")


def test_with_the_policy_on_the_device_gets_mfa(served: Served) -> None:
    served.enrol()
    served.policy("enabled")
    asking = device(served)
    browser = at_question(served, asking)
    assert 'name="otp"' in browser.page.text
    browser.fill(otp=served.otp()).fill()
    assert claims_of(asking.poll())["amr"] == ["otp", "pwd", "mfa"]


def test_DC03_guessing_is_limited(served: Served) -> None:
    browser = Browser(served).visit("/device")
    for _ in range(10):
        browser.fill(user_code="BCDFGHJKL")
        assert browser.page.status_code == 200
    browser.fill(user_code="BCDFGHJKM")
    assert browser.page.status_code == 429
    assert int(browser.page.headers["retry-after"]) > 0
    served.http.cookies.clear()
    other = Browser(served).visit("/device").fill(user_code=device(served).body["user_code"])
    assert other.page.status_code == 429
    served.address = ELSEWHERE
    served.http.cookies.clear()
    free = Browser(served).visit("/device").fill(user_code=device(served).body["user_code"])
    assert 'name="login"' in free.page.text


def test_DC04_the_complete_address_fills_the_code_in_and_approves_nothing(served: Served) -> None:
    Browser(served).signed_in()
    asking = device(served)
    code = asking.body["user_code"]
    browser = Browser(served).visit(f"/device?user_code={code}")
    assert f'value="{code}"' in browser.page.text
    refused(asking.poll(), 70016, "authorization_pending")
    browser.fill(user_code=code)
    assert "Are you trying to sign in to" in browser.page.text


def test_DC05_a_policy_on_the_device_code_flow_blocks_the_approval(served: Served) -> None:
    served.service.store.policies.create(DEVICE_FLOW, by=SYSTEM)
    served.clock.move(_SECOND)
    asking = device(served)
    browser = at_question(served, asking)
    assert "AADSTS53003" in browser.page.text
    assert "No device code" in browser.page.text
    refused(asking.poll(), 70016, "authorization_pending")


def test_DC05_a_policy_that_is_switched_on_after_the_approval_blocks_the_poll(
    served: Served,
) -> None:
    asking = device(served)
    at_question(served, asking).fill()
    served.service.store.policies.create(DEVICE_FLOW, by=SYSTEM)
    served.clock.move(_SECOND)
    refused(asking.poll(), 53003, "invalid_grant")


def test_a_place_that_is_blocked_is_told_on_a_page_and_another_account_may_try(
    served: Served,
) -> None:
    served.policy("enabled", PLACES)
    served.address = ELSEWHERE
    asking = device(served)
    browser = at_question(served, asking)
    assert "Only from the office" in browser.page.text
    assert "<form" not in browser.page.text
    browser.visit("/device").fill(user_code=asking.body["user_code"])
    browser.fill(login="lifeboat@fjordvik.example")
    browser.fill(passwd="correct horse battery staple").fill()  # noqa: S106  # a test's
    assert claims_of(asking.poll())["upn"] == "lifeboat@fjordvik.example"


def _wait(asking: Device) -> timedelta:
    return timedelta(seconds=asking.body["interval"])
