"""The management API over HTTP: what the Azure CLI asks it first, and who is let in."""

from __future__ import annotations

import pytest

from tests.web.calling import GRAPH_SCOPE, Apis, called
from tests.web.serving import ASTRID, TENANT, Served


@pytest.fixture
def apis(served: Served) -> Apis:
    return called(served)


@pytest.fixture
def token(apis: Apis) -> str:
    return apis.sign_in()["access_token"]


def test_a_client_finds_the_other_faces_before_anybody_signs_in(apis: Apis) -> None:
    found = apis.arm.get("/metadata/endpoints?api-version=2022-09-01").json()
    assert found["microsoftGraphResourceId"] == "https://localhost:8445"
    assert found["authentication"]["audiences"][0] == "https://management.core.windows.net/"
    assert found["authentication"]["loginEndpoint"] == "https://localhost:8443"
    assert found["resourceManager"] == "https://localhost:8444"
    assert {"storage", "keyVaultDns", "sqlServerHostname", "acrLoginServer"} <= set(
        found["suffixes"]
    )


def test_az_login_finds_its_tenant_and_subscription(apis: Apis, token: str) -> None:
    (tenant,) = apis.call(apis.arm, token, "/tenants?api-version=2022-12-01").json()["value"]
    assert (tenant["tenantId"], tenant["defaultDomain"]) == (TENANT, "fjordvik.example")
    found = apis.call(apis.arm, token, "/subscriptions?api-version=2022-12-01").json()["value"]
    assert [each["subscriptionId"] for each in found] == [apis.subscription]
    assert (found[0]["state"], found[0]["tenantId"]) == ("Enabled", TENANT)


def test_who_holds_no_role_sees_no_subscription(apis: Apis) -> None:
    other = apis.sign_in(user="lifeboat@fjordvik.example")["access_token"]
    assert apis.call(apis.arm, other, "/subscriptions").json()["value"] == []
    refused = apis.call(apis.arm, other, f"/subscriptions/{apis.subscription}")
    assert refused.status_code == 403
    assert refused.json()["error"]["code"] == "AuthorizationFailed"


def test_a_reader_may_not_write(apis: Apis) -> None:
    daemon = apis.served.as_daemon().json()["access_token"]
    path = f"/subscriptions/{apis.subscription}/resourcegroups/rg1"
    assert apis.call(apis.arm, daemon, path, "HEAD").status_code == 404
    body = {"location": "local"}
    assert apis.call(apis.arm, daemon, path, "PUT", json=body).status_code == 403


def test_a_resource_group_is_made_told_changed_and_deleted(apis: Apis, token: str) -> None:
    path = f"/subscriptions/{apis.subscription}/resourcegroups/RG1?api-version=2024-11-01"
    body = {"location": "local", "tags": {"team": "ops"}}
    made = apis.call(apis.arm, token, path, "PUT", json=body)
    assert (made.status_code, made.json()["properties"]) == (
        201,
        {"provisioningState": "Succeeded"},
    )
    other_case = path.replace("/resourcegroups/RG1", "/resourceGroups/rg1/")
    told = apis.call(apis.arm, token, other_case)
    assert told.json() == made.json()
    assert apis.call(apis.arm, token, path, "HEAD").status_code == 204
    changed = apis.call(apis.arm, token, path, "PUT", json={"location": "Local", "tags": {}})
    assert (changed.status_code, changed.json()["tags"]) == (200, {})
    listed = apis.call(apis.arm, token, f"/subscriptions/{apis.subscription}/resourcegroups")
    assert [each["name"] for each in listed.json()["value"]] == ["RG1"]
    deleted = apis.call(apis.arm, token, path, "DELETE")
    assert (deleted.status_code, deleted.headers["retry-after"]) == (202, "1")
    assert apis.call(apis.arm, token, deleted.headers["location"]).status_code == 200
    assert apis.call(apis.arm, token, path, "HEAD").status_code == 404
    log = apis.served.service.store.audit.newest(limit=4)
    assert [(each.row["activity"], each.row["actor"]["id"]) for each in log] == [
        ("Delete Azure resource", ASTRID),
        ("Update Azure resource", ASTRID),  # it is being deleted
        ("Update Azure resource", ASTRID),
        ("Add Azure resource", ASTRID),
    ]


