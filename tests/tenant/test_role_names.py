"""Reasons call a role by its name: the catalogue's, or the tenant's own."""

from __future__ import annotations

from typing import Any

import pytest

import ostiary
from ostiary.analysis.lint_stage import GLOBAL_ADMINISTRATOR

ANN = "aaaaaaaa-0000-4000-8000-000000000001"
OWN = "aaaaaaaa-0000-4000-8000-000000000002"
UNNAMED = "aaaaaaaa-0000-4000-8000-000000000003"


@pytest.mark.parametrize(
    ("role", "called"),
    [(GLOBAL_ADMINISTRATOR, "Global Administrator"), (OWN, "Keeper"), (UNNAMED, UNNAMED)],
)
def test_a_reason_calls_a_role_by_its_name(role: str, called: str) -> None:
    held: dict[str, Any] = {"roleDefinitionId": role, "principalId": ANN, "directoryScopeId": "/"}
    if role == OWN:
        held["roleDefinition"] = {"displayName": "Keeper"}
    tenant = ostiary.load_tenant(
        {
            "users": [{"id": ANN, "userPrincipalName": "ann@fjordvik.example"}],
            "groups": [],
            "roleAssignments": [held],
            "conditionalAccessPolicies": [
                {
                    "displayName": "Administrators",
                    "state": "enabled",
                    "conditions": {
                        "users": {"includeUsers": ["All"], "excludeRoles": [role]},
                        "applications": {"includeApplications": ["All"]},
                        "clientAppTypes": ["all"],
                    },
                    "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
                }
            ],
        }
    )
    decision = tenant.decide(
        {
            "signInIdentity": {"userId": ANN},
            "signInContext": {"includeApplications": ["797f4846-ba00-4fd7-ba43-dac1f8f63013"]},
            "signInConditions": {"clientAppType": "browser"},
        }
    )
    sentences = [reason.sentence for verdict in decision.policies for reason in verdict.reasons]
    assert any(f"role `{called}`" in each for each in sentences), sentences
