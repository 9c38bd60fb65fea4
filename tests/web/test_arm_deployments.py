"""Deployments over HTTP: what they make, change and delete, and how they are asked about."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.arm import long_running
from ostiary.directory.azure_operations import AzureOperation
from ostiary.directory.store import Store
from tests.web.arm_calls import STORAGE, VAULT, Caller, owner
from tests.web.arm_deployments import (
    DEPLOYMENTS,
    GROUP,
    body,
    deployed,
    outputs,
    refused,
    storage,
    template,
    vault,
)
from tests.web.calling import Apis, called
from tests.web.serving import Served

MAIN = f"{GROUP}/{DEPLOYMENTS}/main"
KV = f"{GROUP}/providers/{VAULT}/kv"


@pytest.fixture
def apis(served: Served) -> Apis:
    return called(served)


@pytest.fixture
def astrid(apis: Apis) -> Caller:
    found = owner(apis)
    found.group()
    return found


def _names(caller: Caller) -> list[str]:
    return [each["name"] for each in caller.get(f"{GROUP}/resources")["value"]]


def test_a_template_is_deployed_after_the_answer(astrid: Caller) -> None:
    document = template(
        vault("[parameters('name')]", tags={"by": "[variables('team')]"}, properties={"a": [1]}),
        parameters={"name": {"type": "string"}},
        variables={"team": "ops"},
        outputs={"id": {"type": "string", "value": f"[resourceId('{VAULT}', 'kv')]"}},
    )
    sent = body(document, {"name": "kv"})
    answer = astrid.ask(MAIN, "PUT", json=sent)
    assert answer.status_code == 201
    assert answer.json()["properties"]["provisioningState"] == "Accepted"
    place = answer.headers["azure-asyncoperation"]
    assert place.startswith("https://localhost:8444/subscriptions/")
    assert astrid.get(place)["status"] == "Succeeded"
    found = astrid.get(MAIN)
    assert (found["type"], found["name"]) == ("Microsoft.Resources/deployments", "main")
    properties = found["properties"]
    assert properties["provisioningState"] == "Succeeded"
    assert properties["parameters"] == {"name": {"type": "string", "value": "kv"}}
    assert properties["outputs"] == {"id": {"type": "string", "value": astrid.at(KV)}}
    assert properties["outputResources"] == [{"id": astrid.at(KV)}]
    assert "template" not in found
    made = astrid.get(KV)
    assert made["tags"] == {"by": "ops"}
    assert made["properties"] == {"a": [1], "provisioningState": "Succeeded"}
    assert astrid.ask(MAIN, "HEAD").status_code == 204
    (listed,) = astrid.get(f"{GROUP}/{DEPLOYMENTS}/")["value"]
    assert listed == found
    for path in (f"{MAIN}/operations", f"{GROUP}/deployments/main/operations"):
        (done,) = astrid.get(path)["value"]
        assert done["properties"]["targetResource"]["id"] == astrid.at(KV)
        one = f"{path}/{done['operationId']}"
        assert astrid.get(one) == done
    exported = astrid.ask(f"{MAIN}/exportTemplate", "POST").json()
    assert exported["template"] == document
    assert astrid.ask(MAIN, "PUT", json=sent).status_code == 200
    assert astrid.ask(MAIN, "DELETE").status_code == 204
    assert astrid.refused(MAIN) == (404, "DeploymentNotFound")
    assert astrid.ask(KV, "HEAD").status_code == 204


def test_a_template_as_the_azure_cli_sends_it(astrid: Caller) -> None:
    text = """{
      // made by hand
      "$schema": "https://a.example/#", "contentVersion": "1.0.0.0", /* two
      lines */
      "resources": [{"type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01",
        "name": "kv", "location": "local", "properties": {"note": "a // b
template: c,]", "list": [1, 2,],},}],
    }"""
    content = '{"properties": {"parameters": {}, "mode": "Incremental", template:' + text + "}}"
    assert astrid.ask(MAIN, "PUT", content=content.encode()).status_code == 201
    assert astrid.get(KV)["properties"]["note"] == "a // b\ntemplate: c,]"
    assert astrid.refused(MAIN, "PUT", content=b"{template:}") == (400, "InvalidRequestContent")


def test_order_conditions_copies_children_and_references(astrid: Caller) -> None:
    document = template(
        {
            **vault("locks", dependsOn=["many"], location=None),
            "type": "Microsoft.Authorization/locks",
            "properties": {"level": "ReadOnly"},
        },
        {
            "type": "Microsoft.Sql/servers",
            "apiVersion": "2023-08-01",
            "name": "sql",
            "location": f"[reference(resourceId('{VAULT}', 'kv'), '1', 'Full').location]",
            "properties": {"uri": "[reference('kv').uri]"},
            "resources": [
                {"type": "databases", "apiVersion": "1", "name": "db", "location": "local"}
            ],
        },
        storage("[concat('s', copyIndex(1))]", copy={"name": "many", "count": 3}),
        vault(properties={"uri": "https://kv.example"}),
        vault("not", condition="[equals(1, 2)]"),
        {
            "type": "Microsoft.Insights/diagnosticSettings",
            "apiVersion": "1",
            "name": "log",
            "scope": "[format('Microsoft.KeyVault/vaults/{0}', 'kv')]",
            "dependsOn": ["kv", "not"],
            "properties": {},
        },
        outputs={"state": {"type": "string", "value": "[reference('sql').provisioningState]"}},
    )
    assert outputs(astrid, document) == {"state": "Succeeded"}
    assert sorted(_names(astrid)) == ["db", "kv", "s1", "s2", "s3", "sql"]
    servers = f"{GROUP}/providers/Microsoft.Sql/servers/sql"
    assert astrid.get(servers)["properties"]["uri"] == "https://kv.example"
    assert astrid.get(f"{KV}/providers/Microsoft.Insights/diagnosticSettings/log")["name"] == "log"
    assert astrid.refused(KV, "PATCH", json={}) == (409, "ScopeLocked")


def test_the_complete_mode_deletes_what_is_not_named(astrid: Caller) -> None:
    old = astrid.resource(astrid.group(), "old", STORAGE)
    astrid.resource(GROUP, "kv")
    deployed(astrid, template(vault()))
    assert _names(astrid) == ["kv", "old"]
    deployed(astrid, template(vault()), mode="Complete")
    assert _names(astrid) == ["kv"]
    astrid.put(old, {"location": "local"})
    lock = f"{old}/providers/Microsoft.Authorization/locks/keep"
    astrid.put(lock, {"properties": {"level": "CanNotDelete"}})
    code, _ = refused(astrid, template(), mode="Complete")
    assert (code, _names(astrid)) == ("ScopeLocked", ["kv", "old"])
    assert astrid.get(MAIN)["properties"]["mode"] == "Complete"


def test_validation_tries_and_takes_everything_back(apis: Apis, astrid: Caller) -> None:
    store = apis.served.service.store
    before = store.stamp()
    answer = astrid.ask(f"{MAIN}/validate", "POST", json=body(template(vault())))
    assert answer.status_code == 200
    properties = answer.json()["properties"]
    assert properties["provisioningState"] == "Succeeded"
    assert properties["validatedResources"] == [{"id": astrid.at(KV)}]
    assert _names(astrid) == []
    assert astrid.refused(MAIN) == (404, "DeploymentNotFound")
    assert store.stamp() == before
    for wrong, code in (
        (vault("k2", location="mars"), "LocationNotAvailableForResourceType"),
        (vault(type="Microsoft.Nothing/things"), "InvalidResourceNamespace"),
        ({**vault("a/b"), "type": f"{VAULT}/keys"}, "ParentResourceNotFound"),
    ):
        answer = astrid.ask(f"{MAIN}/validate", "POST", json=body(template(vault(), wrong)))
        error = answer.json()["error"]
        assert (answer.status_code, error["code"]) == (400, "InvalidTemplateDeployment")
        assert error["details"][0]["code"] == code
        assert refused(astrid, template(vault(), wrong))[0] == code
    assert store.stamp() == before


def test_what_if_tells_each_change(astrid: Caller) -> None:
    astrid.resource(astrid.group(), "kv", properties={"a": 1, "b": {"c": [1]}, "d": 2})
    astrid.resource(GROUP, "other")
    astrid.resource(GROUP, "same")
    document = template(
        vault(properties={"a": 1, "b": {"c": [2]}, "e": 3}), vault("same"), storage()
    )

    def changes(mode: str, **more: Any) -> dict[str, Any]:
        sent = body(document, mode=mode)
        sent["properties"] |= more
        answer = astrid.ask(f"{MAIN}/whatIf", "POST", json=sent).json()
        assert answer["status"] == "Succeeded"
        found = answer["properties"]["changes"]
        return {each["resourceId"].rpartition("/")[2]: each for each in found}

    found = changes("Incremental")
    kinds = {name: each["changeType"] for name, each in found.items()}
    assert kinds == {"kv": "Modify", "same": "NoChange", "store": "Create", "other": "Ignore"}
    delta = {each["path"]: each["propertyChangeType"] for each in found["kv"]["delta"]}
    assert delta == {
        "properties.b.c": "Array",
        "properties.d": "Delete",
        "properties.e": "Create",
    }
    assert changes("Complete")["other"]["changeType"] == "Delete"
    short = changes("Incremental", whatIfSettings={"resultFormat": "ResourceIdOnly"})
    assert short["kv"]["after"] is None
    wrong = astrid.ask(f"{MAIN}/whatIf", "POST", json=body(template(vault("[no()]"))))
    assert (wrong.status_code, wrong.json()["status"]) == (200, "Failed")
    assert wrong.json()["error"]["code"] == "InvalidTemplate"
    assert _names(astrid) == ["kv", "other", "same"]


def _process_ended(store: Store, operation: AzureOperation) -> None:
    """Do nothing of what was to be done."""


def test_a_deployment_is_cancelled_before_it_is_carried_out(
    astrid: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as stopped:
        stopped.setattr(long_running, "carry_out", _process_ended)
        place = astrid.ask(MAIN, "PUT", json=body(template(vault()))).headers[
            "azure-asyncoperation"
        ]
        assert astrid.get(place)["status"] == "Running"
        again = astrid.refused(MAIN, "PUT", json=body(template()))
        assert again == (409, "DeploymentActive")
        assert astrid.refused(MAIN, "DELETE") == (409, "DeploymentActive")
        assert astrid.ask(f"{MAIN}/cancel", "POST").status_code == 204
    assert astrid.get(place)["status"] == "Canceled"
    assert astrid.get(MAIN)["properties"]["provisioningState"] == "Canceled"
    late = (409, "DeploymentCannotBeCancelled")
    assert astrid.refused(f"{MAIN}/cancel", "POST") == late
    assert _names(astrid) == []


def test_a_deployment_that_fails_leaves_everything_as_it_was(
    apis: Apis, astrid: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[tuple[Store, AzureOperation]] = []

    def hold(store: Store, operation: AzureOperation) -> None:
        held.append((store, operation))

    with monkeypatch.context() as stopped:
        stopped.setattr(long_running, "carry_out", hold)
        document = template(storage(), vault(tags={"a": "b"}))
        place = astrid.ask(MAIN, "PUT", json=body(document)).headers["azure-asyncoperation"]
    astrid.resource(GROUP, "kv")
    lock = f"{KV}/providers/Microsoft.Authorization/locks/keep"
    astrid.put(lock, {"properties": {"level": "ReadOnly"}})
    long_running.carry_out(*held[0])
    told = astrid.get(place)
    assert (told["status"], told["error"]["code"]) == ("Failed", "DeploymentFailed")
    assert told["error"]["details"][0]["code"] == "ScopeLocked"
    properties = astrid.get(MAIN)["properties"]
    assert (properties["provisioningState"], properties["error"]) == ("Failed", told["error"])
    assert _names(astrid) == ["kv"]
    (failed,) = astrid.get(f"{MAIN}/operations")["value"]
    assert failed["properties"]["provisioningState"] == "Failed"
