"""Templates and how they are deployed in tests."""

from __future__ import annotations

from typing import Any

from tests.web.arm_calls import STORAGE, VAULT, Caller

SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
GROUP = "resourceGroups/rg1"
DEPLOYMENTS = "providers/Microsoft.Resources/deployments"


def template(*resources: dict[str, Any], **members: Any) -> dict[str, Any]:
    """Give a template."""
    return {
        "$schema": SCHEMA,
        "contentVersion": "1.0.0.0",
        **members,
        "resources": list(resources),
    }


def vault(name: str = "kv", **members: Any) -> dict[str, Any]:
    """Give a resource of a template."""
    return _resource(VAULT, name, **members)


def storage(name: str = "store", **members: Any) -> dict[str, Any]:
    """Give another resource of a template."""
    return _resource(STORAGE, name, **members)


def _resource(kind: str, name: str, **members: Any) -> dict[str, Any]:
    own = {"type": kind, "apiVersion": "2023-07-01", "name": name, "location": "local"}
    return {**own, **members}


def body(
    document: dict[str, Any], parameters: dict[str, Any] | None = None, mode: str = "Incremental"
) -> dict[str, Any]:
    """Give the body of a deployment."""
    given = {name: {"value": value} for name, value in (parameters or {}).items()}
    return {"properties": {"mode": mode, "template": document, "parameters": given}}


def deployed(caller: Caller, document: dict[str, Any], at: str = GROUP, **more: Any) -> Any:
    """Deploy, and give the deployment as it ended."""
    path = f"{at}/{DEPLOYMENTS}/main".lstrip("/")
    sent = {**body(document, more.get("parameters"), more.get("mode", "Incremental"))}
    answer = caller.ask(path, "PUT", json=sent if at else {**sent, "location": "local"})
    assert answer.status_code in {200, 201}, answer.text
    assert caller.ask(answer.headers["azure-asyncoperation"]).status_code == 200
    return caller.get(path)


def outputs(caller: Caller, document: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Deploy, and give the values of the outputs."""
    properties = deployed(caller, document, **more)["properties"]
    assert properties["provisioningState"] == "Succeeded", properties
    return {name: each.get("value") for name, each in properties["outputs"].items()}


def refused(caller: Caller, document: dict[str, Any], **more: Any) -> tuple[str, str]:
    """Give code and message of a deployment that is refused."""
    path = f"{GROUP}/{DEPLOYMENTS}/main"
    sent = body(document, more.get("parameters"), more.get("mode", "Incremental"))
    answer = caller.ask(path, "PUT", json=sent)
    assert answer.status_code >= 400, answer.text
    error = answer.json()["error"]
    inner = error.get("details") or [error]
    return inner[0]["code"], inner[0]["message"]
