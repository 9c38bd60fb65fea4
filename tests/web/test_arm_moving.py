"""Resources are moved to another resource group, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.arm_calls import STORAGE, VAULT, Caller, assigned, daemon, owner
from tests.web.azure import READER, assign
from tests.web.calling import Apis, called
from tests.web.serving import LIFEBOAT, Served

RG1, RG2 = "resourceGroups/rg1", "resourceGroups/rg2"
LOCK = "providers/Microsoft.Authorization/locks/keep"
TRY, MOVE = f"{RG1}/validateMoveResources", f"{RG1}/moveResources"


@pytest.fixture
def apis(served: Served) -> Apis:
    return called(served)


@pytest.fixture
def astrid(apis: Apis) -> Caller:
    found = owner(apis)
    for name in ("rg1", "rg2"):
        found.group(name)
    return found


def _body(caller: Caller, *resources: str, to: str = RG2) -> dict[str, Any]:
    return {
        "resources": [caller.at(each) for each in resources],
        "targetResourceGroup": caller.at(to),
    }


def test_resources_move_with_what_stands_in_them(apis: Apis, astrid: Caller) -> None:
    server = astrid.resource(RG1, "sql", "Microsoft.Sql/servers", tags={"team": "ops"})
    astrid.put(f"{server}/databases/db", {"location": "local"})
    astrid.put(f"{server}/{LOCK}", {"properties": {"level": "CanNotDelete"}})
    stays = astrid.resource(RG1, "stays")
    assert assign(apis, astrid.token, astrid.at(server), READER, LIFEBOAT).status_code == 201
    body = _body(astrid, server)
    assert astrid.ask(TRY, "POST", json=body).status_code == 204
    begun = astrid.ask(MOVE, "POST", json=body)
    assert (begun.status_code, begun.headers["retry-after"]) == (202, "1")
    assert astrid.ask(begun.headers["location"]).status_code == 204
    moved = server.replace(RG1, RG2)
    assert astrid.get(moved)["id"] == astrid.at(moved)
    assert astrid.get(f"{moved}/databases/db")["name"] == "db"
    assert astrid.get(f"{moved}/{LOCK}")["name"] == "keep"
    (tagged,) = astrid.get("resources?$filter=tagName eq 'team'")["value"]
    assert tagged["id"] == astrid.at(moved)
    assert astrid.refused(server) == (404, "ResourceNotFound")
    assert astrid.get(stays)["name"] == "stays"
    held = astrid.get(f"{moved}/providers/Microsoft.Authorization/roleAssignments")["value"]
    assert LIFEBOAT not in {each["properties"]["principalId"] for each in held}


def test_a_move_that_azure_would_refuse(apis: Apis, astrid: Caller) -> None:
    vault = astrid.resource(RG1, "kv")
    failed = (409, "ResourceMoveProviderValidationFailed")

    def refused(body: dict[str, Any]) -> tuple[int, str]:
        found = astrid.refused(TRY, "POST", json=body)
        assert astrid.refused(MOVE, "POST", json=body) == found
        return found

    assert refused(_body(astrid, vault, to=RG1)) == failed
    assert refused(_body(astrid, vault, to="resourceGroups/no")) == (404, "ResourceGroupNotFound")
    assert refused(_body(astrid, f"{vault}2")) == (404, "ResourceNotFound")
    assert refused(_body(astrid)) == (400, "InvalidRequestContent")
    assert refused(_body(astrid, astrid.resource(RG2, "other"))) == failed
    identity = {"identity": {"type": "SystemAssigned"}}
    assert refused(_body(astrid, astrid.resource(RG1, "id", STORAGE, **identity))) == failed
    astrid.resource(RG2, "kv")
    assert refused(_body(astrid, vault)) == failed
    free = astrid.resource(RG1, "free")
    astrid.put(f"{RG2}/{LOCK}", {"properties": {"level": "ReadOnly"}})
    assert refused(_body(astrid, free)) == (409, "ScopeLocked")


def test_rights_at_both_groups_are_needed(apis: Apis, astrid: Caller) -> None:
    vault = astrid.resource(RG1, "kv", VAULT)
    assigned(apis, "Contributor", astrid.at(RG1))
    app = daemon(apis)
    body = _body(astrid, vault)
    for path in (TRY, MOVE):
        assert app.refused(path, "POST", json=body) == (403, "AuthorizationFailed")
    assigned(apis, "Contributor", astrid.at(""))
    assert app.ask(MOVE, "POST", json=body).status_code == 202
    assert astrid.get(vault.replace(RG1, RG2))["name"] == "kv"
