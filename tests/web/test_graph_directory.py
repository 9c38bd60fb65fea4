"""Graph's directory over HTTP: users, groups, applications; what may be changed, and by whom."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ostiary.directory.protocols import SYSTEM
from ostiary.graph.permissions import GLOBAL_ADMINISTRATOR, USER_ADMINISTRATOR
from tests.web.calling import GRAPH_SCOPE, Apis, called, challenge
from tests.web.serving import ASTRID, AZ, DAEMON, DAEMON_APP, LIFEBOAT, Served

INNER, OUTER = (f"5a1f9a40-0000-4000-8000-0000000000e{n}" for n in (1, 2))


@pytest.fixture
def apis(served: Served) -> Apis:
    return called(served)


@pytest.fixture
def token(apis: Apis) -> str:
    return apis.sign_in(GRAPH_SCOPE)["access_token"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Astrid Moe", "Lifeboat"]),
        ("?$filter=displayname eq 'astrid moe'", ["Astrid Moe"]),
        ("?$filter=userPrincipalName eq 'Lifeboat@fjordvik.example'", ["Lifeboat"]),
        ("?$filter=startswith(displayName,'life')", ["Lifeboat"]),
        ("?$filter=accountEnabled eq true and id eq 'none'", []),
        ("?$filter=displayName eq 'Lifeboat' and accountEnabled eq false", []),
        ("?$top=1&$filter=startswith(userPrincipalName,'a')", ["Astrid Moe"]),
    ],
)
def test_users_are_searched(apis: Apis, token: str, query: str, names: list[str]) -> None:
    found = apis.call(apis.graph, token, f"/v1.0/users{query}").json()
    assert [each["displayName"] for each in found["value"]] == names


def test_users_come_in_pages(apis: Apis, token: str) -> None:
    path, seen = "/v1.0/users?$top=1&$select=id", list[str]()
    for _ in range(2):
        body = apis.call(apis.graph, token, path).json()
        seen += [each["id"] for each in body["value"]]
        path = body.get("@odata.nextLink", "")
    assert (seen, path) == ([ASTRID, LIFEBOAT], "")


@pytest.mark.parametrize(
    "query",
    [
        "?$filter=displayName like 'x'",
        "?$filter=(((",
        "?$orderby=jobTitle",
        "?$expand=messages",
        "?$skip=1",
        "?$top=0",
        "?$top=1000",
        "?$top=x",
    ],
)
def test_what_is_not_offered_is_refused(apis: Apis, token: str, query: str) -> None:
    answer = apis.call(apis.graph, token, f"/v1.0/users{query}")
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "Request_UnsupportedQuery"


def test_a_user_is_found_by_id_and_by_name(apis: Apis, token: str) -> None:
    by_id = apis.call(apis.graph, token, f"/v1.0/users/{ASTRID}").json()
    by_name = apis.call(apis.graph, token, "/v1.0/users/ASTRID@fjordvik.example").json()
    assert by_id == by_name
    gone = apis.call(apis.graph, token, f"/v1.0/users/{DAEMON}").json()
    assert gone["error"]["code"] == "Request_ResourceNotFound"


def test_a_user_who_is_disabled_is_challenged_and_the_change_is_logged(
    apis: Apis, token: str
) -> None:
    theirs = apis.sign_in(GRAPH_SCOPE, "lifeboat@fjordvik.example")["access_token"]
    path = f"/v1.0/users/{LIFEBOAT}"
    etag = apis.call(apis.graph, token, path).headers["etag"]
    body = {"accountEnabled": False, "jobTitle": "None"}
    headers = {"If-Match": etag}
    done = apis.call(apis.graph, token, path, "PATCH", json=body, headers=headers)
    assert done.status_code == 204
    challenge(apis.call(apis.graph, theirs, "/v1.0/me"))
    again = apis.call(apis.graph, token, path, "PATCH", json=body, headers=headers)
    assert (again.status_code, again.json()["error"]["code"]) == (412, "PreconditionFailed")
    audits = "/v1.0/auditLogs/directoryAudits?$filter=activityDisplayName eq 'Update user'"
    (row,) = apis.call(apis.graph, token, audits).json()["value"]
    assert row["initiatedBy"]["user"]["userPrincipalName"] == "astrid@fjordvik.example"
    changed = {
        each["displayName"]: each["newValue"]
        for each in row["targetResources"][0]["modifiedProperties"]
    }
    assert changed == {"accountEnabled": "false", "jobTitle": '"None"'}


def test_revoking_sessions_ends_them(apis: Apis, token: str) -> None:
    theirs = apis.sign_in(GRAPH_SCOPE, "lifeboat@fjordvik.example")
    apis.served.clock.move(timedelta(seconds=5))
    path = f"/v1.0/users/{LIFEBOAT}/revokeSignInSessions"
    done = apis.call(apis.graph, token, path, "POST")
    assert (done.status_code, done.json()["value"]) == (200, True)
    challenge(apis.call(apis.graph, theirs["access_token"], "/v1.0/me"))
    assert apis.refresh(theirs, GRAPH_SCOPE).json()["error_codes"] == [50173]


@pytest.mark.parametrize(
    "body",
    [
        {"id": "x"},
        {"accountEnabled": None},
        {"displayName": None},
        {"jobTitle": 5},
        {"businessPhones": [1]},
        {"password": "x"},
    ],
)
def test_AD05_what_cannot_be_changed_is_named(
    apis: Apis, token: str, body: dict[str, object]
) -> None:
    answer = apis.call(apis.graph, token, f"/v1.0/users/{LIFEBOAT}", "PATCH", json=body)
    assert answer.status_code == 400
    assert f"`{next(iter(body))}`" in answer.json()["error"]["message"]


def test_AD07_the_last_global_administrator_stays(apis: Apis, token: str) -> None:
    path, body = f"/v1.0/users/{ASTRID}", {"accountEnabled": False}
    refused = apis.call(apis.graph, token, path, "PATCH", json=body)
    assert refused.status_code == 409
    assert apis.call(apis.graph, token, "/v1.0/me").status_code == 200
    apis.served.service.store.roles.create(
        {
            "roleDefinitionId": GLOBAL_ADMINISTRATOR,
            "principalId": LIFEBOAT,
            "directoryScopeId": "/",
        },
        by=SYSTEM,
    )
    assert apis.call(apis.graph, token, path, "PATCH", json=body).status_code == 204


def test_AD03_a_user_administrator_cannot_change_an_administrator(apis: Apis) -> None:
    store = apis.served.service.store
    role = {
        "roleDefinitionId": USER_ADMINISTRATOR,
        "principalId": LIFEBOAT,
        "directoryScopeId": "/",
    }
    store.roles.create(role, by=SYSTEM)
    apis.served.service.snapshots.refresh()
    token = apis.sign_in(GRAPH_SCOPE, "lifeboat@fjordvik.example")["access_token"]
    revoke = f"/v1.0/users/{ASTRID}/revokeSignInSessions"
    assert apis.call(apis.graph, token, revoke, "POST").status_code == 403
    body = {"jobTitle": "x"}
    assert (
        apis.call(apis.graph, token, f"/v1.0/users/{ASTRID}", "PATCH", json=body).status_code == 403
    )
    assert (
        apis.call(apis.graph, token, f"/v1.0/users/{LIFEBOAT}", "PATCH", json=body).status_code
        == 204
    )


def test_groups_members_and_who_is_in_them(apis: Apis, token: str) -> None:
    groups = apis.served.service.store.groups
    groups.create({"id": INNER, "displayName": "Operators", "members": [ASTRID]}, by=SYSTEM)
    groups.create({"id": OUTER, "displayName": "Everybody", "members": [INNER, DAEMON]}, by=SYSTEM)

    def ids(path: str) -> list[str]:
        answer = apis.call(apis.graph, token, path).json()
        return [each["id"] for each in answer["value"]]

    assert ids("/v1.0/groups?$filter=displayName eq 'operators'") == [INNER]
    role = GLOBAL_ADMINISTRATOR  # memberOf has the directory roles of a user too
    assert ids(f"/v1.0/users/{ASTRID}/memberOf") == [INNER, role]
    assert ids(f"/v1.0/users/{ASTRID}/memberOf/microsoft.graph.group") == [INNER]
    assert ids(f"/v1.0/users/{ASTRID}/transitiveMemberOf") == [INNER, OUTER, role]
    members = apis.call(apis.graph, token, f"/v1.0/groups/{OUTER}/members?$top=1").json()
    assert members["value"][0]["@odata.type"] == "#microsoft.graph.group"
    rest = apis.call(apis.graph, token, members["@odata.nextLink"]).json()
    assert rest["value"][0]["@odata.type"] == "#microsoft.graph.servicePrincipal"


def test_applications_are_found_as_az_asks_for_them(apis: Apis, token: str) -> None:
    def names(path: str) -> list[str]:
        answer = apis.call(apis.graph, token, path)
        assert answer.status_code == 200, answer.text
        return [each["displayName"] for each in answer.json()["value"]]

    assert names(f"/v1.0/applications?$filter=appId eq '{DAEMON_APP}'") == ["Backup"]
    by_name = f"/v1.0/servicePrincipals?$filter=servicePrincipalNames/any(c:c eq '{AZ}')"
    assert names(by_name) == ["Microsoft Azure CLI"]
    assert "Microsoft Graph" in names("/v1.0/servicePrincipals")


def test_sign_ins_are_searched(apis: Apis, token: str) -> None:
    apis.served.by_password(word="wrong")
    apis.served.as_daemon()
    path = "/v1.0/auditLogs/signIns"

    def found(query: str) -> list[tuple[object, int]]:
        answer = apis.call(apis.graph, token, f"{path}{query}")
        assert answer.status_code == 200, answer.text
        return [(each["appId"], each["status"]["errorCode"]) for each in answer.json()["value"]]

    assert found("?$filter=status/errorCode eq 50126") == [(AZ, 50126)]
    assert found(f"?$filter=appId eq '{DAEMON_APP}'") == [(DAEMON_APP, 0)]
    assert found(
        "?$filter=userPrincipalName eq 'ASTRID@fjordvik.example' and status/errorCode eq 0"
    ) == [(AZ, 0)]
    assert found("?$filter=createdDateTime ge 2099-01-01T00:00:00Z") == []
    first = apis.call(apis.graph, token, f"{path}?$top=2").json()
    assert [each["appId"] for each in first["value"]] == [DAEMON_APP, AZ]
    one = apis.call(apis.graph, token, f"{path}/{first['value'][0]['id']}").json()
    assert one["id"] == first["value"][0]["id"]
    rest = apis.call(apis.graph, token, first["@odata.nextLink"]).json()
    assert rest["value"][0]["userId"] == ASTRID
    policies = rest["value"][0]["appliedConditionalAccessPolicies"]
    assert {each["result"] for each in policies} == {"notEnabled"}


def test_a_service_principal_goes_by_its_application_at_least(apis: Apis, token: str) -> None:
    """The Azure CLI takes the first name for granted, and this one was imported without any."""
    found = apis.call(apis.graph, token, f"/v1.0/servicePrincipals/{DAEMON}").json()
    assert found["servicePrincipalNames"] == [DAEMON_APP]
