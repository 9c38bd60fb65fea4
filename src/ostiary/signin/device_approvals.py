"""What the approval of another device leaves with its code: the factors that the person showed.

The page that takes the approval writes it by `DeviceCodes.approve`; the poll of the device reads
it, and the policies judge these factors (checklist DC05).
"""

from __future__ import annotations

from dataclasses import dataclass

from ostiary.model.json_types import JsonObject
from ostiary.signin.shown import Shown, read_shown, written_shown


@dataclass(frozen=True, slots=True)
class DeviceApproval:
    """The sign-in in which a person approved a device; `address` is the browser's, for the log."""

    shown: Shown
    address: str | None = None


def written_approval(approval: DeviceApproval) -> JsonObject:
    """Write an approval into the document that is kept with the device's code."""
    return {"shown": written_shown(approval.shown), "address": approval.address}


def read_approval(document: JsonObject) -> DeviceApproval:
    """Read what `written_approval` wrote."""
    return DeviceApproval(read_shown(document["shown"]), document["address"])
