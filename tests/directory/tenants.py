"""A small tenant with everything in it, as a document."""

from __future__ import annotations

import copy
from typing import Any

GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
ASTRID, GUEST, LIFEBOAT = (f"3e1f9a40-0000-4000-8000-00000000000{n}" for n in (1, 2, 3))
STAFF, NESTED = (f"3e1f9a40-0000-4000-8000-0000000000a{n}" for n in (1, 2))
HQ = "3e1f9a40-0000-4000-8000-0000000000b1"
MFA_POLICY, BLOCK_POLICY = (f"3e1f9a40-0000-4000-8000-0000000000c{n}" for n in (1, 2))
MANAGEMENT = "797f4846-ba00-4fd7-ba43-dac1f8f63013"

_TENANT: dict[str, Any] = {
    "tenantId": "3e1f9a40-0000-4000-8000-000000000000",
    "users": [
        {"id": ASTRID, "displayName": "Astrid Moe", "userPrincipalName": "Astrid@fjordvik.example"},
        {
            "id": GUEST,
            "displayName": "Henrik",
            "userPrincipalName": "henrik_other.example#EXT#@fjordvik.example",
            "userType": "Guest",
            "accountEnabled": True,
        },
        {"id": LIFEBOAT, "displayName": "Emergency access", "jobTitle": None},
    ],
    "groups": [
        {"id": STAFF, "displayName": "Staff", "members": [GUEST, ASTRID]},
        {"id": NESTED, "displayName": "Everybody", "members": [STAFF]},
    ],
    "roleAssignments": [
        {
            "id": "ra1",
            "roleDefinitionId": GLOBAL_ADMINISTRATOR,
            "principalId": ASTRID,
            "directoryScopeId": "/",
        }
    ],
    "servicePrincipals": [
        {
            "id": "sp1",
            "appId": "a-1",
            "displayName": "Backup",
            "servicePrincipalType": "Application",
        }
    ],
    "applications": [{"id": "ao1", "appId": "a-1", "displayName": "Backup"}],
    "devices": [{"id": "d1", "deviceId": "dev-1", "displayName": "Laptop", "isCompliant": True}],
    "namedLocations": [
        {
            "@odata.type": "#microsoft.graph.ipNamedLocation",
            "id": HQ,
            "displayName": "Head office",
            "isTrusted": True,
            "ipRanges": [
                {
                    "@odata.type": "#microsoft.graph.iPv4CidrRange",
                    "cidrAddress": "203.0.113.0/24",
                }
            ],
        }
    ],
    "authenticationStrengthPolicies": [],
    "authenticationContextClassReferences": [{"id": "c1", "displayName": "Step up"}],
    "agreements": [{"id": "t1", "displayName": "Terms"}],
    "userRegistrationDetails": [
        {"id": ASTRID, "isMfaRegistered": True, "methodsRegistered": ["fido2SecurityKey"]}
    ],
    "conditionalAccessPolicies": [
        {
            "id": MFA_POLICY,
            "displayName": "Require MFA for Azure management",
            "state": "enabled",
            "conditions": {
                "users": {"includeUsers": ["All"], "excludeUsers": [LIFEBOAT]},
                "applications": {"includeApplications": [MANAGEMENT]},
                "clientAppTypes": ["all"],
            },
            "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
        },
        {
            "id": BLOCK_POLICY,
            "displayName": "Block outside the head office",
            "state": "enabledForReportingButNotEnforced",
            "conditions": {
                "users": {"includeGroups": [STAFF]},
                "applications": {"includeApplications": ["All"]},
                "clientAppTypes": ["all"],
                "locations": {"includeLocations": ["All"], "excludeLocations": [HQ]},
            },
            "grantControls": {"operator": "OR", "builtInControls": ["block"]},
        },
    ],
    "settings": {"emergencyAccess": [LIFEBOAT]},
}


def tenant() -> dict[str, Any]:
    """Give the tenant; the caller may change it."""
    return copy.deepcopy(_TENANT)
