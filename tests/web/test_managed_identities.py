"""Tokens of managed identities: who may ask, for which identity, and what is answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ostiary.administration.managed_identities import remove_identity
from ostiary.directory.protocols import SYSTEM
from ostiary.directory.sign_ins import Asked
from tests.web.identities import MANAGEMENT, Workloads, workloads
from tests.web.serving import ARM, DAEMON_APP, TENANT, Served
from tests.web.test_token import claims_of

LOCAL = ("127.0.0.0/8",)


@pytest.fixture
def asking(served: Served) -> Workloads:
    """Serve the listener of managed identities to this host."""
    return workloads(served)


def refused(response: Any, text: str, error: str = "invalid_request", status: int = 400) -> None:
    """Check an error in the shape of IMDS."""
    assert response.status_code == status, response.text
    assert response.json()["error"] == error
    assert text in response.json()["error_description"]
    assert response.headers["cache-control"] == "no-store"


def test_imds_gives_a_token_to_an_address_that_the_identity_was_given_to(
    asking: Workloads,
) -> None:
    made = asking.add("backup", networks=LOCAL)
    answer = asking.imds()
    claims, body = claims_of(answer), answer.json()
    assert (claims["oid"], claims["idtyp"], claims["tid"]) == (made.id, "app", TENANT)
    assert claims["appid"] == body["client_id"] == made.document["appId"]
    assert (claims["aud"], claims["appidacr"]) == (MANAGEMENT, "2")
    assert claims["xms_mirid"].endswith("/userAssignedIdentities/backup")
    assert "scp" not in claims
    assert (body["resource"], body["token_type"]) == (MANAGEMENT, "Bearer")
    assert body["expires_on"] == str(claims["exp"])
    assert all(isinstance(value, str) for value in body.values())
    assert answer.headers["cache-control"] == "no-store"


def test_who_was_given_no_identity_gets_none(asking: Workloads, served: Served) -> None:
    asking.add("backup")
    refused(asking.imds(), "Identity not found")
    made = asking.add("office", networks=("203.0.113.0/24",))
    refused(asking.imds(client_id=str(made.document["appId"])), "Identity not found")
    elsewhere = workloads(served, "203.0.113.7")
    assert elsewhere.imds().status_code == 200
    assert served.rows() == 1


@pytest.mark.parametrize("peer", ["", "testclient", "203.0.113.999"])
def test_a_peer_without_an_address_is_nobody(served: Served, peer: str) -> None:
    asking = workloads(served, peer)
    asking.add("backup", networks=("0.0.0.0/0", "::/0"))
    refused(asking.imds(), "Identity not found")


def test_an_ipv4_mapped_address_is_the_ipv4_address(served: Served) -> None:
    asking = workloads(served, "::ffff:127.0.0.1")
    asking.add("backup", networks=LOCAL)
    assert asking.imds().status_code == 200


@pytest.mark.parametrize(
    "headers", [{}, {"Metadata": "false"}, {"Metadata": ""}, {"X-Metadata": "true"}]
)
def test_imds_wants_the_metadata_header(asking: Workloads, headers: dict[str, str]) -> None:
    asking.add("backup", networks=LOCAL)
    refused(asking.imds(headers), "Required metadata header not specified")


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded"])
def test_imds_refuses_what_came_through_a_proxy(asking: Workloads, header: str) -> None:
    asking.add("backup", networks=LOCAL)
    refused(asking.imds({"Metadata": "true", header: "127.0.0.1"}), "through a proxy")


def test_imds_refuses_another_version_or_no_resource(asking: Workloads) -> None:
    asking.add("backup", networks=LOCAL)
    for version in ("", "2017-09-01", "latest"):
        refused(asking.imds(**{"api-version": version}), "api-version")
    assert asking.imds(**{"api-version": "2019-11-01"}).status_code == 200
    refused(asking.imds(resource=""), "Required audience parameter not specified")
    twice = {"api-version": "2018-02-01", "resource": [MANAGEMENT, ARM]}
    answer = asking.http.get(
        "/metadata/identity/oauth2/token", params=twice, headers={"Metadata": "true"}
    )
    refused(answer, "more than once")


def test_a_resource_that_nobody_knows_is_refused_and_logged(
    asking: Workloads, served: Served
) -> None:
    made = asking.add("backup", networks=LOCAL)
    refused(asking.imds(resource="https://nowhere.example"), "AADSTS500011", "invalid_resource")
    row = served.logged()
    assert (row["servicePrincipalId"], row["status"]["errorCode"]) == (made.id, 500011)


SELECTORS: dict[str, Callable[[Any], str]] = {
    "client_id": lambda made: made.document["appId"],
    "object_id": lambda made: made.id,
    "principal_id": lambda made: made.id,
    "msi_res_id": lambda made: made.document["alternativeNames"][1],
    "mi_res_id": lambda made: made.document["alternativeNames"][1].upper(),
}


@pytest.mark.parametrize("selector", SELECTORS)
def test_one_of_several_identities_is_selected(asking: Workloads, selector: str) -> None:
    asking.add("backup", networks=LOCAL)
    made = asking.add("reports", networks=LOCAL)
    chosen = {selector: SELECTORS[selector](made)}
    assert claims_of(asking.imds(**chosen))["oid"] == made.id
    refused(asking.imds(), "Multiple user assigned identities exist")
    refused(asking.imds(**{selector: "5a1f9a40-0000-4000-8000-00000000ffff"}), "Identity not found")


def test_two_selectors_at_once_are_refused(asking: Workloads) -> None:
    made = asking.add("backup", networks=LOCAL)
    both = {"client_id": str(made.document["appId"]), "object_id": made.id}
    refused(asking.imds(**both), "came both")


def test_the_system_assigned_identity_is_meant_unless_another_is_named(asking: Workloads) -> None:
    other = asking.add("backup", networks=LOCAL)
    own = asking.add("host7", system=True, networks=LOCAL)
    assert claims_of(asking.imds())["oid"] == own.id
    named = asking.imds(client_id=str(other.document["appId"]))
    assert claims_of(named)["oid"] == other.id


def test_app_service_gives_a_token_to_who_knows_the_secret_of_the_identity(
    asking: Workloads, served: Served
) -> None:
    made, other = asking.add("reports"), asking.add("backup")
    secret, caller = served.service.store.identity_callers.add_secret(made.id, by=SYSTEM)
    answer = asking.app_service(secret)
    assert claims_of(answer)["oid"] == made.id
    older = {"api-version": "2017-09-01", "resource": MANAGEMENT}
    answer = asking.http.get("/msi/token", params=older, headers={"secret": secret})
    assert claims_of(answer)["oid"] == made.id
    for wrong in ("", "wrong", secret[:-1]):
        answer = asking.app_service(wrong)
        assert (answer.status_code, answer.json()["statusCode"]) == (401, 401)
    answer = asking.app_service(secret, client_id=str(other.document["appId"]))
    assert (answer.status_code, answer.json()["message"]) == (400, "Identity not found")
    answer = asking.app_service(secret, **{"api-version": "2018-02-01"})
    assert answer.status_code == 400
    answer = asking.app_service(secret, resource="https://nowhere.example")
    assert (answer.status_code, "AADSTS500011" in answer.json()["message"]) == (400, True)
    served.service.store.identity_callers.remove(caller.id, by=SYSTEM)
    assert asking.app_service(secret).status_code == 401


def test_the_secret_of_app_service_opens_nothing_at_imds(asking: Workloads, served: Served) -> None:
    made = asking.add("reports")
    secret, _ = served.service.store.identity_callers.add_secret(made.id, by=SYSTEM)
    refused(asking.imds({"Metadata": "true", "secret": secret}), "Identity not found")


def test_a_disabled_identity_gets_no_token(asking: Workloads, served: Served) -> None:
    made = asking.add("backup", networks=LOCAL)
    served.service.store.principals.modify(made.id, {"accountEnabled": False}, by=SYSTEM)
    refused(asking.imds(), "AADSTS7000112", "unauthorized_client")
    assert served.logged()["status"]["errorCode"] == 7000112


def test_a_deleted_identity_gets_no_token_and_leaves_no_caller(
    asking: Workloads, served: Served
) -> None:
    store = served.service.store
    made = asking.add("backup", networks=LOCAL)
    remove_identity(store, made, by=SYSTEM)
    refused(asking.imds(), "Identity not found")
    assert store.identity_callers.of_principal(made.id) == []
    assert store.principals.get(made.id) is None


def test_TK14_policies_for_workload_identities_leave_managed_ones_alone_and_the_log_says_so(
    asking: Workloads, served: Served
) -> None:
    made = asking.add("host7", system=True, networks=LOCAL)
    policy = {
        "displayName": "No workload identity from anywhere",
        "state": "enabled",
        "conditions": {
            "clientAppTypes": ["all"],
            "applications": {"includeApplications": ["All"]},
            "clientApplications": {"includeServicePrincipals": ["ServicePrincipalsInMyTenant"]},
            "locations": {"includeLocations": ["All"]},
        },
        "grantControls": {"operator": "OR", "builtInControls": ["block"]},
    }
    added = served.service.store.policies.create(policy, by=SYSTEM)
    served.policy("enabled")
    assert served.as_daemon().status_code == 400, "the policy blocks an application"
    assert asking.imds().status_code == 200
    row = served.logged()
    assert row["signInEventTypes"] == ["managedIdentity"]
    assert (row["servicePrincipalId"], row["resourceId"]) == (made.id, ARM)
    assert row["managedServiceIdentity"]["msiType"] == "systemAssigned"
    assert row["managedServiceIdentity"]["associatedResourceId"].endswith("/machines/host7")
    assert row["conditionalAccessStatus"] == "notApplied"
    applied = {each["id"]: each["result"] for each in row["appliedConditionalAccessPolicies"]}
    assert applied[added.id] == "notApplied"
    assert row["uniqueTokenIdentifier"]


def test_a_managed_identity_has_no_way_in_at_the_token_endpoint(
    asking: Workloads, served: Served
) -> None:
    made = asking.add("backup", networks=LOCAL)
    form = {
        "grant_type": "client_credentials",
        "client_id": str(made.document["appId"]),
        "client_secret": "anything",
        "scope": "https://management.azure.com/.default",
    }
    assert served.token(form).json()["error_codes"] == [700016]


def test_nothing_but_the_two_protocols_stands_on_the_listener(asking: Workloads) -> None:
    for path in ("/", "/metadata/instance", f"/{TENANT}/oauth2/v2.0/token", "/account/methods"):
        assert asking.http.get(path, headers={"Metadata": "true"}).status_code == 404
    assert asking.http.post("/metadata/identity/oauth2/token").status_code == 405
    assert asking.http.get("/metadata/identity/oauth2/token/").status_code == 400


def test_the_sign_ins_of_managed_identities_are_found_by_their_kind(
    asking: Workloads, served: Served
) -> None:
    made = asking.add("backup", networks=LOCAL)
    asking.imds()
    log = served.service.store.sign_ins
    (found,) = log.as_graph(log.find(Asked(principal_id=made.id), limit=5))
    assert found["managedServiceIdentity"]["msiType"] == "userAssigned"


def test_a_resource_that_takes_assigned_ones_alone_refuses_an_identity(
    asking: Workloads, served: Served
) -> None:
    asking.add("backup", networks=LOCAL)
    store = served.service.store
    principal = store.principals.by_app_id(DAEMON_APP)
    assert principal is not None
    assert asking.imds(resource=DAEMON_APP).status_code == 200
    store.principals.modify(principal.id, {"appRoleAssignmentRequired": True}, by=SYSTEM)
    refused(asking.imds(resource=DAEMON_APP), "AADSTS501051", "invalid_grant")
