"""Deployments as they are kept and shown; the operations of one.

Source: azure-docs rest/api/resources/deployments (DeploymentExtended), deployment-operations. Of a
deployment two more members are kept than shown: its template and its operations.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from ostiary.arm.answers import told
from ostiary.arm.deploying import Applied
from ostiary.arm.deployment_plans import Prepared
from ostiary.arm.unique_names import murmur64
from ostiary.directory.json_documents import canonical
from ostiary.model.json_types import JsonObject, as_object

KIND: Final = "Microsoft.Resources/deployments"
_HIDDEN: Final = ("template", "operations")
_SECONDS: Final = "PT{}S"


def deployment_document(
    place: str, name: str, prepared: Prepared, correlation_id: str, at: datetime
) -> dict[str, Any]:
    """Give a deployment that was accepted."""
    return {
        "id": place,
        "name": name,
        "type": KIND,
        "properties": {
            "templateHash": str(murmur64(canonical(prepared.template).encode())),
            "parameters": _parameters(prepared),
            "mode": prepared.mode,
            "provisioningState": "Accepted",
            "timestamp": told(at),
            "duration": _SECONDS.format(0),
            "correlationId": correlation_id,
            "providers": _providers(prepared),
            "dependencies": [],
        },
        "template": prepared.template,
        "operations": [],
    }


def ended(document: JsonObject, state: str, at: datetime, **more: Any) -> dict[str, Any]:
    """Give a deployment that has ended."""
    properties = as_object(document.get("properties"))
    began = datetime.fromisoformat(str(properties["timestamp"]).replace("Z", "+00:00"))
    return {
        **document,
        "properties": {
            **properties,
            "provisioningState": state,
            "timestamp": told(at),
            "duration": _SECONDS.format((at - began).total_seconds()),
            **more,
        },
    }


def shown(document: JsonObject) -> dict[str, Any]:
    """Give a deployment as the API shows it."""
    return {name: value for name, value in document.items() if name not in _HIDDEN}


def operations_of(
    applied: Sequence[Applied], new_ids: Sequence[str], at: datetime
) -> list[dict[str, Any]]:
    """Give the operations of a deployment that succeeded."""
    return [
        {
            "operationId": operation_id,
            "properties": {
                "provisioningOperation": "Delete" if each.new is None else "Create",
                "provisioningState": "Succeeded",
                "timestamp": told(at),
                "duration": _SECONDS.format(0),
                "statusCode": "Created" if each.old is None else "OK",
                "targetResource": _target(each.document),
            },
        }
        for each, operation_id in zip(applied, new_ids, strict=True)
    ]


def failed_operation(operation_id: str, at: datetime, error: JsonObject) -> dict[str, Any]:
    """Give the operation at which a deployment failed."""
    return {
        "operationId": operation_id,
        "properties": {
            "provisioningOperation": "Create",
            "provisioningState": "Failed",
            "timestamp": told(at),
            "duration": _SECONDS.format(0),
            "statusCode": "Conflict",
            "statusMessage": {"error": dict(error)},
            "targetResource": {"id": error.get("target")},
        },
    }


def resources_of(applied: Sequence[Applied]) -> list[dict[str, str]]:
    """Give the resources that a deployment put out."""
    return [{"id": str(each.document["id"])} for each in applied if each.new is not None]


def _target(document: JsonObject) -> dict[str, Any]:
    return {
        "id": document["id"],
        "resourceType": document["type"],
        "resourceName": document["name"],
    }


def _parameters(prepared: Prepared) -> dict[str, Any]:
    """Give the parameters; a secure one without its value."""
    return {
        each.name: {"type": each.type}
        if each.is_secure
        else {"type": each.type, "value": each.value}
        for each in prepared.parameters
    }


def _providers(prepared: Prepared) -> list[dict[str, Any]]:
    found: dict[str, dict[str, None]] = {}
    for _, kind, _ in prepared.plan.steps:
        namespace, _, inner = kind.partition("/")
        found.setdefault(namespace, {}).setdefault(inner)
    return [
        {
            "namespace": namespace,
            "resourceTypes": [{"resourceType": each, "locations": [None]} for each in types],
        }
        for namespace, types in found.items()
    ]
