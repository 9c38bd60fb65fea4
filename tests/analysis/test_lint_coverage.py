"""Pitfalls of coverage: what is not asked though it looks as if it were."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.model.policy import Policy
from tests.analysis.lint_tenant import (
    BLOCK,
    EVERYBODY,
    GLOBAL_ADMINISTRATOR,
    MFA,
    PHISHING_RESISTANT,
    STAFF,
    all_codes,
    grant,
    policy,
    reasons,
    report,
    sound_policies,
    sound_tenant,
    strength,
)

NOBODY = "a member who is in none of the groups that policies name"
GAPS = ("OST211", "OST212", "OST213", "OST214", "OST215", "OST216", "OST217")


def with_mfa(*policies: dict[str, Any], **members: Any) -> dict[str, Any]:
    """The sound tenant with other policies in place of its MFA for everybody."""
    return sound_tenant(*policies, leave_out="mfa", **members)


def gaps(document: dict[str, Any]) -> list[str]:
    """The codes of gaps that are found."""
    return [code for code in all_codes(document) if code in GAPS]


def test_a_tenant_without_mfa() -> None:
    assert reasons(with_mfa(), "OST211") == [f"{NOBODY} reaches a resource with a password alone"]
    # told once: guests, administrators and the first registration go the same way
    assert gaps(with_mfa()) == ["OST211"]


@pytest.mark.parametrize(
    "closing",
    [
        pytest.param(policy("A", MFA), id="mfa"),
        pytest.param(policy("A", strength(PHISHING_RESISTANT)), id="a strength is mfa"),
        pytest.param(policy("A", grant("mfa", "compliantDevice")), id="mfa and more"),
    ],
)
def test_mfa_is_told_by_what_it_does(closing: dict[str, Any]) -> None:
    assert gaps(with_mfa(closing)) == []


@pytest.mark.parametrize(
    "narrow",
    [
        pytest.param({"platforms": {"includePlatforms": ["android"]}}, id="on Android only"),
        pytest.param({"signInRiskLevels": ["high"]}, id="at high risk only"),
        pytest.param({"users": {"includeGroups": [STAFF]}}, id="for a group only"),
        pytest.param({"state": "enabledForReportingButNotEnforced"}, id="report-only"),
        pytest.param({"apps": {"includeApplications": ["Office365"]}}, id="for Office 365 only"),
    ],
)
def test_conditions_narrow_a_policy(narrow: dict[str, Any]) -> None:
    assert gaps(with_mfa(policy("A", MFA, **narrow)))[:1] == ["OST211"]


def test_mfa_outside_the_trusted_network_asks_whoever_is_outside() -> None:
    away = {"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]}
    assert gaps(with_mfa(policy("A", MFA, locations=away))) == []


def test_administrators_are_told_of_where_only_they_are_left_out() -> None:
    users = {"includeUsers": ["All"], "excludeRoles": [GLOBAL_ADMINISTRATOR]}
    assert reasons(with_mfa(policy("A", MFA, users=users)), "OST212") == [
        "a Global Administrator reaches a resource with a password alone"
    ]


def test_guests_are_told_of_where_only_they_are_left_out() -> None:
    users = {"includeUsers": ["All"], "excludeUsers": ["GuestsOrExternalUsers"]}
    assert reasons(with_mfa(policy("A", MFA, users=users)), "OST213") == [
        "a guest reaches a resource with a password alone"
    ]


def test_old_clients_that_nothing_stops() -> None:
    modern = policy("A", MFA, clientAppTypes=["browser", "mobileAppsAndDesktopClients"])
    without = sound_tenant(modern, leave_out="legacy")
    without["conditionalAccessPolicies"].pop(0)
    assert reasons(without, "OST214") == [
        f"{NOBODY} reads mail with a legacy client (basic authentication)"
    ]
    assert reasons(without, "OST215") == []


def test_mfa_for_all_clients_stops_old_ones_too() -> None:
    assert gaps(sound_tenant(leave_out="legacy")) == []


def test_active_sync_left_out_of_the_block() -> None:
    modern = policy("A", MFA, clientAppTypes=["browser", "mobileAppsAndDesktopClients"])
    only_other = policy("Block other", BLOCK, clientAppTypes=["other"])
    document = sound_tenant(modern, only_other, leave_out="legacy")
    document["conditionalAccessPolicies"].pop(0)
    assert reasons(document, "OST214") == []
    assert reasons(document, "OST215") == [
        f"{NOBODY} reads mail with an Exchange ActiveSync client (basic authentication)"
    ]


def test_the_device_code_flow() -> None:
    assert reasons(sound_tenant(leave_out="flow"), "OST216") == [
        f"{NOBODY} completes a device code flow that somebody else began"
    ]


@pytest.mark.parametrize(
    ("controls", "told"),
    [
        pytest.param(BLOCK, False, id="blocked for some"),
        pytest.param(MFA, True, id="mfa is what the victim does"),
        pytest.param(grant("compliantDevice"), False, id="a device is out of reach"),
    ],
)
def test_the_device_code_flow_is_handled_by_what_refuses_it(
    controls: dict[str, Any], *, told: bool
) -> None:
    flow = {"transferMethods": "deviceCodeFlow,authenticationTransfer"}
    users = {"includeUsers": ["All"], "excludeGroups": [STAFF]}
    narrow = policy("Flow", controls, users=users, authenticationFlows=flow)
    away = {"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]}
    narrow["conditions"]["locations"] = away
    assert bool(reasons(sound_tenant(narrow, leave_out="flow"), "OST216")) is told


def test_the_first_registration() -> None:
    office = policy("A", MFA, apps={"includeApplications": ["All"], "excludeApplications": []})
    document = with_mfa(office)
    assert reasons(document, "OST217") == []
    document = with_mfa(
        policy(
            "A",
            MFA,
            apps={"includeApplications": ["All"], "excludeApplications": ["Office365"]},
        ),
        settings={"emergencyAccess": [], "baselineScopes": "enforced"},
    )
    assert reasons(document, "OST217") == []  # All resources covers the registration


def test_the_advice_names_the_policy_that_waits() -> None:
    document = with_mfa(policy("Almost", MFA, state="enabledForReportingButNotEnforced"))
    finding = next(f for f in report(document).findings if f.pitfall.code == "OST211")
    assert finding.fix == (
        "switch on `Almost` (report-only), or require multifactor authentication of all users for "
        "all resources"
    )


def test_policies_that_were_not_read_are_mentioned() -> None:
    broken = policy("Broken", MFA, devices={"deviceFilter": {"mode": "include", "rule": "?"}})
    assert reasons(with_mfa(broken), "OST211") == [
        f"{NOBODY} reaches a resource with a password alone (1 policy could not be read and may "
        "stop it)"
    ]


def test_nothing_is_on() -> None:
    policies = [{**each, "state": "disabled"} for each in sound_policies().values()]
    document = sound_tenant(conditionalAccessPolicies=policies)
    assert reasons(document, "OST201") == [
        "4 policies are in the tenant and none is on: nothing is enforced; what follows holds as "
        "if all of them were on"
    ]
    assert gaps(document) == []


def test_a_tenant_without_policies_is_silent_about_states() -> None:
    document = sound_tenant(conditionalAccessPolicies=[])
    assert all_codes(document) == []


def test_mfa_or_a_device_is_not_mfa() -> None:
    either = policy("Either", grant("mfa", "compliantDevice", operator="OR"))
    assert reasons(with_mfa(either), "OST202") == [
        "MFA is one of 2 choices: on a managed device a password alone is enough, and no other "
        "policy that is on asks for more"
    ]


@pytest.mark.parametrize(
    "policies",
    [
        pytest.param([policy("Both", grant("mfa", "compliantDevice"))], id="both are asked"),
        pytest.param(
            [policy("Either", grant("mfa", "compliantDevice", operator="OR")), policy("A", MFA)],
            id="another policy asks for mfa",
        ),
        pytest.param(
            [policy("Devices", grant("compliantDevice", "domainJoinedDevice", operator="OR"))],
            id="mfa is no choice",
        ),
    ],
)
def test_choices_that_are_no_pitfall(policies: list[dict[str, Any]]) -> None:
    assert reasons(with_mfa(*policies), "OST202") == []


def test_a_strength_that_one_factor_meets() -> None:
    identifier = "22222222-0000-4000-8000-000000000001"
    weak = {
        "id": identifier,
        "displayName": "Convenient",
        "policyType": "custom",
        "allowedCombinations": ["fido2", "sms", "password"],
    }
    document = sound_tenant(
        policy("Convenient", strength(identifier)), authenticationStrengthPolicies=[weak]
    )
    assert reasons(document, "OST203") == [
        "strength `Convenient` accepts `sms` and `password`, which is no multifactor authentication"
    ]
    weak["allowedCombinations"] = ["fido2", "password,sms"]
    document["authenticationStrengthPolicies"] = [weak]
    assert reasons(document, "OST203") == []


def test_a_policy_that_is_off_would_close_gaps() -> None:
    waiting = policy("Waiting", MFA, state="disabled")
    assert reasons(with_mfa(waiting), "OST221") == [
        "it would stop what passes today: members with a password alone, administrators with a "
        "password alone, guests with a password alone and the registration of a first method with "
        "a password alone"
    ]


def test_a_policy_that_is_off_and_changes_nothing_is_left_alone() -> None:
    assert reasons(sound_tenant(policy("Again", MFA, state="disabled")), "OST221") == []


def test_a_policy_on_one_platform_closes_no_gap() -> None:
    narrow = {"includePlatforms": ["windows"]}
    waiting = policy("Waiting", MFA, state="disabled", platforms=narrow)
    assert reasons(with_mfa(waiting), "OST221") == []


def test_a_prover_may_be_asked_in_place_of_the_probes() -> None:
    waiting = policy("Waiting", MFA, state="disabled")
    document = sound_tenant(waiting)

    def closes(each: Policy) -> list[str]:
        return [f"gap of {each.display_name}"]

    told = reasons(document, "OST221", closes=closes)
    assert told == ["it would stop what passes today: gap of Waiting"]


def test_risk_is_looked_at_for_policies_that_wait() -> None:
    risky = policy("Risky", BLOCK, users=EVERYBODY, state="disabled", signInRiskLevels=["high"])
    assert reasons(sound_tenant(risky), "OST221") == [
        "it would stop what passes today: sign-ins of high risk"
    ]


def test_a_policy_that_is_about_nobody_is_no_pitfall_of_choice() -> None:
    nobody = {"includeUsers": ["None"]}
    either = grant("mfa", "compliantDevice", operator="OR")
    assert reasons(with_mfa(policy("Either", either, users=nobody)), "OST202") == []


def test_a_flow_policy_about_nobody_handles_nothing() -> None:
    flow = {"transferMethods": "deviceCodeFlow"}
    nobody = policy("Flow", BLOCK, users={"includeUsers": ["None"]}, authenticationFlows=flow)
    assert len(reasons(sound_tenant(nobody, leave_out="flow"), "OST216")) == 1


def test_passwords_on_managed_devices_are_looked_at_for_policies_that_wait() -> None:
    either = policy("Either", grant("mfa", "compliantDevice", operator="OR"))
    waiting = policy("Waiting", MFA, state="disabled")
    assert reasons(with_mfa(either, waiting), "OST221") == [
        "it would stop what passes today: members with a password alone on managed devices"
    ]


def test_gaps_are_not_told_where_most_policies_were_not_read() -> None:
    broken = {"deviceFilter": {"mode": "include", "rule": "?"}}
    document = with_mfa(*(policy(f"Broken {n}", MFA, devices=broken) for n in range(3)))
    assert gaps(document) == []
