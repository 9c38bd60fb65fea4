"""Long-running operations: answered at once, worked at after the answer, asked about until done.

Both styles of azure-docs azure-resource-manager/management/async-operations: `Location` answers 202
until the result is there, `Azure-AsyncOperation` answers `{"status": …}`. If the process ends while
it works, whoever asks next carries on (`ostiary.directory.azure_operations`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from ostiary.arm import shapes
from ostiary.arm.answers import told
from ostiary.arm.roles import SignedIn, refusal_of
from ostiary.directory.azure_operations import FAILED, RUNNING, AzureOperation
from ostiary.directory.errors import StoreBusy, StoreUnavailable
from ostiary.directory.protocols import Actor, ActorKind
from ostiary.directory.store import Aggregates, Store
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations
from ostiary.model.errors import OstiaryError
from ostiary.model.json_types import JsonObject, as_object

Worker: TypeAlias = Callable[[Store, AzureOperation], None]

OPERATIONS: Final = Operations()
RETRY_AFTER: Final = "1"
_WORKERS: Final[dict[str, Worker]] = {}
_READ: Final = "Microsoft.Resources/subscriptions/operationresults/read"
_STATUS: Final = "/subscriptions/{subscription}/operationStatuses/{operation}"


def worker(kind: str) -> Callable[[Worker], Worker]:
    """Declare the function below as what carries out the operations of a kind.

    It ends the operation (`AzureOperations.end`) in the transaction of its last change, and may be
    called again for one that an earlier call did not end.
    """

    def declared(function: Worker) -> Worker:
        _WORKERS[kind] = function
        return function

    return declared


def begun(call: Call, work: Aggregates, kind: str, target: str, **document: Any) -> AzureOperation:
    """Keep an operation, in the transaction that begins it."""
    actor = call.actor
    by = {
        "kind": actor.kind.value,
        "id": actor.id,
        "name": actor.name,
        "address": actor.address,
        "correlationId": actor.correlation_id,
    }
    return work.azure_operations.begin(
        kind, target, {"by": by, "subscription": call.path["subscription"], **document}
    )


def actor_of(operation: AzureOperation) -> Actor:
    """Give who began an operation."""
    by = as_object(operation.document.get("by"))
    return Actor(ActorKind(by["kind"]), by["id"], by["name"], by["address"], by["correlationId"])


def accepted(call: Call, operation: AzureOperation) -> Answer:
    """Answer 202 in the style of `Location`, and do the work after it."""
    return Answer(202, headers=location(call, operation), after=work_at(call, operation))


def location(call: Call, operation: AzureOperation) -> dict[str, str]:
    """Give the headers of the style of `Location`."""
    return {"Location": _url(call, "operationresults", operation), "Retry-After": RETRY_AFTER}


def asynchronous(call: Call, operation: AzureOperation) -> dict[str, str]:
    """Give the headers of the style of `Azure-AsyncOperation`."""
    return {
        "Azure-AsyncOperation": _url(call, "operationStatuses", operation),
        "Retry-After": RETRY_AFTER,
    }


def work_at(call: Call, operation: AzureOperation) -> Callable[[], None]:
    """Give what is done after the answer."""
    store = call.store
    return lambda: carry_out(store, operation)


def carry_out(store: Store, operation: AzureOperation) -> None:
    """Work at an operation until it has ended; what goes wrong is its result."""
    try:
        _WORKERS[operation.kind](store, operation)
    except (StoreBusy, StoreUnavailable):
        raise  # whoever asks next carries on
    except OstiaryError as error:
        word = error.word if isinstance(error, ApiError) else "InternalServerError"
        answer: dict[str, Any] = {"code": word, "message": str(error)}
        if isinstance(error, ApiError) and error.details:
            answer["details"] = [dict(each) for each in error.details]
        status = error.status if isinstance(error, ApiError) else 500
        store.azure_operations.end(operation.id, FAILED, error=answer, errorStatus=status)


@OPERATIONS.add(
    "GET",
    "/subscriptions/{subscription}/operationresults/{operation}",
    needs=SignedIn(),
    answers={200: None, 202: None, 204: None},
)
def operation_result(call: Call) -> Answer:
    """Answer 202 until an operation has ended, then its result."""
    found = _needed(call)
    if found.status == RUNNING:
        return Answer(202, headers=location(call, found), after=_carried_on(call, found))
    if found.status == FAILED:
        error = as_object(found.document.get("error"))
        status = found.document.get("errorStatus")
        raise ApiError(
            status if isinstance(status, int) else 500,
            str(error.get("code")),
            str(error.get("message")),
            details=tuple(error.get("details") or ()),
        )
    result = found.document.get("result")
    nothing = 204 if found.document.get("noContent") else 200
    return Answer(200, result) if result is not None else Answer(nothing)


@OPERATIONS.add(
    "GET",
    _STATUS,
    needs=SignedIn(),
    answers={200: shapes.OPERATION_STATUS},
)
def operation_status(call: Call) -> Answer:
    """Tell whether an operation runs, succeeded, failed or was canceled."""
    found = _needed(call)
    body: dict[str, Any] = {
        "id": f"/subscriptions/{call.path['subscription']}/operationStatuses/{found.id}",
        "name": found.id,
        "status": found.status,
        "startTime": told(found.began),
    }
    if found.ended is not None:
        body["endTime"] = told(found.ended)
    if found.status == FAILED:
        body["error"] = found.document.get("error")
    running = found.status == RUNNING
    headers: Mapping[str, str] = {"Retry-After": RETRY_AFTER} if running else {}
    return Answer(200, body, headers, _carried_on(call, found) if running else None)


def _needed(call: Call) -> AzureOperation:
    """Give the operation, to who began it or may read everything in the subscription."""
    subscription = call.path["subscription"]
    found = call.store.azure_operations.get(call.path["operation"])
    if found is not None and str(found.document["subscription"]).casefold() == (
        subscription.casefold()
    ):
        own = actor_of(found).id == call.token.object_id
        if own or refusal_of(call, _READ, f"/subscriptions/{subscription}") is None:
            return found
    name = call.path["operation"][:60]
    raise ApiError(404, "OperationNotFound", f"The operation '{name}' could not be found.")


def _carried_on(call: Call, found: AzureOperation) -> Callable[[], None] | None:
    """Carry on, after the answer, with what nobody works at any more."""
    taken = call.store.azure_operations.take_over(found.id)
    return None if taken is None else work_at(call, taken)


def _url(call: Call, kind: str, operation: AzureOperation) -> str:
    version = call.asked.query.get("api-version", "")
    place = f"/subscriptions/{call.path['subscription']}/{kind}/{operation.id}"
    return f"{call.server.urls.management}{place}?api-version={version}"


def with_state(document: JsonObject, state: str) -> dict[str, Any]:
    """Give a document in another provisioning state."""
    properties = {**as_object(document.get("properties")), "provisioningState": state}
    return {**document, "properties": properties}
