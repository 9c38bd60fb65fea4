"""Fingerprints: whether an object is still what it was when a plan was made.

What says nothing leaves no mark: the order of a list, members that are empty or not there, times,
annotations, and what Graph adds to a reference. So the same policy has one fingerprint whether it
came from a file, from a server's data or over Graph, in v1.0 or in beta.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

from ostiary.analysis.policy_difference import settings_by_path
from ostiary.model.json_types import JsonObject, as_strings, flags, is_list, is_object
from ostiary.policycode.changes import Kind
from ostiary.schema.location_rules import range_text

_MEMBERS: Final = {
    Kind.NAMED_LOCATION: (
        "displayName",
        "isTrusted",
        "ipRanges",
        "countriesAndRegions",
        "countryLookupMethod",
        "includeUnknownCountriesAndRegions",
    ),
    Kind.GROUP: (
        "displayName",
        "description",
        "membershipRule",
        "isAssignableToRole",
        "securityEnabled",
    ),
    Kind.STRENGTH: (
        "displayName",
        "description",
        "allowedCombinations",
        "combinationConfigurations",
    ),
    Kind.CONTEXT: ("displayName", "description", "isAvailable"),
}
"""What a plan manages of each kind beside policies; the rest is Graph's or somebody else's."""
_LIMITS: Final = (
    "appliesToCombinations",
    "allowedAAGUIDs",
    "allowedIssuerSkis",
    "allowedPolicyOIDs",
)
_DEFAULTS: Final = {"countryLookupMethod": "clientIpAddress", "securityEnabled": True}
"""What Graph fills in where a member was not sent; the default says nothing."""


def fingerprint(kind: Kind, document: JsonObject) -> str:
    """Give the SHA-256 of all that an object says."""
    said = plain(kind, document)
    text = json.dumps(_ordered(said), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def plain(kind: Kind, document: JsonObject) -> dict[str, Any]:
    """Give what an object says, by member (of a policy: by path); lists as sets."""
    if kind is Kind.POLICY:
        return settings_by_path(document)
    found = {name: _value(name, document.get(name)) for name in _MEMBERS[kind]}
    return {
        name: value
        for name, value in found.items()
        if value not in (None, False, "", frozenset(), _DEFAULTS.get(name))
    }


def _value(name: str, value: Any) -> Any:
    if name == "ipRanges" and is_list(value):
        return frozenset(_range(each) for each in value)
    if name == "combinationConfigurations" and is_list(value):
        return frozenset(_limit(each) for each in value)
    if name == "allowedCombinations":
        return frozenset(_combination(each) for each in as_strings(value))
    if is_list(value):
        return frozenset(each.upper() if isinstance(each, str) else each for each in value)
    return value


def _range(value: Any) -> str:
    """Write a range; an export may have the CIDR notation alone."""
    return (range_text(value) if is_object(value) else str(value)).casefold()


def _limit(value: Any) -> str:
    if not is_object(value):
        return str(value)
    found = {
        name: sorted(_combination(each) for each in as_strings(value.get(name)))
        for name in _LIMITS
        if value.get(name)
    }
    return json.dumps(found, sort_keys=True)


def _combination(written: str) -> str:
    """Write a combination with its methods in order: it is a set of them."""
    return ",".join(sorted(each.casefold() for each in flags(written)))


def _ordered(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(json.dumps(_ordered(each), sort_keys=True) for each in value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]  # JSON
    return {name: _ordered(each) for name, each in value.items()} if is_object(value) else value
