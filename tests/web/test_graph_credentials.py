"""Secrets and certificates of applications and service principals through Graph."""

from __future__ import annotations

from hashlib import sha1
from typing import Any

import pytest

from ostiary.directory.protocols import SYSTEM
from ostiary.graph.directory_permissions import APPLICATION_ADMINISTRATOR
from tests.web.calling import GRAPH_SCOPE, called
from tests.web.certified import Certified
from tests.web.serving import DAEMON, DAEMON_APP, TENANT, Served
from tests.web.test_graph_users import holds

APPS, PRINCIPALS = "/v1.0/applications", "/v1.0/servicePrincipals"
AUDIENCE = f"https://localhost:8443/{TENANT}/oauth2/v2.0/token"
SCOPE = "https://management.azure.com/.default"


class Client:
    """Graph, called by an administrator, and the token endpoint, called by an application."""

    def __init__(self, served: Served) -> None:
        self.apis = called(served)
        self.token = self.apis.sign_in(GRAPH_SCOPE)["access_token"]
        self.now = served.clock.now()

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        return self.apis.call(self.apis.graph, self.token, path, method, json=body)

    def application(self, **more: Any) -> Any:
        """Register an application with a service principal, and give it."""
        made = self("POST", APPS, {"displayName": "Timesheet", **more})
        assert made.status_code == 201, made.text
        principal = self("POST", PRINCIPALS, {"appId": made.json()["appId"]})
        assert principal.status_code == 201, principal.text
        return {**made.json(), "principal": principal.json()["id"]}

    def signs_in(self, app_id: str, **proof: str) -> int:
        """Ask for a token with a proof, and give the status."""
        form = {"grant_type": "client_credentials", "client_id": app_id, "scope": SCOPE}
        return self.apis.served.token({**form, **proof}).status_code


@pytest.fixture
def client(served: Served) -> Client:
    return Client(served)


def test_TK02_a_certificate_is_registered_and_its_key_signs_in(client: Client) -> None:
    own, other = (Certified(name, client.now) for name in ("own", "other"))
    app = client.application(keyCredentials=[own.credential])
    path, app_id = f"{APPS}/{app['id']}", app["appId"]
    (told,) = client("GET", path).json()["keyCredentials"]
    thumbprint = sha1(own.der, usedforsecurity=False).hexdigest().upper()
    assert (told["customKeyIdentifier"], told["key"]) == (thumbprint, None)
    assert told["displayName"] == "CN=own"
    assert client.signs_in(app_id, **own.assertion(app_id, AUDIENCE, "1")) == 200
    assert client.signs_in(app_id, **other.assertion(app_id, AUDIENCE, "2")) == 401
    both = {"keyCredentials": [{"keyId": told["keyId"]}, other.credential]}
    assert client("PATCH", path, both).status_code == 204
    assert client.signs_in(app_id, **other.assertion(app_id, AUDIENCE, "3")) == 200
    assert client("PATCH", path, {"keyCredentials": []}).status_code == 204
    assert client.signs_in(app_id, **own.assertion(app_id, AUDIENCE, "4")) == 401


@pytest.mark.parametrize(
    "entry",
    [
        {"key": "no certificate"},
        {"key": "AAAA"},
        {"key": "größe"},
        {"usage": "Sign"},
        {"type": "X509CertAndPassword"},
        {"key": None},
        {"keyId": "5a1f9a40-0000-4000-8000-00000000ffff", "key": None},
        {"endDateTime": "2001-01-01T00:00:00Z"},
    ],
)
def test_TK02_what_is_no_certificate_is_refused(client: Client, entry: dict[str, Any]) -> None:
    credential = {**Certified("own", client.now).credential, **entry}
    body = {"displayName": "Timesheet", "keyCredentials": [credential]}
    assert client("POST", APPS, body).status_code in {400, 404}
    small = Certified("small", client.now, bits=1024).credential
    refused = client("POST", APPS, {"displayName": "Timesheet", "keyCredentials": [small]})
    assert refused.status_code == 400
    assert "2048" in refused.json()["error"]["message"]


