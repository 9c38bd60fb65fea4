"""Resources as bodies: which members there can be, and what they have to say.

Source: azure-docs rest/api/resources/resources (GenericResource); azure-resource-manager
templates/error-invalid-template, resource-name-rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ostiary.arm.addresses import Address
from ostiary.arm.depth import require_shallow
from ostiary.arm.providers import may_stand_alone
from ostiary.arm.subscriptions import LOCATION
from ostiary.arm.tag_rules import tags_in
from ostiary.http.errors import ApiError
from ostiary.model.json_types import JsonObject, as_object, is_list, is_object

GLOBAL: Final = "global"
"""Where resources are that belong to no region."""
_OBJECTS: Final = ("properties", "sku", "plan", "identity", "extendedLocation")
_TEXTS: Final = ("kind", "managedBy")
_GIVEN_BY_US: Final = frozenset({"id", "name", "type", "etag", "systemdata", "apiversion"})
"""Read-only: a client may send back what it read."""
_MEMBERS: Final[Mapping[str, str]] = {
    each.casefold(): each for each in (*_OBJECTS, *_TEXTS, "location", "tags", "zones")
}


def read_body(address: Address, body: JsonObject, old: JsonObject | None) -> dict[str, Any]:
    """Read the body of PUT and give the document to keep. Raises ApiError (400, 409)."""
    require_shallow(body)
    found = _members(body)
    document: dict[str, Any] = {"id": address.id, "name": address.names[-1], "type": address.type}
    if old is not None:
        document |= {each: old[each] for each in ("id", "name", "type")}
    location = _location(address, found.pop("location", None), old)
    if location is not None:
        document["location"] = location
    tags = found.pop("tags", None)
    if tags is not None or location is not None:
        document["tags"] = tags_in(tags)
    properties = as_object(found.pop("properties", None))
    document |= {name: value for name, value in found.items() if value is not None}
    return {**document, "properties": {**properties, "provisioningState": "Succeeded"}}


def _members(body: JsonObject) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in body.items():
        known = _MEMBERS.get(name.casefold())
        if known is None and name.casefold() not in _GIVEN_BY_US:
            raise _invalid(
                f"Could not find member '{name[:60]}' on object of type 'ResourceDefinition'."
            )
        if known is not None:
            _require_kind(known, value)
            found[known] = value
    return found


def _require_kind(name: str, value: object) -> None:
    if value is None:
        return
    if name in _OBJECTS and not is_object(value):
        raise _invalid(f"expected an object in '{name}'.")
    if name in _TEXTS and not isinstance(value, str):
        raise _invalid(f"expected a text in '{name}'.")
    if name == "zones" and not (is_list(value) and all(isinstance(each, str) for each in value)):
        raise _invalid("expected a list of texts in 'zones'.")


def _location(address: Address, wanted: object, old: JsonObject | None) -> str | None:
    if wanted is None or wanted == "":
        needed = len(address.types) == 1 and address.group is not None
        if needed and not address.is_extension and may_stand_alone(address.type):
            raise ApiError(
                400,
                "LocationRequired",
                f"The location property is required for the resource '{address.name}' of type "
                f"'{address.type}'.",
            )
        return None if old is None else old.get("location")
    if not isinstance(wanted, str):
        raise _invalid("expected a text in 'location'.")
    place = wanted.replace(" ", "").casefold()
    if old is not None and old.get("location") not in {None, place}:
        raise ApiError(
            409,
            "InvalidResourceLocation",
            f"The resource '{address.name}' already exists in location '{old['location']}'. A "
            f"resource with the same name cannot be created in location '{wanted[:60]}'. Please "
            "select a new resource name.",
        )
    if place not in {LOCATION, GLOBAL}:
        raise ApiError(
            400,
            "LocationNotAvailableForResourceType",
            f"The provided location '{wanted[:60]}' is not available for resource type "
            f"'{address.type}'. List of available regions for the resource type is '{LOCATION}'.",
        )
    return place


def _invalid(why: str) -> ApiError:
    return ApiError(
        400,
        "InvalidRequestContent",
        f"The request content was invalid and could not be deserialized: {why}",
    )
