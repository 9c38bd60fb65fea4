"""AD03: who may write resources makes no role assignment by another name of one."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from tests.web.azure import CONTRIBUTOR, LIFEBOAT_NAME, OWNER, assign, make_group, named
from tests.web.calling import Apis, called
from tests.web.serving import LIFEBOAT, Served

KIND = "Microsoft.Authorization/roleAssignments"
SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
STORE = "Microsoft.Storage/storageAccounts"


@pytest.fixture
def apis(served: Served) -> Apis:
    return called(served)


@pytest.fixture
def scope(apis: Apis) -> str:
    return f"/subscriptions/{apis.subscription}"


@pytest.fixture
def contributor(apis: Apis, scope: str) -> str:
    """Sign somebody in who writes everything but who may do what."""
    token = apis.sign_in()["access_token"]
    assert assign(apis, token, scope, CONTRIBUTOR, LIFEBOAT, "role").status_code == 201
    make_group(apis, token, "rg1")
    return apis.sign_in(user=LIFEBOAT_NAME)["access_token"]


def _properties(scope: str) -> dict[str, Any]:
    definition = f"/providers/Microsoft.Authorization/roleDefinitions/{OWNER}"
    return {"roleDefinitionId": definition, "principalId": LIFEBOAT, "scope": scope}


def _is_owner(apis: Apis, token: str, scope: str) -> bool:
    path = f"{scope}/providers/Microsoft.Authorization/locks/mine"
    body = {"properties": {"level": "CanNotDelete"}}
    answer = apis.call(apis.arm, token, path, "PUT", json=body)
    return answer.status_code != 403


PLACES = [
    "providers/Microsoft.Authorization/roleAssignments/{name}",
    "providers/microsoft.authorization/ROLEASSIGNMENTS/{name}/",
    "/providers/Microsoft.Authorization/roleAssignments/{name}",
    "providers//Microsoft.Authorization/roleAssignments/{name}",
    "providers/Microsoft.Authorization//roleAssignments/{name}",
    "providers/Microsoft.Authorization/roleAssignments//{name}",
    "providers/Microsoft.Authorization%2FroleAssignments/{name}",
    "providers/Microsoft.Authorization/roleAssignments%2F{name}",
    f"providers/{STORE}/a/providers/Microsoft.Authorization/roleAssignments/{{name}}",
    f"providers/{STORE}/a/../../../Microsoft.Authorization/roleAssignments/{{name}}",
    "resourceGroups/rg1/../../providers/Microsoft.Authorization/roleAssignments/{name}",
    "providers/Microsoft.Authorization/roleAssignments/{name}/providers/x.y/z/a",
]
TEMPLATES: list[tuple[str, str, dict[str, str]]] = [
    (KIND, "{name}", {}),
    (KIND.upper(), "{name}", {"location": "local"}),
    (KIND, "{name}", {"scope": "{scope}"}),
    (f"{STORE}/providers/roleAssignments", "a/Microsoft.Authorization/{name}", {}),
    (f"{STORE}/providers/Microsoft.Authorization/roleAssignments", "a/{name}", {}),
    ("Microsoft.Resources/deployments", "inner", {}),
]


@pytest.mark.parametrize("group", ["", "/resourceGroups/rg1"])
def test_AD03_no_other_spelling_makes_one(
    apis: Apis, contributor: str, scope: str, group: str
) -> None:
    apis.arm.event_hooks = {"response": []}  # some of these are in no document
    bodies = (
        {"properties": _properties(scope)},
        {"location": "local", "type": KIND, "properties": _properties(scope)},
    )
    for place, body in product(PLACES, bodies):
        path = f"{scope}{group}/{place.format(name=named('mine'))}"
        answer = apis.call(apis.arm, contributor, path, "PUT", json=body)
        assert 400 <= answer.status_code < 500, path
    assert not _is_owner(apis, contributor, scope)


def test_AD03_no_template_makes_one(apis: Apis, contributor: str, scope: str) -> None:
    apis.arm.event_hooks = {"response": []}
    place = f"{scope}/resourceGroups/rg1/providers/Microsoft.Resources/deployments"
    for number, (kind, name, more) in enumerate(TEMPLATES):
        inner: dict[str, Any] = {
            "type": kind,
            "apiVersion": "2022-04-01",
            "name": name.format(name=named("mine")),
            "properties": _properties(scope),
            **{key: value.format(scope=scope) for key, value in more.items()},
        }
        template = {"$schema": SCHEMA, "contentVersion": "1.0.0.0", "resources": [inner]}
        body = {"properties": {"mode": "Incremental", "template": template}}
        apis.call(apis.arm, contributor, f"{place}/d{number}", "PUT", json=body)
    assert not _is_owner(apis, contributor, scope)
    assert not _is_owner(apis, contributor, f"{scope}/resourceGroups/rg1")