@pytest.mark.parametrize("kind", ["applications", "servicePrincipals"])
def test_TK02_a_key_is_rolled_by_a_proof_of_the_one_before(client: Client, kind: str) -> None:
    own, new = (Certified(name, client.now) for name in ("own", "other"))
    app = client.application()
    object_id = app["id"] if kind == "applications" else app["principal"]
    path = f"/v1.0/{kind}/{object_id}"
    assert client("PATCH", path, {"keyCredentials": [own.credential]}).status_code == 204
    for proof in (new.proof(object_id), own.proof("somebody else"), "nonsense"):
        body = {"keyCredential": new.credential, "proof": proof}
        assert client("POST", f"{path}/addKey", body).status_code == 400
    wrong = {"aud": "https://graph.microsoft.com"}, {"exp": client.now.timestamp() + 9999}
    for changes in wrong:
        body = {"keyCredential": new.credential, "proof": own.proof(object_id, **changes)}
        assert client("POST", f"{path}/addKey", body).status_code == 400
    body = {"keyCredential": new.credential, "proof": own.proof(object_id)}
    added = client("POST", f"{path}/addKey", body)
    assert added.status_code == 200, added.text
    old = next(
        each["keyId"]
        for each in client("GET", path).json()["keyCredentials"]
        if each["keyId"] != added.json()["keyId"]
    )
    gone = client("POST", f"{path}/removeKey", {"keyId": old, "proof": new.proof(object_id)})
    assert gone.status_code == 204
    app_id = app["appId"]
    assert client.signs_in(app_id, **new.assertion(app_id, AUDIENCE, "1")) == 200
    assert client.signs_in(app_id, **own.assertion(app_id, AUDIENCE, "2")) == 401


def test_secrets_of_a_service_principal_are_its_own(client: Client) -> None:
    app = client.application()
    path = f"{PRINCIPALS}/{app['principal']}"
    made = client("POST", f"{path}/addPassword", {"passwordCredential": {"displayName": "a"}})
    assert made.status_code == 200, made.text
    secret = made.json()["secretText"]
    assert client.signs_in(app["appId"], client_secret=secret) == 200
    assert client("GET", f"{APPS}/{app['id']}").json()["passwordCredentials"] == []
    (told,) = client("GET", path).json()["passwordCredentials"]
    key = {"keyId": told["keyId"]}
    assert client("POST", f"{APPS}/{app['id']}/removePassword", key).status_code == 404
    assert client("POST", f"{path}/removePassword", key).status_code == 204
    assert client.signs_in(app["appId"], client_secret=secret) == 401


def test_a_service_principal_that_is_removed_proves_nothing_any_more(client: Client) -> None:
    app = client.application()
    path = f"{PRINCIPALS}/{app['principal']}"
    secret = client("POST", f"{path}/addPassword").json()["secretText"]
    assert client("DELETE", path).status_code == 204
    assert client("POST", PRINCIPALS, {"appId": app["appId"]}).status_code == 201
    assert client.signs_in(app["appId"], client_secret=secret) == 401


def test_AD03_credentials_of_who_may_do_more_are_not_for_everybody(client: Client) -> None:
    theirs = holds(client.apis, APPLICATION_ADMINISTRATOR)
    store = client.apis.served.service.store
    apis = client.apis
    path = f"{PRINCIPALS}/{DAEMON}/addPassword"
    assert apis.call(apis.graph, theirs, path, "POST").status_code == 200
    role = {"principalId": DAEMON, "resourceId": "r", "appRoleId": "x"}
    store.app_roles.create(role, by=SYSTEM)
    assert apis.call(apis.graph, theirs, path, "POST").status_code == 403
    own = Certified("own", client.now).credential
    body = {"keyCredentials": [own]}
    refused = apis.call(apis.graph, theirs, f"{PRINCIPALS}/{DAEMON}", "PATCH", json=body)
    assert refused.status_code == 403
    assert client.signs_in(DAEMON_APP, client_secret="wrong") == 401  # noqa: S106  # a test's