@pytest.mark.parametrize(
    ("name", "body", "status", "code"),
    [
        ("ends.", {"location": "local"}, 400, "InvalidResourceGroup"),
        ("a" * 91, {"location": "local"}, 400, "InvalidResourceGroup"),
        ("rg", {}, 400, "LocationRequired"),
        ("rg", {"location": "mars"}, 400, "LocationNotAvailableForResourceGroup"),
        ("rg", {"location": "local", "tags": {"a": 1}}, 400, "InvalidTags"),
    ],
)
def test_a_group_that_azure_would_refuse(
    apis: Apis, token: str, name: str, body: dict[str, object], status: int, code: str
) -> None:
    path = f"/subscriptions/{apis.subscription}/resourcegroups/{name}"
    answer = apis.call(apis.arm, token, path, "PUT", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_a_second_slash_at_the_beginning_makes_no_difference(apis: Apis, token: str) -> None:
    """@azure/arm-resources writes what it is given by its id behind a slash of its own."""
    path = f"//subscriptions/{apis.subscription}"
    assert apis.call(apis.arm, token, f"https://localhost:8444{path}").status_code == 200


def test_locations_and_providers_are_listed(apis: Apis, token: str) -> None:
    base = f"/subscriptions/{apis.subscription}"
    (place,) = apis.call(apis.arm, token, f"{base}/locations").json()["value"]
    assert (place["name"], place["displayName"]) == ("local", "Local")
    found = apis.call(apis.arm, token, f"{base}/providers/microsoft.resources").json()
    assert (found["namespace"], found["registrationState"]) == ("Microsoft.Resources", "Registered")
    unknown = apis.call(apis.arm, token, f"{base}/providers/x.y")
    assert unknown.json()["error"]["code"] == "InvalidResourceNamespace"


def test_errors_are_in_azures_envelope_and_ids_come_back(apis: Apis, token: str) -> None:
    own = "0a1b2c3d-0000-4000-8000-00000000000f"
    gone = apis.call(
        apis.arm,
        token,
        "/subscriptions/none/x",
        headers={"x-ms-client-request-id": own, "x-ms-correlation-request-id": own},
    )
    assert gone.status_code == 404
    assert set(gone.json()["error"]) == {"code", "message"}
    assert gone.headers["x-ms-correlation-request-id"] == own
    assert gone.headers["x-ms-client-request-id"] == own
    assert gone.headers["x-ms-request-id"] != own
    assert apis.call(apis.arm, token, "/subscriptions", "POST").status_code == 405


def test_TK05_an_id_token_opens_nothing(apis: Apis) -> None:
    id_token = apis.sign_in()["id_token"]
    assert apis.call(apis.arm, id_token, "/tenants").status_code == 401
    assert apis.arm.get("/tenants").status_code == 401


def test_TK06_a_token_of_one_api_is_refused_at_the_other(apis: Apis, token: str) -> None:
    of_graph = apis.sign_in(GRAPH_SCOPE)["access_token"]
    assert apis.call(apis.graph, of_graph, "/v1.0/me").status_code == 200
    assert apis.call(apis.arm, token, "/tenants").status_code == 200
    for api, wrong, path in ((apis.arm, of_graph, "/tenants"), (apis.graph, token, "/v1.0/me")):
        refused = apis.call(api, wrong, path)
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith('Bearer realm="", authorization_uri=')
        assert "insufficient_claims" not in refused.headers["www-authenticate"]


def test_any_name_of_the_management_api_is_its_audience(apis: Apis) -> None:
    for name in ("https://management.azure.com", "https://localhost:8444"):
        token = apis.sign_in(f"{name}/.default")["access_token"]
        assert apis.call(apis.arm, token, "/tenants").status_code == 200
