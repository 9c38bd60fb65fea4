"""Applications through Graph: registered, given secrets, removed; who may act as which."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.directory.protocols import SYSTEM
from ostiary.graph.directory_permissions import APPLICATION_ADMINISTRATOR
from ostiary.graph.permissions import SECURITY_READER
from tests.web.calling import GRAPH_SCOPE, Apis, called
from tests.web.serving import AZ, DAEMON, Served
from tests.web.test_graph_users import holds

APPS = "/v1.0/applications"


@pytest.fixture
def apis(served: Served) -> Apis:
    return called(served)


@pytest.fixture
def token(apis: Apis) -> str:
    return apis.sign_in(GRAPH_SCOPE)["access_token"]


def _made(apis: Apis, token: str, **more: Any) -> Any:
    body = {"displayName": "Timesheet", **more}
    answer = apis.call(apis.graph, token, APPS, "POST", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def _signs_in(apis: Apis, app_id: str, secret: str) -> Any:
    form = {"grant_type": "client_credentials", "client_id": app_id, "client_secret": secret}
    return apis.served.token({**form, "scope": "https://management.azure.com/.default"})


def test_an_application_is_registered_signs_in_and_is_removed(apis: Apis, token: str) -> None:
    app = _made(apis, token, web={"redirectUris": ["https://timesheet.example/signed-in"]})
    path = f"{APPS}/{app['id']}"
    principals = "/v1.0/servicePrincipals"
    body = {"appId": app["appId"], "accountEnabled": True}
    principal = apis.call(apis.graph, token, principals, "POST", json=body)
    assert principal.status_code == 201, principal.text
    assert principal.json()["servicePrincipalNames"] == [app["appId"]]
    assert apis.call(apis.graph, token, principals, "POST", json=body).status_code == 409
    wanted = {"passwordCredential": {"displayName": "first"}}
    made = apis.call(apis.graph, token, f"{path}/addPassword", "POST", json=wanted).json()
    assert _signs_in(apis, app["appId"], made["secretText"]).status_code == 200
    told = apis.call(apis.graph, token, path)
    assert made["secretText"] not in told.text
    (kept,) = told.json()["passwordCredentials"]
    assert (kept["keyId"], kept["displayName"]) == (made["keyId"], "first")
    change = {
        "identifierUris": [f"api://{app['appId']}"],
        "web": {"homePageUrl": "https://x.example"},
    }
    assert apis.call(apis.graph, token, path, "PATCH", json=change).status_code == 204
    told = apis.call(apis.graph, token, path).json()
    assert told["web"]["redirectUris"] == ["https://timesheet.example/signed-in"]
    names = apis.call(apis.graph, token, f"{principals}/{principal.json()['id']}").json()
    assert names["servicePrincipalNames"][1] == f"api://{app['appId']}"
    key = {"keyId": made["keyId"]}
    gone = apis.call(apis.graph, token, f"{path}/removePassword", "POST", json=key)
    assert gone.status_code == 204
    assert _signs_in(apis, app["appId"], made["secretText"]).status_code == 401
    assert apis.call(apis.graph, token, path, "DELETE").status_code == 204
    assert apis.call(apis.graph, token, f"{principals}/{names['id']}").status_code == 404


def test_a_federated_credential_is_added_told_and_removed(apis: Apis, token: str) -> None:
    path = f"{APPS}/{_made(apis, token)['id']}/federatedIdentityCredentials"
    body = {
        "name": "pipeline",
        "issuer": "https://ci.example",
        "subject": "repo:main",
        "audiences": ["api://AzureADTokenExchange"],
    }
    made = apis.call(apis.graph, token, path, "POST", json=body)
    assert made.status_code == 201, made.text
    assert apis.call(apis.graph, token, path, "POST", json=body).status_code == 409
    (told,) = apis.call(apis.graph, token, path).json()["value"]
    assert {name: told[name] for name in body} == body
    assert apis.call(apis.graph, token, f"{path}/pipeline", "DELETE").status_code == 204
    assert apis.call(apis.graph, token, path).json()["value"] == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"appId": AZ},
        {"identifierUris": ["https://graph.microsoft.com"]},
        {"web": {"redirectUris": ["http://timesheet.example"]}},
        {"web": {"redirectUris": ["https://*.example"]}},
        {"web": {"redirectUris": ["https://user@timesheet.example"]}},
        {"spa": {"redirectUris": ["javascript:alert(1)"]}},
        {"publicClient": {"redirectUris": ["javascript:alert(1)"]}},
        {"signInAudience": "PersonalMicrosoftAccount"},
    ],
)
def test_AD05_an_application_that_cannot_be_is_refused(
    apis: Apis, token: str, body: dict[str, Any]
) -> None:
    named = {"displayName": "Timesheet"} if body else {}
    answer = apis.call(apis.graph, token, APPS, "POST", json={**named, **body})
    assert answer.status_code == 400, answer.text


def test_AD03_nobody_acts_as_an_application_that_may_do_more(apis: Apis, token: str) -> None:
    store = apis.served.service.store
    theirs = holds(apis, APPLICATION_ADMINISTRATOR)
    own = _made(apis, theirs)
    path = f"{APPS}/{own['id']}/addPassword"
    assert apis.call(apis.graph, theirs, path, "POST").status_code == 200
    assert apis.call(apis.graph, theirs, f"{APPS}/a1/addPassword", "POST").status_code == 200
    role = {"roleDefinitionId": SECURITY_READER, "principalId": DAEMON, "directoryScopeId": "/"}
    store.roles.create(role, by=SYSTEM)
    apis.served.service.snapshots.refresh()
    assert apis.call(apis.graph, theirs, f"{APPS}/a1/addPassword", "POST").status_code == 403
    assert apis.call(apis.graph, token, f"{APPS}/a1/addPassword", "POST").status_code == 200
    service = store.applications.by_app_id(AZ)
    assert service is not None
    path = f"{APPS}/{service.id}"
    for asked in (f"{path}/addPassword", path):
        method = "POST" if asked.endswith("addPassword") else "DELETE"
        assert apis.call(apis.graph, token, asked, method).status_code == 403
