"""Locks over HTTP: who may set them, what they hold up, at which scopes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.arm_calls import Caller, assigned, daemon, owner
from tests.web.azure import READER, assign, unassign
from tests.web.calling import Apis, called
from tests.web.serving import LIFEBOAT, Served

LOCKS = "providers/Microsoft.Authorization/locks"
TAGS = "providers/Microsoft.Resources/tags/default"
GROUP = "resourceGroups/rg1"
RESOURCE = f"{GROUP}/providers/Microsoft.KeyVault/vaults/kv"
LOCKED = (409, "ScopeLocked")
BODY = {"location": "local"}


@pytest.fixture
def apis(served: Served) -> Apis:
    return called(served)


@pytest.fixture
def astrid(apis: Apis) -> Caller:
    found = owner(apis)
    found.resource(found.group(), "kv")
    return found


def _lock(caller: Caller, at: str, level: str = "CanNotDelete", name: str = "keep") -> Any:
    body = {"properties": {"level": level, "notes": "ours"}}
    return caller.put(f"{at}/{LOCKS}/{name}".lstrip("/"), body)


@pytest.mark.parametrize("at", ["", GROUP, RESOURCE])
def test_a_lock_against_deletion_holds_below_and_above(astrid: Caller, at: str) -> None:
    made = _lock(astrid, at)
    assert made["id"] == astrid.at(f"{at}/{LOCKS}/keep".lstrip("/"))
    assert made["properties"] == {"level": "CanNotDelete", "notes": "ours"}
    for each in (GROUP, RESOURCE):
        answer = astrid.ask(each, "DELETE")
        assert answer.status_code == 409
        error = answer.json()["error"]
        assert error["code"] == "ScopeLocked"
        locked = astrid.at(at) if at else astrid.at("")
        assert f"following scope(s) are locked: '{locked}'" in error["message"]
    astrid.put(RESOURCE, BODY)
    astrid.put(GROUP, BODY)
    assert astrid.ask(f"{at}/{LOCKS}/keep".lstrip("/"), "DELETE").status_code == 200
    assert astrid.ask(f"{at}/{LOCKS}/keep".lstrip("/"), "DELETE").status_code == 204
    assert astrid.ask(RESOURCE, "DELETE").status_code == 200
    assert astrid.ask(GROUP, "DELETE").status_code == 202


def test_a_lock_against_changes_holds_up_every_change_but_its_own(
    apis: Apis, astrid: Caller
) -> None:
    _lock(astrid, GROUP, "ReadOnly")
    tags: dict[str, Any] = {"properties": {"tags": {}}, "operation": "Merge"}
    writes: list[tuple[str, str, Any]] = [
        (GROUP, "PUT", BODY),
        (GROUP, "PATCH", {"tags": {}}),
        (GROUP, "DELETE", None),
        (RESOURCE, "PUT", BODY),
        (RESOURCE, "PATCH", {}),
        (RESOURCE, "DELETE", None),
        (f"{RESOURCE}2", "PUT", BODY),
        (f"{GROUP}/{TAGS}", "PUT", tags),
        (f"{RESOURCE}/{TAGS}", "PATCH", tags),
        (f"{RESOURCE}/{TAGS}", "DELETE", None),
    ]
    for path, method, body in writes:
        assert astrid.refused(path, method, json=body) == LOCKED, (method, path)
    given = assign(apis, astrid.token, astrid.at(RESOURCE), READER, LIFEBOAT)
    assert (given.status_code, given.json()["error"]["code"]) == LOCKED
    assert astrid.get(RESOURCE)["name"] == "kv"
    astrid.resource(astrid.group("rg2"), "kv")
    _lock(astrid, GROUP, "CanNotDelete")
    astrid.put(RESOURCE, BODY)


def test_a_role_is_not_taken_away_where_nothing_may_be_deleted(apis: Apis, astrid: Caller) -> None:
    scope = astrid.at(GROUP)
    assert assign(apis, astrid.token, scope, READER, LIFEBOAT).status_code == 201
    _lock(astrid, GROUP)
    refused = unassign(apis, astrid.token, scope)
    assert (refused.status_code, refused.json()["error"]["code"]) == LOCKED


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("Owner", True),
        ("User Access Administrator", True),
        ("Contributor", False),
        ("Reader", False),
    ],
)
def test_who_may_lock(apis: Apis, astrid: Caller, role: str, may: bool) -> None:
    _lock(astrid, RESOURCE, name="old")
    assigned(apis, role, astrid.at(GROUP))
    app = daemon(apis)
    body = {"properties": {"level": "ReadOnly"}}
    put = app.ask(f"{RESOURCE}/{LOCKS}/new", "PUT", json=body).status_code
    gone = app.ask(f"{RESOURCE}/{LOCKS}/old", "DELETE").status_code
    assert (put, gone) == ((201, 200) if may else (403, 403))
    assert app.ask(f"{LOCKS}/new", "PUT", json=body).status_code == 403
    assert app.ask(f"{RESOURCE}/{LOCKS}").status_code == 200


def test_locks_are_listed_below_a_scope_or_at_it(astrid: Caller) -> None:
    for at, name in (("", "a"), (GROUP, "b"), (RESOURCE, "c")):
        _lock(astrid, at, name=name)

    def names(path: str) -> list[str]:
        return [each["name"] for each in astrid.get(path)["value"]]

    assert sorted(names(LOCKS)) == ["a", "b", "c"]
    assert names(f"{LOCKS}?$filter=atScope()") == ["a"]
    assert sorted(names(f"{GROUP}/{LOCKS}")) == ["b", "c"]
    doubled = RESOURCE.replace("KeyVault/", "KeyVault//")
    assert names(f"{doubled}/{LOCKS}") == ["c"]
    assert astrid.get(f"{doubled}/{LOCKS}/c")["name"] == "c"


@pytest.mark.parametrize(
    ("path", "properties", "status", "code"),
    [
        (f"{LOCKS}/a", {"level": "Never"}, 400, "InvalidRequestContent"),
        (f"{LOCKS}/a", {}, 400, "InvalidRequestContent"),
        (f"{LOCKS}/a", {"level": "ReadOnly", "notes": "n" * 513}, 400, "InvalidRequestContent"),
        (f"{LOCKS}/a.", {"level": "ReadOnly"}, 400, "InvalidLockName"),
        (f"resourceGroups/no/{LOCKS}/a", {"level": "ReadOnly"}, 404, "ResourceGroupNotFound"),
        (f"{RESOURCE}2/{LOCKS}/a", {"level": "ReadOnly"}, 404, "ResourceNotFound"),
    ],
)
def test_a_lock_that_azure_would_refuse(
    astrid: Caller, path: str, properties: dict[str, str], status: int, code: str
) -> None:
    assert astrid.refused(path, "PUT", json={"properties": properties}) == (status, code)
    assert astrid.refused(f"{LOCKS}/none") == (404, "LockNotFound")
