"""Objects as a plan and a folder write them: all that they say, and nothing that Graph adds."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from ostiary.analysis.policy_members import STRENGTH
from ostiary.model.json_types import JsonObject, as_object, is_list, is_object
from ostiary.policycode.changes import Kind
from ostiary.schema.location_rules import COUNTRY, IP, kind_of, range_text, range_written
from ostiary.schema.materialise import normal_form

TYPE: Final = "@odata.type"
MEMBERS: Final[Mapping[Kind, tuple[str, ...]]] = MappingProxyType(
    {
        Kind.NAMED_LOCATION: (
            TYPE,
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
            "groupTypes",
            "membershipRule",
            "membershipRuleProcessingState",
            "isAssignableToRole",
            "mailNickname",
            "mailEnabled",
            "securityEnabled",
        ),
        Kind.STRENGTH: (
            "displayName",
            "description",
            "allowedCombinations",
            "combinationConfigurations",
        ),
        Kind.CONTEXT: ("id", "displayName", "description", "isAvailable"),
    }
)
"""What is managed of each kind beside policies. Members of groups are not: who is in a group
changes from day to day, and is nobody's deployment."""
_MADE: Final = frozenset(
    {"id", "templateId", "createdDateTime", "modifiedDateTime", "deletedDateTime"}
)


def written(kind: Kind, document: JsonObject) -> dict[str, Any]:
    """Give an object as a plan's `after` has it, which Graph takes as it is."""
    if kind is Kind.POLICY:
        return _policy(document)
    found = {name: document.get(name) for name in MEMBERS[kind]}
    return _COMPLETED[kind](_saying(found))


def _policy(document: JsonObject) -> dict[str, Any]:
    whole = normal_form(document, "beta")
    said = _without_annotations({name: each for name, each in whole.items() if name not in _MADE})
    grant = as_object(said.get("grantControls"))
    strength = as_object(grant.get(STRENGTH))
    if strength.get("id"):
        said["grantControls"] = {**grant, STRENGTH: {"id": strength["id"]}}
    return said


def _without_annotations(value: JsonObject) -> dict[str, Any]:
    kept = {name: each for name, each in value.items() if "@" not in name and name[:1] != "#"}
    found = {name: _plain(each) for name, each in kept.items()}
    return {name: each for name, each in found.items() if each not in (None, [], {})}


def _plain(value: Any) -> Any:
    if is_object(value):
        return _without_annotations(value)
    return [_plain(each) for each in value] if is_list(value) else value


def _saying(members: JsonObject) -> dict[str, Any]:
    return {name: each for name, each in members.items() if each not in (None, [], {}, "")}


def _location(said: dict[str, Any]) -> dict[str, Any]:
    """Add the types, which people leave out; a range may be written as text."""
    kind = kind_of(said)
    if TYPE not in said or kind is not None:
        told = COUNTRY if "countriesAndRegions" in said else IP
        said = {TYPE: kind or told, **{name: e for name, e in said.items() if name != TYPE}}
    if is_list(said.get("ipRanges")):
        said["ipRanges"] = [_range(each) for each in said["ipRanges"]]
    return said


def _range(value: Any) -> Any:
    if isinstance(value, str):
        return range_written(value)
    if not is_object(value):
        return value
    complete = range_written(range_text(value))
    return {**complete, TYPE: value.get(TYPE) or complete[TYPE]}


def _group(said: dict[str, Any]) -> dict[str, Any]:
    """Add what Graph wants of a security group (api-reference group-post-groups)."""
    name = str(said.get("displayName") or "")
    nick = "".join(each for each in name if each.isascii() and each.isalnum()) or "group"
    dynamic: dict[str, Any] = {}
    if said.get("membershipRule"):
        dynamic = {"groupTypes": ["DynamicMembership"], "membershipRuleProcessingState": "On"}
    plain = {"mailNickname": nick[:64], "mailEnabled": False, "securityEnabled": True}
    return {**plain, **dynamic, **said}


def _strength(said: dict[str, Any]) -> dict[str, Any]:
    limits = said.get("combinationConfigurations")
    if is_list(limits):
        said["combinationConfigurations"] = [
            {name: e for name, e in as_object(each).items() if name != "id" and e is not None}
            for each in limits
        ]
    return said


def _context(said: dict[str, Any]) -> dict[str, Any]:
    return {"isAvailable": True, **said}


_COMPLETED: Final = {
    Kind.NAMED_LOCATION: _location,
    Kind.GROUP: _group,
    Kind.STRENGTH: _strength,
    Kind.CONTEXT: _context,
}
