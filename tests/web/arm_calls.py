"""Calls of the management API, short enough to read in a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ostiary.directory.azure import ROLE_ASSIGNMENT
from ostiary.directory.protocols import SYSTEM
from tests.web.azure import ACCESS_ADMINISTRATOR, CONTRIBUTOR, DEFINITIONS, OWNER, READER
from tests.web.calling import Apis
from tests.web.serving import DAEMON

ROLES = {
    "Owner": OWNER,
    "Contributor": CONTRIBUTOR,
    "Reader": READER,
    "User Access Administrator": ACCESS_ADMINISTRATOR,
}
VAULT = "Microsoft.KeyVault/vaults"
STORAGE = "Microsoft.Storage/storageAccounts"


@dataclass
class Caller:
    """Somebody with a token; paths are below the subscription unless they name another."""

    apis: Apis
    token: str

    def ask(self, path: str, method: str = "GET", **options: Any) -> Any:
        """Call and give the response."""
        where = path if path.startswith(("http", "/subscriptions", "//")) else self.at(path)
        return self.apis.call(self.apis.arm, self.token, where, method, **options)

    def put(self, path: str, body: Any) -> Any:
        """Write, and expect that it was written."""
        answer = self.ask(path, "PUT", json=body)
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()

    def get(self, path: str) -> Any:
        """Read, and expect that it is there."""
        answer = self.ask(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def refused(self, path: str, method: str = "GET", **options: Any) -> tuple[int, str]:
        """Give status and code of a refusal."""
        answer = self.ask(path, method, **options)
        assert answer.status_code >= 400, answer.text
        return answer.status_code, answer.json()["error"]["code"]

    def at(self, path: str) -> str:
        """Give a path below the subscription."""
        return f"/subscriptions/{self.apis.subscription}/{path}".rstrip("/")

    def group(self, name: str = "rg1", **tags: str) -> str:
        """Make a resource group and give its path."""
        path = f"resourceGroups/{name}"
        self.put(path, {"location": "local", "tags": tags})
        return path

    def resource(self, group: str, name: str, kind: str = VAULT, **members: Any) -> str:
        """Make a resource and give its path."""
        path = f"{group}/providers/{kind}/{name}"
        self.put(path, {"location": "local", **members})
        return path


def assigned(apis: Apis, role: str, scope: str, principal: str = DAEMON) -> None:
    """Give a principal a role at a scope, and take away what he holds elsewhere."""
    azure = apis.served.service.store.azure
    for each in azure.assignments(frozenset({principal})):
        azure.delete(each.id, by=SYSTEM)
    definition = f"{DEFINITIONS}/{ROLES[role]}"
    properties = {"principalId": principal, "scope": scope, "roleDefinitionId": definition}
    document = {
        "id": f"{scope}/providers/{ROLE_ASSIGNMENT}/{ROLES[role]}",
        "type": ROLE_ASSIGNMENT,
        "properties": properties,
    }
    azure.create(document, by=SYSTEM)


def owner(apis: Apis) -> Caller:
    """Give the owner of the subscription."""
    return Caller(apis, apis.sign_in()["access_token"])


def daemon(apis: Apis) -> Caller:
    """Give the application, which reads the subscription unless it is assigned another role."""
    return Caller(apis, apis.served.as_daemon().json()["access_token"])
