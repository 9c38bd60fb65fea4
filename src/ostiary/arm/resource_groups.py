"""Resource groups: list, tell, make, change, delete.

Source: azure-docs rest/api/resources/resource-groups, management/resource-name-rules; wire
contract section 3 (`group exists` is HEAD, delete is long-running in the style of `Location`).
"""

from __future__ import annotations

import re
from typing import Any, Final

from ostiary.arm.roles import Action
from ostiary.arm.subscriptions import LOCATION, subscription_of
from ostiary.directory.azure import RESOURCE_GROUP
from ostiary.directory.documents import Stored
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations
from ostiary.model.json_types import JsonObject, is_object

OPERATIONS: Final = Operations()
_ALL: Final = "/subscriptions/{subscription}/resourcegroups"
_ONE: Final = f"{_ALL}/{{group}}"
_ACTION: Final = "Microsoft.Resources/subscriptions/resourceGroups"
_NAME: Final = re.compile(r"[\w().-]{0,89}[\w()-]")
_MOST_TAGS: Final = 50


def _may(verb: str, scope: str = _ONE) -> Action:
    return Action(f"{_ACTION}/{verb}", scope)


@OPERATIONS.add("GET", _ALL, needs=_may("read", "/subscriptions/{subscription}"))
def list_groups(call: Call) -> Answer:
    """List the resource groups of a subscription."""
    found = call.store.azure.of_type(RESOURCE_GROUP, subscription_of(call).id)
    return Answer(body={"value": [dict(each.document) for each in found]})


@OPERATIONS.add("HEAD", _ONE, needs=_may("read"))
def group_exists(call: Call) -> Answer:
    """Tell by the status alone whether there is such a group."""
    return Answer(204 if call.store.azure.get(_id_of(call)) else 404)


@OPERATIONS.add("GET", _ONE, needs=_may("read"))
def get_group(call: Call) -> Answer:
    """Tell one resource group."""
    found = _needed(call)
    return Answer(body=dict(found.document), headers={"ETag": f'"{found.etag}"'})


@OPERATIONS.add("PUT", _ONE, needs=_may("write"))
def put_group(call: Call) -> Answer:
    """Make a resource group, or give it other tags."""
    subscription_of(call)
    name, old = call.path["group"], call.store.azure.get(_id_of(call))
    if _NAME.fullmatch(name) is None:
        raise ApiError(
            400,
            "InvalidResourceGroup",
            f"The provided resource group name '{name[:100]}' has these invalid characters or "
            "length: 1 to 90 letters, digits, '_', '(', ')', '-' and '.', not '.' at the end.",
        )
    location = _location(call, old)
    document = {
        "id": _id_of(call) if old is None else old.document["id"],
        "name": name if old is None else old.document["name"],
        "type": RESOURCE_GROUP,
        "location": location,
        "tags": _tags(call.document),
        "properties": {"provisioningState": "Succeeded"},
    }
    if isinstance(call.document.get("managedBy"), str):
        document["managedBy"] = call.document["managedBy"]
    return _kept(call, old, document)


@OPERATIONS.add("PATCH", _ONE, needs=_may("write"))
def change_group(call: Call) -> Answer:
    """Give a resource group other tags."""
    old = _needed(call)
    return _kept(call, old, {**old.document, "tags": _tags(call.document)})


@OPERATIONS.add("DELETE", _ONE, needs=_may("delete"))
def delete_group(call: Call) -> Answer:
    """Delete a resource group and everything in it; clients ask `Location` until it is done."""
    found = _needed(call)
    call.store.azure.delete_below(found.id, by=call.actor)
    subscription = call.path["subscription"]
    place = f"/subscriptions/{subscription}/operationresults/{call.asked.request_id}"
    url = f"{call.server.urls.management}{place}?api-version=2024-11-01"
    return Answer(202, headers={"Location": url, "Retry-After": "1"})


@OPERATIONS.add(
    "GET",
    "/subscriptions/{subscription}/operationresults/{operation}",
    needs=Action("Microsoft.Resources/subscriptions/operationresults/read"),
)
def operation_result(call: Call) -> Answer:
    """Tell that a deletion is done: it is before its 202 is sent."""
    return Answer(200)


def _id_of(call: Call) -> str:
    return f"/subscriptions/{call.path['subscription']}/resourceGroups/{call.path['group']}"


def _needed(call: Call) -> Stored:
    subscription_of(call)
    found = call.store.azure.get(_id_of(call))
    if found is None:
        name = call.path["group"][:100]
        raise ApiError(404, "ResourceGroupNotFound", f"Resource group '{name}' could not be found.")
    return found


def _kept(call: Call, old: Stored | None, document: JsonObject) -> Answer:
    azure = call.store.azure
    if old is None:
        made = azure.create(document, by=call.actor)
        return Answer(201, dict(made.document), {"ETag": f'"{made.etag}"'})
    new = azure.replace(old.id, document, by=call.actor, expected=old.etag)
    return Answer(200, dict(new.document), {"ETag": f'"{new.etag}"'})


def _location(call: Call, old: Stored | None) -> str:
    wanted = call.document.get("location")
    if not isinstance(wanted, str) or not wanted:
        raise ApiError(400, "LocationRequired", "The location property is required.")
    folded = wanted.replace(" ", "").casefold()
    if old is not None and folded != old.document["location"]:
        raise ApiError(
            409,
            "InvalidResourceGroupLocation",
            f"The Resource group '{old.document['name']}' already exists in location "
            f"'{old.document['location']}'. It cannot be moved to '{wanted[:60]}'.",
        )
    if folded != LOCATION:
        raise ApiError(
            400,
            "LocationNotAvailableForResourceGroup",
            f"The provided location '{wanted[:60]}' is not available for resource group. List of "
            f"available regions is '{LOCATION}'.",
        )
    return folded


def _tags(document: JsonObject) -> dict[str, Any]:
    tags: object = document.get("tags")
    if tags is None:
        return {}
    if not is_object(tags) or not all(isinstance(each, str) for each in tags.values()):
        raise ApiError(400, "InvalidTags", "The tags have to be an object of texts.")
    if len(tags) > _MOST_TAGS:
        raise ApiError(400, "InvalidTags", f"There can be at most {_MOST_TAGS} tags.")
    return dict(tags)
