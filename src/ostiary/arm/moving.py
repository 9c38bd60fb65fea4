"""Moves resources to another resource group, with all that stands in and on them.

Source: azure-docs azure-resource-manager/management/move-resource-group-and-subscription;
rest/api/resources/resources/move-resources. As in Azure role assignments at a resource stay behind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ostiary.arm.addresses import Address, address_of
from ostiary.arm.changes import changing, needed_group, require_enabled, require_unlocked
from ostiary.arm.keeping import needed_resource
from ostiary.arm.long_running import accepted, actor_of, begun, worker
from ostiary.arm.roles import Action, refusal_of
from ostiary.directory.azure import ROLE_ASSIGNMENT
from ostiary.directory.azure_operations import SUCCEEDED, AzureOperation
from ostiary.directory.documents import Stored
from ostiary.directory.protocols import Actor
from ostiary.directory.store import Aggregates, Store
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations
from ostiary.http.shapes import TEXT, TEXTS, Named, opened
from ostiary.model.json_types import as_object, as_strings

OPERATIONS: Final = Operations()
_GROUP: Final = "/subscriptions/{subscription}/resourcegroups/{group}"
_ACTION: Final = "Microsoft.Resources/subscriptions/resourceGroups"
_MOVING: Final = "move resources"
_MOST: Final = 800
_BODY: Final = Named(
    "ResourcesMoveInfo",
    opened(
        {"resources": TEXTS, "targetResourceGroup": TEXT},
        needed=("resources", "targetResourceGroup"),
    ),
)
_STAYS: Final = "microsoft.managedidentity/userassignedidentities"


@OPERATIONS.add(
    "POST",
    f"{_GROUP}/moveResources",
    needs=Action(f"{_ACTION}/moveResources/action", _GROUP),
    answers={202: None},
    body=_BODY,
)
def move_resources(call: Call) -> Answer:
    """Move resources to another resource group; clients ask `Location` until it is done."""
    resources, target = _asked(call)
    source = f"/subscriptions/{call.path['subscription']}/resourceGroups/{call.path['group']}"
    with changing(call, source) as work:
        _require_movable(call, work, resources, target)
        operation = begun(
            call, work, _MOVING, source, resources=resources, to=target, noContent=True
        )
    return accepted(call, operation)


@OPERATIONS.add(
    "POST",
    f"{_GROUP}/validateMoveResources",
    needs=Action(f"{_ACTION}/validateMoveResources/action", _GROUP),
    answers={204: None},
    body=_BODY,
)
def validate_move(call: Call) -> Answer:
    """Tell whether resources could be moved."""
    resources, target = _asked(call)
    _require_movable(call, call.store, resources, target)
    return Answer(204)


@worker(_MOVING)
def _move(store: Store, operation: AzureOperation) -> None:
    resources = as_strings(operation.document.get("resources"))
    target, actor = str(operation.document.get("to")), actor_of(operation)
    with store.transaction() as work:
        work.azure.hold()
        _require_free(work, target, resources)
        for each in resources:
            found = work.azure.get(each)
            # One that was moved or deleted meanwhile is not there any more.
            if found is not None:
                _move_one(work, found, target, actor)
        work.azure_operations.end(operation.id, SUCCEEDED)


def _move_one(work: Aggregates, found: Stored, target: str, by: Actor) -> None:
    old = str(found.document["id"])
    address = address_of(old)
    new = f"{_group_document(work, target)['id']}{old[len(address.scope) :]}"
    inside = work.azure.below(found.id)
    work.azure.delete_below(found.id, by=by)
    for each in (found, *inside):
        if str(each.document["type"]).casefold() != ROLE_ASSIGNMENT.casefold():
            moved = f"{new}{str(each.document['id'])[len(old) :]}"
            work.azure.create({**each.document, "id": moved}, by=by, verb="Move")


def _asked(call: Call) -> tuple[list[str], str]:
    resources = as_strings(call.document.get("resources"))
    target = call.document.get("targetResourceGroup")
    if not 0 < len(resources) <= _MOST or not isinstance(target, str):
        raise ApiError(
            400,
            "InvalidRequestContent",
            f"expected 1 to {_MOST} ids in 'resources' and the id of a group in "
            "'targetResourceGroup'",
        )
    return list(resources), target


def _require_movable(call: Call, work: Aggregates, resources: Sequence[str], target: str) -> None:
    """Refuse a move that cannot be. Raises ApiError (400, 403, 404, 409)."""
    group = _group_document(work, target)
    refusal = refusal_of(call, f"{_ACTION}/write", str(group["id"]))
    if refusal is not None:
        raise refusal
    require_enabled(work, str(group["id"]))
    require_unlocked(work, str(group["id"]), deleting=False)
    source = f"/subscriptions/{call.path['subscription']}/resourcegroups/{call.path['group']}"
    needed_group(work, call.path["subscription"], call.path["group"])
    if str(group["id"]).casefold() == source.casefold():
        raise _refused("the target is the group that the resources are in.")
    for each in resources:
        address = address_of(each)
        if address.scope.casefold() != source.casefold() or len(address.types) > 1:
            raise _refused(f"'{each[:200]}' is no resource that stands directly in the group.")
        _require_right(call, address, target)
        _require_mobile(work, needed_resource(work, address))
    _require_free(work, target, resources)


def _require_right(call: Call, address: Address, target: str) -> None:
    for action, place in (("delete", address.id), ("write", target)):
        refusal = refusal_of(call, f"{address.type}/{action}", place)
        if refusal is not None:
            raise refusal


def _require_mobile(work: Aggregates, found: Stored) -> None:
    require_unlocked(work, found.id, deleting=False)
    for each in (found, *work.azure.below(found.id)):
        kind = str(as_object(each.document.get("identity")).get("type", "None"))
        if str(each.document["type"]).casefold() == _STAYS or kind.casefold() != "none":
            raise _refused(
                f"'{each.document['id']}' has, or is, a managed identity, which does not move."
            )


def _require_free(work: Aggregates, target: str, resources: Sequence[str]) -> None:
    for each in resources:
        address = address_of(each)
        if work.azure.get(f"{target.rstrip('/')}{each[len(address.scope) :]}") is not None:
            raise _refused(f"the target has a '{address.type}' named '{address.name}' already.")


def _group_document(work: Aggregates, target: str) -> Mapping[str, Any]:
    parts = target.strip("/").split("/")
    if len(parts) != 4 or [parts[0].casefold(), parts[2].casefold()] != [
        "subscriptions",
        "resourcegroups",
    ]:
        raise ApiError(
            400, "InvalidRequestContent", f"'{target[:200]}' is no id of a resource group."
        )
    return needed_group(work, parts[1], parts[3]).document


def _refused(why: str) -> ApiError:
    return ApiError(
        409, "ResourceMoveProviderValidationFailed", f"Resource move validation failed: {why}"
    )
