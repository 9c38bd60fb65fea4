"""`resources` of a subscription or resource group.

Source: azure-docs rest/api/resources/resources/list, list-by-resource-group. As in Azure only
resources with a location are listed; what stands in or on them without one is asked for by its id.
"""

from __future__ import annotations

from typing import Any, Final

from ostiary.arm import shapes
from ostiary.arm.answers import told
from ostiary.arm.changes import no_group
from ostiary.arm.listing import (
    SeesIn,
    equal,
    filter_of,
    matches,
    next_link,
    tags_of,
    token_of,
    top_of,
)
from ostiary.arm.roles import sight
from ostiary.arm.subscriptions import subscription_of
from ostiary.directory.azure import Narrowed
from ostiary.directory.documents import Stored
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations
from ostiary.model.json_types import JsonObject, as_object
from ostiary.schema.odata_filter import Filter

OPERATIONS: Final = Operations()
_SUBSCRIPTION: Final = "/subscriptions/{subscription}"
_GROUP: Final = f"{_SUBSCRIPTION}/resourceGroups/{{group}}"
_WORDS: Final = frozenset(
    {"resourcetype", "resourcegroup", "name", "location", "tagname", "tagvalue"}
)
_SHOWN: Final = (
    *("id", "name", "type", "location", "tags", "kind", "sku", "plan"),
    *("identity", "managedBy", "zones", "extendedLocation"),
)
_EXPANDED: Final = frozenset({"createdtime", "changedtime", "provisioningstate"})
_CHUNK: Final = 500


@OPERATIONS.add(
    "GET",
    f"{_SUBSCRIPTION}/resources",
    needs=SeesIn(_SUBSCRIPTION),
    answers=shapes.listed(shapes.RESOURCE),
)
def list_resources(call: Call) -> Answer:
    """List the resources of a subscription that the caller can see."""
    return _listed(call, subscription_of(call).id)


@OPERATIONS.add(
    "GET",
    f"{_GROUP}/resources",
    needs=SeesIn(_GROUP),
    answers=shapes.listed(shapes.RESOURCE),
)
def list_resources_of_group(call: Call) -> Answer:
    """List the resources of a resource group that the caller can see."""
    group = call.store.azure.get(f"{subscription_of(call).id}/resourcegroups/{call.path['group']}")
    if group is None:
        raise no_group(call.path["group"])
    return _listed(call, group.id)


def _listed(call: Call, within: str) -> Answer:
    wanted, expanded = filter_of(call, _WORDS), _expanded(call)
    sees = sight(call, "Microsoft.Resources/subscriptions/resources/read", within)
    top, after = top_of(call), token_of(call)
    narrowed = _narrowed(wanted)
    shown: list[dict[str, Any]] = []
    while True:
        chunk = call.store.azure.resources(within, narrowed, after=after, limit=_CHUNK)
        for each in chunk:
            if not (_is_listed(each, wanted) and sees(each.id)):
                continue
            if len(shown) == top:
                return Answer(body={"value": shown, "nextLink": next_link(call, _last(shown))})
            shown.append(_shown(each, expanded))
        if len(chunk) < _CHUNK:
            return Answer(body={"value": shown})
        after = chunk[-1].id


def _narrowed(wanted: Filter | None) -> Narrowed:
    asked = equal(wanted)
    return Narrowed(asked.get("resourcetype"), asked.get("tagname"), asked.get("tagvalue"))


def _is_listed(found: Stored, wanted: Filter | None) -> bool:
    document = found.document
    if document.get("location") is None:
        return False
    return wanted is None or matches(wanted, _asked(document), tags_of(document))


def _asked(document: JsonObject) -> dict[str, Any]:
    parts = str(document["id"]).split("/")
    return {
        "resourceType": document["type"],
        "resourceGroup": parts[4] if parts[3].casefold() == "resourcegroups" else "",
        "name": document["name"],
        "location": document.get("location"),
    }


def _expanded(call: Call) -> frozenset[str]:
    text = call.asked.query.get("$expand", "")
    found = frozenset(each.strip().casefold() for each in text.split(",") if each.strip())
    if found - _EXPANDED:
        raise ApiError(
            400,
            "InvalidExpandInQueryString",
            f"Invalid $expand '{text[:100]}': it can name createdTime, changedTime and "
            "provisioningState.",
        )
    return found


def _shown(found: Stored, expanded: frozenset[str]) -> dict[str, Any]:
    document = found.document
    shown = {name: document[name] for name in _SHOWN if name in document}
    if "createdtime" in expanded:
        shown["createdTime"] = told(found.created)
    if "changedtime" in expanded:
        shown["changedTime"] = told(found.modified)
    if "provisioningstate" in expanded:
        properties = as_object(document.get("properties"))
        shown["provisioningState"] = properties.get("provisioningState")
    return shown


def _last(shown: list[dict[str, Any]]) -> str:
    return str(shown[-1]["id"]).casefold()
