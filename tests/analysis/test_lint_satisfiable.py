"""Pitfalls of policies that nobody, or nobody of some kind, can satisfy."""

from __future__ import annotations

from typing import Any

import pytest

from tests.analysis.lint_tenant import (
    ALICE,
    BLOCK,
    BOB,
    COMPLIANT,
    MFA,
    PHISHING_RESISTANT,
    STAFF,
    TENANT,
    all_codes,
    grant,
    policy,
    reasons,
    registered,
    sound_tenant,
    strength,
)

MEMBERS = {"includeGroups": [STAFF]}
CERTIFICATE = "22222222-0000-4000-8000-000000000001"
TERMS = "33333333-0000-4000-8000-000000000001"
ON_LINUX = {"includePlatforms": ["linux", "macOS"]}


def custom(*combinations: str, **members: Any) -> list[dict[str, Any]]:
    """A strength of the tenant's own."""
    return [
        {
            "id": CERTIFICATE,
            "displayName": "Smart card",
            "policyType": "custom",
            "allowedCombinations": list(combinations),
            **members,
        }
    ]


@pytest.mark.parametrize(
    ("controls", "conditions", "told"),
    [
        (
            grant("domainJoinedDevice"),
            {"platforms": ON_LINUX},
            "what it asks for cannot be had on macOS and Linux: everybody it is about is blocked",
        ),
        (
            grant("compliantDevice", "approvedApplication"),
            {"platforms": {"includePlatforms": ["windows"]}},
            "what it asks for cannot be had on Windows: everybody it is about is blocked",
        ),
        (grant("domainJoinedDevice", "mfa", operator="OR"), {"platforms": ON_LINUX}, None),
        (grant("compliantDevice"), {"platforms": ON_LINUX}, None),
        (BLOCK, {"platforms": ON_LINUX}, None),
    ],
)
def test_controls_that_conditions_rule_out(
    controls: dict[str, Any], conditions: dict[str, Any], told: str | None
) -> None:
    document = sound_tenant(policy("P", controls, users=MEMBERS, **conditions))
    assert reasons(document, "OST401") == ([told] if told else [])


def test_keys_and_certificates_of_a_strength_can_be_had() -> None:
    limited = custom(
        "fido2",
        "x509CertificateMultiFactor",
        combinationConfigurations=[
            {
                "@odata.type": "#microsoft.graph.fido2CombinationConfiguration",
                "appliesToCombinations": ["fido2"],
                "allowedAAGUIDs": ["cb69481e-8ff7-4039-93ec-0a2729a154a8"],
            }
        ],
    )
    document = sound_tenant(
        policy("P", strength(CERTIFICATE), users=MEMBERS), authenticationStrengthPolicies=limited
    )
    assert reasons(document, "OST401") == []


def test_terms_of_use_can_be_accepted() -> None:
    document = sound_tenant(
        policy("P", grant(termsOfUse=[TERMS]), users=MEMBERS),
        agreements=[{"id": TERMS, "displayName": "Terms"}],
    )
    assert all_codes(document) == []


@pytest.mark.parametrize(
    ("conditions", "told"),
    [
        (
            {"clientAppTypes": ["exchangeActiveSync", "other"]},
            ["legacy clients cannot meet what it asks for: it blocks them"],
        ),
        (
            {"authenticationFlows": {"transferMethods": "deviceCodeFlow"}},
            ["device code flows cannot meet what it asks for: it blocks them"],
        ),
        ({}, []),
    ],
)
def test_a_grant_that_acts_as_a_block(conditions: dict[str, Any], told: list[str]) -> None:
    document = sound_tenant(policy("P", COMPLIANT, users=MEMBERS, **conditions))
    assert reasons(document, "OST402") == told
    assert reasons(document, "OST401") == []


@pytest.mark.parametrize(
    ("controls", "told"),
    [
        (grant("domainJoinedDevice"), ["nobody on Android, iOS, macOS and Linux can satisfy it"]),
        (grant("compliantApplication"), ["nobody on macOS and Linux can satisfy it"]),
        (grant("domainJoinedDevice", "compliantDevice", operator="OR"), []),
        (grant("mfa"), []),
    ],
)
def test_platforms_on_which_nobody_can(controls: dict[str, Any], told: list[str]) -> None:
    document = sound_tenant(policy("P", controls, users=MEMBERS))
    assert reasons(document, "OST403") == told


@pytest.mark.parametrize(
    ("controls", "told"),
    [
        (COMPLIANT, "*Require device to be marked as compliant*"),
        (
            grant("compliantDevice", "domainJoinedDevice", operator="OR"),
            "*Require device to be marked as compliant* or *Require Microsoft Entra hybrid joined "
            "device*",
        ),
        (
            strength(PHISHING_RESISTANT),
            "*Require authentication strength `Phishing-resistant MFA`*",
        ),
        (MFA, None),
        (grant("mfa", "compliantDevice", operator="OR"), None),
        (BLOCK, None),
    ],
)
def test_external_users(controls: dict[str, Any], told: str | None) -> None:
    document = sound_tenant(policy("P", controls))
    expected = [f"external users are in scope and cannot meet {told}"] if told else []
    assert reasons(document, "OST404") == expected


