"""Pitfalls around emergency access accounts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.analysis.lint_tenant import (
    ALICE,
    BLOCK,
    BREAK_1,
    BREAK_2,
    COMPLIANT,
    EMERGENCY,
    GLOBAL_ADMINISTRATOR,
    PHISHING_RESISTANT,
    STRANGER,
    all_codes,
    country,
    holds,
    person,
    policy,
    reasons,
    registered,
    sound_tenant,
    strength,
)

ALL: dict[str, Any] = {"includeUsers": ["All"]}
BOTH = "`break1@contoso.onmicrosoft.com` and `break2@contoso.onmicrosoft.com`"


def test_nothing_is_found_in_a_sound_tenant() -> None:
    assert all_codes(sound_tenant()) == []


def test_a_block_that_does_not_exclude_the_accounts_is_an_error() -> None:
    document = sound_tenant(policy("Block all", BLOCK, users=ALL))
    assert reasons(document, "OST101") == [
        f"emergency access accounts {BOTH} can be kept out of the admin center: access is blocked"
    ]
    assert "OST111" not in all_codes(document)  # said once, of the accounts


def test_an_account_that_is_excluded_by_name_is_not_told_of() -> None:
    users = {"includeUsers": ["All"], "excludeUsers": [BREAK_1]}
    document = sound_tenant(policy("Compliant", COMPLIANT, users=users))
    assert reasons(document, "OST101") == [
        "emergency access account `break2@contoso.onmicrosoft.com` can be kept out of the admin "
        "center: it asks for something that the account does not have"
    ]


def test_a_report_only_policy_is_told_of_before_it_is_switched_on() -> None:
    document = sound_tenant(
        policy("Compliant", COMPLIANT, users=ALL, state="enabledForReportingButNotEnforced")
    )
    assert reasons(document, "OST101") == []
    assert reasons(document, "OST102") == [
        f"emergency access accounts {BOTH} could be kept out of the admin center: it asks for "
        "something that the account does not have"
    ]


@pytest.mark.parametrize(
    ("conditions", "told"),
    [
        pytest.param({"locations": {"includeLocations": ["All"]}}, True, id="anywhere"),
        pytest.param(
            {"locations": {"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]}},
            True,
            id="nobody chooses the network of an emergency",
        ),
        pytest.param({"signInRiskLevels": ["high"]}, True, id="nor the risk"),
        pytest.param({"clientAppTypes": ["other"]}, False, id="but the client"),
        pytest.param({"platforms": {"includePlatforms": ["iOS"]}}, False, id="and the computer"),
    ],
)
def test_what_an_emergency_leaves_open(conditions: dict[str, Any], *, told: bool) -> None:
    document = sound_tenant(policy("Block", BLOCK, users=ALL, **conditions))
    assert bool(reasons(document, "OST101")) is told


def test_a_country_block_keeps_the_accounts_out() -> None:
    document = sound_tenant(
        policy(
            "Only from home",
            BLOCK,
            users=ALL,
            locations={"includeLocations": ["All"], "excludeLocations": ["Home"]},
        ),
        namedLocations=[country("Home", "NL")],
    )
    assert len(reasons(document, "OST101")) == 1


def test_a_registered_method_that_is_accepted_is_no_trouble() -> None:
    users = {"includeUsers": ["All"], "excludeUsers": ["GuestsOrExternalUsers"]}
    document = sound_tenant(policy("Strong", strength(PHISHING_RESISTANT), users=users))
    assert all_codes(document) == []


def test_a_method_that_is_not_accepted_keeps_the_accounts_out() -> None:
    certificate = {
        "id": "22222222-0000-4000-8000-000000000001",
        "displayName": "Smart card",
        "policyType": "custom",
        "allowedCombinations": ["x509CertificateMultiFactor"],
    }
    document = sound_tenant(
        policy("Strong", strength("22222222-0000-4000-8000-000000000001"), users=ALL),
        authenticationStrengthPolicies=[certificate],
    )
    assert len(reasons(document, "OST101")) == 1


def test_unknown_methods_are_a_warning_once_for_all_policies() -> None:
    document = sound_tenant(
        policy("MFA too", users=ALL),
        policy("Strong", strength(PHISHING_RESISTANT), users=ALL),
        userRegistrationDetails=[],
    )
    assert reasons(document, "OST103") == [
        f"emergency access accounts {BOTH} are asked for a method by `MFA too` and `Strong`, and "
        "the export does not show that one is registered which they accept"
    ]


def test_an_account_without_a_method_would_have_to_register_first() -> None:
    document = sound_tenant(
        policy("MFA too", users=ALL),
        userRegistrationDetails=[
            registered(BREAK_1, mfa=False),
            registered(BREAK_2, "fido2SecurityKey"),
        ],
    )
    assert reasons(document, "OST103") == [
        "emergency access account `break1@contoso.onmicrosoft.com` is asked for a method by "
        "`MFA too`, and the export does not show that one is registered which they accept"
    ]


def test_policies_that_spare_the_admin_center_are_noted() -> None:
    document = sound_tenant(
        policy("Old clients", BLOCK, users=ALL, clientAppTypes=["other"]),
    )
    assert reasons(document, "OST104") == [
        "`Old clients` does not exclude all emergency access accounts; the admin center is not "
        "touched"
    ]


def test_an_exclusion_nobody_can_look_into_is_told_as_unknown() -> None:
    users = {"includeUsers": ["All"], "excludeGroups": [STRANGER]}
    document = sound_tenant(policy("Block all", BLOCK, users=users))
    assert reasons(document, "OST101") == []
    assert reasons(document, "OST105") == [
        "1 policy may apply to the emergency access accounts: who is in the groups they exclude "
        "is not in the export"
    ]


def test_no_declared_account_is_told_once() -> None:
    assert reasons(sound_tenant(settings={}), "OST106") == [
        "the settings of the tenant declare no emergency access account"
    ]


@pytest.mark.parametrize(
    ("users", "told"),
    [
        (None, []),
        ([BREAK_1], ["1 emergency access account can be used"]),
    ],
)
def test_fewer_than_two_accounts(users: list[str] | None, told: list[str]) -> None:
    settings = {"emergencyAccess": users or [EMERGENCY]}
    assert reasons(sound_tenant(settings=settings), "OST107") == told


def test_a_disabled_account_does_not_count() -> None:
    users = [person(BREAK_1, "Break1"), person(BREAK_2, "Break2", accountEnabled=False)]
    assert reasons(sound_tenant(users=users), "OST107") == [
        "1 emergency access account can be used; `break2@contoso.onmicrosoft.com` cannot sign in "
        "(disabled)"
    ]


def test_an_account_without_the_role() -> None:
    document = sound_tenant(roleAssignments=[holds(GLOBAL_ADMINISTRATOR, BREAK_1)])
    assert reasons(document, "OST108") == [
        "emergency access account `break2@contoso.onmicrosoft.com` has no active assignment of "
        "Global Administrator"
    ]


def test_the_role_may_be_held_through_the_group() -> None:
    document = sound_tenant(roleAssignments=[holds(GLOBAL_ADMINISTRATOR, EMERGENCY)])
    assert reasons(document, "OST108") == []


def test_unknown_assignments_are_not_held_against_the_accounts() -> None:
    document = sound_tenant()
    del document["roleAssignments"]
    assert reasons(document, "OST108") == []


def test_a_policy_about_somebody_else_is_nobodys_trouble() -> None:
    document = sound_tenant(policy("Block Alice", BLOCK, users={"includeUsers": [ALICE]}))
    assert all_codes(document) == []
