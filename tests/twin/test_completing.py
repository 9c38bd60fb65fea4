"""An export is completed: what is lacking stands in, what is there stays as it is."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.model.directory import Directory
from ostiary.tenant.reading import read_raw
from ostiary.twin.completing import Completed, completed
from ostiary.twin.said import said
from tests.twin.exports import (
    ADMIN_ROLE,
    APP,
    GROUP,
    HIDDEN,
    NAMES,
    NORA,
    OLGA,
    PLACE,
    READER_ROLE,
    SETS,
    SOMEBODY,
    STAFF,
    TENANT,
    TERMS,
    needs_sets,
    policies_alone,
    policy,
    with_people,
)

BROKEN = {
    "AlexFilipin__ConditionalAccess": 3,  # a file that is no JSON, three times
    "jsa2__caOptics": 5,  # older versions of policies that are there under the same id
}


@pytest.fixture(scope="module")
def alone() -> Completed:
    return completed(read_raw(policies_alone()))


@pytest.fixture(scope="module")
def peopled() -> Completed:
    return completed(read_raw(with_people()))


def in_group(directory: Directory, group: str) -> list[str]:
    members = directory.groups[group].members
    assert members is not None
    return [directory.users[each].principal_name for each in members]


@needs_sets
@pytest.mark.parametrize("name", NAMES)
def test_every_policy_of_the_published_sets_is_in_the_twin(name: str) -> None:
    done = completed(read_raw(SETS / name))
    assert len(done.parts.refused) == BROKEN.get(name, 0)
    unexplained = {"notExported", "unexplainedId"}
    assert not [each for each in done.parts.warnings if each.code in unexplained]
    directory = done.parts.directory
    assert all(each.members is not None for each in directory.groups.values())
    names = [each.principal_name for each in directory.users.values()]
    assert len(set(names)) == len(names)
    assert done.administrator.principal_name == "global-administrator@twin.example"
    assert len(done.emergency) == 1


def test_what_policies_name_by_id_stands_in_under_that_id(alone: Completed) -> None:
    directory = alone.parts.directory
    assert directory.users[SOMEBODY].principal_name == "user-5b2e0000@twin.example"
    assert directory.groups[GROUP].display_name == "group 5b2e0000, excluded from By ids"
    assert directory.applications[APP].display_name == "application 5b2e0000, named in By ids"
    assert directory.named_locations[PLACE].ranges
    assert TERMS in directory.agreements
    assert {each.id for each in alone.lacks} >= {SOMEBODY, GROUP, APP, PLACE, TERMS, "c7"}


def test_names_and_placeholders_lead_to_what_stands_in(alone: Completed) -> None:
    loaded = {each.display_name: each for each in alone.parts.policies}
    groups = {each.display_name: each.id for each in alone.parts.directory.groups.values()}
    users: Any = loaded["By names"].document["conditions"]["users"]
    assert users["includeGroups"] == [groups["Pilots"]]
    assert users["excludeGroups"] == [groups["BreakGlass"]]


def test_somebody_is_there_for_each_way_a_policy_selects_people(alone: Completed) -> None:
    directory = alone.parts.directory
    groups = {each.display_name: each.id for each in directory.groups.values()}
    assert in_group(directory, groups["Pilots"]) == ["member-of-pilots@twin.example"]
    holders = {(each.role_id, each.principal_id) for each in directory.role_assignments or ()}
    names = {(role, directory.users[who].principal_name) for role, who in holders}
    assert (ADMIN_ROLE, "global-administrator@twin.example") in names
    assert (READER_ROLE, "security-reader@twin.example") in names
    kinds = {each.external_type for each in directory.users.values()}
    # Who comes from a service provider has no account here.
    assert kinds == {None, "internalGuest", "b2bCollaborationGuest"}


def test_the_emergency_account_is_in_the_group_that_most_policies_exclude(
    alone: Completed,
) -> None:
    groups = {each.display_name: each.id for each in alone.parts.directory.groups.values()}
    assert in_group(alone.parts.directory, groups["BreakGlass"]) == [
        "member-of-breakglass@twin.example",
        *alone.emergency,
    ]


def test_applications_of_a_suite_that_policies_target_are_there(alone: Completed) -> None:
    assert "Office 365 Exchange Online" in alone.microsofts
    names = {each.display_name for each in alone.parts.directory.service_principals.values()}
    assert "Office 365 Exchange Online" in names


def test_a_policy_that_cannot_be_used_is_said(alone: Completed) -> None:
    report = said(alone)
    assert report.not_in_the_twin[0].startswith("the policy `Broken`, which cannot be used: ")
    assert report.to_json()["policies"] == {"enabled": 4}
    assert report.to_json()["taken"]["conditionalAccessPolicies"] == 5


def test_people_and_their_groups_stay_as_exported(peopled: Completed) -> None:
    directory = peopled.parts.directory
    assert directory.tenant_id == TENANT
    assert peopled.domain == "fjordvik.example"
    assert peopled.administrator.id == NORA
    assert in_group(directory, STAFF) == ["nora@fjordvik.example", "olga@fjordvik.example"]
    assert [each.name for each in peopled.invented] == ["Member of Hidden"]
    assert in_group(directory, HIDDEN) == ["member-of-hidden@fjordvik.example"]
    assert peopled.emergency == ()


def test_what_is_not_in_a_twin_of_people_is_said(peopled: Completed) -> None:
    assert list(said(peopled).not_in_the_twin) == [
        "who is in `Hidden`: not exported; in the twin somebody invented is",
        "methods that cannot be copied (fido2 of 1): whoever has registered a second factor has"
        " an authenticator app's code instead, which meets no strength that resists phishing",
        "a way to sign in as `Per`: no `userPrincipalName`",
        "credentials of applications of other tenants (`Their tool`): people can sign in to them,"
        " they cannot sign in themselves",
        "the mail addresses of 1 people: `.invalid` is added to each, so that no mail about the"
        " twin reaches them",
        "permissions that people and administrators consented to: not exported",
    ]


def test_no_mail_reaches_people_from_a_twin(peopled: Completed) -> None:
    nora: Any = next(item.value for item in peopled.raw.items("users"))
    assert (nora["mail"], nora["otherMails"]) == (
        "nora@fjordvik.example.invalid",
        ["nora@home.example.invalid"],
    )


def test_two_groups_of_one_name_have_members_of_two_names() -> None:
    twice = [{"id": f"{n}", "displayName": "Pilots"} for n in range(2)]
    done = completed(read_raw({"groups": twice, "conditionalAccessPolicies": []}))
    directory = done.parts.directory
    assert [in_group(directory, each) for each in ("0", "1")] == [
        ["member-of-pilots@twin.example"],
        ["member-of-pilots-2@twin.example"],
    ]


def test_an_administrator_is_invented_where_roles_are_known_and_nobody_is_one() -> None:
    export: dict[str, Any] = {**with_people(), "roleAssignments": []}
    done = completed(read_raw(export))
    assert done.administrator.principal_name == "administrator-of-the-twin@fjordvik.example"


def test_a_custom_role_or_strength_by_name_alone_keeps_its_policy_out() -> None:
    named = policy("Custom", {"includeRoles": ["Our own role"]})
    done = completed(read_raw({**with_people(), "conditionalAccessPolicies": [named]}))
    assert [each.name for each in done.parts.refused] == ["Custom"]


def test_who_has_no_second_factor_stays_without(peopled: Completed) -> None:
    assert peopled.parts.directory.registrations[OLGA].mfa is False
