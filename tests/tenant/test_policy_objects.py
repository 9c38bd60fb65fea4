"""Named locations, strengths and agreements from raw objects."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.model.addresses import AddressRange, address_number, cidr_range
from ostiary.model.directory import (
    Agreement,
    AuthenticationStrength,
    CombinationLimit,
    Directory,
    NamedLocation,
)
from ostiary.tenant.catalogue import NO_CATALOGUE
from ostiary.tenant.directory_json import ReadDirectory, read_directory
from ostiary.tenant.reading import read_raw


def read(**members: Any) -> ReadDirectory:
    return read_directory(read_raw(members), NO_CATALOGUE)


def directory(**members: Any) -> Directory:
    return read(**members).directory


def codes(found: ReadDirectory) -> list[str]:
    return [warning.code for warning in found.warnings]


def test_ip_locations_take_all_four_kinds_of_range() -> None:
    ranges: list[Any] = [
        {"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "192.0.2.0/24"},
        {"cidrAddress": "2001:db8::/32"},
        {"lowerAddress": "192.0.2.1", "upperAddress": "192.0.2.9"},
        {"lowerAddress": "2001:db8::1", "upperAddress": "2001:db8::9"},
        "198.51.100.0/24",
    ]
    location = {"Id": "L", "DisplayName": "HQ", "IsTrusted": True, "IpRanges": ranges}
    assert directory(namedLocations=[location]).named_locations == {
        "l": NamedLocation(
            "l",
            "HQ",
            trusted=True,
            ranges=(
                cidr_range("192.0.2.0/24"),
                cidr_range("2001:db8::/32"),
                AddressRange(address_number("192.0.2.1"), address_number("192.0.2.9")),
                AddressRange(address_number("2001:db8::1"), address_number("2001:db8::9")),
                cidr_range("198.51.100.0/24"),
            ),
        )
    }


def test_country_locations_are_upper_case() -> None:
    location = {"id": "l", "countriesAndRegions": ["fr"], "includeUnknownCountriesAndRegions": True}
    assert directory(namedLocations=[location]).named_locations["l"] == NamedLocation(
        "l", countries=frozenset({"FR"}), unknown_countries=True
    )


UNTOLD: list[tuple[dict[str, Any], str, str]] = [
    (
        {"ipRanges": [{"cidrAddress": "300.1.1.1/8"}]},
        "invalidRange",
        "expected a range such as `192.0.2.0/24`, came `300.1.1.1/8`",
    ),
    (
        {"ipRanges": [{"lowerAddress": "192.0.2.9", "upperAddress": "192.0.2.1"}]},
        "invalidRange",
        "expected two addresses in order, came `192.0.2.9` and `192.0.2.1`",
    ),
    ({"ipRanges": [{}]}, "invalidRange", "expected `cidrAddress`, or `lowerAddress`"),
    (
        {"@odata.type": "#microsoft.graph.compliantNetworkNamedLocation"},
        "locationNotUnderstood",
        "has neither IP ranges nor countries",
    ),
]


@pytest.mark.parametrize(
    ("location", "code", "sentence"),
    UNTOLD,
)
def test_a_location_that_cannot_be_told_is_kept_as_unknown(
    location: dict[str, Any], code: str, sentence: str
) -> None:
    found = read(namedLocations=[{"id": "l", "displayName": "HQ", **location}])
    assert not found.directory.named_locations["l"].understood
    (warning,) = found.warnings
    assert warning.code == code
    assert warning.source == "document#/namedLocations/0"
    assert "named location `HQ`" in warning.message
    assert sentence in warning.message


def test_strengths_keep_combinations_and_limits_beside_the_built_in_ones() -> None:
    strength = {
        "id": "S",
        "displayName": "Keys",
        "policyType": "custom",
        "allowedCombinations": ["fido2", "password, SMS"],
        "combinationConfigurations": [
            {"allowedAAGUIDs": ["CB69"], "appliesToCombinations": ["fido2"]},
            {
                "allowedIssuerSkis": ["9A"],
                "allowedPolicyOIDs": ["1.2.3"],
                "appliesToCombinations": ["x509CertificateMultiFactor"],
            },
        ],
    }
    found = directory(authenticationStrengthPolicies=[strength]).strengths
    assert len(found) == 4
    assert found["s"] == AuthenticationStrength(
        "s",
        "Keys",
        (frozenset({"fido2"}), frozenset({"password", "sms"})),
        (
            CombinationLimit(frozenset({frozenset({"fido2"})}), aaguids=frozenset({"cb69"})),
            CombinationLimit(
                frozenset({frozenset({"x509CertificateMultiFactor"})}),
                issuer_skis=frozenset({"9a"}),
                policy_oids=frozenset({"1.2.3"}),
            ),
        ),
    )


def test_a_built_in_strength_of_the_document_replaces_ours() -> None:
    identifier = "00000000-0000-0000-0000-000000000004"
    strength = {"id": identifier, "policyType": "builtIn", "allowedCombinations": ["fido2"]}
    found = directory(authenticationStrengthPolicies=[strength]).strengths
    assert found[identifier].combinations == (frozenset({"fido2"}),)
    assert found[identifier].built_in


@pytest.mark.parametrize(
    ("frequency", "days", "warned"),
    [
        (None, None, []),
        ("P30D", 30, []),
        ("P1M", 30, ["approximateDuration"]),
        ("P1Y2M3D", 428, ["approximateDuration"]),
        ("P2W", 14, ["approximateDuration"]),
        ("PT12H", 1, ["approximateDuration"]),
        ("P1DT1H", 2, ["approximateDuration"]),
        ("monthly", None, ["invalidDuration"]),
        ("P", None, ["invalidDuration"]),
        ("P0D", None, ["invalidDuration"]),
    ],
)
def test_agreements_are_accepted_again_after_whole_days(
    frequency: str | None, days: int | None, warned: list[str]
) -> None:
    agreement = {"id": "a", "userReacceptRequiredFrequency": frequency}
    found = read(agreements=[{**agreement, "isPerDeviceAcceptanceRequired": True}])
    assert found.directory.agreements["a"] == Agreement("a", "", days, per_device=True)
    assert codes(found) == warned


def test_expiry_of_terms_by_the_calendar_is_said_to_be_ignored() -> None:
    expiry = {"startDateTime": "2026-01-01T00:00:00Z", "frequency": "P365D"}
    assert codes(read(agreements=[{"id": "a", "termsExpiration": expiry}])) == ["expirationIgnored"]
