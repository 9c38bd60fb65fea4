"""Delegated permissions and application roles through Graph, and who may give them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ostiary.directory.protocols import SYSTEM
from ostiary.graph.directory_permissions import (
    APPLICATION_ADMINISTRATOR,
    PRIVILEGED_ROLE_ADMINISTRATOR,
)
from ostiary.model.base64url import decoded
from tests.web.calling import GRAPH_SCOPE, Apis, called
from tests.web.registered import APP, GRAPH, PRINCIPAL, WebApp, web_app
from tests.web.serving import ASTRID, DAEMON, DAEMON_APP, LIFEBOAT, PASSWORD, Served
from tests.web.test_graph_users import holds
from tests.web.test_token import refused

GRANTS, PRINCIPALS = "/v1.0/oauth2PermissionGrants", "/v1.0/servicePrincipals"
READ_USERS = "df021288-bdef-4463-88db-98f22de89214"  # User.Read.All, application
WRITE_ROLES = "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8"  # RoleManagement.ReadWrite.Directory
APPROVER = "5a1f9a40-0000-4000-8000-0000000000a1"
ROLE = {"id": APPROVER, "value": "approver", "displayName": "Approver", "isEnabled": True}


class Tenant:
    """The application *Timesheet*, with a role for people, and Graph as an administrator."""

    def __init__(self, served: Served) -> None:
        self.apis: Apis = called(served)
        self.app: WebApp = web_app(served)
        self.store = served.service.store
        self.token: str = self.apis.sign_in(GRAPH_SCOPE)["access_token"]
        found = self.store.principals.by_app_id(GRAPH)
        assert found is not None
        self.graph_id = found.id
        roles = {"appRoles": [{**ROLE, "allowedMemberTypes": ["User", "Application"]}]}
        self.store.principals.modify(PRINCIPAL, roles, by=SYSTEM)

    def __call__(self, method: str, path: str, body: Any = None, token: str = "") -> Any:
        return self.apis.call(self.apis.graph, token or self.token, path, method, json=body)

    def tokens(self) -> Any:
        """Sign in to the application, where the browser is not signed in yet."""
        browser = self.app.open()
        if "code" not in browser.answer:
            browser.fill(login="astrid@fjordvik.example")
            browser.fill(passwd=PASSWORD)
        return self.app.redeem(browser).json()

    def assign(self, path: str, principal: str, role: str = APPROVER, **more: str) -> Any:
        """Assign a role of the application, or of another resource."""
        body = {"principalId": principal, "resourceId": PRINCIPAL, "appRoleId": role}
        token = more.pop("token", "")
        return self("POST", path, {**body, **more}, token)


def claims_of(token: str) -> dict[str, Any]:
    """Read the claims of an access token."""
    return json.loads(decoded(token.split(".")[1]) or b"")


@pytest.fixture
def tenant(served: Served) -> Tenant:
    return Tenant(served)


def test_a_grant_is_made_changed_and_taken_back(tenant: Tenant) -> None:
    wanted = f"{GRANTS}?$filter=clientId eq '{DAEMON}'"
    body = {"clientId": DAEMON, "consentType": "AllPrincipals", "resourceId": tenant.graph_id}
    made = tenant("POST", GRANTS, {**body, "scope": "user.read  User.Read.All"})
    assert made.status_code == 201, made.text
    assert made.json()["scope"] == "User.Read User.Read.All"
    assert tenant("POST", GRANTS, {**body, "scope": "User.Read"}).status_code == 409
    (told,) = tenant("GET", wanted).json()["value"]
    assert told["id"] == made.json()["id"]
    path = f"{GRANTS}/{told['id']}"
    assert tenant("PATCH", path, {"scope": "User.Read"}).status_code == 204
    assert tenant("GET", path).json()["scope"] == "User.Read"
    of_client = tenant("GET", f"{PRINCIPALS}/{DAEMON}/oauth2PermissionGrants").json()["value"]
    assert [each["id"] for each in of_client] == [told["id"]]
    assert tenant("DELETE", path).status_code == 204
    assert tenant("GET", wanted).json()["value"] == []


def test_a_grant_decides_what_the_client_gets(tenant: Tenant) -> None:
    (grant,) = (
        each
        for each in tenant("GET", f"{PRINCIPALS}/{PRINCIPAL}/oauth2PermissionGrants").json()[
            "value"
        ]
        if each["resourceId"] == tenant.graph_id
    )
    tokens = tenant.tokens()
    assert "User.Read" in tokens["scope"]
    assert tenant("DELETE", f"{GRANTS}/{grant['id']}").status_code == 204
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    refused(tenant.app.asking({**form, "scope": "User.Read"}), 65001, "consent_required")


@pytest.mark.parametrize(
    "change",
    [
        {"scope": "Everything.Write"},
        {"consentType": "Principal"},
        {"principalId": ASTRID},
        {"consentType": "Principal", "principalId": DAEMON},
        {"clientId": "nobody"},
        {"resourceId": "nobody"},
        {"scope": 1},
    ],
)
def test_AD05_a_grant_that_cannot_be_is_refused(tenant: Tenant, change: dict[str, Any]) -> None:
    body = {"clientId": DAEMON, "consentType": "AllPrincipals", "resourceId": tenant.graph_id}
    answer = tenant("POST", GRANTS, {**body, "scope": "User.Read", **change})
    assert answer.status_code in {400, 404}, answer.text


@pytest.mark.parametrize("by", ["user", "group"])
def test_a_role_in_an_application_stands_in_its_tokens(tenant: Tenant, by: str) -> None:
    holder = ASTRID
    if by == "group":
        body = {"displayName": "Approvers", "mailNickname": "a", "mailEnabled": False}
        made = tenant("POST", "/v1.0/groups", {**body, "securityEnabled": True})
        holder = made.json()["id"]
        tenant.store.groups.add_member(holder, ASTRID, by=SYSTEM)
    path = f"/v1.0/{by}s/{holder}/appRoleAssignments"
    made = tenant.assign(path, holder)
    assert made.status_code == 201, made.text
    assert made.json()["principalType"] == by.title()
    assert tenant.assign(path, holder).status_code == 409
    body = tenant.tokens()
    assert tenant.app.id_claims(body["id_token"])["roles"] == ["approver"]
    assert "roles" not in claims_of(body["access_token"]), "they are roles in another application"
    assert claims_of(tenant.app.called())["roles"] == ["approver"]
    to = f"{PRINCIPALS}/{PRINCIPAL}/appRoleAssignedTo"
    (told,) = tenant("GET", to).json()["value"]
    assert tenant("GET", f"{path}/{told['id']}").json()["appRoleId"] == APPROVER
    assert tenant("DELETE", f"{to}/{told['id']}").status_code == 204
    assert tenant("GET", path).json()["value"] == []
    body = tenant.tokens()
    assert "roles" not in tenant.app.id_claims(body["id_token"])


def test_groups_stand_in_tokens_of_who_asks_for_them(tenant: Tenant) -> None:
    created = tenant.store.groups.create
    outer = created({"displayName": "Outer", "securityEnabled": True}, by=SYSTEM).id
    inner = created({"displayName": "Inner", "securityEnabled": True}, by=SYSTEM).id
    tenant.store.groups.add_member(outer, inner, by=SYSTEM)
    tenant.store.groups.add_member(inner, ASTRID, by=SYSTEM)
    tenant.assign(f"/v1.0/groups/{inner}/appRoleAssignments", inner)
    for claims, groups in (
        (None, None),
        ("SecurityGroup", sorted([outer, inner])),
        ("ApplicationGroup", [inner]),
    ):
        change = {"groupMembershipClaims": claims}
        assert tenant("PATCH", "/v1.0/applications/e0", change).status_code == 204
        body = tenant.tokens()
        assert tenant.app.id_claims(body["id_token"]).get("groups") == groups


def test_of_too_many_groups_it_is_told_where_to_ask(tenant: Tenant) -> None:
    change = {"groupMembershipClaims": "SecurityGroup"}
    assert tenant("PATCH", "/v1.0/applications/e0", change).status_code == 204
    for number in range(201):
        group = {"displayName": f"Crew {number}", "members": [ASTRID]}
        tenant.store.groups.create(group, by=SYSTEM)
    body = tenant.tokens()
    claims = tenant.app.id_claims(body["id_token"])
    assert "groups" not in claims
    endpoint = claims["_claim_sources"][claims["_claim_names"]["groups"]]["endpoint"]
    asked = endpoint.removeprefix("https://localhost:8445")
    assert len(tenant("POST", asked, {"securityEnabledOnly": True}).json()["value"]) == 201
    assert len(tenant("POST", asked, {"securityEnabledOnly": False}).json()["value"]) == 202


def test_who_is_not_assigned_gets_nothing_where_that_is_required(tenant: Tenant) -> None:
    required = {"appRoleAssignmentRequired": True}
    assert tenant("PATCH", f"{PRINCIPALS}/{PRINCIPAL}", required).status_code == 204
    browser = tenant.app.signed_in()
    assert browser.answer["error"] == "access_denied"
    assert "AADSTS50105" in browser.answer["error_description"]
    made = tenant.assign(f"/v1.0/users/{ASTRID}/appRoleAssignments", ASTRID)
    tokens = tenant.tokens()
    assert tokens["access_token"]
    gone = f"/v1.0/users/{ASTRID}/appRoleAssignments/{made.json()['id']}"
    assert tenant("DELETE", gone).status_code == 204
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    refused(tenant.app.asking({**form, "scope": "User.Read"}), 50105, "access_denied")


def test_an_application_that_is_not_assigned_gets_nothing_either(tenant: Tenant) -> None:
    form = {"grant_type": "client_credentials", "client_id": DAEMON_APP}
    form |= {"scope": f"api://{APP}/.default"}
    form["client_secret"] = tenant.apis.served.daemon_secret
    assert tenant.apis.served.token(form).status_code == 200
    required = {"appRoleAssignmentRequired": True}
    assert tenant("PATCH", f"{PRINCIPALS}/{PRINCIPAL}", required).status_code == 204
    refused(tenant.apis.served.token(form), 501051, "invalid_grant")
    assert tenant.assign(f"{PRINCIPALS}/{DAEMON}/appRoleAssignments", DAEMON).status_code == 201
    token = tenant.apis.served.token(form).json()["access_token"]
    assert claims_of(token)["roles"] == ["approver"]


@pytest.mark.parametrize(
    "change",
    [
        {"appRoleId": "5a1f9a40-0000-4000-8000-0000000000ff"},
        {"appRoleId": "00000000-0000-0000-0000-000000000000"},
        {"resourceId": "nobody"},
        {"principalId": LIFEBOAT},
        {"more": "x"},
    ],
)
def test_AD05_an_assignment_that_cannot_be_is_refused(
    tenant: Tenant, change: dict[str, str]
) -> None:
    body = {"principalId": ASTRID, "resourceId": PRINCIPAL, "appRoleId": APPROVER, **change}
    answer = tenant("POST", f"/v1.0/users/{ASTRID}/appRoleAssignments", body)
    assert answer.status_code in {400, 404}, answer.text


@pytest.mark.parametrize(
    ("role", "permission", "status"),
    [
        (APPLICATION_ADMINISTRATOR, READ_USERS, 403),
        (PRIVILEGED_ROLE_ADMINISTRATOR, READ_USERS, 201),
        (PRIVILEGED_ROLE_ADMINISTRATOR, WRITE_ROLES, 403),
    ],
)
def test_AD03_permissions_of_the_service_are_given_by_few(
    tenant: Tenant, role: str, permission: str, status: int
) -> None:
    theirs = holds(tenant.apis, role)
    path = f"{PRINCIPALS}/{DAEMON}/appRoleAssignments"
    more = {"resourceId": tenant.graph_id}
    assert tenant.assign(path, DAEMON, permission, token=theirs, **more).status_code == status
    made = tenant.assign(path, DAEMON, WRITE_ROLES, **more)
    assert made.status_code == 201, made.text
    gone = f"{path}/{made.json()['id']}"
    assert tenant("DELETE", gone, token=theirs).status_code == 403
    assert tenant.assign(path, DAEMON, APPROVER, token=theirs).status_code == 201


def test_who_is_deleted_keeps_no_permissions(tenant: Tenant) -> None:
    tenant.assign(f"/v1.0/users/{LIFEBOAT}/appRoleAssignments", LIFEBOAT)
    body = {"clientId": DAEMON, "consentType": "Principal", "principalId": LIFEBOAT}
    body |= {"resourceId": tenant.graph_id, "scope": "User.Read"}
    assert tenant("POST", GRANTS, body).status_code == 201
    own = tenant("GET", f"/v1.0/users/{LIFEBOAT}/oauth2PermissionGrants").json()["value"]
    assert len(own) == 1
    assert tenant("DELETE", f"/v1.0/users/{LIFEBOAT}").status_code == 204
    assert tenant.store.app_roles.of_principal(LIFEBOAT) == []
    assert tenant.store.consents.of_object(LIFEBOAT) == []
