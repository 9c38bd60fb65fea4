"""Resource providers of a subscription: list, tell, register, unregister.

Source: azure-docs rest/api/resources/providers; management/resource-providers-and-types.
"""

from __future__ import annotations

from typing import Any, Final

from ostiary.arm import shapes
from ostiary.arm.changes import changing
from ostiary.arm.providers import catalogue, is_own, known_namespace, shown_provider
from ostiary.arm.roles import Action
from ostiary.arm.subscriptions import LOCATION, subscription_of
from ostiary.directory.store import Aggregates
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations

OPERATIONS: Final = Operations()
_ALL: Final = "/subscriptions/{subscription}/providers"
_ONE: Final = f"{_ALL}/{{namespace}}"
_READ: Final = Action("Microsoft.Resources/subscriptions/providers/read")
_STATE: Final = "Microsoft.Resources/providers"


@OPERATIONS.add(
    "GET",
    _ALL,
    needs=_READ,
    answers=shapes.listed(shapes.PROVIDER),
)
def list_providers(call: Call) -> Answer:
    """List the resource providers."""
    subscription = subscription_of(call).id
    off = {str(each.document["name"]) for each in call.store.azure.of_type(_STATE, subscription)}
    found = [_shown(call, each, registered=each not in off) for each in catalogue().providers]
    return Answer(body={"value": found})


@OPERATIONS.add(
    "GET",
    _ONE,
    needs=_READ,
    answers={200: shapes.PROVIDER},
)
def get_provider(call: Call) -> Answer:
    """Tell one resource provider."""
    subscription_of(call)
    return _told(call, known_namespace(call.path["namespace"]))


@OPERATIONS.add(
    "POST",
    f"{_ONE}/register",
    needs=Action("*/register/action"),
    answers={200: shapes.PROVIDER},
)
def register_provider(call: Call) -> Answer:
    """Let the subscription use a provider."""
    namespace = known_namespace(call.path["namespace"])
    with changing(call, _subscription(call)) as work:
        if not is_registered(work, call.path["subscription"], namespace):
            work.azure.delete(_id_of(call, namespace), by=call.actor)
    return _told(call, namespace)


@OPERATIONS.add(
    "POST",
    f"{_ONE}/unregister",
    needs=Action("*/unregister/action"),
    answers={200: shapes.PROVIDER},
)
def unregister_provider(call: Call) -> Answer:
    """Let the subscription use a provider no longer, unless it has resources of it."""
    namespace = known_namespace(call.path["namespace"])
    if is_own(namespace):
        raise ApiError(
            409,
            "CannotUnregister",
            f"'{namespace}' is always registered: it needs no registration.",
        )
    with changing(call, _subscription(call)) as work:
        if work.azure.any_of(_subscription(call), namespace):
            raise _cannot_unregister(
                f"The subscription has resources of '{namespace}': delete them first."
            )
        if is_registered(work, call.path["subscription"], namespace):
            document = {"id": _id_of(call, namespace), "type": _STATE, "name": namespace}
            work.azure.create(document, by=call.actor)
    return _told(call, namespace)


def is_registered(work: Aggregates, subscription: str, namespace: str) -> bool:
    """Tell whether a subscription may use a provider: what is kept is who may not."""
    return work.azure.get(f"/subscriptions/{subscription}/providers/{namespace}") is None


def require_registered(work: Aggregates, subscription: str, namespace: str) -> None:
    """Refuse a change to resources of a provider that is not registered. Raises ApiError (409)."""
    if not is_registered(work, subscription, namespace):
        raise ApiError(
            409,
            "MissingSubscriptionRegistration",
            f"The subscription is not registered to use namespace '{namespace}'. Register it: "
            f"az provider register --namespace {namespace}",
        )


def _cannot_unregister(why: str) -> ApiError:
    return ApiError(409, "CannotUnregister", why)


def _told(call: Call, namespace: str) -> Answer:
    registered = is_registered(call.store, call.path["subscription"], namespace)
    return Answer(body=_shown(call, namespace, registered=registered))


def _shown(call: Call, namespace: str, *, registered: bool) -> dict[str, Any]:
    locations = (LOCATION,)
    return shown_provider(namespace, call.path["subscription"], locations, registered=registered)


def _subscription(call: Call) -> str:
    return f"/subscriptions/{call.path['subscription']}"


def _id_of(call: Call, namespace: str) -> str:
    return f"{_subscription(call)}/providers/{namespace}"
