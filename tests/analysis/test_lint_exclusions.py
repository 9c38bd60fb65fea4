"""Pitfalls of exclusions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.analysis.lint_tenant import (
    ALICE,
    BLOCK,
    COMPLIANT,
    EMERGENCY,
    STAFF,
    STRANGER,
    policy,
    reasons,
    sound_tenant,
)

SHUT = "it can keep every user out of the admin center, and "
OTHER = "bbbbbbbb-0000-4000-8000-000000000003"


def group(**members: Any) -> dict[str, Any]:
    return {
        "id": OTHER,
        "displayName": "Exceptions",
        "members": [ALICE],
        "isAssignableToRole": True,
        **members,
    }


def excluding(*groups: dict[str, Any]) -> dict[str, Any]:
    """A sound tenant with a further policy that excludes one more group."""
    users = {"includeUsers": ["All"], "excludeGroups": [EMERGENCY, OTHER]}
    document = sound_tenant(policy("MFA again", users=users))
    document["groups"] += groups
    return document


@pytest.mark.parametrize(
    ("users", "told"),
    [
        pytest.param(
            {"includeUsers": ["All"]},
            [f"{SHUT}it excludes no user and no group"],
            id="nobody",
        ),
        pytest.param(
            {"includeUsers": ["All"], "excludeGroups": [OTHER]},
            [f"{SHUT}the groups it excludes are empty"],
            id="an empty group",
        ),
        pytest.param({"includeUsers": ["All"], "excludeGroups": [EMERGENCY]}, [], id="a group"),
        pytest.param({"includeGroups": [STAFF]}, [], id="not for everybody"),
    ],
)
def test_everybody_shut_out(users: dict[str, Any], told: list[str]) -> None:
    document = sound_tenant(policy("Compliant", COMPLIANT, users=users), settings={})
    document["groups"].append(group(members=[]))
    assert reasons(document, "OST111") == told


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        pytest.param({}, True, id="blocks"),
        pytest.param({"apps": {"includeApplications": [STRANGER]}}, False, id="another resource"),
        pytest.param({"clientAppTypes": ["other"]}, False, id="old clients"),
        pytest.param({"userRiskLevels": ["high"]}, True, id="risk that nobody chooses"),
        pytest.param({"state": "disabled"}, False, id="off"),
    ],
)
def test_what_can_shut_everybody_out(changed: dict[str, Any], *, told: bool) -> None:
    document = sound_tenant(
        policy("Block", BLOCK, users={"includeUsers": ["All"]}, **changed), settings={}
    )
    assert bool(reasons(document, "OST111")) is told


def test_mfa_for_everybody_shuts_nobody_out() -> None:
    document = sound_tenant(policy("MFA too", users={"includeUsers": ["All"]}), settings={})
    assert reasons(document, "OST111") == []


def test_a_group_that_is_not_in_the_export() -> None:
    where = f"group `{OTHER}` (excluded by `MFA again`)"
    assert reasons(excluding(), "OST112") == [f"{where} is not in the export: it excludes nobody"]
    assert reasons(excluding(group()), "OST112") == []


def test_an_export_without_groups_loses_none() -> None:
    document = excluding()
    document["groups"], document["settings"] = [], {}
    assert reasons(document, "OST112") == []


@pytest.mark.parametrize(
    ("code", "members", "told"),
    [
        ("OST113", {"members": []}, "has no members: it excludes nobody"),
        (
            "OST114",
            {"groupTypes": ["DynamicMembership"], "isAssignableToRole": False},
            "is dynamic: whoever may edit the attribute of its rule can leave the policy",
        ),
        (
            "OST115",
            {"isAssignableToRole": False},
            "is not role-assignable: its owners and lesser administrators can add anybody",
        ),
        (
            "OST116",
            {"members": None},
            "came without its members: nobody can tell whom it excludes",
        ),
        (
            "OST116",
            {"members": [STRANGER]},
            f"has members that the export does not know, perhaps groups: `{STRANGER}`",
        ),
    ],
)
def test_groups_that_are_not_what_they_seem(code: str, members: dict[str, Any], told: str) -> None:
    where = "group `Exceptions` (excluded by `MFA again`)"
    assert reasons(excluding(group(**members)), code) == [f"{where} {told}"]
    assert reasons(excluding(group()), code) == []


def test_a_nested_group_without_members_makes_the_outer_one_unclear() -> None:
    inner = group(id=STRANGER, displayName="Inner", members=None)
    document = excluding(group(members=[STRANGER]), inner)
    assert reasons(document, "OST116") == [
        "group `Exceptions` (excluded by `MFA again`) holds a group whose members are not in the "
        "export"
    ]


def test_a_nested_group_with_members_fills_the_outer_one() -> None:
    inner = group(id=STRANGER, displayName="Inner", members=[ALICE])
    assert reasons(excluding(group(members=[STRANGER]), inner), "OST113") == []


def test_a_dynamic_group_is_not_told_twice() -> None:
    dynamic = group(groupTypes=["DynamicMembership"], isAssignableToRole=False)
    assert reasons(excluding(dynamic), "OST115") == []


def test_exports_that_do_not_say_are_not_held_against_the_group() -> None:
    silent = group()
    del silent["isAssignableToRole"]
    assert reasons(excluding(silent), "OST115") == []


def test_without_users_no_member_is_a_stranger() -> None:
    document = excluding(group(members=[STRANGER]))
    document["users"] = []
    assert reasons(document, "OST116") == []
