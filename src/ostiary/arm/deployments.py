"""Deployments of templates to a resource group or a subscription: make, tell, cancel, delete.

Source: azure-docs rest/api/resources/deployments; wire contract section 3 (long-running in the
style of `Azure-AsyncOperation`, bodies with comments).
"""

from __future__ import annotations

import re
from typing import Any, Final

from ostiary.arm import shapes
from ostiary.arm.changes import changing, needed_group
from ostiary.arm.deploying import Plan, Refused, apply
from ostiary.arm.deployment_documents import (
    KIND,
    deployment_document,
    ended,
    failed_operation,
    operations_of,
    resources_of,
    shown,
)
from ostiary.arm.deployment_paths import at_both, deployment_id, deployments_at
from ostiary.arm.deployment_plans import inner_error, prepare, rehearsed
from ostiary.arm.deployment_shapes import DEPLOYMENT, DEPLOYMENT_BODY
from ostiary.arm.lenient_json import lenient_document
from ostiary.arm.listing import equal, filter_of, page_of
from ostiary.arm.long_running import actor_of, asynchronous, begun, work_at, worker
from ostiary.arm.subscriptions import LOCATION, subscription_of
from ostiary.arm.tag_rules import tags_in
from ostiary.directory.azure_operations import CANCELED, FAILED, RUNNING, SUCCEEDED, AzureOperation
from ostiary.directory.documents import Stored
from ostiary.directory.errors import StoreBusy, StoreUnavailable
from ostiary.directory.store import Aggregates, Store
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations
from ostiary.model.errors import OstiaryError
from ostiary.model.json_types import JsonObject, as_object

OPERATIONS: Final = Operations()
_DEPLOYING: Final = "deploy a template"
_NAME: Final = re.compile(r"[-\w.()]{1,64}")
_ONE: Final = "/{deployment}"


@at_both(OPERATIONS, "GET", "", "read", answers=shapes.listed(DEPLOYMENT))
def list_deployments(call: Call) -> Answer:
    """List the deployments; `$filter=provisioningState eq '…'` leaves some."""
    subscription_of(call)
    wanted = equal(filter_of(call, frozenset({"provisioningstate"}))).get("provisioningstate")
    found = [shown(each.document) for each in call.store.azure.of_type(KIND, deployments_at(call))]

    def fits(document: JsonObject) -> bool:
        state = str(as_object(document["properties"]).get("provisioningState"))
        return wanted is None or state.casefold() == wanted.casefold()

    return Answer(body=page_of(call, found, fits))


@at_both(OPERATIONS, "HEAD", _ONE, "read", answers={204: None})
def deployment_exists(call: Call) -> Answer:
    """Tell by the status alone whether there is such a deployment."""
    needed_deployment(call, call.store)
    return Answer(204)


@at_both(OPERATIONS, "GET", _ONE, "read", answers={200: DEPLOYMENT})
def get_deployment(call: Call) -> Answer:
    """Tell one deployment."""
    return Answer(body=shown(needed_deployment(call, call.store).document))


@at_both(OPERATIONS, "PUT", _ONE, "write", answers=shapes.kept(DEPLOYMENT), body=DEPLOYMENT_BODY)
def put_deployment(call: Call) -> Answer:
    """Deploy a template: validated at once, carried out after the answer."""
    if _NAME.fullmatch(call.path["deployment"]) is None:
        raise ApiError(
            400,
            "InvalidDeploymentName",
            "expected 1 to 64 letters, digits, '-', '_', '.', '(' and ')' as the name.",
        )
    body = lenient_document(call)
    location, tags = _location(call, body), tags_in(body.get("tags"))
    prepared = prepare(call, body)
    rehearsed(call, prepared)
    place = deployment_id(call)
    with changing(call, place) as work:
        if "group" in call.path:
            needed_group(work, call.path["subscription"], call.path["group"])
        old = work.azure.get(place)
        _require_idle(work, place)
        document = deployment_document(
            place, call.path["deployment"], prepared, call.asked.correlation_id, call.asked.at
        )
        document |= {"tags": tags} if tags else {}
        document |= {"location": location} if location else {}
        if old is None:
            new = work.azure.create(document, by=call.actor)
        else:
            new = work.azure.replace(old.id, document, by=call.actor)
        plan, outputs = prepared.plan.to_json(), dict(prepared.outputs)
        operation = begun(call, work, _DEPLOYING, place, plan=plan, outputs=outputs)
    headers = asynchronous(call, operation)
    after = work_at(call, operation)
    return Answer(201 if old is None else 200, shown(new.document), headers, after)


