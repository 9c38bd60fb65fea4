"""A tenant in which lint finds nothing, for tests that change it in one place."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zlib import crc32

from ostiary.analysis.lint import LintReport, lint
from ostiary.tenant.tenant import load_tenant

NOW = datetime(2026, 11, 21, tzinfo=UTC)
TENANT = "99999999-0000-4000-8000-000000000001"
BREAK_1 = "aaaaaaaa-0000-4000-8000-000000000001"
BREAK_2 = "aaaaaaaa-0000-4000-8000-000000000002"
ALICE = "aaaaaaaa-0000-4000-8000-000000000003"
BOB = "aaaaaaaa-0000-4000-8000-000000000004"
EMERGENCY = "bbbbbbbb-0000-4000-8000-000000000001"
STAFF = "bbbbbbbb-0000-4000-8000-000000000002"
STRANGER = "ffffffff-0000-4000-8000-000000000001"
OFFICE = "cccccccc-0000-4000-8000-000000000001"
GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
SYNCHRONIZATION = "d29b2b05-8046-44ba-8758-1e26182fcf32"
PHISHING_RESISTANT = "00000000-0000-0000-0000-000000000004"
EXCHANGE = "00000002-0000-0ff1-ce00-000000000000"
TEAMS = "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe"

EVERYBODY: Mapping[str, Any] = {"includeUsers": ["All"], "excludeGroups": [EMERGENCY]}
MFA: Mapping[str, Any] = {"operator": "OR", "builtInControls": ["mfa"]}
BLOCK: Mapping[str, Any] = {"operator": "OR", "builtInControls": ["block"]}
COMPLIANT: Mapping[str, Any] = {"operator": "OR", "builtInControls": ["compliantDevice"]}


def grant(*controls: str, operator: str = "AND", **others: Any) -> dict[str, Any]:
    """Give `grantControls`."""
    return {"operator": operator, "builtInControls": list(controls), **others}


def strength(identifier: str, **others: Any) -> dict[str, Any]:
    """Give `grantControls` that demand an authentication strength."""
    return grant(authenticationStrength={"id": identifier}, **others)


def policy(
    name: str,
    controls: Mapping[str, Any] | None = MFA,
    *,
    users: Mapping[str, Any] = EVERYBODY,
    state: str = "enabled",
    apps: Mapping[str, Any] | None = None,
    session: Mapping[str, Any] | None = None,
    **conditions: Any,
) -> dict[str, Any]:
    """Give a policy for everybody but the emergency group and all resources."""
    return {
        "id": f"dddddddd-0000-4000-8000-{crc32(name.encode()):012d}",
        "displayName": name,
        "state": state,
        "createdDateTime": "2026-11-01T08:00:00.1234567Z",
        "modifiedDateTime": None,
        "conditions": {
            "clientAppTypes": ["all"],
            "applications": dict(apps or {"includeApplications": ["All"]}),
            "users": dict(users),
            **conditions,
        },
        "grantControls": None if controls is None else dict(controls),
        "sessionControls": None if session is None else dict(session),
    }


def sound_policies() -> dict[str, dict[str, Any]]:
    """Give policies that leave nothing to find, by a short name."""
    return {
        "mfa": policy("Require MFA"),
        "legacy": policy("Block legacy", BLOCK, clientAppTypes=["exchangeActiveSync", "other"]),
        "flow": policy(
            "Block device code",
            BLOCK,
            authenticationFlows={"transferMethods": "deviceCodeFlow"},
        ),
        "platforms": policy(
            "Block unknown platforms",
            BLOCK,
            platforms={
                "includePlatforms": ["all"],
                "excludePlatforms": ["android", "iOS", "windows", "macOS", "linux"],
            },
        ),
    }


def person(identifier: str, name: str, **members: Any) -> dict[str, Any]:
    """Give a user."""
    principal = f"{name.lower()}@contoso.onmicrosoft.com"
    return {"id": identifier, "displayName": name, "userPrincipalName": principal, **members}


def registered(identifier: str, *methods: str, mfa: bool = True) -> dict[str, Any]:
    """Give what a user has registered."""
    return {"id": identifier, "isMfaRegistered": mfa, "methodsRegistered": list(methods)}


def holds(role: str, principal: str) -> dict[str, Any]:
    """Give an active assignment of a role."""
    return {"roleDefinitionId": role, "principalId": principal, "directoryScopeId": "/"}


def sound_tenant(*more: dict[str, Any], leave_out: str = "", **members: Any) -> dict[str, Any]:
    """Give the sound tenant with more policies, without one of its own, or with other members."""
    policies = [each for key, each in sound_policies().items() if key != leave_out]
    return copy.deepcopy(
        {
            "tenantId": TENANT,
            "users": [
                person(BREAK_1, "Break1"),
                person(BREAK_2, "Break2"),
                person(ALICE, "Alice"),
                person(BOB, "Bob"),
            ],
            "groups": [
                {
                    "id": EMERGENCY,
                    "displayName": "Emergency access",
                    "members": [BREAK_1, BREAK_2],
                    "isAssignableToRole": True,
                },
                {
                    "id": STAFF,
                    "displayName": "Staff",
                    "members": [ALICE, BOB],
                    "isAssignableToRole": True,
                },
            ],
            "roleAssignments": [
                holds(GLOBAL_ADMINISTRATOR, BREAK_1),
                holds(GLOBAL_ADMINISTRATOR, BREAK_2),
            ],
            "userRegistrationDetails": [
                registered(BREAK_1, "fido2SecurityKey"),
                registered(BREAK_2, "fido2SecurityKey"),
                registered(ALICE, "microsoftAuthenticatorPush"),
                registered(BOB, "microsoftAuthenticatorPush", "fido2SecurityKey"),
            ],
            "namedLocations": [office()],
            "settings": {"emergencyAccess": [EMERGENCY]},
            "conditionalAccessPolicies": [*policies, *more],
            **members,
        }
    )


def office(*ranges: str, **members: Any) -> dict[str, Any]:
    """Give a trusted named location."""
    return {
        "@odata.type": "#microsoft.graph.ipNamedLocation",
        "id": OFFICE,
        "displayName": "Office",
        "isTrusted": True,
        "ipRanges": [{"cidrAddress": each} for each in ranges or ("203.0.113.0/24",)],
        **members,
    }


def country(name: str, *countries: str, unknown: bool = False) -> dict[str, Any]:
    """Give a location of countries."""
    return {
        "@odata.type": "#microsoft.graph.countryNamedLocation",
        "id": "cccccccc-0000-4000-8000-000000000009",
        "displayName": name,
        "countriesAndRegions": list(countries),
        "includeUnknownCountriesAndRegions": unknown,
    }


def report(document: dict[str, Any], **options: Any) -> LintReport:
    """Lint a tenant on the day of the tests."""
    tenant = load_tenant(document)
    given: dict[str, Any] = {"now": NOW, **options}
    parts = tenant.parts
    return lint(tenant.compiled, refused=parts.refused, warnings=parts.warnings, **given)


def reasons(document: dict[str, Any], code: str, **options: Any) -> list[str]:
    """Give what lint says under one code."""
    findings = report(document, **options).findings
    return [each.found.reason for each in findings if each.pitfall.code == code]


def all_codes(document: dict[str, Any], **options: Any) -> list[str]:
    """Give the codes of all findings, in their order."""
    return [each.pitfall.code for each in report(document, **options).findings]
