"""What is asked of deployments without a change: validate, what-if, operations, export.

Source: azure-docs rest/api/resources/deployments (validate, what-if, export-template),
deployment-operations; templates/deploy-what-if.
"""

from __future__ import annotations

from typing import Any, Final

from ostiary.arm import shapes
from ostiary.arm.deploying import Applied
from ostiary.arm.deployment_documents import deployment_document, resources_of, shown
from ostiary.arm.deployment_paths import at_both, deployment_id
from ostiary.arm.deployment_plans import Prepared, prepare, rehearsed
from ostiary.arm.deployment_shapes import (
    DEPLOYMENT_BODY,
    EXPORTED,
    OPERATION,
    VALIDATED,
    WHAT_IF,
)
from ostiary.arm.deployments import needed_deployment
from ostiary.arm.lenient_json import lenient_document
from ostiary.arm.listing import page_of
from ostiary.arm.what_if import change_of, ignored
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations
from ostiary.model.json_types import JsonObject, as_object, is_list

OPERATIONS: Final = Operations()
_ONE: Final = "/{deployment}"


@at_both(
    OPERATIONS,
    "POST",
    f"{_ONE}/validate",
    "validate/action",
    answers={200: VALIDATED},
    body=DEPLOYMENT_BODY,
)
def validate_deployment(call: Call) -> Answer:
    """Tell whether a template could be deployed, by trying it and taking everything back."""
    prepared = prepare(call, lenient_document(call))
    applied = rehearsed(call, prepared)
    document = shown(_document(call, prepared))
    properties = {
        **document["properties"],
        "provisioningState": "Succeeded",
        "validatedResources": resources_of(applied),
    }
    return Answer(body={**document, "properties": properties})


@at_both(
    OPERATIONS,
    "POST",
    f"{_ONE}/whatIf",
    "whatIf/action",
    answers={200: WHAT_IF},
    body=DEPLOYMENT_BODY,
)
def what_if(call: Call) -> Answer:
    """Tell what a deployment would change, by trying it and taking everything back."""
    body = lenient_document(call)
    try:
        prepared = prepare(call, body)
        applied = rehearsed(call, prepared)
    except ApiError as error:
        if error.status != 400:
            raise
        # An error of the template is the result of the question, not one of the call.
        told: dict[str, Any] = {"code": error.word, "message": error.message}
        told |= {"details": [dict(each) for each in error.details]} if error.details else {}
        return Answer(body={"status": "Failed", "error": told})
    changes = [*map(change_of, applied), *_untouched(call, prepared, applied)]
    if _ids_only(body):
        changes = [{**each, "before": None, "after": None, "delta": None} for each in changes]
    return Answer(body={"status": "Succeeded", "properties": {"changes": changes}})


@at_both(
    OPERATIONS, "GET", f"{_ONE}/operations", "read", answers=shapes.listed(OPERATION), short=True
)
def list_operations(call: Call) -> Answer:
    """List what a deployment did, resource by resource."""
    return Answer(body=page_of(call, _operations(call), lambda _: True))


@at_both(
    OPERATIONS,
    "GET",
    f"{_ONE}/operations/{{operation}}",
    "read",
    answers={200: OPERATION},
    short=True,
)
def get_operation(call: Call) -> Answer:
    """Tell one thing that a deployment did."""
    wanted = call.path["operation"].casefold()
    found = next((each for each in _operations(call) if each["operationId"] == wanted), None)
    if found is None:
        raise ApiError(
            404,
            "DeploymentOperationNotFound",
            f"The deployment operation '{call.path['operation'][:60]}' could not be found.",
        )
    return Answer(body=found)


@at_both(
    OPERATIONS,
    "POST",
    f"{_ONE}/exportTemplate",
    "exportTemplate/action",
    answers={200: EXPORTED},
)
def export_template(call: Call) -> Answer:
    """Give the template of a deployment back."""
    return Answer(body={"template": needed_deployment(call, call.store).document["template"]})


def _operations(call: Call) -> list[dict[str, Any]]:
    found = needed_deployment(call, call.store).document
    place, kept = found["id"], found.get("operations")
    shown_ones = [
        {"id": f"{place}/operations/{each['operationId']}", **each}
        for each in (kept if is_list(kept) else ())
    ]
    return sorted(shown_ones, key=lambda each: str(each["id"]))


def _document(call: Call, prepared: Prepared) -> dict[str, Any]:
    asked = call.asked
    return deployment_document(
        deployment_id(call), call.path["deployment"], prepared, asked.correlation_id, asked.at
    )


def _untouched(call: Call, prepared: Prepared, applied: list[Applied]) -> list[dict[str, Any]]:
    """Give the resources of the group that the template does not name, as ignored."""
    if "group" not in call.path:
        return []
    touched = [str(each.document["id"]).casefold() for each in applied]
    return [
        ignored(each.document)
        for each in call.store.azure.below(prepared.plan.scope)
        if each.document.get("location") is not None
        and not any(f"{each.id}/".startswith(f"{place}/") for place in touched)
    ]


def _ids_only(body: JsonObject) -> bool:
    settings = as_object(as_object(body.get("properties")).get("whatIfSettings"))
    return str(settings.get("resultFormat")).casefold() == "resourceidonly"
