"""Azure role assignments over HTTP: who may make them, what they give, and how they are listed."""

from __future__ import annotations

import pytest

from ostiary.directory.protocols import SYSTEM
from tests.web.azure import (
    ACCESS_ADMINISTRATOR,
    ASSIGNMENTS,
    CONTRIBUTOR,
    LIFEBOAT_NAME,
    OWNER,
    READER,
    assign,
    code,
    directory_group,
    make_group,
    named,
    unassign,
)
from tests.web.calling import Apis, called
from tests.web.parallel import at_once, each_his_own
from tests.web.serving import ASTRID, DAEMON, LIFEBOAT, TENANT, Served

NOBODY = "0a1b2c3d-0000-4000-8000-00000000dead"


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


def test_an_assignment_is_made_told_and_taken_back(apis: Apis, token: str, scope: str) -> None:
    made = assign(apis, token, scope, READER, LIFEBOAT)
    assert made.status_code == 201
    found = made.json()
    assert found["id"] == f"{scope}{ASSIGNMENTS}/{named('one')}"
    assert found["properties"]["roleDefinitionId"].startswith(f"{scope}/providers/")
    assert found["properties"]["principalType"] == "User"
    assert found["properties"]["createdBy"] == ASTRID
    assert apis.call(apis.arm, token, found["id"].upper()).json() == found
    assert unassign(apis, token, scope).status_code == 200
    assert unassign(apis, token, scope).status_code == 204
    assert code(apis.call(apis.arm, token, found["id"])) == (404, "RoleAssignmentNotFound")


def test_a_role_counts_from_the_next_call_on(
    apis: Apis, token: str, other: str, scope: str
) -> None:
    group = make_group(apis, token, "rg1")
    assert apis.call(apis.arm, other, group).status_code == 403
    assign(apis, token, scope, READER, LIFEBOAT)
    assert apis.call(apis.arm, other, group).status_code == 200
    body = {"location": "local"}
    assert code(apis.call(apis.arm, other, group, "PUT", json=body)) == (403, "AuthorizationFailed")
    unassign(apis, token, scope)
    assert apis.call(apis.arm, other, group).status_code == 403


def test_a_role_at_a_group_reaches_nothing_beside_it(apis: Apis, token: str, other: str) -> None:
    first, second = (make_group(apis, token, name) for name in ("rg1", "rg11"))
    assign(apis, token, first, CONTRIBUTOR, LIFEBOAT)
    body = {"location": "local", "tags": {"a": "b"}}
    assert apis.call(apis.arm, other, first, "PUT", json=body).status_code == 200
    assert apis.call(apis.arm, other, second).status_code == 403
    seen = apis.call(apis.arm, other, "/subscriptions").json()["value"]
    assert [each["subscriptionId"] for each in seen] == [apis.subscription]


def test_roles_come_through_nested_groups(apis: Apis, token: str, other: str, scope: str) -> None:
    inner = directory_group(apis, "Inner", LIFEBOAT)
    outer = directory_group(apis, "Outer", inner)
    made = assign(apis, token, scope, READER, outer)
    assert made.json()["properties"]["principalType"] == "Group"
    assert apis.call(apis.arm, other, scope).status_code == 200
    apis.served.service.store.groups.remove_member(inner, LIFEBOAT, by=SYSTEM)
    assert apis.call(apis.arm, other, scope).status_code == 403


@pytest.mark.parametrize(
    ("role", "allowed"),
    [(READER, False), (CONTRIBUTOR, False), (ACCESS_ADMINISTRATOR, True), (OWNER, True)],
)
def test_AD03_only_some_roles_may_assign_roles(
    apis: Apis, token: str, other: str, scope: str, role: str, allowed: bool
) -> None:
    assign(apis, token, scope, role, LIFEBOAT)
    made = assign(apis, other, scope, READER, DAEMON, "two")
    assert made.status_code == (409 if allowed else 403)
    taken = assign(apis, other, scope, OWNER, LIFEBOAT, "three")
    assert (taken.status_code == 201) is (allowed and role != OWNER)
    gone = unassign(apis, other, scope)
    assert gone.status_code == (200 if allowed else 403)


