"""`devices` as Graph shows them (resources device)."""

from __future__ import annotations

from typing import Final

from ostiary.graph.directory_objects import DirectoryResource, one
from ostiary.graph.shapes import MAYBE_TIME
from ostiary.http.shapes import FLAG, maybe

REGISTERED_OWNERS: Final = "registeredOwners"
REGISTERED_USERS: Final = "registeredUsers"
DEVICES: Final = DirectoryResource(
    "devices",
    "Device",
    lambda store: store.devices,
    plain={
        "accountEnabled": True,
        "alternativeSecurityIds": [],
        "approximateLastSignInDateTime": None,
        "createdDateTime": None,
        "deviceId": None,
        "deviceOwnership": None,
        "displayName": None,
        "enrollmentProfileName": None,
        "extensionAttributes": {},
        "isCompliant": None,
        "isManaged": None,
        "manufacturer": None,
        "mdmAppId": None,
        "model": None,
        "operatingSystem": None,
        "operatingSystemVersion": None,
        "physicalIds": [],
        "profileType": None,
        "registrationDateTime": None,
        "systemLabels": [],
        "trustType": None,
    },
    members={
        **dict.fromkeys(("isCompliant", "isManaged"), maybe(FLAG)),
        **dict.fromkeys(
            ("approximateLastSignInDateTime", "createdDateTime", "registrationDateTime"), MAYBE_TIME
        ),
    },
    ordered=dict.fromkeys(
        ("displayName", "createdDateTime", "approximateLastSignInDateTime"), True
    ),
    columns={"displayName": "display_name"},
    written=frozenset({"accountEnabled", "isCompliant", "isManaged", "trustType"}),
    never=frozenset({REGISTERED_OWNERS, REGISTERED_USERS}),
    quickly={
        "id": lambda store, value: one(store.devices.get(value)),
        "deviceid": lambda store, value: one(store.devices.by_device_id(value)),
    },
)