def test_trust_lets_external_users_comply() -> None:
    trust = {"default": {"compliantDevice": True}}
    document = sound_tenant(policy("P", COMPLIANT))
    document["settings"]["inboundTrust"] = trust
    assert reasons(document, "OST404") == []


def test_a_policy_for_guests_alone_is_told_as_theirs() -> None:
    guests = {
        "includeGuestsOrExternalUsers": {
            "guestOrExternalUserTypes": "b2bCollaborationGuest",
            "externalTenants": {
                "@odata.type": "#microsoft.graph.conditionalAccessEnumeratedExternalTenants",
                "membershipKind": "enumerated",
                "members": [TENANT],
            },
        }
    }
    document = sound_tenant(policy("P", COMPLIANT, users=guests))
    assert reasons(document, "OST401") == []
    assert len(reasons(document, "OST404")) == 1


def test_a_policy_that_excludes_guests_is_not_about_them() -> None:
    users = {"includeUsers": ["All"], "excludeUsers": ["GuestsOrExternalUsers"]}
    assert reasons(sound_tenant(policy("P", COMPLIANT, users=users)), "OST404") == []


def with_certificates(*registrations: dict[str, Any]) -> dict[str, Any]:
    """A tenant that asks its staff for certificates."""
    return sound_tenant(
        policy("Cards", strength(CERTIFICATE), users=MEMBERS),
        authenticationStrengthPolicies=custom("x509CertificateMultiFactor"),
        userRegistrationDetails=list(registrations),
    )


def test_nobody_has_registered_what_a_strength_accepts() -> None:
    document = with_certificates(registered(ALICE, "fido2SecurityKey"), registered(BOB, "sms"))
    assert reasons(document, "OST405") == [
        "of 2 users in scope none has registered a method it accepts"
    ]
    assert reasons(document, "OST406") == []


def test_some_have_registered_what_a_strength_accepts() -> None:
    document = with_certificates(
        registered(ALICE, "fido2SecurityKey"), registered(BOB, "x509CertificateMultiFactor")
    )
    assert reasons(document, "OST405") == []
    assert reasons(document, "OST406") == [
        "1 of 2 users in scope would be refused: no method registered that it accepts, and none "
        "can be registered on the way"
    ]


def test_unknown_methods_are_counted_apart() -> None:
    document = with_certificates(registered(ALICE, "fido2SecurityKey"))
    assert reasons(document, "OST405") == []
    assert reasons(document, "OST406") == [
        "1 of 1 user in scope would be refused: no method registered that it accepts, and none "
        "can be registered on the way (the methods of 1 more are unknown)"
    ]


@pytest.mark.parametrize(
    "registrations",
    [
        pytest.param([], id="nothing is known"),
        pytest.param(
            [
                registered(ALICE, "x509CertificateMultiFactor"),
                registered(BOB, "x509CertificateMultiFactor"),
            ],
            id="everybody has one",
        ),
    ],
)
def test_registrations_that_are_no_pitfall(registrations: list[dict[str, Any]]) -> None:
    document = with_certificates(*registrations)
    assert reasons(document, "OST405") + reasons(document, "OST406") == []


def test_what_can_be_registered_on_the_way_locks_nobody_out() -> None:
    users = {"includeGroups": [STAFF]}
    document = sound_tenant(
        policy("Keys", strength(PHISHING_RESISTANT), users=users),
        userRegistrationDetails=[registered(ALICE, "sms"), registered(BOB, "sms")],
    )
    assert reasons(document, "OST405") + reasons(document, "OST406") == []


def test_both_risks_in_one_policy() -> None:
    both = policy("Risk", BLOCK, signInRiskLevels=["high"], userRiskLevels=["high"])
    assert reasons(sound_tenant(both), "OST407") == [
        "it applies only while sign-in and user are at risk at once"
    ]
    one = policy("Risk", BLOCK, signInRiskLevels=["high"])
    assert reasons(sound_tenant(one), "OST407") == []


def test_disabled_policies_and_accounts_are_left_out() -> None:
    document = with_certificates(registered(ALICE, "sms"), registered(BOB, "sms"))
    document["conditionalAccessPolicies"][-1]["state"] = "disabled"
    assert reasons(document, "OST405") + reasons(document, "OST406") == []
    document["conditionalAccessPolicies"][-1]["state"] = "enabled"
    document["users"][-1]["accountEnabled"] = False
    assert reasons(document, "OST405") == [
        "of 1 user in scope none has registered a method it accepts"
    ]


def test_agents_and_applications_by_attribute_are_tried_too() -> None:
    attribute = "CustomSecurityAttribute.Purpose_Data"
    by_attribute: dict[str, Any] = {
        "includeApplications": [],
        "applicationFilter": {"mode": "include", "rule": f'{attribute} -eq "secret"'},
    }
    document = sound_tenant(
        policy("Agents", grant("domainJoinedDevice"), users={"includeUsers": ["AllAgentIdUsers"]}),
        policy("Secret", grant("domainJoinedDevice"), users=MEMBERS, apps=by_attribute),
        applications=[
            {
                "appId": CERTIFICATE,
                "displayName": "Vault",
                "customSecurityAttributes": {"Purpose": {"Data": "secret"}},
            }
        ],
    )
    assert reasons(document, "OST401") == []
    assert len(reasons(document, "OST403")) == 2
