"""What a template can ask of the place it is deployed to: ids, resource group, subscription.

Source: azure-docs templates/template-functions-resource, template-functions-scope,
template-functions-date, template-functions-string (newGuid).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from ostiary.arm.template_arguments import Value
from ostiary.arm.template_expressions import invalid_template
from ostiary.arm.template_functions import require_number
from ostiary.arm.template_values import Frame, Special
from ostiary.model.json_types import JsonObject

_SECRETS: Final = ("listkeys", "listsecrets", "listaccountsas", "list", "getsecret")


@dataclass(frozen=True, slots=True)
class DeployedTo:
    """The place of a deployment; `group` None: the subscription itself."""

    tenant_id: str
    subscription: JsonObject
    group: JsonObject | None
    deployment: JsonObject
    at: datetime
    new_guid: Callable[[], str]

    @property
    def id(self) -> str:
        """Give the scope that resources of the template stand in."""
        return str((self.group or self.subscription)["id"])


def specials_of(place: DeployedTo, reference: Special) -> Mapping[str, Special]:
    """Give the functions that need to know the place, by name in lower case."""
    return {
        "resourcegroup": lambda arguments, _: _none(arguments, _group(place)),
        "subscription": lambda arguments, _: _none(arguments, _subscription(place)),
        "tenant": lambda arguments, _: _none(arguments, {"tenantId": place.tenant_id}),
        "deployment": lambda arguments, _: _none(arguments, dict(place.deployment)),
        "resourceid": lambda arguments, _: _resource_id(place, arguments),
        "subscriptionresourceid": lambda arguments, _: _subscription_id(place, arguments),
        "tenantresourceid": lambda arguments, _: _joined("", _texts(arguments)),
        "extensionresourceid": lambda arguments, _: _extension_id(arguments),
        "utcnow": lambda arguments, frame: _now(place, arguments, frame),
        "newguid": lambda arguments, frame: _guid(place, arguments, frame),
        "reference": reference,
        **dict.fromkeys(_SECRETS, _no_secrets),
    }


def _none(arguments: list[Value], value: Value) -> Value:
    if arguments:
        raise invalid_template("a function that takes no arguments was given some.")
    return value


def _group(place: DeployedTo) -> Value:
    if place.group is None:
        raise invalid_template(
            "The template function 'resourceGroup' is not expected at this location: the template "
            "is deployed to a subscription."
        )
    return dict(place.group)


def _subscription(place: DeployedTo) -> dict[str, Any]:
    found = place.subscription
    return {
        "id": found["id"],
        "subscriptionId": found["subscriptionId"],
        "tenantId": place.tenant_id,
        "displayName": found["displayName"],
    }


def _texts(arguments: list[Value]) -> list[str]:
    if not arguments or not all(isinstance(each, str) for each in arguments):
        raise invalid_template("a function that makes resource ids expects texts.")
    return arguments


def _resource_id(place: DeployedTo, arguments: list[Value]) -> str:
    texts = _texts(arguments)
    before = next((number for number, each in enumerate(texts) if "/" in each), len(texts))
    if before > 2:
        raise invalid_template("The template function 'resourceId' expects a resource type.")
    subscription = texts[0] if before == 2 else place.subscription["subscriptionId"]
    scope = f"/subscriptions/{subscription}"
    if before:
        scope += f"/resourceGroups/{texts[before - 1]}"
    elif place.group is not None:
        scope = str(place.group["id"])
    return _joined(scope, texts[before:])


def _subscription_id(place: DeployedTo, arguments: list[Value]) -> str:
    texts = _texts(arguments)
    named = "/" not in texts[0]
    subscription = texts[0] if named else place.subscription["subscriptionId"]
    return _joined(f"/subscriptions/{subscription}", texts[1:] if named else texts)


def _extension_id(arguments: list[Value]) -> str:
    texts = _texts(arguments)
    return _joined(texts[0].rstrip("/"), texts[1:])


def _joined(scope: str, texts: list[str]) -> str:
    """Give `{scope}/providers/{namespace}/{type}/{name}…` of a type and as many names."""
    namespace, *types = texts[0].split("/") if texts else [""]
    names = [part for each in texts[1:] for part in each.split("/")]
    if not namespace or not types or len(types) != len(names):
        raise invalid_template(
            f"Unable to evaluate template language function: the type '{', '.join(texts)[:120]}' "
            "needs as many names as it has segments behind the namespace."
        )
    inner = "/".join(f"{kind}/{name}" for kind, name in zip(types, names, strict=True))
    return f"{scope}/providers/{namespace}/{inner}"


def _now(place: DeployedTo, arguments: list[Value], frame: Frame) -> str:
    _require_default("utcNow", frame)
    if arguments:
        raise invalid_template(
            "The template function 'utcNow' takes no format here: it gives yyyyMMddTHHmmssZ."
        )
    return place.at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _guid(place: DeployedTo, arguments: list[Value], frame: Frame) -> str:
    _require_default("newGuid", frame)
    require_number("newGuid", len(arguments), 0, 0)
    return place.new_guid()


def _require_default(function: str, frame: Frame) -> None:
    if not frame.default:
        raise invalid_template(
            f"The template function '{function}' is not expected at this location: it can only "
            "be used in the default value of a parameter."
        )


def _no_secrets(arguments: list[Value], frame: Frame) -> Value:
    raise invalid_template(
        "functions that list keys or secrets are not supported: resources here have none."
    )
