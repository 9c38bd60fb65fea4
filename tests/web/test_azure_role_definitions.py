"""Azure roles over HTTP: those that are built in, and those that a tenant makes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.azure import (
    ACCESS_ADMINISTRATOR,
    CONTRIBUTOR,
    DEFINITIONS,
    LIFEBOAT_NAME,
    OWNER,
    READER,
    assign,
    code,
    make_group,
    named,
    unassign,
)
from tests.web.calling import Apis, called
from tests.web.serving import LIFEBOAT, Served

ROLE = named("operator")


@pytest.fixture
def apis(served: Served) -> Apis:
    return called(served)


@pytest.fixture
def token(apis: Apis) -> str:
    return apis.sign_in()["access_token"]


@pytest.fixture
def other(apis: Apis) -> str:
    return apis.sign_in(user=LIFEBOAT_NAME)["access_token"]


@pytest.fixture
def scope(apis: Apis) -> str:
    return f"/subscriptions/{apis.subscription}"


def _body(*scopes: str, **more: Any) -> dict[str, Any]:
    actions = ["*/read", "Microsoft.Resources/subscriptions/resourceGroups/*"]
    taken = ["Microsoft.Resources/subscriptions/resourceGroups/delete"]
    properties = {
        "roleName": "Group operator",
        "type": "CustomRole",
        "description": "Makes groups and never deletes one.",
        "assignableScopes": list(scopes),
        "permissions": [{"actions": actions, "notActions": taken}],
    }
    return {"properties": {**properties, **more}}


def _put(apis: Apis, token: str, scope: str, body: dict[str, Any], role: str = ROLE) -> Any:
    return apis.call(apis.arm, token, f"{scope}{DEFINITIONS}/{role}", "PUT", json=body)


def test_the_roles_in_common_use_are_built_in(apis: Apis, token: str, scope: str) -> None:
    listed = apis.call(apis.arm, token, f"{scope}{DEFINITIONS}").json()["value"]
    ids = {each["name"] for each in listed}
    assert {OWNER, CONTRIBUTOR, READER, ACCESS_ADMINISTRATOR} <= ids
    assert len(ids) == len(listed) >= 20
    by_name = f"{scope}{DEFINITIONS}?$filter=roleName eq 'User Access Administrator'"
    (found,) = apis.call(apis.arm, token, by_name).json()["value"]
    assert found["name"] == ACCESS_ADMINISTRATOR
    assert found["id"] == f"{scope}{DEFINITIONS}/{ACCESS_ADMINISTRATOR}"
    assert found["properties"]["type"] == "BuiltInRole"
    assert apis.call(apis.arm, token, found["id"]).json() == found
    custom = apis.call(apis.arm, token, f"{scope}{DEFINITIONS}?$filter=type eq 'CustomRole'")
    assert custom.json()["value"] == []


def test_a_custom_role_gives_its_actions_but_for_those_taken_out(
    apis: Apis, token: str, other: str, scope: str
) -> None:
    made = _put(apis, token, scope, _body(scope))
    assert made.status_code == 201, made.text
    assert made.json()["properties"]["roleName"] == "Group operator"
    assert assign(apis, token, scope, ROLE, LIFEBOAT).status_code == 201
    group = make_group(apis, other, "rg1")
    assert apis.call(apis.arm, other, group, "DELETE").status_code == 403
    assert apis.call(apis.arm, token, group, "DELETE").status_code == 202


def test_a_changed_role_counts_at_once(apis: Apis, token: str, other: str, scope: str) -> None:
    _put(apis, token, scope, _body(scope))
    assign(apis, token, scope, ROLE, LIFEBOAT)
    assert apis.call(apis.arm, other, scope).status_code == 200
    only = [{"actions": ["Microsoft.Support/*"]}]
    assert _put(apis, token, scope, _body(scope, permissions=only)).status_code == 201
    assert apis.call(apis.arm, other, scope).status_code == 403


def test_a_role_that_is_held_is_not_deleted(apis: Apis, token: str, scope: str) -> None:
    _put(apis, token, scope, _body(scope))
    assign(apis, token, scope, ROLE, LIFEBOAT)
    path = f"{scope}{DEFINITIONS}/{ROLE}"
    refused = apis.call(apis.arm, token, path, "DELETE")
    assert code(refused) == (400, "RoleDefinitionHasAssignments")
    group = make_group(apis, token, "rg1")
    moved = _put(apis, token, scope, _body(group))
    assert code(moved) == (400, "RoleDefinitionHasAssignments")
    unassign(apis, token, scope)
    assert apis.call(apis.arm, token, path, "DELETE").status_code == 200
    assert apis.call(apis.arm, token, path, "DELETE").status_code == 204
    assert code(apis.call(apis.arm, token, path)) == (404, "RoleDefinitionDoesNotExist")


def test_a_role_is_assigned_only_where_it_can_be(apis: Apis, token: str, scope: str) -> None:
    first, second = (make_group(apis, token, name) for name in ("rg1", "rg2"))
    assert _put(apis, token, first, _body(first)).status_code == 201
    assert assign(apis, token, first, ROLE, LIFEBOAT).status_code == 201
    refused = assign(apis, token, second, ROLE, LIFEBOAT, "two")
    assert code(refused) == (404, "RoleDefinitionDoesNotExist")

    def names(at: str, filter_: str = "") -> set[str]:
        answer = apis.call(apis.arm, token, f"{at}{DEFINITIONS}", params={"$filter": filter_})
        return {each["name"] for each in answer.json()["value"]}

    assert ROLE in names(first)
    assert ROLE not in names(second) | names(scope)
    assert ROLE in names(scope, "atScopeAndBelow()")


def test_AD03_a_role_is_made_only_by_who_may_wherever_it_is_assignable(
    apis: Apis, token: str, other: str, scope: str
) -> None:
    group = make_group(apis, token, "rg1")
    assign(apis, token, group, OWNER, LIFEBOAT)
    assert code(_put(apis, other, group, _body(scope))) == (403, "AuthorizationFailed")
    assert code(_put(apis, other, group, _body(group, scope))) == (403, "AuthorizationFailed")
    assert _put(apis, other, group, _body(group)).status_code == 201
    _put(apis, token, scope, _body(group, scope))
    assert code(_put(apis, other, group, _body(group))) == (403, "AuthorizationFailed")
    gone = apis.call(apis.arm, other, f"{group}{DEFINITIONS}/{ROLE}", "DELETE")
    assert code(gone) == (403, "AuthorizationFailed")
    contributor = assign(apis, token, scope, CONTRIBUTOR, LIFEBOAT, "two")
    assert contributor.status_code == 201
    assert code(_put(apis, other, scope, _body(scope))) == (403, "AuthorizationFailed")


REFUSED: list[tuple[dict[str, Any], int, str]] = [
    ({"roleName": " "}, 400, "InvalidRoleDefinitionName"),
    ({"roleName": "Reader"}, 409, "RoleDefinitionWithSameNameExists"),
    ({"description": "a" * 2049}, 400, "InvalidRoleDefinitionDescription"),
    ({"type": "BuiltInRole"}, 400, "InvalidRoleDefinitionType"),
    ({"assignableScopes": ["/"]}, 400, "InvalidRoleDefinitionAssignableScopes"),
    ({"assignableScopes": []}, 400, "InvalidRoleDefinitionAssignableScopes"),
    ({"permissions": []}, 400, "InvalidRoleDefinitionPermissions"),
    ({"permissions": [{"actions": []}]}, 400, "InvalidRoleDefinitionPermissions"),
    ({"permissions": [{"actions": ["[a-z]"]}]}, 400, "InvalidActionOrNotAction"),
    ({"permissions": [{"actions": "*"}]}, 400, "InvalidActionOrNotAction"),
]


@pytest.mark.parametrize(("change", "status", "word"), REFUSED)
def test_a_custom_role_that_azure_would_refuse(
    apis: Apis, token: str, scope: str, change: dict[str, Any], status: int, word: str
) -> None:
    assert code(_put(apis, token, scope, _body(scope, **change))) == (status, word)


def test_a_built_in_role_stays_as_it_is(apis: Apis, token: str, scope: str) -> None:
    assert code(_put(apis, token, scope, _body(scope), READER)) == (400, "RoleDefinitionNotCustom")
    gone = apis.call(apis.arm, token, f"{scope}{DEFINITIONS}/{READER}", "DELETE")
    assert code(gone) == (400, "RoleDefinitionNotCustom")


def test_a_caller_is_told_what_he_may_do(apis: Apis, token: str, other: str, scope: str) -> None:
    path = f"{scope}/providers/Microsoft.Authorization/permissions"
    (found,) = apis.call(apis.arm, token, path).json()["value"]
    assert (found["actions"], found["notActions"]) == (["*"], [])
    assert apis.call(apis.arm, other, path).status_code == 403
