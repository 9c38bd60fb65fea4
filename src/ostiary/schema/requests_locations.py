"""The collection `namedLocations`.

Sources: api-reference conditionalaccessroot-post-namedlocations, namedlocation-get, -delete,
ipnamedlocation-update, countrynamedlocation-update.
"""

from __future__ import annotations

from typing import Any

from ostiary.model.errors import Problem
from ostiary.model.json_types import JsonObject
from ostiary.schema.answers import Refusal, Response
from ostiary.schema.calls import Call, changed, refuse_if_any
from ostiary.schema.location_rules import (
    COUNTRY,
    IP,
    MOST_IP_LOCATIONS,
    check_location,
    kind_of,
    location_model,
)
from ostiary.schema.requests_policies import policies_naming
from ostiary.schema.state import Collection

PATH = "identity/conditionalAccess/namedLocations"
_DEFAULTS = {
    IP: {"isTrusted": False},
    COUNTRY: {
        "countryLookupMethod": "clientIpAddress",
        "includeUnknownCountriesAndRegions": False,
    },
}


def list_locations(call: Call) -> Response:
    """Answer all locations, as the query narrows them."""
    locations = call.state.all(Collection.NAMED_LOCATIONS).values()
    return call.listed([_answer(each) for each in locations], PATH)


def get_location(call: Call) -> Response:
    """Answer one location."""
    return call.shown(_answer(call.existing(Collection.NAMED_LOCATIONS)), PATH)


def create_location(call: Call) -> Response:
    """Keep a location."""
    body = call.object_body()
    refuse_if_any(check_location(body))
    _refuse_one_too_many(call, body)
    document = {
        **_spelled(body),
        "id": call.new_id(),
        "createdDateTime": call.time,
        "modifiedDateTime": call.time,
    }
    state = call.state.put(Collection.NAMED_LOCATIONS, document)
    return call.created(_answer(document), PATH, state)


def change_location(call: Call) -> Response:
    """Merge the members sent into a location of the same kind."""
    current, change = call.existing(Collection.NAMED_LOCATIONS), call.object_body()
    if "@odata.type" in change and kind_of(change) != kind_of(current):
        expected = f"the location is a `{kind_of(current)}` and cannot become another kind"
        refuse_if_any((Problem("@odata.type", "anotherType", expected),))
    kind = kind_of(current)
    document: JsonObject = changed(current, {**change, "@odata.type": kind})
    refuse_if_any(check_location(document))
    kept = {
        **_spelled(document),
        "id": current["id"],
        "createdDateTime": current.get("createdDateTime"),
        "modifiedDateTime": call.time,
    }
    return call.done(call.state.put(Collection.NAMED_LOCATIONS, kept))


def delete_location(call: Call) -> Response:
    """Take a location away: not a trusted one, and none that a policy names.

    Trust must be taken away first (entra-docs concept-assignment-network). A policy that names a
    location which is gone would mean something else, so we refuse that too.
    """
    document, identifier = call.existing(Collection.NAMED_LOCATIONS), call.ids[0]
    if document.get("isTrusted") is True:
        raise Refusal(400, "a trusted location cannot be deleted; take its trust away first")
    users = policies_naming(
        call.state,
        "conditions.locations.includeLocations",
        "conditions.locations.excludeLocations",
        identifier=identifier,
    )
    if users:
        names = ", ".join(f"`{each.get('displayName')}`" for each in users)
        raise Refusal(400, f"the location is used by {names}; take it out there first")
    return call.done(call.state.drop(Collection.NAMED_LOCATIONS, identifier))


def _refuse_one_too_many(call: Call, body: JsonObject) -> None:
    known = call.state.all(Collection.NAMED_LOCATIONS).values()
    count = sum(kind_of(each) == IP for each in known)
    if kind_of(body) == IP and count >= MOST_IP_LOCATIONS:
        raise Refusal(400, f"a tenant has at most {MOST_IP_LOCATIONS} IP named locations")


def _spelled(document: JsonObject) -> dict[str, Any]:
    found = location_model(document).model_validate(dict(document))
    return {**found.model_dump(exclude_unset=True), "@odata.type": kind_of(document)}


def _answer(document: JsonObject) -> dict[str, Any]:
    """Give a location with the defaults of its kind."""
    defaults = _DEFAULTS.get(kind_of(document) or "", {})
    missing = {key: value for key, value in defaults.items() if document.get(key) is None}
    return {**document, **missing}
