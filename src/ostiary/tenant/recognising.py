"""What an object is, told by its content, for exports that do not say it by name."""

from __future__ import annotations

from ostiary.model.json_types import JsonObject
from ostiary.tenant.documents import POLICIES, key_named
from ostiary.tenant.shapes import elements, is_object
from ostiary.tenant.spelling import TYPE, member_name

_LOCATIONS = "namedLocations"
_BY_MEMBER = (
    ("conditions", POLICIES),
    ("ipRanges", _LOCATIONS),
    ("countriesAndRegions", _LOCATIONS),
    ("allowedCombinations", "authenticationStrengthPolicies"),
)
_EXTRA = "AdditionalProperties"


def recognised(body: JsonObject) -> str | None:
    """Give the key of the collection an object belongs to, None where nothing tells.

    Locations of kinds without ranges and countries (compliant network) are told by their type.
    """
    names = {member_name(written) for written in body}
    extra = body.get(_EXTRA)
    if is_object(extra):
        names.update(member_name(written) for written in extra)
    for member, key in _BY_MEMBER:
        if member in names:
            return key
    if str(body.get(TYPE, "")).endswith("NamedLocation"):
        return _LOCATIONS
    return None


def is_tenant(body: JsonObject) -> bool:
    """Tell whether an object is a whole tenant document: it has one of its keys."""
    return any(key_named(name) for name in body) and recognised(body) is None


def is_surely_tenant(body: JsonObject) -> bool:
    """Tell the same of an object met in a folder of anything: two keys, or policies in it.

    One member called `users` or `settings` does not make a tenant of any odd file.
    """
    keys = {key for name in body if (key := key_named(name))}
    if recognised(body) is not None or not keys:
        return False
    return len(keys) > 1 or (POLICIES in keys and _holds_policies(body))


def _holds_policies(body: JsonObject) -> bool:
    found = next(value for name, value in body.items() if key_named(name) == POLICIES)
    return any(is_object(each) and recognised(each) == POLICIES for each in elements(found) or ())
