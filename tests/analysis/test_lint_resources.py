"""Pitfalls of networks, and of what is reached."""

from __future__ import annotations

from typing import Any

import pytest

from tests.analysis.lint_tenant import (
    BLOCK,
    COMPLIANT,
    EMERGENCY,
    EVERYBODY,
    EXCHANGE,
    MFA,
    PHISHING_RESISTANT,
    STAFF,
    TEAMS,
    country,
    grant,
    office,
    policy,
    reasons,
    sound_tenant,
    strength,
)

REGISTRATION = {"includeUserActions": ["urn:user:registersecurityinfo"]}
AWAY = {"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]}
INTUNE_ENROLLMENT = "d4ebce55-015a-49b5-a083-c84d1797ae8c"
MY_SIGN_INS = "19db86c3-b2b9-44cc-b339-36da233a3be2"
ALL_BUT = {"includeApplications": ["All"], "excludeApplications": ["Office365"]}
EVERY_TIME = {
    "signInFrequency": {"isEnabled": True, "frequencyInterval": "everyTime", "value": None}
}


@pytest.mark.parametrize(
    ("unknown", "locations", "told"),
    [
        (
            False,
            {"includeLocations": ["Far away"]},
            [
                "it blocks the countries of `Far away`; an address of no known country passes",
            ],
        ),
        (True, {"includeLocations": ["Far away"]}, []),
        (False, {"includeLocations": ["All"], "excludeLocations": ["Far away"]}, []),
    ],
)
def test_countries_that_are_not_known(
    locations: dict[str, Any], told: list[str], *, unknown: bool
) -> None:
    document = sound_tenant(
        policy("P", BLOCK, locations=locations),
        namedLocations=[country("Far away", "KP", unknown=unknown)],
    )
    assert reasons(document, "OST801") == told


def test_a_country_for_mfa_is_no_block() -> None:
    document = sound_tenant(
        policy("P", MFA, locations={"includeLocations": ["Far away"]}),
        namedLocations=[country("Far away", "KP")],
    )
    assert reasons(document, "OST801") == []


@pytest.mark.parametrize(
    ("location", "told"),
    [
        (
            office("20.0.0.0/11", "203.0.113.0/24"),
            ["named location `Office` is trusted and takes in `20.0.0.0/11`"],
        ),
        (
            office("2001:db8::/29"),
            ["named location `Office` is trusted and takes in `2001:db8::/29`"],
        ),
        (office("198.51.0.0/16", "2001:db8::/32"), []),
        (office("20.0.0.0/11", isTrusted=False), []),
    ],
)
def test_trust_that_is_too_wide(location: dict[str, Any], told: list[str]) -> None:
    assert reasons(sound_tenant(namedLocations=[location]), "OST802") == told


def test_the_older_setting_is_measured_too() -> None:
    document = sound_tenant()
    document["settings"]["mfaTrustedIps"] = ["20.0.0.0/11"]
    assert reasons(document, "OST802") == [
        "the setting *multifactor authentication trusted IPs* is trusted and takes in `20.0.0.0/11`"
    ]


def test_a_range_that_is_no_network_is_written_by_its_ends() -> None:
    between = {
        "@odata.type": "#microsoft.graph.iPv4Range",
        "lowerAddress": "20.0.0.1",
        "upperAddress": "20.9.0.0",
    }
    document = sound_tenant(namedLocations=[office(ipRanges=[between])])
    assert reasons(document, "OST802") == [
        "named location `Office` is trusted and takes in `20.0.0.1–20.9.0.0`"
    ]


@pytest.mark.parametrize(
    ("ranges", "told"),
    [
        (
            ["10.1.0.0/16", "fd00::/48"],
            [
                "named location `Office` is trusted for `10.1.0.0/16` and `fd00::/48`, from where "
                "no sign-in comes"
            ],
        ),
        (["203.0.113.0/24"], []),
    ],
)
def test_private_addresses(ranges: list[str], told: list[str]) -> None:
    assert reasons(sound_tenant(namedLocations=[office(*ranges)]), "OST803") == told


@pytest.mark.parametrize(
    ("controls", "told"),
    [
        pytest.param(BLOCK, True, id="a block"),
        pytest.param(COMPLIANT, True, id="a device that is not there yet"),
        pytest.param(strength(PHISHING_RESISTANT), True, id="a strength without a pass"),
        pytest.param(MFA, False, id="a pass is mfa"),
        pytest.param(
            strength("00000000-0000-0000-0000-000000000002"), False, id="a strength with a pass"
        ),
        pytest.param(grant("mfa", "compliantDevice", operator="OR"), False, id="one of both"),
    ],
)
def test_the_registration_of_new_staff(controls: dict[str, Any], *, told: bool) -> None:
    users = {**EVERYBODY, "excludeUsers": ["GuestsOrExternalUsers"]}
    document = sound_tenant(policy("P", controls, users=users, apps=REGISTRATION, locations=AWAY))
    expected = [
        "outside every named network it refuses the registration even of somebody who was given a "
        "Temporary Access Pass"
    ]
    assert reasons(document, "OST811") == (expected if told else [])


def test_guests_have_no_pass_to_be_given() -> None:
    guests = {"includeUsers": ["GuestsOrExternalUsers"]}
    document = sound_tenant(policy("P", BLOCK, users=guests, apps=REGISTRATION, locations=AWAY))
    assert reasons(document, "OST811") == []


@pytest.mark.parametrize(
    ("users", "conditions", "told"),
    [
        (
            {"includeUsers": ["GuestsOrExternalUsers"]},
            {},
            "it blocks all guests from every resource, wherever they are",
        ),
        (
            {"includeUsers": ["All"], "excludeGroups": [EMERGENCY]},
            {},
            "it blocks guests who are in no group it excludes from every resource, wherever they "
            "are",
        ),
        ({"includeUsers": ["GuestsOrExternalUsers"]}, {"locations": AWAY}, None),
        ({"includeGroups": [STAFF]}, {}, None),
    ],
)
def test_guests_shut_out(
    users: dict[str, Any], conditions: dict[str, Any], told: str | None
) -> None:
    document = sound_tenant(policy("P", BLOCK, users=users, **conditions))
    assert reasons(document, "OST812") == ([told] if told else [])


@pytest.mark.parametrize(
    ("excluded", "told"),
    [
        (["Office365"], 1),
        (["Office365", MY_SIGN_INS], 0),
    ],
)
def test_guests_without_my_sign_ins(excluded: list[str], told: int) -> None:
    apps = {"includeApplications": ["All"], "excludeApplications": excluded}
    users = {"includeUsers": ["GuestsOrExternalUsers"]}
    document = sound_tenant(policy("P", BLOCK, users=users, apps=apps))
    assert len(reasons(document, "OST813")) == told
    assert reasons(document, "OST812") == []


@pytest.mark.parametrize(
    ("controls", "apps", "told"),
    [
        (COMPLIANT, {"includeApplications": ["All"]}, 1),
        (
            COMPLIANT,
            {"includeApplications": ["All"], "excludeApplications": [INTUNE_ENROLLMENT]},
            0,
        ),
        (COMPLIANT, {"includeApplications": [EXCHANGE]}, 0),
        (grant("compliantDevice", "mfa", operator="OR"), {"includeApplications": ["All"]}, 0),
    ],
)
def test_the_enrolment_of_a_device(
    controls: dict[str, Any], apps: dict[str, Any], told: int
) -> None:
    document = sound_tenant(policy("P", controls, users={"includeGroups": [STAFF]}, apps=apps))
    assert len(reasons(document, "OST814")) == told


@pytest.mark.parametrize(
    ("apps", "told"),
    [
        (
            [TEAMS],
            [
                "`Microsoft Teams Services` is covered and what it shows is not: "
                "`Office 365 Exchange Online`, `Office 365 SharePoint Online` and "
                "`Skype for Business Online`"
            ],
        ),
        (["Office365"], []),
        ([EXCHANGE], []),
    ],
)
def test_services_behind_an_app(apps: list[str], told: list[str]) -> None:
    document = sound_tenant(policy("P", MFA, apps={"includeApplications": apps}))
    assert reasons(document, "OST815") == told


@pytest.mark.parametrize(
    ("mode", "apps", "told"),
    [
        ("legacy", ALL_BUT, ["the tenant is set to legacy, and `P` exclude resources"]),
        ("legacy", {"includeApplications": ["All"]}, []),
        ("enforced", ALL_BUT, []),
    ],
)
def test_baseline_scopes(mode: str, apps: dict[str, Any], told: list[str]) -> None:
    document = sound_tenant(policy("P", COMPLIANT, users={"includeGroups": [STAFF]}, apps=apps))
    document["settings"]["baselineScopes"] = mode
    assert reasons(document, "OST816") == told


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, 1),
        ({"signInRiskLevels": ["high"]}, 0),
        ({"apps": {"includeApplications": [EXCHANGE]}}, 0),
    ],
)
def test_every_time(changed: dict[str, Any], told: int) -> None:
    document = sound_tenant(policy("P", MFA, session=EVERY_TIME, **changed))
    assert len(reasons(document, "OST817")) == told
