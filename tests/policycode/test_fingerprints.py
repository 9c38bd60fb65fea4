"""Fingerprints: what moves one and what does not."""

from typing import Any

import pytest

from ostiary.policycode.changes import Kind
from ostiary.policycode.fingerprints import fingerprint

POLICY: dict[str, Any] = {
    "displayName": "P",
    "state": "enabled",
    "conditions": {
        "users": {"includeUsers": ["All"], "excludeGroups": ["G1", "g2"]},
        "applications": {"includeApplications": ["All"]},
    },
    "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
}
LOCATION: dict[str, Any] = {
    "@odata.type": "#microsoft.graph.ipNamedLocation",
    "displayName": "HQ",
    "isTrusted": True,
    "ipRanges": [
        {"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "192.0.2.0/24"},
        {"@odata.type": "#microsoft.graph.iPv6CidrRange", "cidrAddress": "2001:DB8::/48"},
    ],
}
STRENGTH: dict[str, Any] = {
    "displayName": "Keys",
    "allowedCombinations": ["fido2", "password,softwareOath"],
    "combinationConfigurations": [{"appliesToCombinations": ["fido2"], "allowedAAGUIDs": ["A"]}],
}


@pytest.mark.parametrize(
    ("kind", "document", "same"),
    [
        (
            Kind.POLICY,
            POLICY,
            {
                **POLICY,
                "id": "p1",
                "modifiedDateTime": "2026-01-01T00:00:00Z",
                "sessionControls": None,
                "conditions": {
                    **POLICY["conditions"],
                    "users": {
                        "includeUsers": ["all"],
                        "excludeUsers": [],
                        "excludeGroups": ["g2", "g1"],
                    },
                },
            },
        ),
        (
            Kind.NAMED_LOCATION,
            LOCATION,
            {**LOCATION, "id": "l1", "ipRanges": ["2001:db8::/48", "192.0.2.0/24"]},
        ),
        (
            Kind.STRENGTH,
            STRENGTH,
            {
                **STRENGTH,
                "policyType": "custom",
                "description": "",
                "allowedCombinations": ["softwareOath, password", "fido2"],
                "combinationConfigurations": [
                    {"id": "c", "appliesToCombinations": ["fido2"], "allowedAAGUIDs": ["a"]}
                ],
            },
        ),
        (
            Kind.CONTEXT,
            {"displayName": "C1", "isAvailable": True},
            {"id": "c1", "displayName": "C1", "isAvailable": True, "description": None},
        ),
        (Kind.GROUP, {"displayName": "G"}, {"displayName": "G", "securityEnabled": True}),
    ],
)
def test_what_says_nothing_leaves_no_mark(
    kind: Kind, document: dict[str, Any], same: dict[str, Any]
) -> None:
    assert fingerprint(kind, document) == fingerprint(kind, same)


@pytest.mark.parametrize(
    ("kind", "document", "change"),
    [
        (Kind.POLICY, POLICY, {"state": "disabled"}),
        (Kind.POLICY, POLICY, {"displayName": "p"}),
        (
            Kind.POLICY,
            POLICY,
            {"conditions": {**POLICY["conditions"], "platforms": {"includePlatforms": ["all"]}}},
        ),
        (Kind.NAMED_LOCATION, LOCATION, {"isTrusted": False}),
        (Kind.NAMED_LOCATION, LOCATION, {"ipRanges": ["192.0.2.0/24"]}),
        (Kind.STRENGTH, STRENGTH, {"combinationConfigurations": []}),
        (Kind.STRENGTH, STRENGTH, {"allowedCombinations": ["fido2"]}),
        (Kind.CONTEXT, {"displayName": "C"}, {"isAvailable": True}),
    ],
)
def test_a_change_moves_the_fingerprint(
    kind: Kind, document: dict[str, Any], change: dict[str, Any]
) -> None:
    assert fingerprint(kind, document) != fingerprint(kind, {**document, **change})
