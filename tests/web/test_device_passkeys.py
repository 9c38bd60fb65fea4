"""A passkey that cannot leave a registered device tells that a sign-in is made on that device."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ostiary.directory.protocols import SYSTEM
from tests.signin.test_devices import DEVICE, certificate, header
from tests.web import device_flow
from tests.web.browsing import Browser
from tests.web.passkeys import Key
from tests.web.serving import PASSWORD, POLICY, Served
from tests.web.test_token import claims_of

_HERE = {"authenticatorAttachment": "platform"}
_CARRIED = {"authenticatorAttachment": "cross-platform"}
_COMPLIANT = {"operator": "OR", "builtInControls": ["compliantDevice"]}


@pytest.fixture
def device(served: Served) -> str:
    """A compliant laptop that policies ask for; its object id."""
    laptop = {"deviceId": DEVICE, "displayName": "Laptop 7", "isCompliant": True}
    made = served.service.store.devices.create(laptop, by=SYSTEM)
    served.change_policy(POLICY, {"grantControls": _COMPLIANT, "state": "enabled"})
    return made.id


def registered(served: Served, where: dict[str, str]) -> Key:
    """Register a passkey in a browser that shows the laptop's certificate."""
    key, shown = Key(), {"Client-Cert": header(certificate(DEVICE))["client-cert"]}
    browser = Browser(served, more=shown).visit("/account/methods")
    browser.fill(login="astrid@fjordvik.example").fill(passwd=PASSWORD)
    key.register(browser.press("Add a passkey"), outer=where)
    assert "work laptop" in browser.page.text
    served.http.cookies.clear()
    return key


def signed_in(served: Served, key: Key, where: dict[str, str]) -> Browser:
    """Sign in by the passkey, without a certificate."""
    browser = Browser(served).open()
    return browser.press("Sign in with a passkey", passkey=key.answer(browser, outer=where))


@pytest.mark.usefixtures("device")
def test_the_passkey_of_a_compliant_device_is_let_in_and_logged(served: Served) -> None:
    answer = signed_in(served, registered(served, _HERE), _HERE).redeem()
    assert claims_of(answer)["deviceid"] == DEVICE
    detail = served.logged()["deviceDetail"]
    assert (detail["displayName"], detail["isCompliant"]) == ("Laptop 7", True)


@pytest.mark.usefixtures("device")
@pytest.mark.parametrize(("made", "used"), [(_CARRIED, _HERE), (_HERE, _CARRIED), (_HERE, {})])
def test_a_key_that_is_used_beside_the_device_tells_of_none(
    served: Served, made: dict[str, str], used: dict[str, str]
) -> None:
    browser = signed_in(served, registered(served, made), used)
    assert not browser.answer
    assert "AADSTS50097" in browser.page.text


@pytest.mark.parametrize(
    ("members", "code"), [({"isCompliant": False}, 53000), ({"accountEnabled": False}, 50097)]
)
def test_a_refresh_asks_what_the_directory_says_of_the_device_now(
    served: Served, device: str, members: dict[str, bool], code: int
) -> None:
    token = signed_in(served, registered(served, _HERE), _HERE).redeem().json()["refresh_token"]
    served.clock.move(timedelta(hours=2))
    answer = served.refreshed(token)
    assert claims_of(answer)["deviceid"] == DEVICE
    served.service.store.devices.modify(device, members, by=SYSTEM)
    served.clock.move(timedelta(seconds=1))
    assert served.refreshed(answer.json()["refresh_token"]).json()["error_codes"] == [code]


def test_the_device_that_waits_for_a_code_is_not_the_one_that_approves(
    served: Served, device: str
) -> None:
    key = registered(served, _HERE)
    served.policy("disabled")
    waiting = device_flow.device(served)
    browser = Browser(served).visit("/device").fill(user_code=waiting.body["user_code"])
    browser.press("Sign in with a passkey", passkey=key.answer(browser, outer=_HERE))
    browser.fill()
    served.clock.move(timedelta(seconds=6))
    answer = waiting.poll()
    assert "deviceid" not in claims_of(answer)
    served.policy("enabled")
    assert served.refreshed(answer.json()["refresh_token"]).json()["error_codes"] == [50097]
    assert served.service.store.devices.get(device) is not None
