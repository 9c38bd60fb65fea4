"""The forms of terms of use: what is sent becomes the members of Graph's agreement."""

from __future__ import annotations

import re
from base64 import b64encode
from typing import Any, Final

from ostiary.admin.visit import Visit
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject
from ostiary.tenant.strengths_json import reaccept_days

EMPTY: Final = {
    "displayName": "",
    "isViewingBeforeAcceptanceRequired": True,
    "isPerDeviceAcceptanceRequired": False,
    "userReacceptRequiredFrequency": None,
}
"""Terms that nothing is said of yet."""
_DAYS: Final = re.compile(r"[0-9]{1,6}")


def members_sent(visit: Visit) -> dict[str, Any]:
    """Read what is asked with terms; days that are none go on as they are, for Graph to refuse."""
    days = visit.form.get("days", "").strip()
    return {
        "displayName": visit.form.get("name", "").strip(),
        "isViewingBeforeAcceptanceRequired": "viewing" in visit.form,
        "isPerDeviceAcceptanceRequired": "device" in visit.form,
        "userReacceptRequiredFrequency": (f"P{days}D" if _DAYS.fullmatch(days) else days) or None,
    }


def file_sent(visit: Visit, *, first: bool) -> dict[str, Any]:
    """Read the document of a language. Raises InputError where no file was chosen."""
    file = visit.files.get("file")
    if file is None or not file.body:
        raise InputError("expected a file, came none", hint="choose the document")
    return {
        "displayName": visit.form.get("title", "").strip() or file.name[:100],
        "fileName": file.name[:200],
        "language": visit.form.get("language", "").strip(),
        "isDefault": first or "default" in visit.form,
        "isMajorVersion": "major" in visit.form,
        "fileData": {"data": b64encode(file.body).decode()},
    }


def days_of(agreement: JsonObject) -> str:
    """Write after how many days terms are accepted anew; what is no duration as it stands."""
    frequency = str(agreement.get("userReacceptRequiredFrequency") or "")
    days = reaccept_days(frequency)
    return str(days) if days else frequency
