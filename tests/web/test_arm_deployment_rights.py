"""Deployments over HTTP: secrets, rights, whole subscriptions, templates of what is there."""

from __future__ import annotations

import pytest

from tests.web.arm_calls import VAULT, Caller, assigned, daemon, owner
from tests.web.arm_deployments import (
    DEPLOYMENTS,
    GROUP,
    body,
    deployed,
    outputs,
    refused,
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


def test_a_subscription_is_deployed_to(astrid: Caller) -> None:
    group = {
        "type": "Microsoft.Resources/resourceGroups",
        "apiVersion": "2024-11-01",
        "name": "made",
        "location": "[deployment().location]",
    }
    wrong = astrid.ask(f"{DEPLOYMENTS}/main", "PUT", json=body(template(group)))
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (400, "LocationRequired")
    document = template(
        {**group, "location": "local"},
        outputs={"s": {"type": "string", "value": "[subscription().displayName]"}},
    )
    found = deployed(astrid, document, at="")
    assert found["location"] == "local"
    assert found["properties"]["outputs"]["s"]["value"]
    assert astrid.ask("resourceGroups/made", "HEAD").status_code == 204
    complete = {**body(document, mode="Complete"), "location": "local"}
    refusal = astrid.refused(f"{DEPLOYMENTS}/main", "PUT", json=complete)
    assert refusal == (400, "InvalidDeploymentMode")


def test_secrets_of_a_deployment_are_not_kept(apis: Apis, astrid: Caller) -> None:
    secret = "correct-horse-77"  # noqa: S105  # a test's
    document = template(
        vault(properties={"user": "a", "login": "[parameters('word')]", "url": "[variables('u')]"}),
        parameters={"word": {"type": "securestring", "defaultValue": secret}},
        variables={"u": "[concat('https://', parameters('word'))]"},
        outputs={
            "a": {"type": "securestring", "value": "[parameters('word')]"},
            "b": {"type": "string", "value": "[variables('u')]"},
        },
    )
    found = deployed(astrid, document)
    assert found["properties"]["parameters"] == {"word": {"type": "securestring"}}
    assert found["properties"]["outputs"] == {
        "a": {"type": "securestring"},
        "b": {"type": "string"},
    }
    assert set(astrid.get(KV)["properties"]) == {"user", "provisioningState"}
    exported = astrid.ask(f"{MAIN}/exportTemplate", "POST")
    assert secret not in exported.text
    rows = apis.served.service.store.audit.newest(limit=1000)
    assert not any(secret in str(each.row) for each in rows)


def test_rights_are_asked_for_every_resource(apis: Apis, astrid: Caller) -> None:
    secret = astrid.resource(astrid.group("rg2"), "kv", properties={"secret": "s"})
    assigned(apis, "Contributor", astrid.at(GROUP))
    app = daemon(apis)
    lock = {
        "type": "Microsoft.Authorization/locks",
        "apiVersion": "1",
        "name": "l",
        "properties": {"level": "ReadOnly"},
    }
    assert refused(app, template(vault(), lock))[0] == "AuthorizationFailed"
    spying = {"s": {"type": "string", "value": f"[reference('{astrid.at(secret)}').secret]"}}
    assert refused(app, template(outputs=spying))[0] == "AuthorizationFailed"
    assert outputs(astrid, template(outputs=spying)) == {"s": "s"}
    assert _names(astrid) == []
    deployed(app, template(vault()))
    assigned(apis, "Reader", astrid.at(GROUP))
    for rest, method in (("", "PUT"), ("/validate", "POST"), ("/whatIf", "POST")):
        denied = app.refused(f"{MAIN}{rest}", method, json=body(template()))
        assert denied == (403, "AuthorizationFailed")
    assert app.get(MAIN)["name"] == "main"


def test_an_exported_group_is_deployed_again(astrid: Caller) -> None:
    properties = {"odd": "[not('an expression')]", "deep": [{"a": "[["}, "[]"]}
    astrid.resource(GROUP, "kv", tags={"a": "[b]"}, properties=properties)
    server = astrid.resource(GROUP, "sql", "Microsoft.Sql/servers")
    astrid.put(f"{server}/databases/db", {"location": "local"})
    astrid.put(f"{KV}/providers/Microsoft.Insights/diagnosticSettings/log", {"properties": {}})
    export = f"{GROUP}/exportTemplate"
    exported = astrid.ask(export, "POST", json={"resources": ["*"]}).json()["template"]
    assert len(exported["resources"]) == 4
    again = astrid.group("rg2")
    exported["resources"] = [
        {
            **each,
            "dependsOn": [name.replace("/rg1/", "/rg2/") for name in each.get("dependsOn", ())],
        }
        for each in exported["resources"]
    ]
    deployed(astrid, exported, at=again)
    for path in (KV, f"{server}/databases/db"):
        old, new = astrid.get(path), astrid.get(path.replace("rg1", "rg2"))
        assert {**new, "id": ""} == {**old, "id": ""}
    (one,) = astrid.ask(export, "POST", json={"resources": [astrid.at(KV)]}).json()["template"][
        "resources"
    ]
    assert one["name"] == "kv"
    unknown = {"resources": [astrid.at("resourceGroups/rg2")]}
    assert astrid.refused(export, "POST", json=unknown) == (400, "InvalidRequestContent")


def test_identities_come_and_go_with_deployed_resources(apis: Apis, astrid: Caller) -> None:
    store = apis.served.service.store

    def identities() -> set[str]:
        kinds = {each.id: each.document for each in store.principals.all()}
        return {
            key
            for key, document in kinds.items()
            if document.get("servicePrincipalType") == "ManagedIdentity"
        }

    document = template(vault(identity={"type": "SystemAssigned"}))
    before = store.stamp()
    for question in ("validate", "whatIf"):
        answer = astrid.ask(f"{MAIN}/{question}", "POST", json=body(document))
        assert answer.status_code == 200
    assert (identities(), store.stamp()) == (set(), before)
    deployed(astrid, document)
    assert identities() == {astrid.get(KV)["identity"]["principalId"]}
    deployed(astrid, document)
    assert len(identities()) == 1
    deployed(astrid, template(), mode="Complete")
    assert identities() == set()
