"""Changes of devices: the one way to make them, behind the lockout guard.

Policies ask what a device is, so that a change of one may decide who gets in.
"""

from __future__ import annotations

from ostiary.administration.guard import Override, guarded
from ostiary.directory.documents import Stored
from ostiary.directory.errors import ObjectExists
from ostiary.directory.protocols import Actor
from ostiary.directory.snapshot import Snapshots
from ostiary.directory.store import Store
from ostiary.model.json_types import JsonObject, as_object


def create_device(
    store: Store,
    snapshots: Snapshots,
    document: JsonObject,
    *,
    by: Actor,
    override: Override | None = None,
) -> Stored:
    """Register a device. Raises ObjectExists where another one has its `deviceId`, LockedOut."""
    with guarded(store, snapshots, by=by, override=override) as work:
        if work.devices.by_device_id(str(document["deviceId"])) is not None:
            raise ObjectExists("there is a device with this `deviceId` already")
        return work.devices.create(document, by=by)


def change_device(
    store: Store,
    snapshots: Snapshots,
    object_id: str,
    members: JsonObject,
    *,
    by: Actor,
    expected: str | None = None,
    override: Override | None = None,
) -> Stored:
    """Give members of a device other values; extension attributes are merged.

    Raises NoSuchObject, ObjectChanged, LockedOut.
    """
    with guarded(store, snapshots, by=by, override=override) as work:
        name = "extensionAttributes"
        if name in members:
            old = as_object(work.devices.need(object_id).document.get(name))
            members = {**members, name: {**old, **as_object(members[name])}}
        return work.devices.modify(object_id, members, by=by, expected=expected)


def delete_device(
    store: Store,
    snapshots: Snapshots,
    object_id: str,
    *,
    by: Actor,
    expected: str | None = None,
    override: Override | None = None,
) -> None:
    """Remove a device and its memberships. Raises NoSuchObject, ObjectChanged, LockedOut."""
    with guarded(store, snapshots, by=by, override=override) as work:
        work.devices.delete(object_id, by=by, expected=expected)
