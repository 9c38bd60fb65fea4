"""Resource groups: list, tell, make, change, delete.

Source: azure-docs rest/api/resources/resource-groups, management/resource-name-rules; wire
contract section 3 (`group exists` is HEAD, delete is long-running in the style of `Location`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from ostiary.administration.managed_identities import remove_identities_below
from ostiary.arm import shapes
from ostiary.arm.changes import DELETING, changing, needed_group, no_group
from ostiary.arm.listing import SeesIn, filter_of, matches, page_of, tags_of
from ostiary.arm.long_running import accepted, actor_of, begun, location, with_state, worker
from ostiary.arm.roles import Action, sight
from ostiary.arm.subscriptions import LOCATION, subscription_of
from ostiary.arm.tag_rules import tags_in
from ostiary.arm.versions import as_answer, kept, state_of
from ostiary.directory.azure import RESOURCE_GROUP
from ostiary.directory.azure_operations import SUCCEEDED, AzureOperation
from ostiary.directory.documents import Stored
from ostiary.directory.store import Aggregates, Store
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations
from ostiary.model.json_types import JsonObject

OPERATIONS: Final = Operations()
_ALL: Final = "/subscriptions/{subscription}/resourcegroups"
_ONE: Final = f"{_ALL}/{{group}}"
_ACTION: Final = "Microsoft.Resources/subscriptions/resourceGroups"
_NAME: Final = re.compile(r"[\w().-]{0,89}[\w()-]")
_DELETION: Final = "delete a resource group"


def _may(verb: str, scope: str = _ONE) -> Action:
    return Action(f"{_ACTION}/{verb}", scope)


@OPERATIONS.add(
    "GET",
    _ALL,
    needs=SeesIn(),
    answers=shapes.listed(shapes.RESOURCE_GROUP),
)
def list_groups(call: Call) -> Answer:
    """List the resource groups of a subscription that the caller can see."""
    subscription = subscription_of(call)
    found = call.store.azure.of_type(RESOURCE_GROUP, subscription.id)
    sees = sight(call, f"{_ACTION}/read", subscription.id)
    documents = [dict(each.document) for each in found if sees(each.id)]
    return Answer(body=page_of(call, documents, _filtered(call)))


@OPERATIONS.add(
    "HEAD",
    _ONE,
    needs=_may("read"),
    answers={204: None},
)
def group_exists(call: Call) -> Answer:
    """Tell by the status alone whether there is such a group."""
    return Answer(204 if call.store.azure.get(_id_of(call)) else 404)


@OPERATIONS.add(
    "GET",
    _ONE,
    needs=_may("read"),
    answers={200: shapes.RESOURCE_GROUP},
)
def get_group(call: Call) -> Answer:
    """Tell one resource group."""
    found = _needed(call)
    return as_answer(found)


@OPERATIONS.add(
    "PUT",
    _ONE,
    needs=_may("write"),
    answers=shapes.kept(shapes.RESOURCE_GROUP),
    body=shapes.RESOURCE_GROUP_BODY,
)
def put_group(call: Call) -> Answer:
    """Make a resource group, or give it other tags."""
    subscription = subscription_of(call)
    name = call.path["group"]
    with changing(call, _id_of(call)) as work:
        old = work.azure.get(_id_of(call))
        if old is not None:
            needed_group(work, call.path["subscription"], name)
        made = f"{subscription.document['id']}/resourceGroups/{name}"
        document = group_document(made, call.document, None if old is None else old.document)
        return kept(call, work, old, document)


@OPERATIONS.add(
    "PATCH",
    _ONE,
    needs=_may("write"),
    answers={200: shapes.RESOURCE_GROUP},
    body=shapes.RESOURCE_GROUP_PATCH,
)
def change_group(call: Call) -> Answer:
    """Give a resource group other tags."""
    _needed(call)
    with changing(call, _id_of(call)) as work:
        old = needed_group(work, call.path["subscription"], call.path["group"])
        tags = call.document.get("tags", old.document.get("tags"))
        return kept(call, work, old, {**old.document, "tags": tags_in(tags)})


@OPERATIONS.add(
    "DELETE",
    _ONE,
    needs=_may("delete"),
    answers={202: None},
)
def delete_group(call: Call) -> Answer:
    """Delete a resource group and everything in it; clients ask `Location` until it is done."""
    _needed(call)
    with changing(call, _id_of(call), deleting=True) as work:
        found = _at(call, work)
        under_way = work.azure_operations.running(found.id)
        if under_way and state_of(found) == DELETING:
            return Answer(202, headers=location(call, under_way[0]))
        gone = with_state(found.document, DELETING)
        work.azure.replace(found.id, gone, by=call.actor)
        operation = begun(call, work, _DELETION, found.id)
    return accepted(call, operation)


@worker(_DELETION)
def _delete(store: Store, operation: AzureOperation) -> None:
    with store.transaction() as work:
        work.azure.hold()
        if work.azure.get(operation.target) is not None:
            remove_identities_below(work, operation.target, by=actor_of(operation))
            work.azure.delete_below(operation.target, by=actor_of(operation))
        work.azure_operations.end(operation.id, SUCCEEDED)


def group_document(group_id: str, body: JsonObject, old: JsonObject | None) -> dict[str, Any]:
    """Give a resource group as it is to be kept. Raises ApiError (400, 409)."""
    name = group_id.rpartition("/")[2]
    if _NAME.fullmatch(name) is None:
        raise ApiError(
            400,
            "InvalidResourceGroup",
            f"The provided resource group name '{name[:100]}' has these invalid characters or "
            "length: 1 to 90 letters, digits, '_', '(', ')', '-' and '.', not '.' at the end.",
        )
    document: dict[str, Any] = {
        "id": group_id if old is None else old["id"],
        "name": name if old is None else old["name"],
        "type": RESOURCE_GROUP,
        "location": _location(body, old),
        "tags": tags_in(body.get("tags")),
        "properties": {"provisioningState": "Succeeded"},
    }
    if isinstance(body.get("managedBy"), str):
        document["managedBy"] = body["managedBy"]
    return document


def _id_of(call: Call) -> str:
    return f"/subscriptions/{call.path['subscription']}/resourceGroups/{call.path['group']}"


def _needed(call: Call) -> Stored:
    subscription_of(call)
    return _at(call, call.store)


def _at(call: Call, work: Aggregates) -> Stored:
    found = work.azure.get(_id_of(call))
    if found is None:
        raise no_group(call.path["group"])
    return found


def _filtered(call: Call) -> Callable[[JsonObject], bool]:
    """Read `$filter`: `tagName eq '…' and tagValue eq '…'`. Raises ApiError (400)."""
    wanted = filter_of(call, frozenset({"tagname", "tagvalue"}))
    return lambda document: wanted is None or matches(wanted, {}, tags_of(document))


def _location(body: JsonObject, old: JsonObject | None) -> str:
    wanted = body.get("location")
    if not isinstance(wanted, str) or not wanted:
        raise ApiError(400, "LocationRequired", "The location property is required.")
    folded = wanted.replace(" ", "").casefold()
    if old is not None and folded != old["location"]:
        raise ApiError(
            409,
            "InvalidResourceGroupLocation",
            f"The Resource group '{old['name']}' already exists in location "
            f"'{old['location']}'. It cannot be moved to '{wanted[:60]}'.",
        )
    if folded != LOCATION:
        raise ApiError(
            400,
            "LocationNotAvailableForResourceGroup",
            f"The provided location '{wanted[:60]}' is not available for resource group. List of "
            f"available regions is '{LOCATION}'.",
        )
    return folded
