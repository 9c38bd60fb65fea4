"""Directory roles through Graph: who may give which, and that one administrator stays."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from ostiary.graph.directory_permissions import (
    PRIVILEGED_AUTHENTICATION_ADMINISTRATOR,
    PRIVILEGED_ROLE_ADMINISTRATOR,
)
from ostiary.graph.permissions import (
    GLOBAL_ADMINISTRATOR,
    REPORTS_READER,
    SECURITY_ADMINISTRATOR,
    USER_ADMINISTRATOR,
)
from tests.web.calling import GRAPH_SCOPE, Apis, called
from tests.web.serving import ASTRID, HQ, LIFEBOAT, Served
from tests.web.test_graph_users import holds

ASSIGNMENTS = "/v1.0/roleManagement/directory/roleAssignments"


@pytest.fixture
def apis(served: Served) -> Apis:
    return called(served)


@pytest.fixture
def token(apis: Apis) -> str:
    return apis.sign_in(GRAPH_SCOPE)["access_token"]


def _give(apis: Apis, token: str, role: str, principal: str = LIFEBOAT, **more: Any) -> Any:
    body = {"roleDefinitionId": role, "principalId": principal, "directoryScopeId": "/", **more}
    return apis.call(apis.graph, token, ASSIGNMENTS, "POST", json=body)


def test_a_role_is_given_told_and_taken_away(apis: Apis, token: str) -> None:
    made = _give(apis, token, REPORTS_READER)
    assert made.status_code == 201, made.text
    mine = f"{ASSIGNMENTS}?$filter=principalId eq '{LIFEBOAT}'"
    (found,) = apis.call(apis.graph, token, mine).json()["value"]
    assert (found["id"], found["roleDefinitionId"]) == (made.json()["id"], REPORTS_READER)
    assert _give(apis, token, REPORTS_READER).status_code == 409
    members = f"/v1.0/directoryRoles/{REPORTS_READER}/members"
    held = apis.call(apis.graph, token, members).json()["value"]
    assert [each["id"] for each in held] == [LIFEBOAT]
    named = "?$filter=displayName eq 'Reports Reader'"
    definitions = "/v1.0/roleManagement/directory/roleDefinitions"
    (role,) = apis.call(apis.graph, token, definitions + named).json()["value"]
    assert role["templateId"] == REPORTS_READER
    active = apis.call(apis.graph, token, "/v1.0/directoryRoles").json()["value"]
    assert {each["id"] for each in active} == {GLOBAL_ADMINISTRATOR, REPORTS_READER}
    path = f"{ASSIGNMENTS}/{found['id']}"
    assert apis.call(apis.graph, token, path, "DELETE").status_code == 204
    assert apis.call(apis.graph, token, mine).json()["value"] == []
    refer = {"@odata.id": f"https://localhost:8445/v1.0/directoryObjects/{LIFEBOAT}"}
    added = apis.call(apis.graph, token, f"{members}/$ref", "POST", json=refer)
    assert added.status_code == 204
    gone = apis.call(apis.graph, token, f"{members}/{LIFEBOAT}/$ref", "DELETE")
    assert gone.status_code == 204
    assert apis.call(apis.graph, token, members).json()["value"] == []


def test_what_is_no_role_or_nobody_is_refused(apis: Apis, token: str) -> None:
    assert _give(apis, token, HQ).status_code == 400
    assert _give(apis, token, REPORTS_READER, HQ).status_code == 404
    wide = _give(apis, token, REPORTS_READER, directoryScopeId="/administrativeUnits/x")
    assert wide.status_code == 400
    assert apis.call(apis.graph, token, f"/v1.0/directoryRoles/{HQ}").status_code == 404


@pytest.mark.parametrize("role", [USER_ADMINISTRATOR, SECURITY_ADMINISTRATOR])
def test_AD03_only_who_administers_roles_assigns_them(apis: Apis, role: str) -> None:
    theirs = holds(apis, role)
    assert _give(apis, theirs, REPORTS_READER).status_code == 403
    (own,) = apis.served.service.store.roles.of_principal(ASTRID)
    assert apis.call(apis.graph, theirs, f"{ASSIGNMENTS}/{own.id}", "DELETE").status_code == 403


def test_AD03_nobody_grants_above_himself(apis: Apis) -> None:
    theirs = holds(apis, PRIVILEGED_ROLE_ADMINISTRATOR)
    for role in (GLOBAL_ADMINISTRATOR, PRIVILEGED_AUTHENTICATION_ADMINISTRATOR):
        assert _give(apis, theirs, role).status_code == 403
    (own,) = apis.served.service.store.roles.of_principal(ASTRID)
    assert apis.call(apis.graph, theirs, f"{ASSIGNMENTS}/{own.id}", "DELETE").status_code == 403
    assert _give(apis, theirs, USER_ADMINISTRATOR).status_code == 201


def test_AD07_the_last_global_administrator_keeps_the_role(apis: Apis, token: str) -> None:
    (own,) = apis.served.service.store.roles.of_principal(ASTRID)
    path = f"{ASSIGNMENTS}/{own.id}"
    assert apis.call(apis.graph, token, path, "DELETE").status_code == 409
    assert _give(apis, token, GLOBAL_ADMINISTRATOR).status_code == 201
    assert apis.call(apis.graph, token, path, "DELETE").status_code == 204


def test_AD07_of_two_who_are_demoted_at_once_one_stays(apis: Apis, token: str) -> None:
    other = _give(apis, token, GLOBAL_ADMINISTRATOR).json()["id"]
    store = apis.served.service.store
    theirs = apis.sign_in(GRAPH_SCOPE, "lifeboat@fjordvik.example")["access_token"]
    (own,) = store.roles.of_principal(ASTRID)

    def demote(one: tuple[str, str]) -> int:
        path = f"{ASSIGNMENTS}/{one[1]}"
        return apis.call(apis.graph, one[0], path, "DELETE").status_code

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(demote, ((token, other), (theirs, own.id))))
    # Who was demoted first may find himself without the right to demote the other.
    assert answers in ([204, 403], [204, 409])
    left = [*store.roles.of_principal(ASTRID), *store.roles.of_principal(LIFEBOAT)]
    assert len(left) == 1