def test_a_federated_credential_is_changed_under_its_id(client: Client) -> None:
    path = f"{APPS}/{client.application()['id']}/federatedIdentityCredentials"
    body = {
        "name": "pipeline",
        "issuer": "https://ci.example",
        "subject": "repo:main",
        "audiences": ["api://AzureADTokenExchange"],
    }
    made = client("POST", path, body).json()
    assert client("PATCH", f"{path}/pipeline", {"subject": "repo:release"}).status_code == 204
    told = client("GET", f"{path}/{made['id']}").json()
    assert (told["id"], told["subject"]) == (made["id"], "repo:release")
    assert client("PATCH", f"{path}/pipeline", {"name": "other"}).status_code == 400
    assert client("GET", f"{path}/other").status_code == 404


def test_what_an_application_offers_and_needs_is_kept(client: Client) -> None:
    ids = [f"5a1f9a40-0000-4000-8000-00000000f{n:03}" for n in range(4)]
    scope = {"id": ids[0], "value": "Hours.Read", "adminConsentDisplayName": "Read hours"}
    role = {"id": ids[1], "value": "approver", "displayName": "Approver"}
    needs = [{"resourceAppId": ids[2], "resourceAccess": [{"id": ids[3], "type": "Scope"}]}]
    app = client.application(
        api={"oauth2PermissionScopes": [scope], "requestedAccessTokenVersion": 2},
        appRoles=[{**role, "allowedMemberTypes": ["User"]}],
        requiredResourceAccess=needs,
    )
    path = f"{APPS}/{app['id']}"
    told = client("GET", path).json()
    assert told["requiredResourceAccess"] == needs
    assert told["api"]["oauth2PermissionScopes"][0] == {**scope, "type": "User", "isEnabled": True}
    shown = client("GET", f"{PRINCIPALS}/{app['principal']}").json()
    assert [each["value"] for each in shown["appRoles"]] == ["approver"]
    assert [each["value"] for each in shown["oauth2PermissionScopes"]] == ["Hours.Read"]
    pre = {"preAuthorizedApplications": [{"appId": DAEMON_APP, "delegatedPermissionIds": [ids[0]]}]}
    assert client("PATCH", path, {"api": pre}).status_code == 204
    api = client("GET", path).json()["api"]
    assert (api["requestedAccessTokenVersion"], len(api["oauth2PermissionScopes"])) == (2, 1)
    gone = client("PATCH", path, {"appRoles": []})
    assert gone.json()["error"]["code"] == "CannotDeleteOrUpdateEnabledEntitlement"
    off = {**role, "allowedMemberTypes": ["User"], "isEnabled": False}
    assert client("PATCH", path, {"appRoles": [off]}).status_code == 204
    assert client("PATCH", path, {"appRoles": []}).status_code == 204
    assert client("GET", f"{PRINCIPALS}/{app['principal']}").json()["appRoles"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"appRoles": [{"displayName": "x", "allowedMemberTypes": ["User"]}]},
        {"appRoles": [{"id": "1", "displayName": "x", "allowedMemberTypes": ["User"]}]},
        {"api": {"oauth2PermissionScopes": [{"id": DAEMON, "value": "two words"}]}},
        {"api": {"requestedAccessTokenVersion": 3}},
        {"api": {"preAuthorizedApplications": [{"appId": DAEMON, "permissionIds": [DAEMON]}]}},
        {"requiredResourceAccess": [{"resourceAppId": DAEMON}]},
        {"groupMembershipClaims": "Everybody"},
        {"web": {"logoutUrl": "javascript:alert(1)"}},
    ],
)
def test_AD05_what_an_application_cannot_offer_is_refused(client: Client, body: Any) -> None:
    assert client("POST", APPS, {"displayName": "Timesheet", **body}).status_code == 400
