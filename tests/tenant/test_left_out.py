"""What an export leaves out is unknown, not absent, and is said."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.model.directory import Directory, Group
from ostiary.tenant.catalogue import NO_CATALOGUE
from ostiary.tenant.directory_json import ReadDirectory, read_directory
from ostiary.tenant.loading import load_parts
from ostiary.tenant.reading import read_raw
from tests.tenant.documents import ALICE, policy, tenant

ROBOT: dict[str, Any] = {"id": "eeeeeeee-0000-4000-8000-000000000001", "displayName": "Robot"}
WORKLOADS = {
    "users": {"includeUsers": ["None"]},
    "clientApplications": {"includeServicePrincipals": ["ServicePrincipalsInMyTenant"]},
}
BLOCK = {"operator": "OR", "builtInControls": ["block"]}


def read(**members: Any) -> ReadDirectory:
    return read_directory(read_raw(members), NO_CATALOGUE)


def directory(**members: Any) -> Directory:
    return read(**members).directory


def test_role_assignments_that_go_on_elsewhere_are_unknown_unless_the_last_page_is_there() -> None:
    assignment = {"roleDefinitionId": "r", "principalId": "a", "directoryScopeId": "/"}
    page = {"value": [assignment], "@odata.nextLink": "https://graph.example/next"}
    assert directory(roleAssignments=page).role_assignments is None
    beside = {
        "roleAssignments": [assignment],
        "roleAssignments@odata.nextLink": "https://x.example",
    }
    assert directory(**beside).role_assignments is None


@pytest.mark.parametrize("link", ["members@odata.nextLink", "Members@odata.nextLink"])
def test_the_members_of_a_group_that_go_on_elsewhere_are_unknown(link: str) -> None:
    written = {"id": "g", "displayName": "Staff", "members": ["u"], link: "https://graph.example"}
    found = read(groups=[written, {**written, "id": "h", link: None}])
    assert found.directory.groups == {
        "g": Group("g", "Staff"),
        "h": Group("h", "Staff", members=("u",)),
    }
    assert [(each.code, each.message) for each in found.warnings] == [
        (
            "incompleteExport",
            "group `Staff`: further pages of members were not exported; who is a member is unknown",
        )
    ]


@pytest.mark.parametrize(("count", "codes"), [(19, []), (20, ["perhapsIncomplete"]), (21, [])])
def test_as_many_members_as_expand_gives_at_most_are_suspicious(
    count: int, codes: list[str]
) -> None:
    ids = [f"u{number}" for number in range(count)]
    listed = read(groups=[{"id": "g", "members": [{"id": each} for each in ids]}])
    assert [each.code for each in listed.warnings] == codes
    assert read(groups=[{"id": "g", "members": ids}]).warnings == ()


def test_attributes_that_are_not_exported_are_unknown_and_null_ones_are_none() -> None:
    written: list[dict[str, Any]] = [
        {"id": "a", "appId": "1"},
        {"id": "b", "appId": "2", "customSecurityAttributes": None},
        {"id": "c", "appId": "3", "CustomSecurityAttributes": {}},
    ]
    attributes: dict[str, Any] = {"1": None, "2": {}, "3": {}}
    found = directory(servicePrincipals=written)
    assert {e.app_id: e.attributes for e in found.service_principals.values()} == attributes
    assert {app: each.attributes for app, each in found.applications.items()} == attributes
    listed = directory(applications=written).applications
    assert {app: each.attributes for app, each in listed.items()} == attributes


def test_a_combination_without_a_method_is_left_out_and_said() -> None:
    combinations = ["fido2", "", " , "]
    strength = {"id": "s", "displayName": "Keys", "allowedCombinations": combinations}
    found = read(authenticationStrengthPolicies=[strength])
    assert found.directory.strengths["s"].combinations == (frozenset({"fido2"}),)
    assert [(each.code, each.message) for each in found.warnings] == [
        (
            "blankCombination",
            "authentication strength `Keys`: 2 combinations without a method; nothing meets them",
        )
    ]


def test_a_blank_combination_of_a_strength_that_a_policy_carries_is_left_out_and_said() -> None:
    strength = {"id": ALICE, "displayName": "Carried", "allowedCombinations": ["", "fido2"]}
    grant = {"operator": "OR", "authenticationStrength": strength}
    parts = load_parts(tenant(policy("P", grant=grant)))
    assert parts.directory.strengths[ALICE].combinations == (frozenset({"fido2"}),)
    assert [(each.code, each.policy) for each in parts.warnings] == [("blankCombination", "P")]


@pytest.mark.parametrize(
    ("members", "conditions", "messages"),
    [
        (
            {"tenantId": None, "servicePrincipals": [ROBOT]},
            WORKLOADS,
            [
                "the input has no `tenantId`, and policies name workload identities:"
                " whether they are applications of this tenant is unknown"
            ],
        ),
        (
            {"servicePrincipals": [ROBOT]},
            WORKLOADS,
            [
                "service principal `Robot`: no `appOwnerOrganizationId`, and policies name workload"
                " identities: whether they are applications of this tenant is unknown"
            ],
        ),
        ({"servicePrincipals": [ROBOT]}, {}, []),
        (
            {"servicePrincipals": [{**ROBOT, "signInAudience": "AzureADMultipleOrgs"}]},
            WORKLOADS,
            [],
        ),
        ({"servicePrincipals": [{**ROBOT, "appOwnerOrganizationId": ALICE}]}, WORKLOADS, []),
    ],
)
def test_what_policies_for_workload_identities_need_is_missed_out_loud(
    members: dict[str, Any], conditions: dict[str, Any], messages: list[str]
) -> None:
    parts = load_parts(tenant(policy(conditions=conditions, grant=BLOCK), **members))
    assert [each.message for each in parts.warnings if each.code == "notExported"] == messages
