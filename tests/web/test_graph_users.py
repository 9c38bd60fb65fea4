"""Users through Graph: added, given passwords, removed; and what each administrator may."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.directory.protocols import SYSTEM
from ostiary.graph.permissions import GLOBAL_ADMINISTRATOR, USER_ADMINISTRATOR
from tests.web.calling import GRAPH_SCOPE, Apis, called
from tests.web.serving import ASTRID, AZ, LIFEBOAT, Served

LONG = "a ship sails at seven bells"
SARA: dict[str, Any] = {
    "accountEnabled": True,
    "displayName": "Sara Lind",
    "mailNickname": "sara",
    "userPrincipalName": "sara@fjordvik.example",
    "passwordProfile": {"password": LONG, "forceChangePasswordNextSignIn": False},
}


@pytest.fixture
def apis(served: Served) -> Apis:
    return called(served)


@pytest.fixture
def token(apis: Apis) -> str:
    return apis.sign_in(GRAPH_SCOPE)["access_token"]


def holds(apis: Apis, role: str, user: str = LIFEBOAT) -> str:
    """Give somebody a role, and his token."""
    document = {"roleDefinitionId": role, "principalId": user, "directoryScopeId": "/"}
    apis.served.service.store.roles.create(document, by=SYSTEM)
    apis.served.service.snapshots.refresh()
    return apis.sign_in(GRAPH_SCOPE, "lifeboat@fjordvik.example")["access_token"]


def _signs_in(apis: Apis, password: str) -> Any:
    form = {"grant_type": "password", "username": SARA["userPrincipalName"], "password": password}
    return apis.served.token({**form, "client_id": AZ, "scope": GRAPH_SCOPE}, "organizations")


def test_a_user_is_added_signs_in_and_is_removed(apis: Apis, token: str) -> None:
    made = apis.call(apis.graph, token, "/v1.0/users", "POST", json=SARA)
    assert made.status_code == 201, made.text
    body = made.json()
    assert body["userPrincipalName"] == "sara@fjordvik.example"
    assert "password" not in made.text.casefold()
    assert _signs_in(apis, LONG).status_code == 200
    path = f"/v1.0/users/{body['id']}"
    chosen = "?$select=userType,accountEnabled,mailNickname,createdDateTime"
    told = apis.call(apis.graph, token, path + chosen).json()
    assert (told["userType"], told["mailNickname"]) == ("Member", "sara")
    assert told["createdDateTime"].endswith("Z")
    assert apis.call(apis.graph, token, path, "DELETE").status_code == 204
    assert apis.call(apis.graph, token, path).status_code == 404
    assert _signs_in(apis, LONG).json()["error_codes"] == [50126]
    activities = [each.row["activity"] for each in apis.served.service.store.audit.newest(limit=3)]
    assert "Delete user" in activities


def test_a_user_who_was_given_a_password_has_to_choose_his_own(apis: Apis, token: str) -> None:
    body = {**SARA, "passwordProfile": {"password": "Rowing-41-boats"}}
    assert apis.call(apis.graph, token, "/v1.0/users", "POST", json=body).status_code == 201
    assert _signs_in(apis, "Rowing-41-boats").json()["error_codes"] == [50055]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"displayName": None}, "displayName"),
        ({"mailNickname": 5}, "mailNickname"),
        ({"id": LIFEBOAT}, "id"),
        ({"userPrincipalName": "sara"}, "userPrincipalName"),
        ({"userPrincipalName": "sara@elsewhere.example"}, "verified domains"),
        ({"passwordProfile": {}}, "password"),
        ({"passwordProfile": {"password": "short"}}, "too short"),
        (
            {
                "passwordProfile": {
                    "password": "Fjord-boat",
                    "forceChangePasswordNextSignIn": False,
                }
            },
            "15 characters",
        ),
        ({"passwordProfile": {"password": "x" * 5000}}, "password"),
    ],
)
def test_PW02_a_user_who_cannot_be_is_refused(
    apis: Apis, token: str, change: dict[str, Any], named: str
) -> None:
    answer = apis.call(apis.graph, token, "/v1.0/users", "POST", json={**SARA, **change})
    assert answer.status_code == 400
    assert named in answer.text
    assert apis.served.service.store.users.by_name("sara@fjordvik.example") is None


def test_two_users_do_not_sign_in_alike(apis: Apis, token: str) -> None:
    body = {**SARA, "userPrincipalName": "Lifeboat@Fjordvik.example"}
    answer = apis.call(apis.graph, token, "/v1.0/users", "POST", json=body)
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "Request_MultipleObjectsWithSameKeyValue"


def test_a_password_is_reset_but_nobody_resets_his_own(apis: Apis, token: str) -> None:
    made = apis.call(apis.graph, token, "/v1.0/users", "POST", json=SARA).json()
    profile = {"password": "Harbour-77-lights", "forceChangePasswordNextSignIn": True}
    body = {"passwordProfile": profile, "jobTitle": "Pilot"}
    path = f"/v1.0/users/{made['id']}"
    assert apis.call(apis.graph, token, path, "PATCH", json=body).status_code == 204
    assert _signs_in(apis, LONG).json()["error_codes"] == [50126]
    assert _signs_in(apis, "Harbour-77-lights").json()["error_codes"] == [50055]
    own = apis.call(apis.graph, token, f"/v1.0/users/{ASTRID}", "PATCH", json=body)
    assert own.status_code == 403


def test_AD03_a_user_administrator_adds_users_and_leaves_administrators_alone(apis: Apis) -> None:
    token = holds(apis, USER_ADMINISTRATOR)
    made = apis.call(apis.graph, token, "/v1.0/users", "POST", json=SARA).json()
    path = f"/v1.0/users/{ASTRID}"
    profile = {"passwordProfile": {"password": LONG}}
    assert apis.call(apis.graph, token, path, "PATCH", json=profile).status_code == 403
    assert apis.call(apis.graph, token, path, "DELETE").status_code == 403
    mine = f"/v1.0/users/{made['id']}"
    assert apis.call(apis.graph, token, mine, "PATCH", json=profile).status_code == 204
    assert apis.call(apis.graph, token, mine, "DELETE").status_code == 204


def test_AD03_members_of_a_group_that_may_hold_roles_are_administrators_too(apis: Apis) -> None:
    token = holds(apis, USER_ADMINISTRATOR)
    sara = apis.call(apis.graph, token, "/v1.0/users", "POST", json=SARA).json()["id"]
    group = {"displayName": "Deputies", "isAssignableToRole": True, "members": [sara]}
    apis.served.service.store.groups.create(group, by=SYSTEM)
    apis.served.service.snapshots.refresh()
    assert apis.call(apis.graph, token, f"/v1.0/users/{sara}", "DELETE").status_code == 403


def test_AD07_the_last_global_administrator_is_not_removed(apis: Apis, token: str) -> None:
    path = f"/v1.0/users/{ASTRID}"
    assert apis.call(apis.graph, token, path, "DELETE").status_code == 409
    holds(apis, GLOBAL_ADMINISTRATOR)
    assert apis.call(apis.graph, token, path, "DELETE").status_code == 204
