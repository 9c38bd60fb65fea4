"""Devices known by a certificate that a trusted proxy hands on, and what policies make of them."""

from __future__ import annotations

from ostiary.directory.protocols import SYSTEM
from ostiary.signin.devices import device_named
from tests.signin.test_devices import DEVICE, certificate, header
from tests.web.serving import ARM_SCOPE, AZ, PASSWORD, POLICY, Served


def test_a_device_is_what_the_directory_says_of_it_now(served: Served) -> None:
    store = served.service.store
    assert device_named(store, DEVICE) is None
    written = {
        "deviceId": DEVICE,
        "displayName": "Laptop 7",
        "isCompliant": True,
        "trustType": "ServerAd",
        "operatingSystem": "Windows",
        "extensionAttributes": {"extensionAttribute1": "Paw"},
        "physicalIds": ["[ZTDId]:1"],
    }
    made = store.devices.create(written, by=SYSTEM)
    device = device_named(store, DEVICE)
    assert device is not None
    assert device.is_compliant
    assert device.is_hybrid_joined
    assert device.get("extensionattribute1") == "Paw"
    assert device.get("physicalids") == ("[ZTDId]:1",)
    assert device.get("deviceid") == DEVICE
    store.devices.modify(made.id, {"isCompliant": False}, by=SYSTEM)
    later = device_named(store, DEVICE)
    assert later is not None
    assert not later.is_compliant
    store.devices.modify(made.id, {"accountEnabled": False}, by=SYSTEM)
    assert device_named(store, DEVICE) is None


def test_a_compliant_device_is_let_in_and_logged_and_another_is_not(served: Served) -> None:
    grant = {"operator": "OR", "builtInControls": ["compliantDevice"]}
    served.change_policy(POLICY, {"grantControls": grant, "state": "enabled"})
    device = {"deviceId": DEVICE, "displayName": "Laptop 7", "isCompliant": True}
    made = served.service.store.devices.create(device, by=SYSTEM)
    shown = header(certificate(DEVICE))["client-cert"]
    form = {"grant_type": "password", "client_id": AZ, "scope": ARM_SCOPE}
    form |= {"username": "astrid@fjordvik.example", "password": PASSWORD}
    assert served.token(form, "organizations").json()["error_codes"] == [50097]
    assert "access_token" in served.token(form, "organizations", **{"Client-Cert": shown}).json()
    detail = served.logged()["deviceDetail"]
    assert (detail["displayName"], detail["isCompliant"]) == ("Laptop 7", True)
    for members, code in (({"isCompliant": False}, 53000), ({"accountEnabled": False}, 50097)):
        served.service.store.devices.modify(made.id, members, by=SYSTEM)
        refused = served.token(form, "organizations", **{"Client-Cert": shown})
        assert refused.json()["error_codes"] == [code]
