"""Small valid documents that tests change in one place."""

from __future__ import annotations

import copy
from typing import Any

from ostiary.schema.requests import PolicyStore, validate_request
from ostiary.schema.state import state_from

GROUP = "bbbbbbbb-0000-4000-8000-000000000004"
APP = "dddddddd-0000-4000-8000-000000000001"
LOCATION = "cccccccc-0000-4000-8000-000000000001"
CUSTOM_STRENGTH = "22222222-0000-4000-8000-000000000001"
MFA_STRENGTH = "00000000-0000-0000-0000-000000000002"
POLICIES = "/identity/conditionalAccess/policies"
LOCATIONS = "/identity/conditionalAccess/namedLocations"
CONTEXTS = "/identity/conditionalAccess/authenticationContextClassReferences"
STRENGTHS = "/identity/conditionalAccess/authenticationStrength/policies"
TEMPLATES = "/identity/conditionalAccess/templates"

WORKLOAD: dict[str, Any] = {
    "users": None,
    "clientApplications": {"includeServicePrincipals": ["ServicePrincipalsInMyTenant"]},
}
MFA = {"operator": "OR", "builtInControls": ["mfa"]}
BLOCK = {"operator": "OR", "builtInControls": ["block"]}
STRENGTH: dict[str, Any] = {"operator": "OR", "authenticationStrength": {"id": MFA_STRENGTH}}

FIXTURES: dict[str, Any] = {
    "groups": [{"id": GROUP, "displayName": "All staff", "members": []}],
    "namedLocations": [
        {
            "@odata.type": "#microsoft.graph.ipNamedLocation",
            "id": LOCATION,
            "displayName": "HQ",
            "isTrusted": True,
            "ipRanges": [
                {
                    "@odata.type": "#microsoft.graph.iPv4CidrRange",
                    "cidrAddress": "198.51.100.0/24",
                }
            ],
        }
    ],
    "authenticationContextClassReferences": [
        {"id": "c1", "displayName": "c1", "description": "", "isAvailable": True}
    ],
    "authenticationStrengthPolicies": [
        {
            "id": MFA_STRENGTH,
            "displayName": "Multifactor authentication",
            "policyType": "builtIn",
            "requirementsSatisfied": "mfa",
            "allowedCombinations": ["fido2", "password,sms", "password,softwareOath"],
            "combinationConfigurations": [],
        },
        {
            "id": CUSTOM_STRENGTH,
            "displayName": "Security key",
            "policyType": "custom",
            "requirementsSatisfied": "mfa",
            "allowedCombinations": ["fido2"],
            "combinationConfigurations": [],
        },
    ],
    "settings": {"emergencyAccess": []},
}


def policy(
    grant: Any = None, *, session: Any = None, state: Any = "enabled", **conditions: Any
) -> dict[str, Any]:
    """Give a policy for all users and resources that requires *mfa*, changed as asked.

    A condition given as None is left out; without `grant` and `session` the grant is *mfa*.
    """
    every: dict[str, Any] = {
        "clientAppTypes": ["all"],
        "users": {"includeUsers": ["All"]},
        "applications": {"includeApplications": ["All"]},
        **conditions,
    }
    if grant is None and session is None:
        grant = MFA
    return copy.deepcopy(
        {
            "displayName": "t",
            "state": state,
            "conditions": {key: value for key, value in every.items() if value is not None},
            "grantControls": grant,
            "sessionControls": session,
        }
    )


def grants(*controls: str, operator: Any = "AND", **others: Any) -> dict[str, Any]:
    """Give `grantControls` with built-in controls and other members."""
    return {"operator": operator, "builtInControls": list(controls), **others}


def ip_location(*ranges: str, **members: Any) -> dict[str, Any]:
    """Give an IP named location of CIDR ranges."""
    return {
        "@odata.type": "#microsoft.graph.ipNamedLocation",
        "displayName": "Branch",
        "ipRanges": [
            {
                "@odata.type": f"#microsoft.graph.iPv{6 if ':' in each else 4}CidrRange",
                "cidrAddress": each,
            }
            for each in ranges
        ],
        **members,
    }


def store(**given: Any) -> PolicyStore:
    """Give the state of the fixtures, changed as `given` of a validation case."""
    return state_from(given, FIXTURES)


def created(document: dict[str, Any], path: str = POLICIES, **given: Any) -> tuple[Any, Any]:
    """Post a document; give the state after it and the id it got."""
    response = validate_request(store(**given), "POST", path, document)
    assert response.status == 201, response.body
    assert response.body is not None
    return response.state, response.body["id"]
