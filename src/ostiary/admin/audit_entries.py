"""A row of the audit log as people read it: who, what, to what, and each member old and new."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from ostiary.model.json_types import JsonObject, as_object, is_list, is_object

_MOST_CHANGES: Final = 200


@dataclass(frozen=True, slots=True)
class Change:
    """A member, by its path in words, with its values; '' stands for none."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One row; `targets` are (type, name, id)."""

    id: str
    at: str
    activity: str
    category: str
    result: str
    by: str
    by_id: str
    address: str
    correlation: str
    targets: tuple[tuple[str, str, str], ...]
    changes: tuple[Change, ...]
    details: tuple[tuple[str, str], ...]


def entry_of(audit: JsonObject) -> AuditEntry:
    """Read a directoryAudit of Graph."""
    by = as_object(audit.get("initiatedBy"))
    who = as_object(by.get("user")) or as_object(by.get("app"))
    targets = _objects(audit.get("targetResources"))
    changes = [
        change
        for each in targets
        for member in _objects(each.get("modifiedProperties"))
        for change in _changes(member)
    ]
    return AuditEntry(
        _text(audit.get("id")),
        _text(audit.get("activityDateTime")),
        _text(audit.get("activityDisplayName")),
        _text(audit.get("category")),
        _text(audit.get("result")),
        _text(who.get("userPrincipalName") or who.get("displayName")),
        _text(who.get("id") or who.get("servicePrincipalId")),
        _text(who.get("ipAddress")),
        _text(audit.get("correlationId")),
        tuple(
            (_text(each.get("type")), _text(each.get("displayName")), _text(each.get("id")))
            for each in targets
        ),
        tuple(changes[:_MOST_CHANGES]),
        tuple(
            (_text(each.get("key")), _readable(_parsed(each.get("value"))))
            for each in _objects(audit.get("additionalDetails"))
        ),
    )


def values_of(column: str) -> Callable[[dict[str, Any]], str]:
    """Give what stands in a column of a file."""
    return lambda audit: _cell(entry_of(audit), column)


def _cell(entry: AuditEntry, column: str) -> str:
    if column == "targets":
        return "; ".join(f"{kind} {name or key}" for kind, name, key in entry.targets)
    if column == "changes":
        return "; ".join(f"{each.name}: {each.old} → {each.new}" for each in entry.changes)
    return str(getattr(entry, column))


def _objects(value: object) -> list[JsonObject]:
    return [as_object(each) for each in value] if is_list(value) else []


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _parsed(value: object) -> object:
    """Read a value, which Graph gives as JSON in a text."""
    if value is None:
        return None
    try:
        return json.loads(str(value))
    except ValueError:
        return str(value)


def _changes(member: JsonObject) -> Iterator[Change]:
    name = _text(member.get("displayName"))
    yield from _between(name, _parsed(member.get("oldValue")), _parsed(member.get("newValue")))


def _between(name: str, old: object, new: object) -> Iterator[Change]:
    """Give what differs, member by member where both sides have some."""
    if old == new:
        return
    if (is_object(old) and is_object(new)) or _one_is_nothing(old, new):
        one, other = as_object(old), as_object(new)
        for each in dict.fromkeys((*one, *other)):
            yield from _between(f"{name} / {each}", one.get(each), other.get(each))
        return
    yield Change(name, _readable(old), _readable(new))


def _one_is_nothing(old: object, new: object) -> bool:
    """Tell whether an object came or went: then each of its members did."""
    there = [each for each in (old, new) if each is not None]
    return len(there) == 1 and is_object(there[0]) and bool(there[0])


def _readable(value: object) -> str:
    """Write a value: a list with commas, an object as JSON, nothing as ''."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if is_list(value) and not any(is_object(each) or is_list(each) for each in value):
        return ", ".join(_readable(each) for each in value)
    if is_object(value) or is_list(value):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
