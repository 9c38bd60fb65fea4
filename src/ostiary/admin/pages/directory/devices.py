"""Devices: the list, and one device with who owns and uses it."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from ostiary.admin.changing import send
from ostiary.admin.directory_changes import acting, word
from ostiary.admin.directory_lists import Choice, Listing, show_list
from ostiary.admin.directory_objects import objects_table
from ostiary.admin.directory_parts import (
    BAD,
    GOOD,
    Cell,
    Error,
    Facts,
    Field,
    Form,
    ObjectPage,
    Part,
    Row,
    enabled,
    shown,
    texts,
    yes_or_no,
)
from ostiary.admin.visit import Answer, PageRoute, Visit
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject, as_object

PATH: Final = "/devices"
_ONE: Final = f"{PATH}/{{id}}"
_PATCH: Final = ("PATCH", "/devices/{id}")
_TRUST: Final = ("AzureAd", "ServerAd", "Workplace")
_EXTENSIONS: Final = tuple(f"extensionAttribute{number}" for number in range(1, 16))


def _compliant(device: JsonObject) -> Cell:
    known = device.get("isCompliant")
    if known is None:
        return Cell(key="devices.unknown")
    return Cell(key="yes" if known is True else "no", tone=GOOD if known is True else BAD)


def _trust(device: JsonObject) -> Cell:
    kind = device.get("trustType")
    return Cell(key=f"devices.trust.{kind}") if kind in _TRUST else texts(kind)


def _joined(device: JsonObject, *names: str) -> str:
    return " ".join(str(device[each]) for each in names if device.get(each))


def _row(device: JsonObject) -> Row:
    system = _joined(device, "operatingSystem", "operatingSystemVersion")
    return Row(
        (
            Cell(str(device.get("displayName") or device["id"]), link=f"{PATH}/{device['id']}"),
            texts(system),
            _trust(device),
            _compliant(device),
            yes_or_no(device.get("isManaged")),
            enabled(device),
        )
    )


DEVICES: Final = Listing(
    "devices.title",
    PATH,
    "/devices",
    (
        "directory.name",
        "devices.system",
        "devices.join",
        "devices.compliant",
        "devices.managed",
        "directory.status",
    ),
    _row,
    "id,displayName,operatingSystem,operatingSystemVersion,trustType,isCompliant,isManaged,"
    "accountEnabled",
    choices=(
        Choice(
            "enabled",
            "directory.status",
            (
                ("yes", "directory.enabled", "accountEnabled eq true"),
                ("no", "directory.disabled", "accountEnabled eq false"),
            ),
        ),
        Choice(
            "compliant",
            "devices.compliant",
            (("yes", "yes", "isCompliant eq true"), ("no", "no", "isCompliant eq false")),
        ),
        Choice(
            "join",
            "devices.join",
            tuple((each, f"devices.trust.{each}", f"trustType eq '{each}'") for each in _TRUST),
        ),
    ),
)


async def show_devices(visit: Visit) -> Answer:
    """List devices."""
    return await show_list(visit, DEVICES)


async def show_device(visit: Visit) -> Answer:
    """Show a device."""
    return await _shown(visit)


async def _shown(visit: Visit, error: Error | None = None, _tab: str = "") -> Answer:
    device = await visit.graph.get(_device(visit))
    path, graph = f"{PATH}/{device['id']}", f"/devices/{device['id']}"
    owners = await visit.graph.get(f"{graph}/registeredOwners")
    users = await visit.graph.get(f"{graph}/registeredUsers")
    parts: list[Part] = [
        _properties(visit, device, path),
        objects_table("devices.owners", owners["value"], empty="devices.nobody"),
        objects_table("devices.users", users["value"], empty="devices.nobody"),
        *_account(visit, device, path),
    ]
    name = str(device.get("displayName") or device["id"])
    page = ObjectPage((PATH, "devices.title"), name, path, parts, (enabled(device),))
    return shown(visit, page, error)


def _properties(visit: Visit, device: JsonObject, path: str) -> Part:
    extensions = as_object(device.get("extensionAttributes"))
    last = str(device.get("approximateLastSignInDateTime") or "")
    system = _joined(device, "operatingSystem", "operatingSystemVersion")
    rows = (
        ("devices.device_id", (texts(device.get("deviceId"), code=True),)),
        ("directory.object_id", (Cell(str(device["id"]), code=True),)),
        ("devices.system", (texts(system),)),
        ("devices.join", (_trust(device),)),
        ("devices.compliant", (_compliant(device),)),
        ("devices.managed", (yes_or_no(device.get("isManaged")),)),
        ("devices.ownership", (texts(device.get("deviceOwnership")),)),
        ("devices.model", (texts(_joined(device, "manufacturer", "model")),)),
        ("devices.registered", (Cell(moment=str(device.get("registrationDateTime") or "")),)),
        ("devices.activity", (Cell(moment=last),)),
        (
            "devices.extensions",
            [Cell(f"{each}: {extensions[each]}") for each in _EXTENSIONS if extensions.get(each)],
        ),
    )
    return Facts("directory.properties", rows, _editing(visit, device, path))


def _editing(visit: Visit, device: JsonObject, path: str) -> tuple[Form, ...]:
    """Give the form of who may say what a device is: those who may register one."""
    if not visit.may("POST", "/devices"):
        return ()
    known = (("", word("devices.unknown")), ("true", word("yes")), ("false", word("no")))
    extensions = as_object(device.get("extensionAttributes"))
    fields = (
        *(
            Field(name, label, _written(device.get(name)), "choice", options=known)
            for name, label in (
                ("isCompliant", "devices.compliant"),
                ("isManaged", "devices.managed"),
            )
        ),
        Field(
            "extensions",
            "devices.extensions",
            _lines(extensions),
            "area",
            "devices.extensions_hint",
        ),
    )
    etag = str(device.get("@odata.etag", ""))
    return (Form(f"{path}/edit", "directory.edit", "devices.edit_hint", fields, etag=etag),)


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else ""


def _lines(extensions: JsonObject) -> str:
    return "\n".join(f"{each}: {extensions[each]}" for each in _EXTENSIONS if extensions.get(each))


def _account(visit: Visit, device: JsonObject, path: str) -> list[Part]:
    etag, forms = str(device.get("@odata.etag", "")), list[Form]()
    if visit.may(*_PATCH):
        on = device.get("accountEnabled") is not False
        turn = "disable" if on else "enable"
        hint = "devices.disable_hint" if on else ""
        forms.append(Form(f"{path}/{turn}", f"directory.{turn}", hint, danger=on, etag=etag))
    if visit.may("DELETE", "/devices/{id}"):
        hint = "devices.delete_hint"
        forms.append(Form(f"{path}/delete", "directory.delete", hint, danger=True, etag=etag))
    return [Facts("directory.account", (), tuple(forms))] if forms else []


def _device(visit: Visit) -> str:
    return f"/devices/{quote(visit.path['id'])}"


async def _enable(visit: Visit) -> None:
    """Let a device count again."""
    await send(visit, "PATCH", _device(visit), {"accountEnabled": True})


async def _disable(visit: Visit) -> None:
    """Let a device count no more."""
    await send(visit, "PATCH", _device(visit), {"accountEnabled": False})


async def _delete(visit: Visit) -> None:
    """Delete a device for good."""
    await send(visit, "DELETE", _device(visit))


async def _edit(visit: Visit) -> None:
    """Say what a device is: whether it is compliant and managed, and its extension attributes."""
    form = visit.form
    said: dict[str, Any] = {
        name: {"true": True, "false": False}.get(form.get(name, ""))
        for name in ("isCompliant", "isManaged")
    }
    body = {name: value for name, value in said.items() if value is not None}
    body["extensionAttributes"] = _extensions(form.get("extensions", ""))
    await send(visit, "PATCH", _device(visit), body)


def _extensions(typed: str) -> dict[str, str | None]:
    """Read the extension attributes, one a line; those that are not named are emptied."""
    found: dict[str, str | None] = dict.fromkeys(_EXTENSIONS)
    for line in filter(None, (each.strip() for each in typed.splitlines())):
        name, colon, value = line.partition(":")
        if name.strip() not in found or not colon:
            raise InputError(
                f"expected lines such as `extensionAttribute1: value`, came `{line[:60]}`"
            )
        found[name.strip()] = value.strip() or None
    return found


ROUTES: Final = (
    PageRoute("GET", PATH, show_devices),
    PageRoute("GET", _ONE, show_device),
    acting(f"{_ONE}/edit", _edit, _shown, "device_changed"),
    acting(f"{_ONE}/enable", _enable, _shown, "device_changed"),
    acting(f"{_ONE}/disable", _disable, _shown, "device_changed"),
    acting(f"{_ONE}/delete", _delete, _shown, "object_gone", to=PATH),
)
