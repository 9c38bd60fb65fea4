"""What a log leaves out: only policies that ask for it are in doubt."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ostiary.engine.decide import decide
from ostiary.engine.policyset import PolicySet
from ostiary.model.addresses import cidr_range
from ostiary.model.decision import PolicyVerdict
from ostiary.model.directory import Directory, NamedLocation, User
from ostiary.model.signin import MISSING, Device, Resources, SignIn, UserIdentity
from ostiary.schema.policy_json import read_policy
from tests.tenant.documents import ALICE, EXCHANGE, policy

OFFICE, ABROAD = "11111111-0000-4000-8000-000000000001", "11111111-0000-4000-8000-000000000002"
DIRECTORY = Directory(
    users={ALICE: User(ALICE)},
    named_locations={
        OFFICE: NamedLocation(OFFICE, trusted=True, ranges=(cidr_range("192.0.2.0/24"),)),
        ABROAD: NamedLocation(ABROAD, "Abroad", countries=frozenset({"FR"})),
    },
)
SIGN_IN = SignIn(UserIdentity(ALICE), Resources((EXCHANGE,)))
APPLIES, DOUBT, NO = "applies", "in doubt", "does not apply"


def _verdict(conditions: dict[str, Any], sign_in: SignIn) -> PolicyVerdict:
    policies = PolicySet([read_policy(policy(conditions=conditions))], DIRECTORY)
    return decide(policies, policies.prepare(sign_in)).policies[0]


def _standing(conditions: dict[str, Any], sign_in: SignIn) -> str:
    verdict = _verdict(conditions, sign_in)
    if not verdict.applies:
        return NO
    return DOUBT if verdict.analysis_reason == "notEnoughInformation" else APPLIES


@pytest.mark.parametrize(
    ("conditions", "fact", "standing"),
    [
        ({"platforms": {"includePlatforms": ["all"]}}, "platform", APPLIES),
        ({"platforms": {"includePlatforms": ["iOS"]}}, "platform", DOUBT),
        (
            {"platforms": {"includePlatforms": ["all"], "excludePlatforms": ["iOS"]}},
            "platform",
            DOUBT,
        ),
        ({"clientAppTypes": ["all"]}, "client_app_type", APPLIES),
        ({"clientAppTypes": ["browser"]}, "client_app_type", DOUBT),
        ({"locations": {"includeLocations": ["All"]}}, "address", APPLIES),
        (
            {"locations": {"includeLocations": ["All"], "excludeLocations": [OFFICE]}},
            "address",
            DOUBT,
        ),
        (
            {"locations": {"includeLocations": ["All"], "excludeLocations": ["All"]}},
            "address",
            NO,
        ),
        ({"signInRiskLevels": ["high"]}, "sign_in_risk", DOUBT),
        ({}, "target", DOUBT),
    ],
)
def test_a_fact_that_nobody_recorded(conditions: dict[str, Any], fact: str, standing: str) -> None:
    assert _standing(conditions, replace(SIGN_IN, **{fact: MISSING})) == standing


@pytest.mark.parametrize(
    ("locations", "address", "standing"),
    [
        ({"includeLocations": [OFFICE]}, "192.0.2.1", APPLIES),
        ({"includeLocations": [OFFICE]}, "198.51.100.1", NO),
        ({"includeLocations": ["AllTrusted"]}, "198.51.100.1", NO),
        ({"includeLocations": [ABROAD]}, "192.0.2.1", DOUBT),
        ({"includeLocations": ["All"], "excludeLocations": [ABROAD]}, "192.0.2.1", DOUBT),
        ({"includeLocations": ["All"], "excludeLocations": [OFFICE]}, "192.0.2.1", NO),
    ],
)
def test_without_a_country_addresses_still_tell(
    locations: dict[str, Any], address: str, standing: str
) -> None:
    sign_in = replace(SIGN_IN, address=address, country=MISSING)
    assert _standing({"locations": locations}, sign_in) == standing


def test_the_doubt_names_the_address() -> None:
    sign_in = replace(SIGN_IN, address="192.0.2.1", country=MISSING)
    (reason,) = _verdict({"locations": {"includeLocations": [ABROAD]}}, sign_in).reasons
    assert reason.sentence == (
        "whether IP address 192.0.2.1 is in named location `Abroad` is unknown, "
        "so it may be included"
    )


TOLD = Device((("iscompliant", False), ("trusttype", "ServerAD")))
LOGGED = replace(TOLD, recorded=frozenset({"iscompliant", "trusttype", "mdmappid"}))


@pytest.mark.parametrize(
    ("rule", "whole", "logged"),
    [
        ('device.trustType -eq "ServerAD"', APPLIES, APPLIES),
        ('device.trustType -ne "ServerAD"', NO, NO),
        ("device.isCompliant -eq True", NO, NO),
        ('device.mdmAppId -eq "x"', NO, NO),
        ('device.model -eq "Surface"', NO, DOUBT),
        ('device.model -ne "Surface"', APPLIES, DOUBT),
        ('device.extensionAttribute1 -eq "SAW"', NO, DOUBT),
        ('device.model -eq "Surface" -or device.trustType -eq "ServerAD"', APPLIES, APPLIES),
        ('device.model -eq "Surface" -and device.isCompliant -eq True', NO, NO),
    ],
)
def test_properties_of_a_device_that_the_source_does_not_tell(
    rule: str, whole: str, logged: str
) -> None:
    conditions = {"devices": {"deviceFilter": {"mode": "include", "rule": rule}}}
    assert _standing(conditions, replace(SIGN_IN, device=TOLD)) == whole
    assert _standing(conditions, replace(SIGN_IN, device=LOGGED)) == logged