@at_both(OPERATIONS, "POST", f"{_ONE}/cancel", "cancel/action", answers={204: None})
def cancel_deployment(call: Call) -> Answer:
    """Cancel a deployment that was accepted and has not been carried out."""
    place = deployment_id(call)
    with changing(call, place) as work:
        found = needed_deployment(call, work)
        under_way = [
            each for each in work.azure_operations.running(found.id) if _is_deploying(each)
        ]
        if not under_way:
            raise ApiError(
                409,
                "DeploymentCannotBeCancelled",
                f"The deployment '{call.path['deployment']}' cannot be cancelled because it is not "
                "active.",
            )
        for each in under_way:
            work.azure_operations.end(each.id, CANCELED)
        document = ended(found.document, "Canceled", call.asked.at)
        work.azure.replace(found.id, document, by=call.actor)
    return Answer(204)


@at_both(OPERATIONS, "DELETE", _ONE, "delete", answers={204: None})
def delete_deployment(call: Call) -> Answer:
    """Forget a deployment; what it deployed stays."""
    place = deployment_id(call)
    with changing(call, place, deleting=True) as work:
        _require_idle(work, place)
        if work.azure.get(place) is not None:
            work.azure.delete(place, by=call.actor)
    return Answer(204)


@worker(_DEPLOYING)
def _deploy(store: Store, operation: AzureOperation) -> None:
    plan = Plan.from_json(as_object(operation.document.get("plan")))
    try:
        with store.transaction() as work:
            _carry_out(store, work, operation, plan)
    except (StoreBusy, StoreUnavailable):
        raise
    except OstiaryError as error:
        with store.transaction() as work:
            _fail(store, work, operation, error)


def _carry_out(store: Store, work: Aggregates, operation: AzureOperation, plan: Plan) -> None:
    work.azure.hold()
    found = _under_way(work, operation)
    if found is None:
        return
    actor = actor_of(operation)
    applied = apply(work, plan, by=actor)
    now = store.means.clock.now()
    document = ended(
        found.document,
        "Succeeded",
        now,
        outputs=operation.document.get("outputs"),
        outputResources=resources_of(applied),
    )
    made = operations_of(applied, [store.means.new_id() for _ in applied], now)
    work.azure.replace(found.id, {**document, "operations": made}, by=actor)
    work.azure_operations.end(operation.id, SUCCEEDED, plan=None, outputs=None)


def _fail(store: Store, work: Aggregates, operation: AzureOperation, error: OstiaryError) -> None:
    """Keep why a deployment failed; nothing of it was done."""
    work.azure.hold()
    found = _under_way(work, operation)
    if found is None:
        return
    inner: dict[str, Any] = {"code": "InternalServerError", "message": str(error)}
    if isinstance(error, ApiError):
        inner = {"code": error.word, "message": error.message}
    if isinstance(error, Refused):
        inner = inner_error(error)
    told = {
        "code": "DeploymentFailed",
        "message": "The deployment failed and left everything as it was. Please see details.",
        "details": [inner],
    }
    now = store.means.clock.now()
    document = ended(found.document, "Failed", now, error=told)
    failed = [failed_operation(store.means.new_id(), now, inner)]
    actor = actor_of(operation)
    work.azure.replace(found.id, {**document, "operations": failed}, by=actor)
    work.azure_operations.end(
        operation.id, FAILED, error=told, errorStatus=409, plan=None, outputs=None
    )


def _under_way(work: Aggregates, operation: AzureOperation) -> Stored | None:
    """Give the deployment, None where it was cancelled, or went with its resource group."""
    current, found = work.azure_operations.get(operation.id), work.azure.get(operation.target)
    if current is None or current.status != RUNNING:
        return None
    if found is None:
        work.azure_operations.end(operation.id, CANCELED)
    return found


def needed_deployment(call: Call, work: Aggregates) -> Stored:
    """Give the deployment that the path names. Raises ApiError (404)."""
    subscription_of(call)
    found = work.azure.get(deployment_id(call))
    if found is None:
        raise ApiError(
            404,
            "DeploymentNotFound",
            f"Deployment '{call.path['deployment'][:64]}' could not be found.",
        )
    return found


def _require_idle(work: Aggregates, place: str) -> None:
    if any(map(_is_deploying, work.azure_operations.running(place))):
        raise ApiError(
            409,
            "DeploymentActive",
            f"The deployment with resource id '{place}' cannot be saved or deleted, because it is "
            "still active. Please wait until it has ended, or cancel it.",
        )


def _is_deploying(operation: AzureOperation) -> bool:
    return operation.kind == _DEPLOYING


def _location(call: Call, body: JsonObject) -> str | None:
    """Read where the deployment of a subscription is kept. Raises ApiError (400)."""
    if "group" in call.path:
        return None
    location = str(body.get("location") or "").replace(" ", "").casefold()
    if not location:
        raise ApiError(400, "LocationRequired", "The location property is required.")
    if location != LOCATION:
        raise ApiError(
            400,
            "LocationNotAvailableForDeployment",
            f"The provided location '{location[:60]}' is not available for deployment. List of "
            f"available regions is '{LOCATION}'.",
        )
    return location
