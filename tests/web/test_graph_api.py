"""Microsoft Graph over HTTP: who is let in, what policies look like, how pages and errors read."""

from __future__ import annotations

import pytest

from ostiary.directory.protocols import SYSTEM
from tests.web.calling import GRAPH_SCOPE, Apis, called
from tests.web.serving import ASTRID, HQ, PLACES, POLICY, TENANT, Served

POLICIES = "/v1.0/identity/conditionalAccess/policies"


@pytest.fixture
def apis(served: Served) -> Apis:
    return called(served)


@pytest.fixture
def token(apis: Apis) -> str:
    return apis.sign_in(GRAPH_SCOPE)["access_token"]


def test_me_is_who_signed_in(apis: Apis, token: str) -> None:
    me = apis.call(apis.graph, token, "/v1.0/me").json()
    assert me["@odata.context"] == "https://localhost:8445/v1.0/$metadata#users/$entity"
    assert (me["id"], me["userPrincipalName"]) == (ASTRID, "astrid@fjordvik.example")
    assert (me["businessPhones"], me["mail"]) == ([], None)
    assert "accountEnabled" not in me
    chosen = apis.call(apis.graph, token, "/beta/me?$select=accountEnabled,DisplayName").json()
    del chosen["@odata.context"]
    assert chosen == {"accountEnabled": True, "displayName": "Astrid Moe"}


def test_organization_is_the_tenant(apis: Apis, token: str) -> None:
    (found,) = apis.call(apis.graph, token, "/v1.0/organization").json()["value"]
    assert found["id"] == TENANT
    assert found["verifiedDomains"] == [{"name": "fjordvik.example"}]


def test_policies_come_in_pages(apis: Apis, token: str) -> None:
    whole = apis.call(apis.graph, token, POLICIES).json()
    assert [each["id"] for each in whole["value"]] == [POLICY, PLACES]
    assert "@odata.nextLink" not in whole
    first = apis.call(apis.graph, token, f"{POLICIES}?$top=1&$select=id").json()
    assert [each["id"] for each in first["value"]] == [POLICY]
    link = first["@odata.nextLink"]
    assert link.startswith(f"https://localhost:8445{POLICIES}?")
    last = apis.call(apis.graph, token, link).json()
    assert [each["id"] for each in last["value"]] == [PLACES]
    assert "@odata.nextLink" not in last
    wrong = apis.call(apis.graph, token, f"{POLICIES}?$skiptoken=%21")
    assert wrong.json()["error"]["code"] == "Directory_ExpiredPageToken"


def test_a_policy_is_told_with_its_version_and_every_member(apis: Apis, token: str) -> None:
    found = apis.call(apis.graph, token, f"{POLICIES}/{POLICY}")
    assert found.headers["etag"].startswith('W/"')
    assert found.json()["conditions"]["platforms"] is None
    assert found.json()["sessionControls"] is None
    odata = apis.call(apis.graph, token, f"{POLICIES}/{POLICY.upper()}/")
    assert odata.json() == found.json()


def test_errors_are_in_graphs_envelope(apis: Apis, token: str) -> None:
    own = "0a1b2c3d-0000-4000-8000-00000000000f"
    gone = apis.call(apis.graph, token, f"{POLICIES}/{HQ}", headers={"client-request-id": own})
    assert gone.status_code == 404
    inner = gone.json()["error"]["innerError"]
    assert set(inner) == {"date", "request-id", "client-request-id"}
    assert (inner["client-request-id"], gone.headers["client-request-id"]) == (own, own)
    assert inner["request-id"] == gone.headers["request-id"]


def test_AD06_delegated_is_scope_and_role(apis: Apis, token: str) -> None:
    role_less = apis.sign_in(GRAPH_SCOPE, "lifeboat@fjordvik.example")["access_token"]
    assert apis.call(apis.graph, role_less, "/v1.0/me").status_code == 200
    refused = apis.call(apis.graph, role_less, POLICIES)
    assert refused.json()["error"]["code"] == "Authorization_RequestDenied"
    narrow = apis.sign_in("User.Read")["access_token"]
    assert apis.call(apis.graph, narrow, POLICIES).status_code == 403
    assert apis.call(apis.graph, token, POLICIES).status_code == 200


def test_a_role_that_was_taken_away_counts_no_longer(apis: Apis) -> None:
    token = apis.sign_in(GRAPH_SCOPE, claims=None)["access_token"]
    assert apis.call(apis.graph, token, POLICIES).status_code == 200
    store = apis.served.service.store
    store.roles.delete("f5", by=SYSTEM)
    apis.served.service.snapshots.refresh()
    assert apis.call(apis.graph, token, POLICIES).status_code == 403


def test_an_application_without_permissions_reads_nothing(apis: Apis) -> None:
    form = {
        "grant_type": "client_credentials",
        "client_id": "5a1f9a40-0000-4000-8000-0000000000d2",
        "client_secret": apis.served.daemon_secret,
        "scope": "https://localhost:8445/.default",
    }
    token = apis.served.token(form).json()["access_token"]
    for path in (POLICIES, "/v1.0/me", "/v1.0/organization"):
        assert apis.call(apis.graph, token, path).status_code == 403
