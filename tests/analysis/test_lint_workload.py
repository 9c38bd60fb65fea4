"""Pitfalls of service accounts and workload identities."""

from __future__ import annotations

from typing import Any

import pytest

from tests.analysis.lint_tenant import (
    BLOCK,
    COMPLIANT,
    EMERGENCY,
    OFFICE,
    STRANGER,
    SYNCHRONIZATION,
    country,
    holds,
    office,
    person,
    policy,
    reasons,
    registered,
    sound_tenant,
)

ROBOT = "aaaaaaaa-0000-4000-8000-000000000009"


def having(account: dict[str, Any], *policies: dict[str, Any]) -> dict[str, Any]:
    """The sound tenant with one more account."""
    document = sound_tenant(*policies)
    document["users"].append(account)
    return document


@pytest.mark.parametrize(
    ("account", "told"),
    [
        (person(ROBOT, "svc-backup"), True),
        (person(ROBOT, "scan2mail"), True),
        (person(ROBOT, "HR.Service"), True),
        (person(ROBOT, "x1", displayName="SAP service account"), True),
        (person(ROBOT, "Servicia"), False),
        (person(ROBOT, "Bottomley"), False),
        (person(ROBOT, "svc-old", accountEnabled=False), False),
    ],
)
def test_accounts_that_look_like_service_accounts(account: dict[str, Any], *, told: bool) -> None:
    name = account["userPrincipalName"]
    expected = [
        f"1 account that looks like a service account (`{name}`) is in scope of `Require MFA`"
    ]
    assert reasons(having(account), "OST501") == (expected if told else [])


def test_whoever_registered_for_mfa_is_a_person() -> None:
    document = having(person(ROBOT, "svc-desk"))
    document["userRegistrationDetails"].append(registered(ROBOT, "sms"))
    assert reasons(document, "OST501") == []


def test_an_excluded_service_account_is_not_told_of() -> None:
    document = having(person(ROBOT, "svc-backup"))
    document["groups"][0]["members"].append(ROBOT)
    assert reasons(document, "OST501") == []


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({}, id="by its role"),
        pytest.param({"userPrincipalName": "Sync_DC01_1a2b3c@contoso.onmicrosoft.com"}, id="name"),
    ],
)
def test_a_synchronisation_account_that_is_stopped(more: dict[str, Any]) -> None:
    document = having(person(ROBOT, "x", **more))
    if not more:
        document["roleAssignments"].append(holds(SYNCHRONIZATION, ROBOT))
    name = document["users"][-1]["userPrincipalName"]
    assert reasons(document, "OST502") == [
        f"the directory synchronization account `{name}` is in scope and cannot satisfy it"
    ]
    assert reasons(document, "OST501") + reasons(document, "OST503") == []


def test_the_excluded_role_lets_the_synchronisation_pass() -> None:
    document = having(person(ROBOT, "x"))
    document["roleAssignments"].append(holds(SYNCHRONIZATION, ROBOT))
    for each in document["conditionalAccessPolicies"]:
        each["conditions"]["users"]["excludeRoles"] = [SYNCHRONIZATION]
    assert reasons(document, "OST502") == []


def test_a_tenant_that_shows_no_synchronisation_is_left_alone() -> None:
    assert reasons(sound_tenant(), "OST503") == []


def test_an_export_without_people_cannot_show_it() -> None:
    document = sound_tenant(policy("Devices", COMPLIANT))
    for key in ("users", "groups", "roleAssignments", "userRegistrationDetails", "settings"):
        del document[key]
    assert reasons(document, "OST503") == [
        "2 policies would stop a directory synchronization account; the export does not show "
        "whether there is one"
    ]
    for each in document["conditionalAccessPolicies"]:
        each["conditions"]["users"]["excludeRoles"] = [SYNCHRONIZATION]
    assert reasons(document, "OST503") == []


def workload(name: str, *, principals: list[str], location: str) -> dict[str, Any]:
    """A policy that blocks workload identities outside a location."""
    return policy(
        name,
        BLOCK,
        users={"includeUsers": ["None"]},
        clientApplications={"includeServicePrincipals": principals},
        locations={"includeLocations": ["All"], "excludeLocations": [location]},
    )


def test_workload_identities_by_country() -> None:
    document = sound_tenant(
        workload("W", principals=[STRANGER], location="Home"),
        namedLocations=[country("Home", "NL")],
    )
    assert reasons(document, "OST511") == [
        "it judges workload identities by the countries of `Home`"
    ]
    by_address = sound_tenant(workload("W", principals=[STRANGER], location=OFFICE))
    assert reasons(by_address, "OST511") == []


def test_a_country_for_people_is_no_such_pitfall() -> None:
    people = policy("P", BLOCK, locations={"includeLocations": ["Home"]})
    document = sound_tenant(people, namedLocations=[office(), country("Home", "NL")])
    assert reasons(document, "OST511") == []


def test_every_service_principal_bound_to_a_network() -> None:
    every = workload("W", principals=["ServicePrincipalsInMyTenant"], location=OFFICE)
    assert reasons(sound_tenant(every), "OST512") == [
        "every service principal of the tenant is blocked outside a network; those on hosted "
        "runners have no fixed address"
    ]
    one = workload("W", principals=[STRANGER], location=OFFICE)
    assert reasons(sound_tenant(one), "OST512") == []


def test_policies_for_workload_identities_are_not_about_people() -> None:
    every = workload("W", principals=["ServicePrincipalsInMyTenant"], location=OFFICE)
    document = sound_tenant(every, settings={"emergencyAccess": [EMERGENCY]})
    assert reasons(document, "OST101") == []
    assert reasons(document, "OST704") == []


def test_a_service_account_that_no_policy_asks_is_not_told_of() -> None:
    document = having(person(ROBOT, "svc-backup"))
    for each in document["conditionalAccessPolicies"]:
        each["conditions"]["users"]["excludeUsers"] = [ROBOT]
    assert reasons(document, "OST501") == []


def test_a_known_synchronisation_account_is_not_told_as_unknown() -> None:
    document = having(person(ROBOT, "Sync_DC01_1a2b"))
    del document["roleAssignments"]
    assert reasons(document, "OST503") == []
    assert len(reasons(document, "OST502")) == 1
