"""Target resources in unusual shapes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conditions.asking import APPLIES, answer
from tests.tenant.documents import EXCHANGE

AGENT_APP = "eeeeeeee-1111-4000-8000-000000000002"
AGENT: dict[str, Any] = {
    "id": "eeeeeeee-0000-4000-8000-000000000002",
    "appId": AGENT_APP,
    "servicePrincipalType": "ServiceIdentity",
}
REGISTRATION = {"userAction": "registerSecurityInformation"}


@pytest.mark.parametrize(
    ("resource", "expected"), [(AGENT_APP, APPLIES), (EXCHANGE, (False, "application"))]
)
def test_all_agent_resources_are_those_of_agent_identities(
    resource: str, expected: tuple[bool, str]
) -> None:
    conditions = {"applications": {"includeApplications": ["AllAgentIdResources"]}}
    target = {"includeApplications": [resource]}
    assert answer(conditions, target=target, servicePrincipals=[AGENT]) == expected


def test_an_authentication_context_is_the_same_in_any_case() -> None:
    conditions = {"applications": {"includeAuthenticationContextClassReferences": ["c7"]}}
    assert answer(conditions, target={"authenticationContextValue": "C7"}) == APPLIES


@pytest.mark.parametrize(
    "target",
    [{"includeApplications": [EXCHANGE]}, REGISTRATION, {"authenticationContextValue": "c7"}],
)
def test_a_policy_on_several_kinds_of_target_covers_each_of_them(target: dict[str, Any]) -> None:
    conditions = {
        "applications": {
            "includeApplications": [EXCHANGE],
            "includeUserActions": ["urn:user:registersecurityinfo"],
            "includeAuthenticationContextClassReferences": ["c7"],
        }
    }
    assert answer(conditions, target=target) == APPLIES
