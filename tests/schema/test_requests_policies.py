"""Policies through the API: what is kept, answered, merged and refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from ostiary.schema.answers import Response
from ostiary.schema.requests import PolicyStore, validate_request
from tests.schema.builders import (
    GROUP,
    LOCATION,
    MFA,
    MFA_STRENGTH,
    POLICIES,
    STRENGTH,
    WORKLOAD,
    created,
    grants,
    policy,
    store,
)

NOW = datetime(2026, 3, 4, 5, 6, 7, 890123, tzinfo=UTC)


def body(response: Response) -> dict[str, Any]:
    assert response.body is not None
    return dict(response.body)


def got(state: PolicyStore, identifier: str, prefix: str = "") -> dict[str, Any]:
    response = validate_request(state, "GET", f"{prefix}{POLICIES}/{identifier}")
    assert response.status == 200
    return body(response)


def test_a_created_policy_is_answered_with_every_member() -> None:
    response = validate_request(
        store(), "POST", POLICIES, policy(), now=NOW, new_id=lambda: GROUP, root="https://here"
    )
    assert response.status == 201
    assert body(response) == {
        "@odata.context": (
            "https://here/v1.0/$metadata#identity/conditionalAccess/policies/$entity"
        ),
        "id": GROUP,
        "templateId": None,
        "displayName": "t",
        "createdDateTime": "2026-03-04T05:06:07.8901230Z",
        "modifiedDateTime": None,
        "deletedDateTime": None,
        "state": "enabled",
        "conditions": {
            "users": {
                "includeUsers": ["All"],
                "includeGroups": [],
                "includeRoles": [],
                "includeGuestsOrExternalUsers": None,
                "excludeUsers": [],
                "excludeGroups": [],
                "excludeRoles": [],
                "excludeGuestsOrExternalUsers": None,
            },
            "clientApplications": None,
            "applications": {
                "includeApplications": ["All"],
                "excludeApplications": [],
                "applicationFilter": None,
                "includeUserActions": [],
                "includeAuthenticationContextClassReferences": [],
            },
            "platforms": None,
            "devices": None,
            "clientAppTypes": ["all"],
            "locations": None,
            "signInRiskLevels": [],
            "servicePrincipalRiskLevels": [],
            "userRiskLevels": [],
            "insiderRiskLevels": None,
            "authenticationFlows": None,
        },
        "grantControls": {
            "operator": "OR",
            "builtInControls": ["mfa"],
            "authenticationStrength": None,
            "termsOfUse": [],
            "customAuthenticationFactors": [],
            "authenticationStrength@odata.context": (
                "https://here/v1.0/$metadata#identity/conditionalAccess/policies("
                f"'{GROUP}')/grantControls/authenticationStrength/$entity"
            ),
        },
        "sessionControls": None,
    }
    assert got(response.state, GROUP)["conditions"] == body(response)["conditions"]


def test_beta_answers_have_more_members() -> None:
    state, identifier = created(policy())
    beta, v1 = got(state, identifier, "/beta"), got(state, identifier, "/v1.0")
    assert set(beta["conditions"]) - set(v1["conditions"]) == {
        "agentIdRiskLevels",
        "times",
        "clients",
        "deviceStates",
        "agentContext",
        "agents",
    }
    assert set(beta) - set(v1) == {"partialEnablementStrategy"}


def test_a_required_strength_is_answered_whole() -> None:
    state, identifier = created(policy(STRENGTH))
    strength = got(state, identifier)["grantControls"]["authenticationStrength"]
    assert strength["displayName"] == "Multifactor authentication"
    assert strength["allowedCombinations"] == ["fido2", "password,sms", "password,softwareOath"]


def test_a_posted_strength_is_taken_by_its_id_alone() -> None:
    grant = {"operator": "OR", "authenticationStrength": {"id": MFA_STRENGTH, "displayName": "x"}}
    state, identifier = created(policy(grant))
    strength = got(state, identifier)["grantControls"]["authenticationStrength"]
    assert strength["displayName"] == "Multifactor authentication"


def test_a_workload_policy_is_kept_with_no_users() -> None:
    state, identifier = created(policy(grants("block"), **WORKLOAD))
    assert got(state, identifier)["conditions"]["users"]["includeUsers"] == ["None"]


def test_words_are_answered_in_graphs_spelling() -> None:
    state, identifier = created(
        policy(grants("MFA", operator="and"), clientAppTypes=["Browser"], state="Enabled")
    )
    answer = got(state, identifier)
    assert answer["state"] == "enabled"
    assert answer["grantControls"]["operator"] == "AND"
    assert answer["grantControls"]["builtInControls"] == ["mfa"]
    assert answer["conditions"]["clientAppTypes"] == ["browser"]


def test_unknown_members_survive() -> None:
    document = policy(users={"includeUsers": ["All"], "ofTomorrow": [1]}, moonPhase={"full": True})
    state, identifier = created(document | {"owner": "me"})
    answer = got(state, identifier)
    assert answer["owner"] == "me"
    assert answer["conditions"]["moonPhase"] == {"full": True}
    assert answer["conditions"]["users"]["ofTomorrow"] == [1]


def test_an_answer_can_be_posted_again() -> None:
    state, identifier = created(policy(STRENGTH))
    answer = got(state, identifier)
    again = validate_request(state, "POST", POLICIES, answer)
    assert again.status == 201
    assert body(again)["id"] != identifier
    assert body(again)["conditions"] == answer["conditions"]


def test_read_only_members_are_not_taken_from_a_client() -> None:
    sent = policy() | {"id": GROUP, "createdDateTime": "1999", "modifiedDateTime": "1999"}
    answer = body(validate_request(store(), "POST", POLICIES, sent, now=NOW))
    assert answer["id"] != GROUP
    assert answer["createdDateTime"] == "2026-03-04T05:06:07.8901230Z"
    assert answer["modifiedDateTime"] is None


def test_a_refused_policy_is_told_with_every_problem() -> None:
    document = policy(
        grants("mfa", "passwordChange", operator="OR"), locations={"includeLocations": [GROUP]}
    )
    state = store()
    response = validate_request(state, "POST", POLICIES, document, now=NOW, request_id="r")
    assert response.status == 400
    assert response.state is state
    assert body(response) == {
        "error": {
            "code": "BadRequest",
            "message": (
                "1032: ConditionalActionPolicy validation failed due to "
                "InvalidPasswordResetControl."
            ),
            "details": [
                {
                    "code": "InvalidPasswordResetControl",
                    "target": "grantControls.operator",
                    "message": (
                        "`passwordChange` needs operator `AND`, because it comes after "
                        "authentication"
                    ),
                },
                {
                    "code": "InvalidPasswordResetControl",
                    "target": "conditions.userRiskLevels",
                    "message": "`passwordChange` needs a user risk level",
                },
                {
                    "code": "InvalidPasswordResetControl",
                    "target": "conditions.locations",
                    "message": "`passwordChange` needs no other condition; take `locations` out",
                },
                {
                    "code": "1040",
                    "target": "conditions.locations.includeLocations[0]",
                    "message": (
                        f"named location `{GROUP}` does not exist; create it first or correct "
                        "its id"
                    ),
                },
            ],
            "innerError": {
                "date": "2026-03-04T05:06:07",
                "request-id": "r",
                "client-request-id": "r",
            },
        }
    }


@pytest.mark.parametrize(
    ("document", "text"),
    [
        (policy(state="on"), "1007: Incoming ConditionalAccessPolicy object is null or does not"),
        (policy(grants("captcha")), "1007: Incoming ConditionalAccessPolicy object is null"),
        (
            policy(grants()),
            "1032: ConditionalActionPolicy validation failed due to InvalidControls.",
        ),
        (
            policy(locations={"includeLocations": [GROUP]}),
            f"1040: NamedLocation with id {GROUP} does not exist in the directory.",
        ),
        (policy(users={"includeGroups": ["Staff"]}), "1054: Invalid group value: Staff."),
        (policy(applications={}), "1011: 'applications' condition must specify the applications"),
        (policy(users={}), "include users, groups, roles or guests, or workload identities"),
    ],
)
def test_graphs_own_sentence_is_used_where_it_is_known(document: dict[str, Any], text: str) -> None:
    response = validate_request(store(), "POST", POLICIES, document)
    assert response.status == 400
    assert body(response)["error"]["message"].startswith(text)


@pytest.mark.parametrize("sent", [None, [], "policy", 5])
def test_a_request_without_an_object_is_refused(sent: object) -> None:
    response = validate_request(store(), "POST", POLICIES, sent)
    assert response.status == 400
    assert body(response)["error"]["message"] == "Empty Payload. JSON content expected."


def test_a_tenant_holds_240_policies() -> None:
    last = validate_request(store(policyCount=239), "POST", POLICIES, policy())
    assert last.status == 201
    refused = validate_request(last.state, "POST", POLICIES, policy())
    assert refused.status == 400
    assert len(body(validate_request(refused.state, "GET", POLICIES))["value"]) == 240


def test_a_deleted_policy_is_gone() -> None:
    state, identifier = created(policy())
    deleted = validate_request(state, "DELETE", f"{POLICIES}/{identifier}")
    assert (deleted.status, deleted.body) == (204, None)
    for method, sent in (("GET", None), ("PATCH", {"state": "disabled"}), ("DELETE", None)):
        response = validate_request(deleted.state, method, f"{POLICIES}/{identifier}", sent)
        assert response.status == 404
        assert body(response)["error"]["code"] == "ResourceNotFound"


def test_a_list_is_filtered_selected_and_cut() -> None:
    state, _ = created(policy())
    for number in range(3):
        document = policy(state="disabled") | {"displayName": f"p{number}"}
        state = validate_request(state, "POST", POLICIES, document).state
    query = "?$filter=state eq 'disabled'&$select=displayName&$top=2&$skip=1&$count=true"
    assert body(validate_request(state, "GET", POLICIES + query)) == {
        "@odata.context": (
            "https://graph.microsoft.com/v1.0/$metadata#identity/conditionalAccess/policies"
        ),
        "@odata.count": 3,
        "value": [{"displayName": "p1"}, {"displayName": "p2"}],
    }


def test_a_policy_that_no_model_holds_is_answered_as_it_is() -> None:
    given = {"objects": {"policies": [{"id": GROUP, "state": 7, "grantControls": MFA}]}}
    assert got(store(**given), GROUP)["state"] == 7


def test_an_existing_location_can_be_named() -> None:
    created(policy(locations={"includeLocations": ["All"], "excludeLocations": [LOCATION]}))