def test_AD03_who_may_assign_in_a_group_may_not_above_it(
    apis: Apis, token: str, other: str, scope: str
) -> None:
    group = make_group(apis, token, "rg1")
    assign(apis, token, group, OWNER, LIFEBOAT)
    assert assign(apis, other, group, READER, ASTRID, "two").status_code == 201
    assert code(assign(apis, other, scope, READER, ASTRID, "three")) == (403, "AuthorizationFailed")
    assert code(assign(apis, other, "/", OWNER, LIFEBOAT, "four")) == (403, "AuthorizationFailed")


@pytest.mark.parametrize(
    ("role", "principal", "name", "status", "word"),
    [
        (READER, NOBODY, "one", 400, "PrincipalNotFound"),
        (
            NOBODY,
            LIFEBOAT,
            "one",
            404,
            "RoleDefinitionDoesNotExist",
        ),
        (READER, "somebody", "one", 400, "InvalidPrincipalId"),
        (READER, DAEMON, "one", 409, "RoleAssignmentExists"),
    ],
)
def test_an_assignment_that_azure_would_refuse(
    apis: Apis,
    token: str,
    scope: str,
    role: str,
    principal: str,
    name: str,
    status: int,
    word: str,
) -> None:
    assert code(assign(apis, token, scope, role, principal, name)) == (status, word)


def test_an_assignment_is_not_turned_into_another(apis: Apis, token: str, scope: str) -> None:
    assign(apis, token, scope, READER, LIFEBOAT)
    again = assign(apis, token, scope, OWNER, LIFEBOAT)
    assert code(again) == (400, "RoleAssignmentUpdateNotPermitted")
    path = f"{scope}{ASSIGNMENTS}/{named('one')}"
    properties = {
        "roleDefinitionId": f"x/{READER}",
        "principalId": LIFEBOAT,
        "description": "on call",
    }
    changed = apis.call(apis.arm, token, path, "PUT", json={"properties": properties})
    assert (changed.status_code, changed.json()["properties"]["description"]) == (200, "on call")
    with_condition = {**properties, "condition": "@Resource[x] StringEquals 'y'"}
    refused = apis.call(apis.arm, token, path, "PUT", json={"properties": with_condition})
    assert code(refused) == (400, "InvalidRoleAssignmentCondition")
    wrong_type = {**properties, "principalType": "Group"}
    refused = apis.call(apis.arm, token, path, "PUT", json={"properties": wrong_type})
    assert code(refused) == (400, "UnmatchedPrincipalType")
    bad_name = apis.call(
        apis.arm, token, f"{scope}{ASSIGNMENTS}/mine", "PUT", json={"properties": properties}
    )
    assert code(bad_name) == (400, "InvalidRoleAssignmentId")
    nowhere = assign(apis, token, f"{scope}/resourceGroups/none", READER, LIFEBOAT, "two")
    assert code(nowhere) == (404, "ResourceNotFound")


