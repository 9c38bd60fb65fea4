"""Small tenant documents for the tests of loading."""

from __future__ import annotations

from typing import Any

ALICE = "aaaaaaaa-0000-4000-8000-000000000001"
BOB = "aaaaaaaa-0000-4000-8000-000000000002"
STAFF = "bbbbbbbb-0000-4000-8000-000000000001"
STRANGER = "ffffffff-0000-4000-8000-000000000001"
POLICY = "dddddddd-9999-4000-8000-000000000001"
EXCHANGE = "00000002-0000-0ff1-ce00-000000000000"


def policy(
    name: str = "Require MFA",
    *,
    users: dict[str, Any] | None = None,
    conditions: dict[str, Any] | None = None,
    grant: dict[str, Any] | None = None,
    **members: Any,
) -> dict[str, Any]:
    """A policy that requires MFA of everybody everywhere, but for what is given."""
    return {
        "id": POLICY,
        "displayName": name,
        "state": "enabled",
        "conditions": {
            "clientAppTypes": ["all"],
            "applications": {"includeApplications": ["All"]},
            "users": users or {"includeUsers": ["All"]},
            **(conditions or {}),
        },
        "grantControls": grant or {"operator": "OR", "builtInControls": ["mfa"]},
        "sessionControls": None,
        **members,
    }


def tenant(*policies: Any, **members: Any) -> dict[str, Any]:
    """A tenant with two users in no and one group, and some policies."""
    return {
        "tenantId": "99999999-0000-4000-8000-000000000001",
        "users": [user(ALICE, "Alice"), user(BOB, "Bob")],
        "groups": [{"id": STAFF, "displayName": "Staff", "members": [ALICE]}],
        "roleAssignments": [],
        "conditionalAccessPolicies": list(policies),
        **members,
    }


def user(identifier: str, name: str, **members: Any) -> dict[str, Any]:
    """A member of the tenant."""
    principal = f"{name.lower()}@example.test"
    return {"id": identifier, "displayName": name, "userPrincipalName": principal, **members}
