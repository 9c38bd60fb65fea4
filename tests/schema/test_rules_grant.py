"""Rules about grant controls: each kept and each broken."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.schema.checking import rule_problems
from tests.schema.builders import APP, BLOCK, GROUP, MFA, STRENGTH, grants, policy

RISK = {"userRiskLevels": ["high"]}
PASSWORD = grants("mfa", "passwordChange")
STRONG = {"authenticationStrength": STRENGTH["authenticationStrength"]}
REGISTER_DEVICE = {"applications": {"includeUserActions": ["urn:user:registerdevice"]}}
REGISTER_INFO = {"applications": {"includeUserActions": ["urn:user:registersecurityinfo"]}}
FILTER = {"deviceFilter": {"mode": "include", "rule": "device.isCompliant -eq True"}}
SENSITIVE = {"mode": "include", "rule": 'CustomSecurityAttribute.Data_Class -eq "x"'}
EVERY_TIME = {"signInFrequency": {"isEnabled": True, "frequencyInterval": "everyTime"}}


def broken(document: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each.path, each.code) for each in rule_problems(document)]


def sentences(document: dict[str, Any]) -> list[str]:
    return [each.message for each in rule_problems(document)]


@pytest.mark.parametrize(
    "document",
    [
        policy(MFA),
        policy(BLOCK),
        policy(STRENGTH),
        policy(grants("mfa", "compliantDevice", operator="OR")),
        policy({"operator": "OR", "termsOfUse": [GROUP]}),
        policy({"operator": "OR", "customAuthenticationFactors": ["DuoMfa"]}),
        policy(PASSWORD, **RISK),
        policy(PASSWORD, session=EVERY_TIME, **RISK),
        policy(grants("passwordChange", **STRONG), **RISK),
        policy(PASSWORD, users={"includeUsers": ["All"], "excludeGroups": [GROUP]}, **RISK),
        policy(grants("riskRemediation", **STRONG), **RISK),
        policy(MFA, **REGISTER_DEVICE),
        policy(STRENGTH, **REGISTER_DEVICE),
        policy(grants("compliantDevice"), **REGISTER_INFO),
        policy(BLOCK, clientAppTypes=["browser"], devices=FILTER, **REGISTER_INFO),
        policy(grants("approvedApplication"), platforms={"includePlatforms": ["iOS", "android"]}),
        policy(grants("compliantApplication"), platforms={"includePlatforms": ["windows"]}),
        policy(
            grants("approvedApplication", "mfa", operator="OR"),
            platforms={"includePlatforms": ["macOS"]},
        ),
        policy(grants("mfa"), platforms={"includePlatforms": ["linux"]}),
    ],
)
def test_what_keeps_the_rules_is_let_through(document: dict[str, Any]) -> None:
    assert broken(document) == []


@pytest.mark.parametrize(
    "grant", [None, {"operator": "OR", "builtInControls": []}, {"operator": "AND"}]
)
def test_a_policy_needs_a_control(grant: object) -> None:
    document = policy(grant, session={"signInFrequency": {"isEnabled": False}})
    assert broken(document) == [("grantControls", "InvalidControls")]


@pytest.mark.parametrize("control", ["mfa", "captcha"])
def test_controls_need_an_operator(control: str) -> None:
    found = broken(policy({"builtInControls": [control]}))
    assert found[0] == ("grantControls.operator", "missingOperator")
    assert {code for _, code in found[1:]} <= {"unknownControl"}


def test_a_control_must_be_known() -> None:
    assert sentences(policy(grants("mfa", "captcha"))) == ["there is no grant control `captcha`"]


def test_mfa_and_a_strength_exclude_each_other() -> None:
    assert sentences(policy(grants("mfa", **STRONG))) == [
        "`mfa` and an authentication strength cannot be used in one policy; take one of them out"
    ]


@pytest.mark.parametrize(
    "more",
    [
        grants("block", "mfa"),
        grants("block", **STRONG),
        grants("block", termsOfUse=[GROUP]),
        grants("block", customAuthenticationFactors=["x"]),
    ],
)
def test_block_stands_alone(more: dict[str, Any]) -> None:
    assert broken(policy(more)) == [("grantControls.builtInControls", "blockWithOthers")]


@pytest.mark.parametrize(
    ("document", "path", "needs"),
    [
        (
            policy(grants("mfa", "passwordChange", operator="OR"), **RISK),
            "grantControls.operator",
            "operator `AND`, because it comes after authentication",
        ),
        (
            policy(grants("passwordChange"), **RISK),
            "grantControls.builtInControls",
            "`mfa` or an authentication strength beside it",
        ),
        (
            policy(grants("mfa", "passwordChange", "compliantDevice"), **RISK),
            "grantControls.builtInControls",
            "no other grant control; take `compliantDevice` out",
        ),
        (policy(PASSWORD), "conditions.userRiskLevels", "a user risk level"),
        (
            policy(PASSWORD, applications={"includeApplications": [APP]}, **RISK),
            "conditions.applications.includeApplications",
            "all resources",
        ),
        (
            policy(
                PASSWORD,
                applications={"includeApplications": ["All"], "excludeApplications": [APP]},
                **RISK,
            ),
            "conditions.applications.excludeApplications",
            "no excluded resource",
        ),
        (
            policy(
                PASSWORD,
                applications={"includeApplications": ["All"], "applicationFilter": SENSITIVE},
                **RISK,
            ),
            "conditions.applications.applicationFilter",
            "no filter for resources",
        ),
        (
            policy(PASSWORD, clientAppTypes=["browser"], **RISK),
            "conditions.clientAppTypes",
            "no other condition; take `clientAppTypes` out",
        ),
        (
            policy(PASSWORD, platforms={"includePlatforms": ["all"]}, **RISK),
            "conditions.platforms",
            "no other condition; take `platforms` out",
        ),
        (
            policy(PASSWORD, locations={"includeLocations": ["All"]}, **RISK),
            "conditions.locations",
            "no other condition; take `locations` out",
        ),
        (
            policy(PASSWORD, signInRiskLevels=["high"], **RISK),
            "conditions.signInRiskLevels",
            "no other condition; take `signInRiskLevels` out",
        ),
        (
            policy(PASSWORD, devices=FILTER, **RISK),
            "conditions.devices",
            "no other condition; take `devices` out",
        ),
    ],
)
def test_password_change_is_for_risky_users_on_all_resources(
    document: dict[str, Any], path: str, needs: str
) -> None:
    assert [(each.path, each.code, each.message) for each in rule_problems(document)] == [
        (path, "InvalidPasswordResetControl", f"`passwordChange` needs {needs}")
    ]


@pytest.mark.parametrize(
    ("grant", "path"),
    [
        (grants("riskRemediation"), "grantControls.authenticationStrength"),
        (grants("riskRemediation", operator="OR", **STRONG), "grantControls.operator"),
    ],
)
def test_risk_remediation_goes_with_a_strength(grant: dict[str, Any], path: str) -> None:
    assert broken(policy(grant, **RISK)) == [(path, "invalidRiskRemediation")]


def test_risk_remediation_excludes_password_change() -> None:
    document = policy(grants("riskRemediation", "passwordChange", **STRONG), **RISK)
    assert "`riskRemediation` needs no `passwordChange` beside it" in sentences(document)


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (policy(grants("compliantDevice"), **REGISTER_DEVICE), "grantControls"),
        (policy(BLOCK, **REGISTER_DEVICE), "grantControls"),
        (policy(clientAppTypes=["browser"], **REGISTER_DEVICE), "conditions.clientAppTypes"),
        (policy(devices=FILTER, **REGISTER_DEVICE), "conditions.devices"),
        (
            policy(deviceStates={"includeStates": ["All"]}, **REGISTER_DEVICE),
            "conditions.deviceStates",
        ),
    ],
)
def test_registering_devices_takes_mfa_and_nothing_of_the_device(
    document: dict[str, Any], path: str
) -> None:
    assert broken(document) == [(path, "invalidRegisterDevice")]


@pytest.mark.parametrize(
    ("grant", "platform"),
    [
        (grants("approvedApplication"), "macOS"),
        (grants("compliantApplication", operator="OR"), "linux"),
        (grants("approvedApplication", "compliantApplication", operator="OR"), "macOS"),
        (grants("compliantApplication", "mfa"), "linux"),
    ],
)
def test_mobile_app_controls_do_not_fit_desktops(grant: dict[str, Any], platform: str) -> None:
    document = policy(grant, platforms={"includePlatforms": ["iOS", platform]})
    assert broken(document) == [("conditions.platforms.includePlatforms", "platformNotSupported")]


@pytest.mark.parametrize(("count", "found"), [(40, []), (41, ["tooManyTermsOfUse"])])
def test_a_policy_names_at_most_forty_terms_of_use(count: int, found: list[str]) -> None:
    terms = [f"11111111-2222-4333-8444-{number:012d}" for number in range(count)]
    document = policy({"operator": "AND", "termsOfUse": terms})
    assert [code for _, code in broken(document)] == found