def test_what_az_lists(apis: Apis, token: str, scope: str) -> None:
    group = make_group(apis, token, "rg1")
    team = directory_group(apis, "Team", LIFEBOAT)
    assign(apis, token, group, CONTRIBUTOR, LIFEBOAT, "in the group")
    assign(apis, token, scope, READER, team, "of the team")

    def listed(at: str, filter_: str = "") -> set[tuple[str, str]]:
        query = {"$filter": filter_} if filter_ else {}
        answer = apis.call(apis.arm, token, f"{at}{ASSIGNMENTS}", params=query)
        found = [each["properties"] for each in answer.json()["value"]]
        return {(each["principalId"], each["scope"]) for each in found}

    seeded = {(ASTRID, scope), (DAEMON, scope)}
    own, teams = (LIFEBOAT, group), (team, scope)
    assert listed(scope) == {*seeded, own, teams}
    assert listed(scope, "atScope()") == {*seeded, teams}
    assert listed(group, "atScope()") == {*seeded, own, teams}
    assert listed(scope, f"principalId eq '{LIFEBOAT}'") == {own}
    assert listed(scope, f"assignedTo('{LIFEBOAT}')") == {own, teams}
    assert listed(scope, f"atScope() and assignedTo('{LIFEBOAT}')") == {teams}
    bad = apis.call(apis.arm, token, f"{scope}{ASSIGNMENTS}?$filter=scope eq 'x'")
    assert code(bad) == (400, "InvalidFilter")


def test_the_last_owner_of_a_subscription_stays(apis: Apis, token: str, scope: str) -> None:
    daemon = apis.served.as_daemon().json()["access_token"]
    assert assign(apis, token, scope, OWNER, DAEMON).status_code == 201
    own = f"{scope}{ASSIGNMENTS}?$filter=principalId eq '{ASTRID}'"
    (first,) = apis.call(apis.arm, token, own).json()["value"]
    assert apis.call(apis.arm, daemon, first["id"], "DELETE").status_code == 200
    refused = unassign(apis, daemon, scope)
    assert code(refused) == (412, "CannotDeleteLastRbacAdminAssignment")


def test_a_global_administrator_elevates_himself_and_takes_over(
    apis: Apis, token: str, other: str, scope: str
) -> None:
    path = "/providers/Microsoft.Authorization/elevateAccess?api-version=2016-07-01"
    assert code(apis.call(apis.arm, other, path, "POST")) == (403, "AuthorizationFailed")
    assert code(apis.call(apis.arm, token, ASSIGNMENTS)) == (403, "AuthorizationFailed")
    for _ in range(2):
        assert apis.call(apis.arm, token, path, "POST").status_code == 200
    at_root = apis.call(apis.arm, token, f"{ASSIGNMENTS}?$filter=atScope()").json()["value"]
    assert [each["properties"]["scope"] for each in at_root] == ["/"]
    root_group = f"/providers/Microsoft.Management/managementGroups/{TENANT}"
    assert assign(apis, token, root_group, READER, LIFEBOAT).status_code == 201
    assert apis.call(apis.arm, other, scope).status_code == 200
    assert len(apis.call(apis.arm, other, "/subscriptions").json()["value"]) == 1


def test_AD07_of_two_owners_who_remove_each_other_at_once_one_stays(
    apis: Apis, token: str, scope: str
) -> None:
    store = apis.served.service.store
    group = directory_group(apis, "Owners")
    (own,) = store.azure.assignments(frozenset({ASTRID}))
    path = f"{scope}{ASSIGNMENTS}/{named('of the group')}"
    definition = f"x/{OWNER}"
    body = {"properties": {"roleDefinitionId": definition, "principalId": group}}
    assert apis.call(apis.arm, token, path, "PUT", json=body).status_code == 201
    daemon = apis.served.as_daemon().json()["access_token"]
    # Whoever removes them may do so at the root, and is no Global Administrator.
    apis.call(apis.arm, token, "/providers/Microsoft.Authorization/elevateAccess", "POST")
    assert assign(apis, token, "/", ACCESS_ADMINISTRATOR, DAEMON, "root").status_code == 201
    place = each_his_own([str(own.document["id"]), path])
    answers = at_once(2, lambda: apis.call(apis.arm, daemon, place(), "DELETE"))
    assert sorted(answers) == [200, 412]


def test_a_role_is_assigned_once_by_two_calls_at_once(apis: Apis, token: str, scope: str) -> None:
    name = each_his_own(["one", "two"])
    answers = at_once(2, lambda: assign(apis, token, scope, READER, LIFEBOAT, name()))
    assert sorted(answers) == [201, 409]
