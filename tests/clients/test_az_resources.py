"""The Azure CLI keeps resources: groups, tags, locks, deployments of templates, activity log."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.clients.az import AzureCli
from tests.clients.serving import Served

VAULT = "Microsoft.KeyVault/vaults"
STORAGE = "Microsoft.Storage/storageAccounts"
TEMPLATE = """{
  // A template as people write it: with comments.
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": {
    "prefix": {"type": "string", "minLength": 2},
    "copies": {"type": "int", "defaultValue": 2}
  },
  "variables": {"name": "[format('{0}{1}', toLower(parameters('prefix')), 'log')]"},
  "resources": [
    {
      "type": "Microsoft.Storage/storageAccounts",
      "apiVersion": "2023-05-01",
      "name": "[concat(variables('name'), copyIndex())]", /* log0, log1 … */
      "location": "[resourceGroup().location]",
      "sku": {"name": "Standard_LRS"},
      "kind": "StorageV2",
      "copy": {"name": "accounts", "count": "[parameters('copies')]"},
      "properties": {"accessTier": "Hot"}
    }
  ],
  "outputs": {
    "first": {
      "type": "string",
      "value": "[resourceId('Microsoft.Storage/storageAccounts', concat(variables('name'), 0))]"
    }
  }
}
"""


@pytest.fixture
def ask(az: AzureCli, served: Served) -> Callable[..., Any]:
    """Give an az that an owner of the subscription signed in with: a command gives its JSON."""
    said = az.browser_login(served.person().answers(), "--tenant", served.tenant_id).said
    assert said.code == 0, said.err

    def run(*arguments: str) -> Any:
        said = az.run(*arguments, "-o", "json")
        assert said.code == 0, said.err
        return said.json if said.out.strip() else None

    return run


def test_resources_tags_and_lists(ask: Callable[..., Any]) -> None:
    ask("group", "create", "-n", "res", "-l", "local", "--tags", "team=ops")
    properties = json.dumps({"sku": {"name": "standard"}})
    new = ("-g", "res", "-n", "keys", "--resource-type", VAULT)
    made = ask("resource", "create", *new, "--properties", properties)
    assert (made["location"], made["properties"]["provisioningState"]) == ("local", "Succeeded")
    ask("resource", "create", "-g", "res", "-n", "store", "--resource-type", STORAGE, "-p", "{}")
    assert ask("resource", "tag", "--tags", "env=prod", "--ids", made["id"])["tags"] == {
        "env": "prod"
    }
    names = [each["name"] for each in ask("resource", "list", "-g", "res")]
    assert names == ["keys", "store"]
    (tagged,) = ask("resource", "list", "--tag", "env=prod")
    assert (tagged["name"], tagged["provisioningState"]) == ("keys", "Succeeded")
    (typed,) = ask("resource", "list", "--resource-type", STORAGE)
    assert typed["name"] == "store"
    assert ask("resource", "show", "--ids", made["id"])["id"] == made["id"]
    merged = ask(
        "tag", "update", "--resource-id", made["id"], "--operation", "Merge", "--tags", "a=b"
    )
    assert merged["properties"]["tags"] == {"env": "prod", "a": "b"}
    assert {"a", "env", "team"} <= {each["tagName"] for each in ask("tag", "list")}
    ask("resource", "delete", "--ids", made["id"])
    assert ask("group", "exists", "-n", "res") is True
    ask("group", "delete", "-n", "res", "-y")
    assert ask("group", "exists", "-n", "res") is False


def test_locks(az: AzureCli, ask: Callable[..., Any]) -> None:
    ask("group", "create", "-n", "locked", "-l", "local")
    ask("lock", "create", "-n", "keep", "-g", "locked", "--lock-type", "CanNotDelete")
    refused = az.run("group", "delete", "-n", "locked", "-y")
    assert refused.code != 0
    assert "ScopeLocked" in refused.err
    assert [each["name"] for each in ask("lock", "list", "-g", "locked")] == ["keep"]
    assert ask("lock", "show", "-n", "keep", "-g", "locked")["level"] == "CanNotDelete"
    ask("lock", "delete", "-n", "keep", "-g", "locked")
    ask("group", "delete", "-n", "locked", "-y")


def test_resources_are_moved_and_exported(ask: Callable[..., Any]) -> None:
    for name in ("from", "to"):
        ask("group", "create", "-n", name, "-l", "local")
    new = ("-g", "from", "-n", "keys", "--resource-type", VAULT, "-p", "{}")
    made = ask("resource", "create", *new)["id"]
    exported = ask("group", "export", "-n", "from", "--skip-all-params")
    assert [each["name"] for each in exported["resources"]] == ["keys"]
    ask("resource", "move", "--destination-group", "to", "--ids", made)
    assert [each["name"] for each in ask("resource", "list", "-g", "to")] == ["keys"]
    for name in ("from", "to"):
        ask("group", "delete", "-n", name, "-y")


def test_a_subscription_is_deployed_to(ask: Callable[..., Any], tmp_path: Path) -> None:
    group = {
        "type": "Microsoft.Resources/resourceGroups",
        "apiVersion": "2024-11-01",
        "name": "[parameters('name')]",
        "location": "local",
    }
    document = {
        "$schema": "https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {"name": {"type": "string"}},
        "resources": [group],
    }
    file = tmp_path / "template.json"
    file.write_text(json.dumps(document), "utf-8")
    sent = ("-l", "local", "-f", str(file), "-p", "name=whole")
    made = ask("deployment", "sub", "create", "-n", "whole", *sent)
    assert made["properties"]["provisioningState"] == "Succeeded"
    assert ask("group", "exists", "-n", "whole") is True
    names = [each["name"] for each in ask("deployment", "sub", "list")]
    assert names == ["whole"]
    ask("deployment", "sub", "delete", "-n", "whole")
    ask("group", "delete", "-n", "whole", "-y")


def test_providers(ask: Callable[..., Any]) -> None:
    states = {each["namespace"]: each["registrationState"] for each in ask("provider", "list")}
    assert states["Microsoft.KeyVault"] == "Registered"
    for command, state in (("unregister", "NotRegistered"), ("register", "Registered")):
        ask("provider", command, "-n", "Microsoft.Batch")
        shown = ask("provider", "show", "-n", "Microsoft.Batch")
        assert shown["registrationState"] == state


def test_deployments(az: AzureCli, ask: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "template.json"
    file.write_text(TEMPLATE, "utf-8")
    ask("group", "create", "-n", "dep", "-l", "local")
    sent = ("-g", "dep", "-f", str(file), "-p", "prefix=OPS")
    valid = ask("deployment", "group", "validate", *sent)
    assert valid["properties"]["provisioningState"] == "Succeeded"
    changes = ask("deployment", "group", "what-if", *sent, "--no-pretty-print")["changes"]
    assert [each["changeType"] for each in changes] == ["Create", "Create"]
    shown = az.run("deployment", "group", "what-if", *sent)
    assert "Resource changes: 2 to create." in shown.out, shown.err
    made = ask("deployment", "group", "create", "-n", "main", *sent)
    assert made["properties"]["provisioningState"] == "Succeeded"
    first = made["properties"]["outputs"]["first"]["value"]
    assert ask("resource", "show", "--ids", first)["kind"] == "StorageV2"
    listed = ask("deployment", "operation", "group", "list", "-g", "dep", "-n", "main")
    assert {each["properties"]["provisioningState"] for each in listed} == {"Succeeded"}
    complete = ("-n", "main", *sent, "-p", "copies=1", "--mode", "Complete")
    ask("deployment", "group", "create", *complete)
    assert [each["name"] for each in ask("resource", "list", "-g", "dep")] == ["opslog0"]
    assert ask("deployment", "group", "export", "-g", "dep", "-n", "main")["contentVersion"]
    file.write_text(TEMPLATE.replace("toLower(", "listKeys("), "utf-8")
    wrong = az.run("deployment", "group", "validate", *sent)
    assert wrong.code != 0
    assert "InvalidTemplate" in wrong.err
    events = ask("monitor", "activity-log", "list", "-g", "dep", "--offset", "1h")
    operations = {each["operationName"]["value"] for each in events}
    assert "Microsoft.Storage/storageAccounts/delete" in operations
    ask("group", "delete", "-n", "dep", "-y")
