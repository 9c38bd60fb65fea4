"""Devices at the admin center, and what was deleted and comes back."""

from __future__ import annotations

from ostiary.administration.people import delete_user
from ostiary.directory.protocols import SYSTEM
from ostiary.graph.directory_permissions import INTUNE_ADMINISTRATOR
from ostiary.graph.permissions import SECURITY_READER, USER_ADMINISTRATOR
from tests.admin.pages import Admin
from tests.admin.test_users import only
from tests.web.serving import ASTRID, LIFEBOAT

LAPTOP = "5a1f9a40-0000-4000-8000-0000000000e7"
PAGE = f"/admin/devices/{LAPTOP}"


def laptop(admin: Admin) -> None:
    """Register a device."""
    document = {
        "id": LAPTOP,
        "deviceId": LAPTOP,
        "displayName": "Bridge laptop",
        "operatingSystem": "Windows",
        "operatingSystemVersion": "11",
        "trustType": "AzureAd",
        "accountEnabled": True,
        "extensionAttributes": {"extensionAttribute1": "SAW"},
        "registeredOwners": [ASTRID],
    }
    admin.served.service.store.devices.create(document, by=SYSTEM)


def test_a_device_is_found_told_and_changed(admin: Admin) -> None:
    devices = admin.served.service.store.devices
    laptop(admin)
    only(admin, INTUNE_ADMINISTRATOR).open("/admin/devices?join=AzureAd&search=bridge")
    assert "Bridge laptop" in admin.text
    assert "Bridge laptop" not in admin.open("/admin/devices?compliant=yes").text
    admin.open(PAGE)
    assert f"/admin/users/{ASTRID}" in admin.text
    assert "extensionAttribute1: SAW" in admin.text
    admin.send(f"{PAGE}/edit", isCompliant="true", extensions="nonsense")
    assert admin.status == 400
    admin.send(f"{PAGE}/edit", extensions="extensionAttribute2: privileged")
    document = devices.need(LAPTOP).document
    assert document["isCompliant"] is True
    assert document["extensionAttributes"]["extensionAttribute1"] is None
    assert document["extensionAttributes"]["extensionAttribute2"] == "privileged"
    admin.send(f"{PAGE}/disable")
    assert devices.need(LAPTOP).document["accountEnabled"] is False
    admin.send(f"{PAGE}/delete")
    assert devices.get(LAPTOP) is None


def test_a_reader_sees_a_device_and_changes_nothing(admin: Admin) -> None:
    laptop(admin)
    only(admin, SECURITY_READER).open(PAGE)
    assert "Microsoft Entra joined" in admin.text
    assert 'action="/admin/devices' not in admin.text


def test_a_deleted_user_comes_back_or_goes_for_good(admin: Admin) -> None:
    service = admin.served.service
    delete_user(service.store, service.snapshots, LIFEBOAT, by=SYSTEM)
    only(admin, USER_ADMINISTRATOR).open("/admin/deleted-objects")
    admin.send(f"/admin/deleted-objects/{LIFEBOAT}/restore")
    assert "It was restored." in admin.text
    assert service.store.users.get(LIFEBOAT) is not None
    delete_user(service.store, service.snapshots, LIFEBOAT, by=SYSTEM)
    admin.open("/admin/deleted-objects").send(f"/admin/deleted-objects/{LIFEBOAT}/purge")
    assert "Nothing was deleted." in admin.text
    assert service.store.users.get(LIFEBOAT) is None


def test_a_security_reader_is_told_that_deleted_objects_are_not_his(admin: Admin) -> None:
    only(admin, SECURITY_READER).open("/admin/deleted-objects")
    assert "Your roles do not show this." in admin.text
