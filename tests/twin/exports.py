"""Small exports, as administrators have them: policies alone, and a tenant with people."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

SETS = Path(__file__).parents[3] / "shared" / "policysets"
NAMES = (
    "0x6f677548__zerotrust-ca-policies",
    "AlexFilipin__ConditionalAccess",
    "Cloudshield-io__Conditional-Access-Framework",
    "j0eyv__ConditionalAccessBaseline",
    "jsa2__caOptics",
    "philippkohn__ConditionalAccessforZeroTrustResources",
)
needs_sets = pytest.mark.skipif(
    not SETS.is_dir(), reason="../shared/policysets is absent: third-party data, not shipped"
)

GROUP, APP, PLACE, TERMS, SOMEBODY, WORKLOAD = (
    f"5b2e0000-0000-4000-8000-00000000000{n}" for n in range(1, 7)
)
TENANT = "5b2e0000-0000-4000-8000-0000000000aa"
NORA, OLGA, PER = (f"5b2e0000-0000-4000-8000-0000000000b{n}" for n in range(3))
STAFF, HIDDEN = (f"5b2e0000-0000-4000-8000-0000000000c{n}" for n in range(2))
ADMIN_ROLE = "62e90394-69f5-4237-9190-012177145e10"
READER_ROLE = "5d6b6bb7-de71-4623-b4af-96380a352509"


def policy(name: str, users: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """Give a policy that requires multifactor authentication of some users."""
    conditions = {"clientAppTypes": ["all"], "applications": {"includeApplications": ["All"]}}
    return {
        "displayName": name,
        "state": "enabled",
        "conditions": {**conditions, "users": users, **more.pop("conditions", {})},
        "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
        **more,
    }


def policies_alone() -> dict[str, Any]:
    """Give an export of policies that name what is not in it, by ids, names and placeholders."""
    by_id = policy(
        "By ids",
        {"includeUsers": [SOMEBODY], "includeRoles": [READER_ROLE], "excludeGroups": [GROUP]},
        conditions={
            "applications": {"includeApplications": [APP, "Office365"]},
            "locations": {"includeLocations": ["All"], "excludeLocations": [PLACE]},
        },
        grantControls={"operator": "OR", "builtInControls": [], "termsOfUse": [TERMS]},
    )
    by_name = policy("By names", {"includeGroups": ["Pilots"], "excludeGroups": ["<BreakGlass>"]})
    guests = {
        "includeGuestsOrExternalUsers": {
            "guestOrExternalUserTypes": "internalGuest,b2bCollaborationGuest,serviceProvider"
        },
        "excludeGroups": ["<BreakGlass>"],
    }
    context = {"applications": {"includeAuthenticationContextClassReferences": ["c7"]}}
    return {
        "conditionalAccessPolicies": [
            by_id,
            by_name,
            policy("Guests", guests),
            policy("Context", {"includeUsers": ["All"]}, conditions=context),
            policy("Broken", {"includeUsers": ["All"]}, grantControls={"operator": "PERHAPS"}),
        ]
    }


def with_people() -> dict[str, Any]:
    """Give an export with people, of whom one has no second factor, and a group without members."""
    return {
        "tenantId": {"id": TENANT, "displayName": "Fjordvik"},
        "users": [
            {
                "id": NORA,
                "displayName": "Nora",
                "userPrincipalName": "nora@fjordvik.example",
                "mail": "nora@fjordvik.example",
                "otherMails": ["nora@home.example"],
            },
            {"id": OLGA, "displayName": "Olga", "userPrincipalName": "olga@fjordvik.example"},
            {"id": PER, "displayName": "Per"},
        ],
        "groups": [
            {"id": STAFF, "displayName": "Staff", "members": [NORA, OLGA]},
            {"id": HIDDEN, "displayName": "Hidden"},
        ],
        "roleAssignments": [
            {
                "id": "r",
                "roleDefinitionId": ADMIN_ROLE,
                "principalId": NORA,
                "directoryScopeId": "/",
            }
        ],
        "servicePrincipals": [
            {
                "id": WORKLOAD,
                "appId": APP,
                "displayName": "Backup",
                "servicePrincipalType": "Application",
                "appOwnerOrganizationId": TENANT,
            },
            {
                "id": "5b2e0000-0000-4000-8000-0000000000d1",
                "appId": "5b2e0000-0000-4000-8000-0000000000d2",
                "displayName": "Their tool",
                "servicePrincipalType": "Application",
                "appOwnerOrganizationId": "5b2e0000-0000-4000-8000-0000000000d3",
            },
        ],
        "devices": [],
        "userRegistrationDetails": [
            {"id": NORA, "isMfaRegistered": True, "methodsRegistered": ["fido2SecurityKey"]},
            {"id": OLGA, "isMfaRegistered": False, "methodsRegistered": []},
        ],
        "conditionalAccessPolicies": [
            policy("Staff need MFA", {"includeGroups": [STAFF], "excludeGroups": [HIDDEN]})
        ],
    }
