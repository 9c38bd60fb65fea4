"""Authentication methods through Graph: told without secrets, taken away; access passes."""

from __future__ import annotations

import pytest

from ostiary.directory.protocols import SYSTEM
from ostiary.graph.directory_permissions import (
    AUTHENTICATION_ADMINISTRATOR,
    PRIVILEGED_AUTHENTICATION_ADMINISTRATOR,
)
from ostiary.graph.permissions import GLOBAL_ADMINISTRATOR
from ostiary.signin.stored_methods import access_pass_of
from tests.web.calling import GRAPH_SCOPE, Apis, called
from tests.web.serving import ASTRID, LIFEBOAT, Served
from tests.web.test_graph_users import holds

PASSES = f"/v1.0/users/{LIFEBOAT}/authentication/temporaryAccessPassMethods"


@pytest.fixture
def apis(served: Served) -> Apis:
    return called(served)


@pytest.fixture
def token(apis: Apis) -> str:
    return apis.sign_in(GRAPH_SCOPE)["access_token"]


def test_methods_are_told_without_their_secrets(apis: Apis, token: str) -> None:
    apis.served.enrol(LIFEBOAT)
    path = f"/v1.0/users/{LIFEBOAT}/authentication"
    found = apis.call(apis.graph, token, f"{path}/methods").json()["value"]
    assert [each["@odata.type"].rpartition(".")[2] for each in found] == [
        "passwordAuthenticationMethod",
        "softwareOathAuthenticationMethod",
    ]
    assert found[0]["password"] is None
    assert found[1]["secretKey"] is None
    one = apis.call(apis.graph, token, f"{path}/softwareOathMethods/{found[1]['id']}")
    assert one.json()["id"] == found[1]["id"]
    wrong = apis.call(apis.graph, token, f"{path}/fido2Methods/{found[1]['id']}", "DELETE")
    assert wrong.status_code == 404
    path = f"{path}/softwareOathMethods/{found[1]['id']}"
    assert apis.call(apis.graph, token, path, "DELETE").status_code == 204
    assert apis.served.service.store.methods.of_user(LIFEBOAT) == []


def test_a_temporary_access_pass_is_told_once_and_there_is_one_at_most(
    apis: Apis, token: str
) -> None:
    first = apis.call(apis.graph, token, PASSES, "POST", json={"lifetimeInMinutes": 90})
    assert first.status_code == 201, first.text
    made = first.json()
    assert (made["lifetimeInMinutes"], made["isUsableOnce"], made["isUsable"]) == (90, True, True)
    text = made["temporaryAccessPass"]
    assert len(text) >= 8
    told = apis.call(apis.graph, token, PASSES)
    assert text not in told.text
    assert told.json()["value"][0]["temporaryAccessPass"] is None
    second = apis.call(apis.graph, token, PASSES, "POST").json()
    (kept,) = apis.served.service.store.methods.of_user(LIFEBOAT)
    assert kept.id == second["id"] != made["id"]
    assert text not in access_pass_of(kept).hash


@pytest.mark.parametrize(
    "body",
    [
        {"lifetimeInMinutes": 5},
        {"lifetimeInMinutes": 10_000},
        {"isUsableOnce": False},
        {"startDateTime": "soon"},
        {"createdBy": ASTRID},
        {"lifetimeInMinutes": True},
    ],
)
def test_MF06_a_pass_that_may_not_be_is_refused(
    apis: Apis, token: str, body: dict[str, object]
) -> None:
    assert apis.call(apis.graph, token, PASSES, "POST", json=body).status_code == 400


def test_AD03_who_may_reset_whose_methods(apis: Apis, token: str) -> None:
    apis.served.enrol(ASTRID)
    (app,) = apis.served.service.store.methods.of_user(ASTRID)
    own = f"/v1.0/users/{ASTRID}/authentication"
    path = f"{own}/softwareOathMethods/{app.id}"
    assert apis.call(apis.graph, token, path, "DELETE").status_code == 403
    theirs = holds(apis, AUTHENTICATION_ADMINISTRATOR)
    assert apis.call(apis.graph, theirs, f"{own}/methods").status_code == 200
    assert apis.call(apis.graph, theirs, path, "DELETE").status_code == 403
    passes = f"{own}/temporaryAccessPassMethods"
    assert apis.call(apis.graph, theirs, passes, "POST").status_code == 403
    assert apis.call(apis.graph, theirs, PASSES, "POST").status_code == 403
    theirs = holds(apis, PRIVILEGED_AUTHENTICATION_ADMINISTRATOR)
    assert apis.call(apis.graph, theirs, passes, "POST").status_code == 201


def test_BG04_the_last_way_in_of_an_emergency_account_is_not_taken_away(apis: Apis) -> None:
    token = apis.sign_in(GRAPH_SCOPE, claims=None)["access_token"]
    store = apis.served.service.store
    apis.served.enrol(LIFEBOAT)
    store.singles.write("settings", {"emergencyAccess": [LIFEBOAT]}, by=SYSTEM)
    role = {"roleDefinitionId": GLOBAL_ADMINISTRATOR, "principalId": LIFEBOAT}
    store.roles.create({**role, "directoryScopeId": "/"}, by=SYSTEM)
    for each in store.policies.all():
        if each.document["displayName"].startswith("Require MFA"):
            everybody = {**each.document["conditions"], "users": {"includeUsers": ["All"]}}
            graph = {"includeApplications": ["All"]}
            conditions = {**everybody, "applications": graph}
            members = {"conditions": conditions, "state": "enabled"}
            store.policies.modify(each.id, members, by=SYSTEM)
    apis.served.enrol(ASTRID)
    apis.served.service.snapshots.refresh()
    (app,) = store.methods.of_user(LIFEBOAT)
    path = f"/v1.0/users/{LIFEBOAT}/authentication/softwareOathMethods/{app.id}"
    refused = apis.call(apis.graph, token, path, "DELETE")
    assert refused.status_code == 409, refused.text
    assert store.methods.of_user(LIFEBOAT) == [app]
