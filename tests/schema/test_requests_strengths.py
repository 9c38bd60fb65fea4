"""Authentication strengths through the API."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.schema.answers import Response
from ostiary.schema.requests import PolicyStore, validate_request
from tests.schema.builders import (
    CUSTOM_STRENGTH,
    MFA_STRENGTH,
    POLICIES,
    STRENGTHS,
    created,
    grants,
    policy,
    store,
)

NO_COMBINATIONS: dict[str, Any] = {"appliesToCombinations": []}
KEYS = {"displayName": "Keys", "allowedCombinations": ["FIDO2", "password, sms"]}


def body(response: Response) -> dict[str, Any]:
    assert response.body is not None
    return dict(response.body)


def requiring(state: PolicyStore, grant: dict[str, Any]) -> PolicyStore:
    response = validate_request(state, "POST", POLICIES, policy(grant))
    assert response.status == 201
    return response.state


def custom(*controls: str, operator: str = "OR") -> dict[str, Any]:
    return grants(*controls, operator=operator, authenticationStrength={"id": CUSTOM_STRENGTH})


@pytest.mark.parametrize(
    "path",
    [
        STRENGTHS,
        "/identity/conditionalAccess/authenticationStrengths/policies",
        "/policies/authenticationStrengthPolicies",
    ],
)
def test_a_custom_strength_is_kept(path: str) -> None:
    response = validate_request(store(), "POST", path, KEYS)
    assert response.status == 201
    answer = body(response)
    assert answer["policyType"] == "custom"
    assert answer["requirementsSatisfied"] == "mfa"
    assert answer["allowedCombinations"] == ["fido2", "password,sms"]
    assert answer["combinationConfigurations"] == []
    got = validate_request(response.state, "GET", f"{path}/{answer['id']}")
    assert body(got)["displayName"] == "Keys"


def test_a_strength_with_one_weak_combination_grants_no_claim() -> None:
    weak = {"displayName": "Weak", "allowedCombinations": ["fido2", "password"]}
    assert body(validate_request(store(), "POST", STRENGTHS, weak))["requirementsSatisfied"] == (
        "none"
    )


def test_without_the_built_in_strength_nothing_is_known_to_satisfy() -> None:
    response = validate_request(PolicyStore(), "POST", STRENGTHS, KEYS)
    assert body(response)["requirementsSatisfied"] == "none"


def test_limits_of_a_strength_get_ids_of_their_own() -> None:
    limit = {
        "@odata.type": "#microsoft.graph.fido2CombinationConfiguration",
        "appliesToCombinations": ["fido2"],
        "allowedAAGUIDs": ["2fc0579f-8113-47ea-b116-bb5a8db9202a"],
    }
    answer = body(
        validate_request(store(), "POST", STRENGTHS, {**KEYS, "combinationConfigurations": [limit]})
    )
    assert answer["combinationConfigurations"] == [
        {**limit, "id": "00000000-0000-4000-8000-000000000002"}
    ]


@pytest.mark.parametrize(
    ("change", "target"),
    [
        ({"displayName": ""}, "displayName"),
        ({"allowedCombinations": []}, "allowedCombinations"),
        ({"allowedCombinations": ["telepathy"]}, "allowedCombinations[0]"),
        ({"allowedCombinations": [""]}, "allowedCombinations[0]"),
        (
            {"combinationConfigurations": [NO_COMBINATIONS]},
            "combinationConfigurations[0].appliesToCombinations",
        ),
    ],
)
def test_an_impossible_strength_is_refused(change: dict[str, Any], target: str) -> None:
    response = validate_request(store(), "POST", STRENGTHS, {**KEYS, **change})
    assert response.status == 400
    assert [each["target"] for each in body(response)["error"]["details"]] == [target]


def test_strengths_are_listed_and_filtered() -> None:
    listed = body(validate_request(store(), "GET", f"{STRENGTHS}?$filter=policyType eq 'custom'"))
    assert [each["id"] for each in listed["value"]] == [CUSTOM_STRENGTH]


def test_name_and_description_can_be_changed() -> None:
    where = f"{STRENGTHS}/{CUSTOM_STRENGTH}"
    response = validate_request(store(), "PATCH", where, {"description": "For the vault"})
    assert response.status == 204
    answer = body(validate_request(response.state, "GET", where))
    assert (answer["displayName"], answer["description"]) == ("Security key", "For the vault")


def test_combinations_are_changed_by_their_action_only() -> None:
    where = f"{STRENGTHS}/{CUSTOM_STRENGTH}"
    assert validate_request(store(), "PATCH", where, {"allowedCombinations": ["sms"]}).status == 400
    state = requiring(store(), custom())
    response = validate_request(
        state,
        "POST",
        f"{where}/microsoft.graph.updateAllowedCombinations",
        {"allowedCombinations": ["fido2", "password,sms"]},
    )
    assert response.status == 200
    result = body(response)
    assert result["previousCombinations"] == ["fido2"]
    assert result["currentCombinations"] == ["fido2", "password,sms"]
    assert len(result["conditionalAccessReferences"]) == 1
    answer = body(validate_request(response.state, "GET", where))
    assert answer["allowedCombinations"] == ["fido2", "password,sms"]


@pytest.mark.parametrize(
    ("grant", "status"),
    [
        (custom(), 400),
        (custom("compliantDevice", operator="AND"), 400),
        (custom("compliantDevice", operator="OR"), 200),
        (grants("mfa"), 200),
    ],
)
def test_a_strength_is_not_weakened_under_a_policy_that_demands_the_claim(
    grant: dict[str, Any], status: int
) -> None:
    response = validate_request(
        requiring(store(), grant),
        "POST",
        f"{STRENGTHS}/{CUSTOM_STRENGTH}/updateAllowedCombinations",
        {"allowedCombinations": ["password"]},
    )
    assert response.status == status


def test_usage_tells_policies_that_demand_the_claim_from_others() -> None:
    state = requiring(store(), custom())
    state = requiring(state, custom("compliantDevice"))
    usage = body(validate_request(state, "GET", f"{STRENGTHS}/{CUSTOM_STRENGTH}/usage()"))
    assert [len(usage["mfa"]), len(usage["none"])] == [1, 1]
    assert usage["mfa"][0]["grantControls"]["builtInControls"] == []


@pytest.mark.parametrize(
    ("method", "path", "sent"),
    [
        ("PATCH", "", {"displayName": "x"}),
        ("DELETE", "", None),
        ("POST", "/updateAllowedCombinations", {"allowedCombinations": ["sms"]}),
    ],
)
def test_built_in_strengths_stay_as_they_are(method: str, path: str, sent: object) -> None:
    state = store()
    response = validate_request(state, method, f"{STRENGTHS}/{MFA_STRENGTH}{path}", sent)
    assert response.status == 400
    assert response.state is state


def test_a_strength_is_deleted_once_no_policy_requires_it() -> None:
    state, identifier = created(policy(custom()))
    where = f"{STRENGTHS}/{CUSTOM_STRENGTH}"
    refused = validate_request(state, "DELETE", where)
    assert refused.status == 400
    assert body(refused)["error"]["message"] == "the authentication strength is required by `t`"
    state = validate_request(state, "DELETE", f"{POLICIES}/{identifier}").state
    assert validate_request(state, "DELETE", where).status == 204
