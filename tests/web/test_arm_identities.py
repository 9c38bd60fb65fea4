"""Managed identities made, kept and removed with the resources that they are or belong to."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.administration.managed_identities import is_managed, managed_identities
from ostiary.directory.protocols import SYSTEM
from tests.web.arm_calls import STORAGE, VAULT, Caller, assigned, owner
from tests.web.calling import GRAPH_SCOPE, Apis, called
from tests.web.identities import workloads
from tests.web.serving import DAEMON, TENANT, Served

KIND = "Microsoft.ManagedIdentity/userAssignedIdentities"
MACHINE = "Microsoft.HybridCompute/machines"
SYSTEM_ASSIGNED = {"type": "SystemAssigned"}


@pytest.fixture
def apis(served: Served) -> Apis:
    return called(served)


@pytest.fixture
def astrid(apis: Apis) -> Caller:
    return owner(apis)


def principals(apis: Apis) -> list[str]:
    """Give the object ids of the managed identities of the directory."""
    return [each.id for each in managed_identities(apis.served.service.store)]


def test_a_user_assigned_identity_is_a_resource_and_a_service_principal(
    apis: Apis, astrid: Caller
) -> None:
    path = astrid.resource(astrid.group(), "backup", KIND)
    made = astrid.get(path)
    ids = made["properties"]
    assert (principals(apis), ids["tenantId"]) == ([ids["principalId"]], TENANT)
    again = astrid.put(path, {"location": "local", "tags": {"team": "ops"}})
    assert again["properties"]["principalId"] == ids["principalId"]
    token = apis.sign_in(GRAPH_SCOPE)["access_token"]
    found = apis.call(apis.graph, token, f"/v1.0/servicePrincipals/{ids['principalId']}").json()
    assert found["servicePrincipalType"] == "ManagedIdentity"
    assert (found["appId"], found["displayName"]) == (ids["clientId"], "backup")
    assert found["alternativeNames"] == ["isExplicit=True", made["id"]]
    assert astrid.ask(path, "DELETE").status_code == 200
    assert principals(apis) == []


def test_a_system_assigned_identity_lives_as_long_as_its_resource(
    apis: Apis, astrid: Caller
) -> None:
    group = astrid.group()
    path = astrid.resource(group, "host7", MACHINE, identity=SYSTEM_ASSIGNED)
    identity = astrid.get(path)["identity"]
    assert principals(apis) == [identity["principalId"]]
    assert identity["tenantId"] == TENANT
    astrid.ask(path, "PATCH", json={"tags": {"a": "b"}})
    assert astrid.get(path)["identity"] == identity
    astrid.ask(path, "PATCH", json={"identity": {"type": "None"}})
    assert (principals(apis), astrid.get(path)["identity"]) == ([], {"type": "None"})
    astrid.ask(path, "PATCH", json={"identity": SYSTEM_ASSIGNED})
    assert principals(apis) != [identity["principalId"]], "another identity, as in Azure"
    astrid.put(path, {"location": "local"})
    assert principals(apis) == []


def test_identities_go_with_their_resource_group(apis: Apis, astrid: Caller) -> None:
    group = astrid.group()
    astrid.resource(group, "backup", KIND)
    astrid.resource(group, "host7", MACHINE, identity=SYSTEM_ASSIGNED)
    assert len(principals(apis)) == 2
    answer = astrid.ask(group, "DELETE")
    assert answer.status_code == 202
    while astrid.ask(answer.headers["location"]).status_code == 202:
        pass
    assert principals(apis) == []


def test_a_resource_is_given_user_assigned_identities(apis: Apis, astrid: Caller) -> None:
    group = astrid.group()
    own = astrid.get(astrid.resource(group, "backup", KIND))
    identity: dict[str, Any] = {
        "type": "SystemAssigned, UserAssigned",
        "userAssignedIdentities": {own["id"]: {}},
    }
    path = astrid.resource(group, "store1", STORAGE, identity=identity)
    found = astrid.get(path)["identity"]
    assert found["userAssignedIdentities"] == {
        own["id"]: {each: own["properties"][each] for each in ("principalId", "clientId")}
    }
    assert len(principals(apis)) == 2
    unknown: dict[str, Any] = {
        "type": "UserAssigned",
        "userAssignedIdentities": {own["id"] + "x": {}},
    }
    assert astrid.refused(path, "PATCH", json={"identity": unknown})[0] == 400
    assert astrid.get(path)["identity"] == found


@pytest.mark.parametrize("written", ["Everybody", "", "SystemAssigned,Everybody"])
def test_what_is_no_type_of_identity_is_refused(apis: Apis, astrid: Caller, written: str) -> None:
    path = f"{astrid.group()}/providers/{VAULT}/keys1"
    body = {"location": "local", "identity": {"type": written}}
    assert astrid.refused(path, "PUT", json=body)[0] == 400
    assert astrid.refused(path) == (404, "ResourceNotFound")


def test_ids_are_never_taken_from_what_a_client_writes(apis: Apis, astrid: Caller) -> None:
    claimed = {"principalId": DAEMON, "clientId": DAEMON, "tenantId": "x"}
    group = astrid.group()
    own = astrid.resource(group, "backup", KIND, properties=claimed)
    machine = astrid.resource(group, "host7", MACHINE, identity={**SYSTEM_ASSIGNED, **claimed})
    for ids in (astrid.get(own)["properties"], astrid.get(machine)["identity"]):
        assert ids["principalId"] != DAEMON
        assert ids["tenantId"] == TENANT
    forged: dict[str, Any] = {"type": "None", "principalId": DAEMON}
    astrid.resource(group, "keys1", VAULT, identity=forged)
    assert astrid.ask(group, "DELETE").status_code == 202
    assert apis.served.service.store.principals.get(DAEMON) is not None


def test_a_managed_identity_calls_the_management_api_by_its_role(
    apis: Apis, astrid: Caller
) -> None:
    path = astrid.resource(astrid.group(), "backup", KIND)
    principal = astrid.get(path)["properties"]["principalId"]
    asking = workloads(apis.served)
    store = apis.served.service.store
    store.identity_callers.allow_network(principal, "127.0.0.0/8", by=SYSTEM)
    caller = Caller(apis, asking.imds().json()["access_token"])
    assert caller.refused("")[0] in {403, 404}
    assigned(apis, "Reader", f"/subscriptions/{apis.subscription}", principal)
    assert caller.get(path)["name"] == "backup"
    assert caller.refused(path, "DELETE") == (403, "AuthorizationFailed")


def test_an_application_is_no_managed_identity(apis: Apis) -> None:
    daemon = apis.served.service.store.principals.need(DAEMON)
    assert not is_managed(daemon.document)
