"""Changes of policies through the API: merged member by member, or refused whole."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ostiary.schema.requests import PolicyStore, validate_request
from tests.schema.builders import (
    APP,
    CUSTOM_STRENGTH,
    GROUP,
    POLICIES,
    STRENGTH,
    created,
    grants,
    policy,
)

NOW = datetime(2026, 3, 4, 5, 6, 7, 890123, tzinfo=UTC)


def got(state: PolicyStore, identifier: str, prefix: str = "") -> dict[str, Any]:
    response = validate_request(state, "GET", f"{prefix}{POLICIES}/{identifier}")
    assert response.status == 200
    return dict(response.body or {})


def test_a_change_keeps_what_it_does_not_name() -> None:
    state, identifier = created(policy(users={"includeUsers": ["All"], "excludeGroups": [GROUP]}))
    before = got(state, identifier)
    change = {"conditions": {"users": {"includeUsers": [APP]}, "signInRiskLevels": ["high"]}}
    response = validate_request(state, "PATCH", f"{POLICIES}/{identifier}", change, now=NOW)
    assert (response.status, response.body) == (204, None)
    after = got(response.state, identifier)
    assert after["conditions"]["users"]["includeUsers"] == [APP]
    assert after["conditions"]["users"]["excludeGroups"] == [GROUP]
    assert after["conditions"]["signInRiskLevels"] == ["high"]
    assert after["modifiedDateTime"] == "2026-03-04T05:06:07.8901230Z"
    assert {**after, "conditions": 0, "modifiedDateTime": 0} == {
        **before,
        "conditions": 0,
        "modifiedDateTime": 0,
    }


def test_null_in_a_change_takes_away() -> None:
    state, identifier = created(policy(locations={"includeLocations": ["AllTrusted"]}))
    change = {"conditions": {"locations": None, "userRiskLevels": None}}
    response = validate_request(state, "PATCH", f"{POLICIES}/{identifier}", change)
    assert response.status == 204
    conditions = got(response.state, identifier)["conditions"]
    assert conditions["locations"] is None
    assert conditions["userRiskLevels"] == []


def test_null_cannot_take_the_last_control_away() -> None:
    state, identifier = created(policy())
    response = validate_request(state, "PATCH", f"{POLICIES}/{identifier}", {"grantControls": None})
    assert response.status == 400
    assert got(response.state, identifier)["grantControls"]["builtInControls"] == ["mfa"]


def test_an_object_of_another_type_replaces_the_one_it_meets() -> None:
    tenants = {
        "@odata.type": "#microsoft.graph.conditionalAccessEnumeratedExternalTenants",
        "membershipKind": "enumerated",
        "members": [APP],
    }
    guests = {"guestOrExternalUserTypes": "internalGuest", "externalTenants": tenants}
    state, identifier = created(policy(users={"includeGuestsOrExternalUsers": guests}))
    everyone = {
        "@odata.type": "#microsoft.graph.conditionalAccessAllExternalTenants",
        "membershipKind": "all",
    }
    change = {
        "conditions": {"users": {"includeGuestsOrExternalUsers": {"externalTenants": everyone}}}
    }
    response = validate_request(state, "PATCH", f"{POLICIES}/{identifier}", change)
    users = got(response.state, identifier)["conditions"]["users"]
    assert users["includeGuestsOrExternalUsers"] == {
        "guestOrExternalUserTypes": "internalGuest",
        "externalTenants": everyone,
    }


def test_a_changed_strength_is_another_one_whole() -> None:
    state, identifier = created(policy(STRENGTH))
    change = {"grantControls": {"authenticationStrength": {"id": CUSTOM_STRENGTH}}}
    response = validate_request(state, "PATCH", f"{POLICIES}/{identifier}", change)
    strength = got(response.state, identifier)["grantControls"]["authenticationStrength"]
    assert strength["allowedCombinations"] == ["fido2"]


def test_v1_cannot_write_beta_members_but_lets_them_be() -> None:
    conditions = {"clientApplications": {"includeAgentIdServicePrincipals": ["All"]}}
    document = policy(grants("block"), **{**conditions, "users": None}, agentIdRiskLevels="high")
    state, identifier = created(document, f"/beta{POLICIES}")
    where = f"/v1.0{POLICIES}/{identifier}"
    refused = validate_request(state, "PATCH", where, {"conditions": {"agentIdRiskLevels": "low"}})
    assert refused.status == 400
    allowed = validate_request(state, "PATCH", where, {"state": "disabled"})
    assert allowed.status == 204
    answer = got(allowed.state, identifier, "/beta")
    assert (answer["state"], answer["conditions"]["agentIdRiskLevels"]) == ("disabled", "high")
