"""Management groups over HTTP, and the roles that subscriptions have from them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.azure import CONTRIBUTOR, LIFEBOAT_NAME, OWNER, READER, assign, code
from tests.web.calling import Apis, called
from tests.web.serving import ASTRID, LIFEBOAT, TENANT, Served

GROUPS = "/providers/Microsoft.Management/managementGroups"
ROOT = f"{GROUPS}/{TENANT}"


@pytest.fixture
def apis(served: Served) -> Apis:
    return called(served)


@pytest.fixture
def token(apis: Apis) -> str:
    """Sign the owner of everything in: he elevated himself and took the root group."""
    token = apis.sign_in()["access_token"]
    elevate = "/providers/Microsoft.Authorization/elevateAccess"
    assert apis.call(apis.arm, token, elevate, "POST").status_code == 200
    assert assign(apis, token, ROOT, OWNER, ASTRID, "root").status_code == 201
    return token


@pytest.fixture
def other(apis: Apis) -> str:
    return apis.sign_in(user=LIFEBOAT_NAME)["access_token"]


@pytest.fixture
def scope(apis: Apis) -> str:
    return f"/subscriptions/{apis.subscription}"


def _make(apis: Apis, token: str, name: str, parent: str | None = None) -> Any:
    details = {"details": {"parent": {"id": parent}}} if parent else {}
    body = {"properties": {"displayName": name.title(), **details}}
    return apis.call(apis.arm, token, f"{GROUPS}/{name}", "PUT", json=body)


def _move(apis: Apis, token: str, group: str) -> Any:
    path = f"{GROUPS}/{group}/subscriptions/{apis.subscription}"
    return apis.call(apis.arm, token, path, "PUT")


def test_the_root_group_is_always_there(apis: Apis, token: str) -> None:
    (root,) = apis.call(apis.arm, token, GROUPS).json()["value"]
    assert (root["name"], root["properties"]["displayName"]) == (TENANT, "Tenant Root Group")
    inside = apis.call(apis.arm, token, f"{ROOT}?$expand=children").json()["properties"]
    assert [each["name"] for each in inside["children"]] == [apis.subscription]
    assert code(apis.call(apis.arm, token, ROOT, "DELETE")) == (400, "BadRequest")


def test_groups_are_made_moved_and_deleted(apis: Apis, token: str) -> None:
    made = _make(apis, token, "north")
    assert made.status_code == 200, made.text
    assert made.json()["properties"]["details"]["parent"]["name"] == TENANT
    assert _make(apis, token, "harbour", f"{GROUPS}/north").status_code == 200
    told = apis.call(apis.arm, token, f"{GROUPS}/HARBOUR").json()
    assert told["properties"]["details"]["parent"]["id"] == f"{GROUPS}/north"
    circle = _make(apis, token, "north", f"{GROUPS}/harbour")
    assert code(circle) == (400, "BadRequest")
    assert code(apis.call(apis.arm, token, f"{GROUPS}/north", "DELETE")) == (400, "BadRequest")
    body = {"displayName": "Port", "parentGroupId": ROOT}
    changed = apis.call(apis.arm, token, f"{GROUPS}/harbour", "PATCH", json=body).json()
    assert changed["properties"]["displayName"] == "Port"
    assert changed["properties"]["details"]["parent"]["name"] == TENANT
    for name in ("north", "harbour"):
        assert apis.call(apis.arm, token, f"{GROUPS}/{name}", "DELETE").status_code == 204
    assert code(apis.call(apis.arm, token, f"{GROUPS}/north")) == (404, "NotFound")


def test_there_are_six_levels_below_the_root(apis: Apis, token: str) -> None:
    parent = ROOT
    for level in range(6):
        assert _make(apis, token, f"g{level}", parent).status_code == 200
        parent = f"{GROUPS}/g{level}"
    assert code(_make(apis, token, "g6", parent)) == (400, "BadRequest")
    assert _make(apis, token, "other").status_code == 200
    assert code(_make(apis, token, "g0", f"{GROUPS}/other")) == (400, "BadRequest")


def test_a_role_reaches_the_subscriptions_of_the_group(
    apis: Apis, token: str, other: str, scope: str
) -> None:
    _make(apis, token, "north")
    _make(apis, token, "harbour", f"{GROUPS}/north")
    assert assign(apis, token, f"{GROUPS}/north", READER, LIFEBOAT).status_code == 201
    assert apis.call(apis.arm, other, scope).status_code == 403
    assert _move(apis, token, "harbour").status_code == 200
    assert apis.call(apis.arm, other, scope).status_code == 200
    assert len(apis.call(apis.arm, other, "/subscriptions").json()["value"]) == 1
    seen = apis.call(apis.arm, other, GROUPS).json()["value"]
    assert {each["name"] for each in seen} == {"north", "harbour"}
    listed = apis.call(apis.arm, token, f"{GROUPS}/harbour/subscriptions").json()["value"]
    assert [each["name"] for each in listed] == [apis.subscription]
    path = f"{scope}/providers/Microsoft.Authorization/roleAssignments?$filter=atScope()"
    found = apis.call(apis.arm, other, path).json()["value"]
    assert f"{GROUPS}/north" in {each["properties"]["scope"] for each in found}
    back = f"{GROUPS}/harbour/subscriptions/{apis.subscription}"
    assert apis.call(apis.arm, token, back, "DELETE").status_code == 200
    assert apis.call(apis.arm, other, scope).status_code == 403
    assert apis.call(apis.arm, token, back, "DELETE").status_code == 204


def test_AD03_who_moves_a_subscription_may_give_roles_in_it(
    apis: Apis, token: str, other: str, scope: str
) -> None:
    _make(apis, token, "north")
    assign(apis, token, f"{GROUPS}/north", OWNER, LIFEBOAT)
    assert code(_move(apis, other, "north")) == (403, "AuthorizationFailed")
    assign(apis, token, scope, CONTRIBUTOR, LIFEBOAT, "two")
    assert code(_move(apis, other, "north")) == (403, "AuthorizationFailed")
    assign(apis, token, scope, OWNER, LIFEBOAT, "three")
    assert _move(apis, other, "north").status_code == 200


def test_AD03_groups_are_written_only_where_one_may(apis: Apis, token: str, other: str) -> None:
    assert code(_make(apis, other, "mine")) == (403, "AuthorizationFailed")
    _make(apis, token, "north")
    assign(apis, token, f"{GROUPS}/north", CONTRIBUTOR, LIFEBOAT)
    assert _make(apis, other, "mine", f"{GROUPS}/north").status_code == 200
    assert code(_make(apis, other, "mine", ROOT)) == (403, "AuthorizationFailed")
    assert apis.call(apis.arm, other, ROOT).status_code == 403
    assert code(_make(apis, other, "a b", f"{GROUPS}/north")) == (400, "BadRequest")
    nowhere = _make(apis, token, "lost", f"{GROUPS}/none")
    assert code(nowhere) == (400, "BadRequest")


def test_the_roles_at_a_group_go_with_it(apis: Apis, token: str) -> None:
    _make(apis, token, "north")
    assign(apis, token, f"{GROUPS}/north", READER, LIFEBOAT)
    apis.call(apis.arm, token, f"{GROUPS}/north", "DELETE")
    _make(apis, token, "north")
    path = f"{GROUPS}/north/providers/Microsoft.Authorization/roleAssignments"
    found = apis.call(apis.arm, token, path).json()["value"]
    assert LIFEBOAT not in {each["properties"]["principalId"] for each in found}
