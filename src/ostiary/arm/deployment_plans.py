"""From the body of a deployment to what it would do: template, parameters, mode, rights.

Source: azure-docs rest/api/resources/deployments/create-or-update, templates/deployment-modes,
common-deployment-errors (InvalidTemplate, InvalidTemplateDeployment).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from ostiary.arm.addresses import address_of
from ostiary.arm.changes import needed_group
from ostiary.arm.deploying import Applied, Plan, Refused, superfluous, tried
from ostiary.arm.keeping import needed_resource
from ostiary.arm.roles import refusal_of
from ostiary.arm.subscriptions import subscription_of
from ostiary.arm.template_arguments import Value
from ostiary.arm.template_expressions import invalid_template
from ostiary.arm.template_parameters import Parameter
from ostiary.arm.template_scope import DeployedTo
from ostiary.arm.templates import Template
from ostiary.directory.azure import LOCK
from ostiary.http.calls import Call
from ostiary.http.errors import ApiError
from ostiary.model.json_types import JsonObject, as_object, is_list, is_object

_NOT_HERE: Final = {
    "templateLink": "Templates are not fetched from elsewhere here: send the template itself.",
    "parametersLink": "Parameters are not fetched from elsewhere here: send them themselves.",
    "onErrorDeployment": "A deployment that fails leaves everything as it was: there is nothing "
    "to roll back to.",
}
_SHORT: Final = 4
"""A secret of fewer characters is looked for as a whole value only."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A deployment that can be tried or carried out."""

    plan: Plan
    template: JsonObject
    parameters: tuple[Parameter, ...]
    outputs: JsonObject
    mode: str


def prepare(call: Call, body: JsonObject) -> Prepared:
    """Read a deployment. Raises ApiError (400, 403, 404, 409)."""
    properties = as_object(body.get("properties"))
    for name, why in _NOT_HERE.items():
        if properties.get(name) is not None:
            raise ApiError(400, "InvalidDeploymentProperties", why)
    mode = _mode(call, properties)
    document, given = properties.get("template"), properties.get("parameters")
    if not is_object(document):
        raise ApiError(400, "InvalidRequestContent", "expected an object in 'properties.template'")
    place = _place(call)
    template = Template(
        document, as_object(given), place, lambda resource_id: _existing(call, place, resource_id)
    )
    # What a template locks is locked when all the rest is there.
    found = sorted(template.deployed(), key=lambda each: each.type.casefold() == LOCK.casefold())
    hidden = _secrets(template.parameters)
    steps = tuple((each.id, each.type, _without(each.body or {}, hidden)) for each in found)
    plan = Plan(call.server.tenant_id, place.id, steps, mode == "Complete")
    _require_rights(call, plan)
    outputs = _without(template.outputs(), hidden)
    return Prepared(plan, _shareable(document), tuple(template.parameters), outputs, mode)


def rehearsed(call: Call, prepared: Prepared) -> list[Applied]:
    """Try a deployment. Raises ApiError as Azure's validation words it."""
    try:
        return tried(call.store, prepared.plan, by=call.actor)
    except Refused as error:
        raise invalid_deployment(call, error) from error


def invalid_deployment(call: Call, error: Refused) -> ApiError:
    """Give the error of a deployment one of whose resources cannot be written."""
    if error.word in {"ScopeLocked", "ResourceGroupBeingDeleted"}:
        return ApiError(error.status, error.word, error.message)
    name = call.path["deployment"]
    return ApiError(
        400,
        "InvalidTemplateDeployment",
        f"The template deployment '{name}' is not valid according to the validation procedure. The "
        f"tracking id is '{call.asked.correlation_id}'. See inner errors for details.",
        details=[inner_error(error)],
    )


def inner_error(error: Refused) -> dict[str, Any]:
    """Give the error of one resource."""
    return {"code": error.word, "target": error.target, "message": error.message}


def _mode(call: Call, properties: JsonObject) -> str:
    mode = str(properties.get("mode")).capitalize()
    if mode not in {"Incremental", "Complete"}:
        raise ApiError(
            400,
            "InvalidRequestContent",
            "expected Incremental or Complete in 'properties.mode', came "
            f"'{str(properties.get('mode'))[:40]}'",
        )
    if mode == "Complete" and "group" not in call.path:
        raise ApiError(
            400,
            "InvalidDeploymentMode",
            "The deployment mode 'Complete' is not supported at subscription scope.",
        )
    return mode


def _place(call: Call) -> DeployedTo:
    subscription = subscription_of(call).document
    group = None
    if "group" in call.path:
        group = needed_group(call.store, call.path["subscription"], call.path["group"]).document
    return DeployedTo(
        call.server.tenant_id,
        subscription,
        group,
        {"name": call.path["deployment"]},
        call.asked.at,
        call.server.randomness.object_id,
    )


def _existing(call: Call, place: DeployedTo, resource_id: str) -> JsonObject:
    """Give a resource that a template refers to, if its author may read it."""
    address = address_of(resource_id)
    own = str(place.subscription["subscriptionId"])
    if address.subscription.casefold() != own.casefold():
        raise invalid_template(f"'{resource_id[:200]}' is in another subscription.")
    refusal = refusal_of(call, f"{address.type}/read", address.id)
    if refusal is not None:
        raise refusal
    return needed_resource(call.store, address).document


def _require_rights(call: Call, plan: Plan) -> None:
    """Refuse what the caller may not write, or delete, one by one. Raises ApiError (403)."""
    wanted = [(f"{_action_of(kind)}/write", place) for place, kind, _ in plan.steps]
    if plan.complete:
        wanted += [
            (f"{each.document['type']}/delete", str(each.document["id"]))
            for each in superfluous(call.store, plan)
        ]
    for action, place in wanted:
        refusal = refusal_of(call, action, place)
        if refusal is not None:
            raise refusal


def _action_of(kind: str) -> str:
    if kind.casefold() == "microsoft.resources/resourcegroups":
        return "Microsoft.Resources/subscriptions/resourceGroups"
    return kind


def _secrets(parameters: list[Parameter]) -> frozenset[str]:
    """Give every text in a secure parameter."""
    found: set[str] = set()
    left: list[Value] = [each.value for each in parameters if each.is_secure]
    while left:
        value = left.pop()
        if isinstance(value, str) and value:
            found.add(value)
        elif is_object(value):
            left.extend(value.values())
        elif is_list(value):
            left.extend(value)
    return frozenset(found)


def _without(value: Any, hidden: frozenset[str]) -> Any:
    """Give a value without the members that tell a secret: as in Azure it cannot be read back."""
    if is_object(value):
        return {
            name: _without(each, hidden) for name, each in value.items() if not _tells(each, hidden)
        }
    if is_list(value):
        return [_without(each, hidden) for each in value if not _tells(each, hidden)]
    return value


def _tells(value: Any, hidden: frozenset[str]) -> bool:
    return isinstance(value, str) and any(
        value == each or (len(each) >= _SHORT and each in value) for each in hidden
    )


def _shareable(document: JsonObject) -> JsonObject:
    """Give the template without the defaults of secure parameters."""
    declared = {
        name: {
            member: each for member, each in as_object(value).items() if member != "defaultValue"
        }
        if str(as_object(value).get("type")).casefold().startswith("secure")
        else value
        for name, value in as_object(document.get("parameters")).items()
    }
    return {**document, "parameters": declared} if declared else document
