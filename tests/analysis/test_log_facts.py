"""A row of a log is the sign-in that the engine would have been asked about."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ostiary.analysis.log_facts import sign_in_of
from ostiary.analysis.log_schema import FACTS, NAMES
from ostiary.conditions.audiences import audiences
from ostiary.model.directory import Directory, Registration, User
from ostiary.model.signin import (
    MISSING,
    Device,
    Resources,
    TokenGrant,
    UserIdentity,
    WorkloadIdentity,
)
from ostiary.tenant.tenant import load_tenant
from tests.analysis.log_shapes import DEVICE, EXCHANGE, USER, graph, read
from tests.analysis.log_shapes import ROW as MEANT
from tests.tenant.documents import policy, tenant

NOTHING: dict[str, Any] = dict.fromkeys(NAMES)
ROW = dict(MEANT)


def test_null_is_missing_for_every_fact() -> None:
    sign_in = sign_in_of(NOTHING | {"category": "nonInteractiveUser"})
    assert sign_in.identity == UserIdentity("")
    evidence = {"grant", "methods", "mfa"}
    for fact in set(FACTS.values()) - evidence:
        assert getattr(sign_in, fact) is MISSING, fact
    assert (sign_in.grant, sign_in.interactive) == (TokenGrant.REFRESH_TOKEN, False)
    assert (sign_in.proofs.mfa, sign_in.proofs.methods) == (False, frozenset())


def test_empty_texts_say_that_there_is_none() -> None:
    row = dict.fromkeys(("resource_id", "country", "platform", "device_state"), "")
    sign_in = sign_in_of(row | {"category": "interactiveUser", "authentication_flow": ""})
    assert sign_in.target == Resources(())
    assert (sign_in.country, sign_in.country_known) == (None, True)
    assert (sign_in.platform, sign_in.device, sign_in.authentication_flow) == (None, None, None)


def test_a_whole_row() -> None:
    sign_in = sign_in_of(ROW)
    assert sign_in.identity == UserIdentity(USER)
    assert sign_in.target == Resources((EXCHANGE,))
    assert (sign_in.client_app_type, sign_in.platform) == ("mobileAppsAndDesktopClients", "iOS")
    assert (sign_in.address, sign_in.country) == ("203.0.113.7", "IL")
    assert (sign_in.sign_in_risk, sign_in.user_risk) == ("none", "low")
    assert (sign_in.insider_risk, sign_in.agent_risk) == (MISSING, MISSING)
    assert sign_in.device == Device(
        (
            ("deviceid", DEVICE),
            ("displayname", "ADELE-PHONE"),
            ("iscompliant", True),
            ("trusttype", "Workplace"),
        ),
        frozenset({"deviceid", "displayname", "iscompliant", "trusttype"}),
    )
    assert sign_in.proofs.mfa
    assert sign_in.proofs.methods == {"password", "microsoftAuthenticatorPush"}
    assert sign_in.proofs.registered_methods is None


def test_what_conditional_access_evaluated_is_taken_as_it_is() -> None:
    teams, exchange = "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe", EXCHANGE
    directory = load_tenant(tenant()).parts.directory
    told = sign_in_of(ROW | {"audiences": [teams], "resource_id": teams})
    untold = sign_in_of(ROW | {"audiences": None, "resource_id": teams})
    assert [each.app_id for each in audiences(told, directory)] == [teams]
    assert exchange in [each.app_id for each in audiences(untold, directory)]


@pytest.mark.parametrize(
    ("category", "grant"),
    [
        ("servicePrincipal", TokenGrant.CLIENT_CREDENTIALS),
        ("managedIdentity", TokenGrant.MANAGED_IDENTITY),
    ],
)
def test_workload_identities(category: str, grant: TokenGrant) -> None:
    sign_in = sign_in_of(NOTHING | {"category": category, "service_principal_id": "sp"})
    assert (sign_in.identity, sign_in.grant) == (WorkloadIdentity("sp"), grant)
    assert sign_in.service_principal_risk is MISSING
    assert (sign_in.insider_risk, sign_in.interactive) == ("none", False)


def test_guests_bring_their_kind_and_tenant() -> None:
    row = ROW | {"external_user_type": "b2bCollaborationGuest", "home_tenant_id": "other"}
    assert sign_in_of(row).identity == UserIdentity(USER, "b2bCollaborationGuest", "other")


def test_the_directory_tells_who_a_name_is_and_what_is_registered() -> None:
    user = User(USER, principal_name="Adele@Contoso.example")
    registration = Registration(USER, mfa=False, methods=frozenset({"fido2"}))
    directory = Directory(users={USER: user}, registrations={USER: registration})
    row = ROW | {"user_id": "adele@contoso.example"}
    sign_in = sign_in_of(row, directory)
    assert sign_in.identity == UserIdentity(USER)
    assert not sign_in.proofs.mfa_registered
    assert sign_in.proofs.registered_methods == {"fido2"}
    assert sign_in_of(row).identity == UserIdentity("adele@contoso.example")


REQUEST: dict[str, Any] = {
    "signInIdentity": {"userId": USER},
    "signInContext": {"includeApplications": [EXCHANGE]},
    "signInConditions": {
        "clientAppType": "mobileAppsAndDesktopClients",
        "devicePlatform": "iOS",
        "ipAddress": "203.0.113.7",
        "country": "IL",
        "signInRiskLevel": "none",
        "userRiskLevel": "low",
        "deviceInfo": {"deviceId": DEVICE, "isCompliant": True, "trustType": "Workplace"},
    },
    "facts": {"mfaSatisfied": True, "methods": ["password", "microsoftAuthenticatorPush"]},
}
"""The same sign-in as `graph()`, asked directly."""

POLICIES = [
    policy(),
    policy("Block others", conditions={"clientAppTypes": ["other"]}),
    policy("Platforms", conditions={"platforms": {"includePlatforms": ["iOS"]}}),
    policy("Compliant", grant={"operator": "OR", "builtInControls": ["compliantDevice"]}),
    policy("Hybrid", grant={"operator": "OR", "builtInControls": ["domainJoinedDevice"]}),
    policy("User risk", conditions={"userRiskLevels": ["low"]}),
    policy("Block low", conditions={"signInRiskLevels": ["low"]}),
    policy(
        "Joined",
        conditions={
            "devices": {
                "deviceFilter": {"mode": "include", "rule": 'device.trustType -ne "AzureAD"'}
            }
        },
    ),
    policy("Elsewhere", conditions={"locations": {"includeLocations": ["All"]}}),
]


@pytest.mark.parametrize("document", POLICIES, ids=lambda each: each["displayName"])
def test_a_logged_sign_in_is_decided_like_the_same_request(
    document: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "log.json").write_text(json.dumps(graph()))
    rows, _ = read(tmp_path / "log.json")
    loaded = load_tenant(tenant(document))
    logged, asked = loaded.decide(sign_in_of(rows[0])), loaded.decide(REQUEST)
    assert (logged.outcome, logged.policies) == (asked.outcome, asked.policies)
