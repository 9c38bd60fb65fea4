"""The audit log: who changed what, and when."""

from __future__ import annotations

import json
from typing import Any, Final

from ostiary.admin.log_pages import log_page
from ostiary.admin.visit import Answer, PageRoute, Shown, Visit
from ostiary.model.json_types import JsonObject, as_object, is_list

PATH: Final = "/audit-log"


async def show_audit_log(visit: Visit) -> Answer:
    """List the changes, the latest first, of one activity where one is named."""
    found = await log_page(visit, "directoryAudits", field="activity", member="activityDisplayName")
    values: dict[str, Any] = {
        "entries": [_entry(each) for each in found.rows],
        "activity": found.sought,
        "older": found.older,
    }
    return Shown("audit_log", values)


def _entry(audit: JsonObject) -> dict[str, Any]:
    by = as_object(audit.get("initiatedBy"))
    who = as_object(by.get("user")) or as_object(by.get("app"))
    targets = _objects(audit.get("targetResources"))
    return {
        "at": audit.get("activityDateTime"),
        "activity": audit.get("activityDisplayName"),
        "by": who.get("userPrincipalName") or who.get("displayName") or "",
        "targets": [each.get("displayName") or each.get("id") or "" for each in targets],
        "changes": [
            _change(change)
            for each in targets
            for change in _objects(each.get("modifiedProperties"))
        ],
    }


def _objects(value: object) -> list[JsonObject]:
    return [as_object(each) for each in value] if is_list(value) else []


def _change(change: JsonObject) -> tuple[str, str, str]:
    return (
        str(change.get("displayName")),
        _text(change.get("oldValue")),
        _text(change.get("newValue")),
    )


def _text(value: object) -> str:
    """Write a value, which Graph gives as JSON in a text."""
    if value is None:
        return ""
    try:
        found = json.loads(str(value))
    except ValueError:
        return str(value)
    return found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)


ROUTES: Final = (PageRoute("GET", PATH, show_audit_log),)
