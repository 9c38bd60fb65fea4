"""What tests of the management API ask again and again."""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from ostiary.directory.protocols import SYSTEM
from tests.web.calling import Apis

OWNER, CONTRIBUTOR, READER, ACCESS_ADMINISTRATOR = (
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
    "b24988ac-6180-42a0-ab88-20f7382dd24c",
    "acdd72a7-3385-48ef-bd42-f606fba81ae7",
    "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
)
DEFINITIONS = "/providers/Microsoft.Authorization/roleDefinitions"
ASSIGNMENTS = "/providers/Microsoft.Authorization/roleAssignments"
LIFEBOAT_NAME = "lifeboat@fjordvik.example"


def named(text: str) -> str:
    """Give a GUID that follows from a text."""
    return str(uuid5(NAMESPACE_URL, text))


def assign(apis: Apis, token: str, scope: str, role: str, principal: str, name: str = "one") -> Any:
    """Ask for a role assignment and give the response."""
    definition = f"{DEFINITIONS}/{role}"
    properties = {"roleDefinitionId": definition, "principalId": principal}
    path = f"{scope.rstrip('/')}{ASSIGNMENTS}/{named(name)}"
    return apis.call(apis.arm, token, path, "PUT", json={"properties": properties})


def unassign(apis: Apis, token: str, scope: str, name: str = "one") -> Any:
    """Ask to take a role away and give the response."""
    path = f"{scope.rstrip('/')}{ASSIGNMENTS}/{named(name)}"
    return apis.call(apis.arm, token, path, "DELETE")


def make_group(apis: Apis, token: str, name: str) -> str:
    """Make a resource group and give its scope."""
    path = f"/subscriptions/{apis.subscription}/resourceGroups/{name}"
    made = apis.call(apis.arm, token, path, "PUT", json={"location": "local"})
    assert made.status_code == 201, made.text
    return path


def directory_group(apis: Apis, name: str, *members: str) -> str:
    """Make a group of the directory and give its id."""
    store = apis.served.service.store
    document = {"displayName": name, "members": list(members), "securityEnabled": True}
    return store.groups.create(document, by=SYSTEM).id


def code(response: Any) -> tuple[int, str]:
    """Give status and word of an error."""
    return response.status_code, response.json()["error"]["code"]
