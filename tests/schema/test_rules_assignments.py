"""Rules about who and what a policy is for: each kept and each broken."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.schema.checking import check_policy, rule_problems
from ostiary.schema.rules import REFERENCE_RULES, RULES, References
from tests.schema.builders import APP, BLOCK, CUSTOM_STRENGTH, GROUP, LOCATION, WORKLOAD, policy

ALL_TENANTS = {"membershipKind": "all"}


def broken(document: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each.path, each.code) for each in rule_problems(document)]


def guests(**members: object) -> dict[str, Any]:
    return {"users": {"includeGuestsOrExternalUsers": members}}


def workload(**conditions: Any) -> dict[str, Any]:
    return policy(BLOCK, **{**WORKLOAD, **conditions})


@pytest.mark.parametrize(
    "document",
    [
        policy(users={"includeUsers": ["None"]}),
        policy(users={"includeGroups": [GROUP]}),
        policy(**guests(guestOrExternalUserTypes="serviceProvider", externalTenants=ALL_TENANTS)),
        policy(applications={"includeApplications": ["None"]}),
        policy(applications={"includeAuthenticationContextClassReferences": ["c1", "c99", "C42"]}),
        workload(),
        workload(users={"includeUsers": ["None"], "excludeUsers": []}),
        workload(locations={"includeLocations": ["All"]}, servicePrincipalRiskLevels=["high"]),
        workload(applications={"includeAuthenticationContextClassReferences": ["c1"]}),
        policy(deviceStates={"includeStates": ["All"]}),
    ],
)
def test_what_keeps_the_rules_is_let_through(document: dict[str, Any]) -> None:
    assert broken(document) == []


@pytest.mark.parametrize("name", [None, "", "  "])
def test_a_policy_has_a_name(name: object) -> None:
    assert broken(policy() | {"displayName": name}) == [("displayName", "missingName")]


@pytest.mark.parametrize(
    "users", [None, {}, {"includeUsers": []}, {"excludeUsers": ["GuestsOrExternalUsers"]}]
)
def test_a_policy_is_for_somebody(users: object) -> None:
    assert broken(policy(users=users)) == [("conditions.users", "nobodyIncluded")]


@pytest.mark.parametrize("applications", [None, {}, {"excludeApplications": [APP]}])
def test_a_policy_is_for_something(applications: object) -> None:
    assert broken(policy(applications=applications)) == [("conditions.applications", "1011")]


@pytest.mark.parametrize(
    "more",
    [
        {"includeUserActions": ["urn:user:registersecurityinfo"]},
        {"includeAuthenticationContextClassReferences": ["c1"]},
    ],
)
def test_a_policy_has_one_kind_of_target(more: dict[str, Any]) -> None:
    document = policy(applications={"includeApplications": [APP], **more})
    assert broken(document) == [("conditions.applications", "1012")]


@pytest.mark.parametrize("context", ["c0", "c100", "c01", "d1", "1", "c"])
def test_contexts_are_c1_to_c99(context: str) -> None:
    document = policy(applications={"includeAuthenticationContextClassReferences": [context]})
    assert [each.message for each in rule_problems(document)] == [
        f"expected `c1` to `c99`, came `{context}`"
    ]


def test_guest_tenants_belong_to_guest_types() -> None:
    assert [path for path, _ in broken(policy(**guests(externalTenants=ALL_TENANTS)))] == [
        "conditions.users.includeGuestsOrExternalUsers.guestOrExternalUserTypes"
    ]


def test_enumerated_tenants_are_named() -> None:
    tenants: dict[str, Any] = {"membershipKind": "enumerated", "members": []}
    document = policy(**guests(guestOrExternalUserTypes="internalGuest", externalTenants=tenants))
    assert [code for _, code in broken(document)] == ["missingTenants"]


def test_device_states_do_not_stand_beside_a_filter() -> None:
    document = policy(
        deviceStates={"includeStates": ["All"]},
        devices={"deviceFilter": {"mode": "include", "rule": "device.isCompliant -eq True"}},
    )
    assert broken(document) == [("conditions.deviceStates", "deviceStatesWithFilter")]


@pytest.mark.parametrize(
    "member",
    [
        {"includeUsers": ["All"]},
        {"excludeGroups": [GROUP]},
        {"includeGuestsOrExternalUsers": {"guestOrExternalUserTypes": "internalGuest"}},
    ],
)
def test_a_workload_policy_selects_no_users(member: dict[str, Any]) -> None:
    assert [code for _, code in broken(workload(users=member))] == ["usersWithWorkloads"]


@pytest.mark.parametrize(
    "grant",
    [
        {"operator": "OR", "builtInControls": ["mfa"]},
        {"operator": "OR", "builtInControls": ["compliantDevice"]},
        {"operator": "OR", "termsOfUse": [GROUP]},
        {"operator": "OR", "authenticationStrength": {"id": CUSTOM_STRENGTH}},
    ],
)
def test_a_workload_can_only_be_blocked(grant: dict[str, Any]) -> None:
    assert broken(policy(grant, **WORKLOAD)) == [("grantControls", "workloadsCanOnlyBeBlocked")]


@pytest.mark.parametrize(
    ("conditions", "key"),
    [
        ({"platforms": {"includePlatforms": ["all"]}}, "platforms"),
        ({"clientAppTypes": ["browser"]}, "clientAppTypes"),
        ({"signInRiskLevels": ["high"]}, "signInRiskLevels"),
        ({"userRiskLevels": ["high"]}, "userRiskLevels"),
        ({"authenticationFlows": {"transferMethods": "deviceCodeFlow"}}, "authenticationFlows"),
        ({"insiderRiskLevels": "minor"}, "insiderRiskLevels"),
    ],
)
def test_few_conditions_say_anything_of_workloads(conditions: dict[str, Any], key: str) -> None:
    assert broken(workload(**conditions)) == [(f"conditions.{key}", "conditionNotForWorkloads")]


REFERENCES = References(frozenset({LOCATION}), frozenset({CUSTOM_STRENGTH}))


def referring(document: dict[str, Any]) -> list[tuple[str, str]]:
    problems = check_policy(document, references=REFERENCES)
    return [(each.code, each.message) for each in problems]


@pytest.mark.parametrize(
    "document",
    [
        policy(locations={"includeLocations": ["AllTrusted", LOCATION.upper()]}),
        policy(locations={"includeLocations": ["00000000-0000-0000-0000-000000000000"]}),
        policy({"operator": "OR", "authenticationStrength": {"id": CUSTOM_STRENGTH}}),
        policy(users={"includeUsers": ["aaaaaaaa-ffff-4000-8000-000000000001"]}),
        policy(applications={"includeApplications": ["office365", APP]}),
    ],
)
def test_references_that_hold_are_let_through(document: dict[str, Any]) -> None:
    assert referring(document) == []


@pytest.mark.parametrize(
    ("document", "found"),
    [
        (
            policy(users={"includeGroups": ["Finance"]}),
            ("1054", "expected the id of a group, came `Finance`"),
        ),
        (
            policy(users={"includeRoles": ["All"]}),
            ("1102", "expected the id of a directory role, came `All`"),
        ),
        (
            policy(applications={"includeApplications": ["Exchange"]}),
            (
                "invalidId",
                "expected the id of an application, or one of `All`, `None`, `Office365`, "
                "`MicrosoftAdminPortals`, `AllAgentIdResources`, came `Exchange`",
            ),
        ),
        (
            policy(locations={"includeLocations": [GROUP]}),
            ("1040", f"named location `{GROUP}` does not exist; create it first or correct its id"),
        ),
        (
            policy({"operator": "OR", "authenticationStrength": {"id": GROUP}}),
            (
                "unknownStrength",
                f"authentication strength `{GROUP}` does not exist; create it first or correct "
                "its id",
            ),
        ),
    ],
)
def test_references_that_fail_are_told(document: dict[str, Any], found: tuple[str, str]) -> None:
    assert referring(document) == [found]


def test_references_are_not_asked_for_where_names_may_stand() -> None:
    assert check_policy(policy(users={"includeGroups": ["Finance"]})) == ()


@pytest.mark.parametrize("rule", [*RULES, *REFERENCE_RULES], ids=lambda rule: rule.__name__)
def test_every_rule_says_where_it_comes_from(rule: Any) -> None:
    assert rule.__doc__
