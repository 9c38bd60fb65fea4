"""A small tenant and folders of policies for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ostiary.policycode.folder import load_folder
from ostiary.policycode.planning import Planned, make_plan
from ostiary.policycode.target import Target, target_of
from ostiary.tenant.reading import read_raw

ALICE, BOB = "aaaaaaaa-0000-4000-8000-000000000001", "aaaaaaaa-0000-4000-8000-000000000002"
GLASS = "aaaaaaaa-0000-4000-8000-000000000009"
INTERNS, BREAKERS = "bbbbbbbb-0000-4000-8000-000000000001", "bbbbbbbb-0000-4000-8000-000000000002"
HQ, SPAIN = "cccccccc-0000-4000-8000-000000000001", "cccccccc-0000-4000-8000-000000000002"
KEYS = "dddddddd-0000-4000-8000-000000000001"
MFA, LEGACY = "eeeeeeee-0000-4000-8000-000000000001", "eeeeeeee-0000-4000-8000-000000000002"
ADMIN = "62e90394-69f5-4237-9190-012177145e10"
MADE = "2026-11-22T16:00:00Z"


def policy(name: str, identifier: str = "", **members: Any) -> dict[str, Any]:
    """Make a policy that asks everybody for MFA, but for what `users` says."""
    users = members.pop("users", {})
    conditions = {
        "users": {"includeUsers": ["All"], **users},
        "applications": {"includeApplications": ["All"]},
        "clientAppTypes": ["all"],
        **members.pop("conditions", {}),
    }
    return {
        **({"id": identifier} if identifier else {}),
        "displayName": name,
        "state": "enabled",
        "conditions": conditions,
        "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
        **members,
    }


def tenant(*policies: dict[str, Any], **members: Any) -> dict[str, Any]:
    """Make a tenant document; members replace its own."""
    return {
        "tenantId": "f0000000-0000-4000-8000-000000000001",
        "users": [
            {"id": ALICE, "userPrincipalName": "alice@example.com", "displayName": "Alice"},
            {"id": BOB, "userPrincipalName": "bob@example.com", "displayName": "Bob"},
            {"id": GLASS, "userPrincipalName": "glass@example.com", "displayName": "Glass"},
        ],
        "groups": [
            {"id": INTERNS, "displayName": "Interns", "members": [BOB]},
            {"id": BREAKERS, "displayName": "Breakers", "members": [GLASS]},
        ],
        "roleAssignments": [
            {"roleDefinitionId": ADMIN, "principalId": each, "directoryScopeId": "/"}
            for each in (ALICE, GLASS)
        ],
        "userRegistrationDetails": [
            {"id": ALICE, "isMfaRegistered": True, "methodsRegistered": ["fido2"]},
            {"id": GLASS, "isMfaRegistered": False, "methodsRegistered": []},
        ],
        "namedLocations": [
            {
                "@odata.type": "#microsoft.graph.ipNamedLocation",
                "id": HQ,
                "displayName": "HQ",
                "isTrusted": True,
                "ipRanges": [
                    {
                        "@odata.type": "#microsoft.graph.iPv4CidrRange",
                        "cidrAddress": "192.0.2.0/24",
                    }
                ],
            },
            {
                "@odata.type": "#microsoft.graph.countryNamedLocation",
                "id": SPAIN,
                "displayName": "Spain",
                "countriesAndRegions": ["ES"],
            },
        ],
        "authenticationStrengthPolicies": [
            {
                "id": KEYS,
                "displayName": "Keys",
                "policyType": "custom",
                "allowedCombinations": ["fido2"],
            }
        ],
        "authenticationContextClassReferences": [
            {"id": "c1", "displayName": "Payroll", "isAvailable": True}
        ],
        "conditionalAccessPolicies": list(policies),
        "settings": {"emergencyAccess": ["glass@example.com"]},
        **members,
    }


def target(*policies: dict[str, Any], **members: Any) -> Target:
    """Read a tenant."""
    return target_of(read_raw(tenant(*policies, **members)), "the tenant")


def write_files(root: Path, files: dict[str, Any]) -> Path:
    """Write files below a folder; what is no text becomes JSON."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else json.dumps(content)
        path.write_text(text, encoding="utf-8", newline="")
    return root


def planned(root: Path, files: dict[str, Any], against: Target) -> Planned:
    """Plan a folder with these files."""
    return make_plan(load_folder(write_files(root, files)), against, made=MADE)


def steps(found: Planned) -> list[tuple[str, str, str]]:
    """Give action, kind and name of each change, in order."""
    return [(each.action.value, each.kind.value, each.name) for each in found.plan.changes]
