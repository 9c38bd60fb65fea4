"""Members of an answer beside outcome and code: status, OAuth error, claims challenge."""

from __future__ import annotations

import json
from typing import Any

import pytest

import ostiary
from ostiary.model.decision import Decision
from tests.tenant.documents import ALICE, EXCHANGE, POLICY, policy, tenant


def decided(document: dict[str, Any], **facts: Any) -> Decision:
    """The decision on Alice, who asks for Exchange by a browser, under one policy."""
    return ostiary.load_tenant(tenant(document)).decide(
        {
            "signInIdentity": {"userId": ALICE},
            "signInContext": {"includeApplications": [EXCHANGE]},
            "signInConditions": {"clientAppType": "browser", "devicePlatform": "windows"},
            "facts": facts,
        }
    )


ON_IOS = {"platforms": {"includePlatforms": ["iOS"]}}
ON_ANOTHER = {"applications": {"includeApplications": ["00000003-0000-0ff1-ce00-000000000000"]}}


@pytest.mark.parametrize(
    ("document", "status"),
    [
        (policy(), "success"),
        (policy(conditions=ON_IOS), "success"),  # evaluated for this user and resource
        (policy(conditions=ON_ANOTHER), "notApplied"),
        (policy(users={"includeUsers": ["None"]}), "notApplied"),
        (policy(state="enabledForReportingButNotEnforced"), "notApplied"),
    ],
)
def test_the_status_of_a_sign_in_that_gets_a_token(document: dict[str, Any], status: str) -> None:
    assert decided(document, mfaSatisfied=True).status == status


BLOCK = policy(grant={"operator": "OR", "builtInControls": ["block"]})
CODE, REFRESH, PASSWORD = "authorization_code", "refresh_token", "password"


@pytest.mark.parametrize(
    ("document", "grant", "error"),
    [
        (BLOCK, CODE, "access_denied"),
        (BLOCK, REFRESH, "invalid_grant"),
        (policy(), CODE, "interaction_required"),
        (policy(), REFRESH, "interaction_required"),
        (policy(), PASSWORD, "invalid_grant"),
    ],
)
def test_the_oauth_error_follows_the_grant(
    document: dict[str, Any], grant: str, error: str
) -> None:
    assert decided(document, grant=grant).oauth_error == error


def test_a_claims_challenge_names_the_open_policies() -> None:
    claims = decided(policy()).claims
    assert claims is not None
    assert json.loads(claims) == {
        "access_token": {"capolids": {"essential": True, "values": [POLICY]}}
    }


def test_nothing_is_challenged_on_a_block_or_a_grant() -> None:
    assert decided(BLOCK).claims is None
    assert decided(policy(), mfaSatisfied=True).claims is None
