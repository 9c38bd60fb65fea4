"""`devices`: list, tell, register, change, remove; who owns and uses them.

Sources: api-reference device-list, -get, -post-devices, -update, -delete,
-list-registeredowners, -post-registeredowners, -delete-registeredowners, -list-registeredusers;
user-list-owneddevices, user-list-registereddevices.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from ostiary.administration import devices
from ostiary.administration.owners import add_owner, owners_of, remove_owner
from ostiary.graph.answers import entity, etag_header, if_match, told
from ostiary.graph.bodies import (
    FLAG,
    OBJECT,
    OBJECTS,
    TEXT,
    TEXTS,
    Kind,
    Members,
    body_shape,
    one_of,
    written,
)
from ostiary.graph.device_resource import DEVICES, REGISTERED_OWNERS, REGISTERED_USERS
from ostiary.graph.directory_objects import declare_reading
from ostiary.graph.directory_permissions import (
    COMPLIANCE_WRITERS,
    CREATE_DEVICES,
    READ_DEVICES,
    WRITE_DEVICES,
)
from ostiary.graph.objects import ANY_OBJECTS, objects_page
from ostiary.graph.permissions import READ_ME, READ_USERS
from ostiary.graph.policy_calls import OVERRIDABLE, override_of
from ostiary.graph.ranks import denied
from ostiary.graph.references import REFERENCE, referred
from ostiary.graph.removing import removed
from ostiary.graph.shapes import DONE
from ostiary.graph.shapes import made as new
from ostiary.graph.users import user_of
from ostiary.http.calls import Answer, Call, guid
from ostiary.http.operations import Operations

OPERATIONS: Final = Operations()
_EXTENSIONS: Final[Members] = {f"extensionAttribute{number}": TEXT for number in range(1, 16)}
_CHANGEABLE: Final[Members] = {
    "accountEnabled": FLAG,
    "deviceOwnership": one_of("company", "personal", "unknown"),
    "displayName": TEXT.needed,
    "enrollmentProfileName": TEXT,
    "extensionAttributes": replace(OBJECT, shape=body_shape(_EXTENSIONS)),
    "isCompliant": Kind(lambda value: isinstance(value, bool), "true or false", shape=FLAG.shape),
    "isManaged": Kind(lambda value: isinstance(value, bool), "true or false", shape=FLAG.shape),
    "manufacturer": TEXT,
    "mdmAppId": TEXT,
    "model": TEXT,
    "operatingSystem": TEXT.needed,
    "operatingSystemVersion": TEXT.needed,
    "physicalIds": TEXTS,
    "profileType": TEXT,
    "systemLabels": TEXTS,
    "trustType": one_of("Workplace", "AzureAd", "ServerAd"),
}
_FIRST: Final[Members] = {
    **_CHANGEABLE,
    "alternativeSecurityIds": OBJECTS,
    "deviceId": Kind(
        lambda value: isinstance(value, str) and guid(value) is not None,
        "a GUID",
        empties=False,
        shape=TEXT.shape,
    ),
}
_NEEDED: Final = (
    "accountEnabled",
    "deviceId",
    "displayName",
    "operatingSystem",
    "operatingSystemVersion",
)
declare_reading(OPERATIONS, DEVICES, needs=READ_DEVICES)


@OPERATIONS.add(
    "POST",
    "/devices",
    needs=CREATE_DEVICES,
    schema=OVERRIDABLE,
    answers=new(DEVICES.type),
    body=body_shape(_FIRST, needed=_NEEDED),
)
def create_device(call: Call) -> Answer:
    """Register a device, which is recognised by a certificate for its `deviceId`."""
    members = _read(call, _FIRST, needed=_NEEDED)
    document = {
        **{name: value for name, value in members.items() if value is not None},
        "id": call.server.randomness.object_id(),
        "createdDateTime": told(call.asked.at),
        "registrationDateTime": told(call.asked.at),
    }
    made = devices.create_device(
        call.store, call.server.snapshots, document, by=call.actor, override=override_of(call)
    )
    call.server.snapshots.refresh()
    body = entity(call, DEVICES.answered(call, made.document), "devices")
    return Answer(201, body, etag_header(made.etag))


@OPERATIONS.add(
    "PATCH",
    "/devices/{id}",
    needs=WRITE_DEVICES,
    schema=OVERRIDABLE,
    answers=DONE,
    body=body_shape(_CHANGEABLE),
)
def patch_device(call: Call) -> Answer:
    """Give members of a device other values; a disabled one is as good as none at sign-ins."""
    found = DEVICES.get(call.store, call.path["id"])
    members = _read(call, _CHANGEABLE)
    if set(members) - {"accountEnabled"} and not _may_vouch(call):
        raise denied("your roles only enable and disable devices")
    devices.change_device(
        call.store,
        call.server.snapshots,
        found.id,
        members,
        by=call.actor,
        expected=if_match(call),
        override=override_of(call),
    )
    call.server.snapshots.refresh()
    return Answer(204)


@OPERATIONS.add(
    "DELETE",
    "/devices/{id}",
    needs=WRITE_DEVICES,
    schema=OVERRIDABLE,
    answers=DONE,
)
def delete_device(call: Call) -> Answer:
    """Remove a device."""
    found = DEVICES.get(call.store, call.path["id"])
    return removed(call, devices.delete_device, found.id)


def _declare(member: str, of_user: str) -> None:
    whole = f"/devices/{{id}}/{member}"

    def listing(call: Call) -> Answer:
        """List who owns, or uses, a device."""
        found = DEVICES.get(call.store, call.path["id"])
        return objects_page(call, owners_of(found.document, member))

    def adding(call: Call) -> Answer:
        """Add somebody."""
        found = _vouched(call)
        add_owner(call.store, _aggregate, found, referred(call), by=call.actor, member=member)
        call.server.snapshots.refresh()
        return Answer(204)

    def removing(call: Call) -> Answer:
        """Remove somebody."""
        found, person = _vouched(call), call.path["person"]
        remove_owner(call.store, _aggregate, found, person, by=call.actor, member=member)
        call.server.snapshots.refresh()
        return Answer(204)

    def of_somebody(call: Call) -> Answer:
        """List the devices of a user."""
        return _devices_of(call, member, user_of(call.store, call.path["id"]).id)

    def of_me(call: Call) -> Answer:
        """List the devices of the signed-in user."""
        return _devices_of(call, member, call.token.object_id)

    OPERATIONS.add(
        "GET",
        whole,
        needs=READ_DEVICES,
        answers=ANY_OBJECTS,
    )(listing)
    OPERATIONS.add(
        "POST",
        f"{whole}/$ref",
        needs=WRITE_DEVICES,
        answers=DONE,
        body=REFERENCE,
    )(adding)
    OPERATIONS.add(
        "DELETE",
        f"{whole}/{{person}}/$ref",
        needs=WRITE_DEVICES,
        answers=DONE,
    )(removing)
    OPERATIONS.add(
        "GET",
        f"/users/{{id}}/{of_user}",
        needs=READ_USERS,
        answers=ANY_OBJECTS,
    )(of_somebody)
    OPERATIONS.add(
        "GET",
        f"/me/{of_user}",
        needs=READ_ME,
        answers=ANY_OBJECTS,
    )(of_me)


_aggregate = DEVICES.aggregate
_declare(REGISTERED_OWNERS, "ownedDevices")
_declare(REGISTERED_USERS, "registeredDevices")


def _read(call: Call, members: Members, *, needed: tuple[str, ...] = ()) -> dict[str, Any]:
    read = written(call.document, members, needed=needed)
    if read.get("extensionAttributes") is not None:
        read["extensionAttributes"] = written(read["extensionAttributes"], _EXTENSIONS)
    return read


def _vouched(call: Call) -> str:
    """Give the id of a device that the caller may say more of than that it is enabled."""
    if not _may_vouch(call):
        raise denied("your roles only enable and disable devices")
    return DEVICES.get(call.store, call.path["id"]).id


def _may_vouch(call: Call) -> bool:
    return call.token.of_application or bool(COMPLIANCE_WRITERS & call.directory_roles)


def _devices_of(call: Call, member: str, person: str) -> Answer:
    found = call.store.devices.listing(member, person.casefold())
    return objects_page(call, sorted(each.id for each in found))
