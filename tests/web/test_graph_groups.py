"""Groups through Graph: added, filled, nested, removed; groups that roles can be assigned to."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.directory.protocols import SYSTEM
from ostiary.graph.directory_permissions import GROUPS_ADMINISTRATOR, PRIVILEGED_ROLE_ADMINISTRATOR
from ostiary.graph.permissions import GLOBAL_ADMINISTRATOR
from tests.web.calling import GRAPH_SCOPE, Apis, called
from tests.web.serving import ASTRID, DAEMON, LIFEBOAT, POLICY, Served
from tests.web.test_graph_users import holds

NEW: dict[str, Any] = {
    "displayName": "Pilots",
    "mailEnabled": False,
    "mailNickname": "pilots",
    "securityEnabled": True,
}


@pytest.fixture
def apis(served: Served) -> Apis:
    return called(served)


@pytest.fixture
def token(apis: Apis) -> str:
    return apis.sign_in(GRAPH_SCOPE)["access_token"]


def _made(apis: Apis, token: str, **more: Any) -> str:
    answer = apis.call(apis.graph, token, "/v1.0/groups", "POST", json={**NEW, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def _refer(object_id: str) -> dict[str, str]:
    return {"@odata.id": f"https://localhost:8445/v1.0/directoryObjects/{object_id}"}


def _add(apis: Apis, token: str, group: str, member: str) -> Any:
    path = f"/v1.0/groups/{group}/members/$ref"
    return apis.call(apis.graph, token, path, "POST", json=_refer(member))


def _ids(apis: Apis, token: str, path: str) -> list[str]:
    return [each["id"] for each in apis.call(apis.graph, token, path).json()["value"]]


def test_a_group_is_added_changed_filled_nested_and_removed(apis: Apis, token: str) -> None:
    inner = _made(apis, token)
    bind = [_refer(inner)["@odata.id"], f"https://localhost:8445/v1.0/users('{ASTRID}')"]
    outer = _made(apis, token, displayName="Crew", **{"members@odata.bind": bind})
    assert _add(apis, token, inner, LIFEBOAT).status_code == 204
    assert _add(apis, token, inner, DAEMON).status_code == 204
    assert _add(apis, token, inner, LIFEBOAT).status_code == 409
    assert _ids(apis, token, f"/v1.0/groups/{outer}/members") == [inner, ASTRID]
    deep = _ids(apis, token, f"/v1.0/groups/{outer}/transitiveMembers")
    assert deep == sorted([inner, ASTRID, LIFEBOAT, DAEMON])
    asked = {"groupIds": [outer, POLICY]}
    path = f"/v1.0/users/{LIFEBOAT}"
    held = apis.call(apis.graph, token, f"{path}/checkMemberGroups", "POST", json=asked).json()
    assert held["value"] == [outer]
    only = {"securityEnabledOnly": False}
    held = apis.call(apis.graph, token, f"{path}/getMemberGroups", "POST", json=only).json()
    assert held["value"] == sorted([inner, outer])
    by_ids = {"ids": [inner, ASTRID, POLICY]}
    told = apis.call(apis.graph, token, "/v1.0/directoryObjects/getByIds", "POST", json=by_ids)
    assert [each["id"] for each in told.json()["value"]] == [inner, ASTRID]
    path = f"/v1.0/groups/{inner}"
    assert (
        apis.call(apis.graph, token, f"{path}/members/{LIFEBOAT}/$ref", "DELETE").status_code == 204
    )
    change = {"description": "who steers"}
    assert apis.call(apis.graph, token, path, "PATCH", json=change).status_code == 204
    told = apis.call(apis.graph, token, path).json()
    assert (told["description"], told["displayName"]) == ("who steers", "Pilots")
    assert apis.call(apis.graph, token, path, "DELETE").status_code == 204
    assert _ids(apis, token, f"/v1.0/groups/{outer}/members") == [ASTRID]


@pytest.mark.parametrize(
    "change",
    [
        {"displayName": None},
        {"mailEnabled": True},
        {"groupTypes": ["Unified"]},
        {"isAssignableToRole": "yes"},
        {"members": [ASTRID]},
        {"members@odata.bind": ["https://elsewhere.example/v1.0/users/x"]},
        {"members@odata.bind": "x"},
    ],
)
def test_a_group_that_cannot_be_is_refused(apis: Apis, token: str, change: dict[str, Any]) -> None:
    answer = apis.call(apis.graph, token, "/v1.0/groups", "POST", json={**NEW, **change})
    assert answer.status_code == 400, answer.text


def test_no_group_holds_itself_and_only_what_exists_is_a_member(apis: Apis, token: str) -> None:
    inner = _made(apis, token)
    outer = _made(apis, token)
    assert _add(apis, token, outer, inner).status_code == 204
    assert _add(apis, token, inner, outer).status_code == 400
    assert _add(apis, token, inner, inner).status_code == 400
    assert _add(apis, token, inner, POLICY).status_code == 404


def test_AD03_a_group_that_roles_can_be_assigned_to_is_for_who_may_assign_them(
    apis: Apis, token: str
) -> None:
    group = _made(apis, token, isAssignableToRole=True)
    theirs = holds(apis, GROUPS_ADMINISTRATOR)
    path = f"/v1.0/groups/{group}"
    assert _add(apis, theirs, group, LIFEBOAT).status_code == 403
    assert apis.call(apis.graph, theirs, path, "DELETE").status_code == 403
    assert (
        apis.call(apis.graph, theirs, path, "PATCH", json={"description": "x"}).status_code == 403
    )
    again = {**NEW, "isAssignableToRole": True}
    made = apis.call(apis.graph, theirs, "/v1.0/groups", "POST", json=again)
    assert made.status_code == 403
    assert _made(apis, theirs)
    nested = _made(apis, token)
    assert _add(apis, token, group, nested).status_code == 400


def test_AD03_nobody_joins_a_group_that_holds_a_role_above_his(apis: Apis, token: str) -> None:
    group = _made(apis, token, isAssignableToRole=True)
    role = {"roleDefinitionId": GLOBAL_ADMINISTRATOR, "principalId": group}
    apis.served.service.store.roles.create({**role, "directoryScopeId": "/"}, by=SYSTEM)
    theirs = holds(apis, PRIVILEGED_ROLE_ADMINISTRATOR)
    assert _add(apis, theirs, group, LIFEBOAT).status_code == 403
    assert apis.call(apis.graph, theirs, "/v1.0/groups", "POST", json=NEW).status_code == 403
    assert _add(apis, token, group, LIFEBOAT).status_code == 204


def test_BG04_who_keeps_an_emergency_account_out_of_a_policy_is_not_emptied(apis: Apis) -> None:
    token = apis.sign_in(GRAPH_SCOPE, claims=None)["access_token"]
    store = apis.served.service.store
    role = {"roleDefinitionId": GLOBAL_ADMINISTRATOR, "principalId": LIFEBOAT}
    store.roles.create({**role, "directoryScopeId": "/"}, by=SYSTEM)
    store.singles.write("settings", {"emergencyAccess": [LIFEBOAT]}, by=SYSTEM)
    group = store.groups.create({"displayName": "Emergency", "members": [LIFEBOAT]}, by=SYSTEM).id
    conditions = {
        "clientAppTypes": ["all"],
        "users": {"includeUsers": ["All"], "excludeGroups": [group]},
        "applications": {"includeApplications": ["All"]},
    }
    grant = {"operator": "OR", "builtInControls": ["mfa"]}
    members = {"conditions": conditions, "grantControls": grant, "state": "enabled"}
    store.policies.modify(POLICY, members, by=SYSTEM)
    apis.served.enrol(ASTRID)
    apis.served.service.snapshots.refresh()
    path = f"/v1.0/groups/{group}"
    refused = apis.call(apis.graph, token, f"{path}/members/{LIFEBOAT}/$ref", "DELETE")
    assert refused.status_code == 409, refused.text
    assert refused.json()["error"]["details"][0]["target"] == LIFEBOAT
    assert apis.call(apis.graph, token, path, "DELETE").status_code == 409
    why = {"Ostiary-Override-Reason": "the account is replaced by another today"}
    done = apis.call(apis.graph, token, path, "DELETE", headers=why)
    assert done.status_code == 204
    activities = {each.row["activity"] for each in store.audit.newest(limit=3)}
    assert {"Override lockout guard", "Delete group"} <= activities
