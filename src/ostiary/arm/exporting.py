"""A resource group as a template that would make its resources again.

Source: azure-docs rest/api/resources/resource-groups/export-template;
azure-resource-manager/templates/export-template-portal. Only what the caller may read is in it.
"""

from __future__ import annotations

from typing import Any, Final

from ostiary.arm.addresses import Address, address_of
from ostiary.arm.changes import needed_group
from ostiary.arm.deployment_shapes import EXPORT_BODY, EXPORTED
from ostiary.arm.providers import catalogue, is_own
from ostiary.arm.roles import Action, sight
from ostiary.arm.subscriptions import subscription_of
from ostiary.directory.documents import Stored
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations
from ostiary.model.json_types import JsonObject, as_object, as_strings, is_list, is_object

OPERATIONS: Final = Operations()
_GROUP: Final = "/subscriptions/{subscription}/resourcegroups/{group}"
_SCHEMA: Final = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
_LEFT_OUT: Final = frozenset({"id", "name", "type"})


@OPERATIONS.add(
    "POST",
    f"{_GROUP}/exportTemplate",
    needs=Action("Microsoft.Resources/subscriptions/resourceGroups/exportTemplate/action", _GROUP),
    answers={200: EXPORTED},
    body=EXPORT_BODY,
)
def export_group(call: Call) -> Answer:
    """Give the resources of a group as a template."""
    subscription = subscription_of(call)
    group = needed_group(call.store, call.path["subscription"], call.path["group"])
    wanted = {each.casefold() for each in as_strings(call.document.get("resources"))}
    found = [each for each in call.store.azure.below(group.id) if not _is_ours(each)]
    unknown = wanted - {"*", *(each.id for each in found)}
    if not wanted or unknown:
        raise ApiError(
            400,
            "InvalidRequestContent",
            "expected '*', or ids of resources of the group, in 'resources', came "
            f"'{', '.join(sorted(unknown))[:200]}'",
        )
    sees = sight(call, "Microsoft.Resources/subscriptions/resources/read", subscription.id)
    exported = [
        _resource(each, group)
        for each in found
        if ("*" in wanted or each.id in wanted) and sees(each.id)
    ]
    head = {"$schema": _SCHEMA, "contentVersion": "1.0.0.0"}
    return Answer(body={"template": {**head, "parameters": {}, "resources": exported}})


def _is_ours(found: Stored) -> bool:
    return is_own(str(found.document["type"]).partition("/")[0])


def _resource(found: Stored, group: Stored) -> dict[str, Any]:
    document, address = found.document, address_of(str(found.document["id"]))
    versions = catalogue().providers[address.namespace]["/".join(address.types)]
    properties = {
        name: value
        for name, value in as_object(document.get("properties")).items()
        if name != "provisioningState"
    }
    rest: JsonObject = {name: value for name, value in document.items() if name not in _LEFT_OUT}
    parent = address.parent
    shown: dict[str, Any] = {
        "type": address.type,
        "apiVersion": versions[0],
        "name": _escaped(address.name),
        **_escaped(rest),
        "properties": _escaped(properties),
    }
    if address.is_extension:
        shown["scope"] = _escaped(_scope(address, group))
    if parent is not None:
        shown["dependsOn"] = [_escaped(parent)]
    return shown


def _scope(address: Address, group: Stored) -> str:
    """Give what an extension stands on as a template of the group names it."""
    return address.scope[len(f"{group.document['id']}/providers/") :]


def _escaped(value: Any) -> Any:
    """Write texts so that no template takes them for expressions."""
    if isinstance(value, str):
        return f"[{value}" if value.startswith("[") and value.endswith("]") else value
    if is_list(value):
        return [_escaped(each) for each in value]
    if is_object(value):
        return {name: _escaped(each) for name, each in value.items()}
    return value
