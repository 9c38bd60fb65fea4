"""What-if: how a resource would differ, member by member.

Source: azure-docs rest/api/resources/deployments/what-if (WhatIfChange, WhatIfPropertyChange).
"""

from __future__ import annotations

from typing import Any

from ostiary.arm.deploying import Applied
from ostiary.model.json_types import JsonObject, as_object, is_list, is_object


def change_of(applied: Applied) -> dict[str, Any]:
    """Give what would become of a resource."""
    before = None if applied.old is None else _shown(applied.old)
    after = None if applied.new is None else _shown(applied.new)
    delta = _members(before, after, "") if before is not None and after is not None else None
    if after is None:
        kind = "Delete"
    elif before is None:
        kind = "Create"
    else:
        kind = "Modify" if delta else "NoChange"
    return _change(applied.document, kind, before, after, delta)


def ignored(document: JsonObject) -> dict[str, Any]:
    """Give a resource that would stay as it is because the template does not name it."""
    return _change(document, "Ignore", _shown(document), _shown(document), None)


def _change(
    document: JsonObject, kind: str, before: Any, after: Any, delta: list[dict[str, Any]] | None
) -> dict[str, Any]:
    return {
        "resourceId": document["id"],
        "changeType": kind,
        "before": before,
        "after": after,
        "delta": delta or None,
    }


def _shown(document: JsonObject) -> dict[str, Any]:
    """Leave out what the service gives itself."""
    properties = {
        name: value
        for name, value in as_object(document.get("properties")).items()
        if name != "provisioningState"
    }
    rest = {name: value for name, value in document.items() if name != "properties"}
    return {**rest, "properties": properties} if properties else rest


def _members(before: Any, after: Any, path: str) -> list[dict[str, Any]]:
    old, new = as_object(before), as_object(after)
    found: list[dict[str, Any]] = []
    for name in dict.fromkeys((*old, *new)):
        place = f"{path}.{name}" if path else name
        if name not in new:
            found.append(_property(place, "Delete", old[name], None))
        elif name not in old:
            found.append(_property(place, "Create", None, new[name]))
        elif old[name] != new[name]:
            found += _changed(place, old[name], new[name])
    return found


def _changed(place: str, old: Any, new: Any) -> list[dict[str, Any]]:
    if is_object(old) and is_object(new):
        return _members(old, new, place)
    if is_list(old) and is_list(new):
        return [_property(place, "Array", old, new, _elements(old, new))]
    return [_property(place, "Modify", old, new)]


def _elements(old: Any, new: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for number in range(max(len(old), len(new))):
        if number >= len(new):
            found.append(_property(str(number), "Delete", old[number], None))
        elif number >= len(old):
            found.append(_property(str(number), "Create", None, new[number]))
        elif old[number] != new[number]:
            inner = _members(old[number], new[number], "")
            kind = "Modify"
            found.append(_property(str(number), kind, old[number], new[number], inner))
    return found


def _property(
    path: str, kind: str, before: Any, after: Any, children: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    return {
        "path": path,
        "propertyChangeType": kind,
        "before": before,
        "after": after,
        "children": children or None,
    }
