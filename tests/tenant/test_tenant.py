"""A loaded tenant answers; users may be named as people write them."""

from __future__ import annotations

import ostiary

TENANT = {
    "tenantId": "t",
    "users": [
        {"id": "7a", "displayName": "Astrid", "userPrincipalName": "Astrid@fjordvik.example"}
    ],
    "groups": [{"id": "9b", "displayName": "Crew", "members": ["7a"]}],
    "roleAssignments": [],
    "conditionalAccessPolicies": [
        {
            "id": "p",
            "displayName": "Crew needs MFA",
            "state": "enabled",
            "conditions": {
                "users": {"includeGroups": ["9b"]},
                "applications": {"includeApplications": ["All"]},
                "clientAppTypes": ["all"],
            },
            "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
        }
    ],
}


def test_a_user_can_be_named_by_user_principal_name() -> None:
    tenant = ostiary.load_tenant(TENANT)
    for name in ("7A", "astrid@fjordvik.example", "ASTRID@FJORDVIK.EXAMPLE"):
        request = {
            "signInIdentity": {"userId": name},
            "signInContext": {"includeApplications": ["a"]},
        }
        assert tenant.decide(request).outcome.value == "interrupt"
        assert tenant.what_if(request).results[0].analysis_reason == "notSet"


def test_somebody_else_is_not_in_the_group() -> None:
    tenant = ostiary.load_tenant(TENANT)
    request = {"signInIdentity": {"userId": "other@fjordvik.example"}, "signInContext": {}}
    assert tenant.decide(request).outcome.value == "grant"
