"""Devices through Graph: registered, vouched for, owned, removed; who may say what of them."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.graph.directory_permissions import CLOUD_DEVICE_ADMINISTRATOR
from ostiary.signin.devices import device_named
from tests.web.calling import GRAPH_SCOPE, Apis, called
from tests.web.serving import ASTRID, LIFEBOAT, Served
from tests.web.test_graph_users import holds

DEVICES = "/v1.0/devices"
LAPTOP = {
    "accountEnabled": True,
    "deviceId": "5a1f9a40-0000-4000-8000-0000000000c1",
    "displayName": "Laptop",
    "operatingSystem": "Linux",
    "operatingSystemVersion": "6.1",
    "alternativeSecurityIds": [{"type": 2, "key": "Y3YxN2E1MWFlYw=="}],
}


@pytest.fixture
def apis(served: Served) -> Apis:
    return called(served)


@pytest.fixture
def token(apis: Apis) -> str:
    return apis.sign_in(GRAPH_SCOPE)["access_token"]


def _made(apis: Apis, token: str, **more: Any) -> str:
    answer = apis.call(apis.graph, token, DEVICES, "POST", json={**LAPTOP, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def test_a_device_is_registered_changed_and_removed(apis: Apis, token: str) -> None:
    path = f"{DEVICES}/{_made(apis, token)}"
    assert apis.call(apis.graph, token, DEVICES, "POST", json=LAPTOP).status_code == 409
    first = {"extensionAttributes": {"extensionAttribute1": "SAW"}, "isCompliant": True}
    assert apis.call(apis.graph, token, path, "PATCH", json=first).status_code == 204
    second = {"extensionAttributes": {"extensionAttribute2": "x"}, "deviceOwnership": "company"}
    assert apis.call(apis.graph, token, path, "PATCH", json=second).status_code == 204
    told = apis.call(apis.graph, token, path).json()
    assert told["extensionAttributes"] == {"extensionAttribute1": "SAW", "extensionAttribute2": "x"}
    assert (told["isCompliant"], told["deviceOwnership"]) == (True, "company")
    known = device_named(apis.served.service.store, str(LAPTOP["deviceId"]))
    assert known is not None
    assert known.get("iscompliant") is True
    wanted = f"{DEVICES}?$filter=deviceId eq '{LAPTOP['deviceId']}'"
    (found,) = apis.call(apis.graph, token, wanted).json()["value"]
    assert found["id"] == told["id"]
    assert apis.call(apis.graph, token, path, "DELETE").status_code == 204
    assert apis.call(apis.graph, token, path).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"deviceId": "laptop"},
        {"displayName": None},
        {"isCompliant": "yes"},
        {"trustType": "Friend"},
        {"extensionAttributes": {"extensionAttribute16": "x"}},
        {"onPremisesSyncEnabled": True},
    ],
)
def test_AD05_a_device_that_cannot_be_is_refused(
    apis: Apis, token: str, body: dict[str, Any]
) -> None:
    answer = apis.call(apis.graph, token, DEVICES, "POST", json={**LAPTOP, **body})
    assert answer.status_code == 400, answer.text


def test_AD03_a_device_is_vouched_for_by_few(apis: Apis, token: str) -> None:
    path = f"{DEVICES}/{_made(apis, token)}"
    theirs = holds(apis, CLOUD_DEVICE_ADMINISTRATOR)
    off = {"accountEnabled": False}
    assert apis.call(apis.graph, theirs, path, "PATCH", json=off).status_code == 204
    for body in ({"isCompliant": True}, {"accountEnabled": True, "trustType": "AzureAd"}):
        assert apis.call(apis.graph, theirs, path, "PATCH", json=body).status_code == 403
    other = {**LAPTOP, "deviceId": "5a1f9a40-0000-4000-8000-0000000000c2"}
    assert apis.call(apis.graph, theirs, DEVICES, "POST", json=other).status_code == 403
    assert apis.call(apis.graph, theirs, path, "DELETE").status_code == 204


def test_a_device_has_owners_and_users(apis: Apis, token: str) -> None:
    device = _made(apis, token)
    for member, person, of_user in (
        ("registeredOwners", ASTRID, "ownedDevices"),
        ("registeredUsers", LIFEBOAT, "registeredDevices"),
    ):
        path = f"{DEVICES}/{device}/{member}"
        reference = {"@odata.id": f"https://localhost:8445/v1.0/directoryObjects/{person}"}
        added = apis.call(apis.graph, token, f"{path}/$ref", "POST", json=reference)
        assert added.status_code == 204, added.text
        (told,) = apis.call(apis.graph, token, path).json()["value"]
        assert told["id"] == person
        of = apis.call(apis.graph, token, f"/v1.0/users/{person}/{of_user}").json()["value"]
        assert [each["id"] for each in of] == [device]
    mine = apis.call(apis.graph, token, "/v1.0/me/ownedDevices").json()["value"]
    assert [each["displayName"] for each in mine] == ["Laptop"]
    gone = f"{DEVICES}/{device}/registeredOwners/{ASTRID}/$ref"
    assert apis.call(apis.graph, token, gone, "DELETE").status_code == 204
    assert apis.call(apis.graph, token, "/v1.0/me/ownedDevices").json()["value"] == []


def test_a_device_that_is_removed_leaves_its_groups(apis: Apis, token: str) -> None:
    device, store = _made(apis, token), apis.served.service.store
    body = {"displayName": "Kiosks", "mailNickname": "k", "mailEnabled": False}
    path = "/v1.0/groups"
    made = apis.call(apis.graph, token, path, "POST", json={**body, "securityEnabled": True})
    group = made.json()["id"]
    reference = {"@odata.id": f"https://localhost:8445/v1.0/devices/{device}"}
    path = f"/v1.0/groups/{group}/members/$ref"
    assert apis.call(apis.graph, token, path, "POST", json=reference).status_code == 204
    assert apis.call(apis.graph, token, f"{DEVICES}/{device}", "DELETE").status_code == 204
    assert store.groups.members(group) == []
