"""Members of a policy that this version does not know, at every level of the document.

Exports are newer than any reader. What such a member means nobody here can tell, so a policy with
one in its conditions counts as if the member were met, and one in its grant controls is never met.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from pydantic import BaseModel

from ostiary.conditions import Condition
from ostiary.conditions.base import Field, Shape
from ostiary.controls import GRANT_CONTROLS
from ostiary.controls.not_understood import NotUnderstood
from ostiary.model.json_types import JsonObject, as_object, is_list, is_object
from ostiary.schema.edge_session import session_model

Path: TypeAlias = tuple[str, ...]
_INNER: Mapping[Shape, Mapping[str, frozenset[str]]] = {
    Shape.FILTER: {"": frozenset({"mode", "rule"})},
    Shape.GUESTS: {
        "": frozenset({"guestOrExternalUserTypes", "externalTenants"}),
        "externalTenants": frozenset({"membershipKind", "members"}),
    },
}
"""The members of fields that are objects (conditionalAccessFilter,
conditionalAccessGuestsOrExternalUsers), by the member they stand in."""
_GRANT = frozenset({"operator", "builtInControls"}) | {
    each.key for each in GRANT_CONTROLS if not each.built_in and each.key != NotUnderstood.key
}


def unknown_conditions(conditions: JsonObject, known: Sequence[Condition[Any]]) -> tuple[Path, ...]:
    """Give the paths below `conditions` of all members that are set and that nothing reads."""
    found: list[Path] = []
    for key, body in conditions.items():
        reading = [each for each in known if each.key == key]
        if not reading:
            found.extend([(key,)] if _is_set(key, body) else [])
        elif is_object(body):
            fields = {field.name: field for each in reading for field in each.fields}
            found.extend((key, *path) for path in _in_condition(body, fields))
    return tuple(sorted(found))


def _in_condition(body: JsonObject, fields: Mapping[str, Field]) -> Iterator[Path]:
    for name in _unknown(body, fields):
        yield (name,)
    for name, field in fields.items():
        inner = as_object(body.get(name))
        for place, members in _INNER.get(field.shape, {}).items():
            within = as_object(inner.get(place)) if place else inner
            for unknown in _unknown(within, members):
                yield (name, place, unknown) if place else (name, unknown)


def unknown_grants(grant: JsonObject) -> tuple[str, ...]:
    """Give the members of `grantControls` that are set and that no control reads."""
    return tuple(_unknown(grant, _GRANT))


def unknown_session(session: JsonObject) -> tuple[str, ...]:
    """Give the paths below `sessionControls` of members that are set and that nothing reads.

    Expects a structure that has been checked.
    """
    read = session_model("beta").model_validate(session)
    found = [name for name, value in (read.model_extra or {}).items() if _is_set(name, value)]
    for control, inner in read:
        extra = (inner.model_extra or {}) if isinstance(inner, BaseModel) else {}
        found.extend(f"{control}.{name}" for name, value in extra.items() if _is_set(name, value))
    return tuple(sorted(found))


def _unknown(body: JsonObject, known: Mapping[str, object] | frozenset[str]) -> Iterator[str]:
    return (name for name, value in body.items() if name not in known and _is_set(name, value))


def _is_set(name: str, value: object) -> bool:
    """Tell whether a member says something: Graph writes null, `[]` or false where it is off.

    Annotations and actions (`@odata.type`, `#microsoft.graph.restore`) say nothing of the policy.
    """
    return "@" not in name and not name.startswith("#") and _says(value)


def _says(value: object) -> bool:
    if is_object(value):
        return any(_is_set(name, inner) for name, inner in value.items())
    if is_list(value):
        return any(_says(each) for each in value)
    return bool(value)
