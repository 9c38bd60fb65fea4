"""Raw collections become the directory that the engine reads."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.model.directory import (
    Application,
    Directory,
    Group,
    PrincipalKind,
    Registration,
    RoleAssignment,
    ServicePrincipal,
    User,
)
from ostiary.model.errors import InputError
from ostiary.tenant.catalogue import NO_CATALOGUE
from ostiary.tenant.directory_json import ReadDirectory, read_directory
from ostiary.tenant.reading import read_raw


def read(**members: Any) -> ReadDirectory:
    return read_directory(read_raw(members), NO_CATALOGUE)


def directory(**members: Any) -> Directory:
    return read(**members).directory


def test_ids_are_lower_case_wherever_they_stand() -> None:
    found = directory(
        tenantId="T-1",
        users=[{"id": "U-1", "homeTenantId": "H-1"}],
        groups=[{"id": "G-1", "members": ["U-1", "G-2"]}],
        roleAssignments=[
            {"roleDefinitionId": "R-1", "principalId": "U-1", "directoryScopeId": "/"}
        ],
        servicePrincipals=[{"id": "S-1", "appId": "A-1", "appOwnerOrganizationId": "T-1"}],
        agreements=[{"id": "AG-1"}],
    )
    assert found.tenant_id == "t-1"
    assert found.users["u-1"].home_tenant == "h-1"
    assert found.groups["g-1"].members == ("u-1", "g-2")
    assert found.role_assignments == (RoleAssignment("r-1", "u-1"),)
    assert found.service_principals["s-1"].app_id == "a-1"
    assert found.service_principals["s-1"].owner_tenant == "t-1"
    assert set(found.agreements) == {"ag-1"}


def test_the_same_id_is_kept_once_in_memory() -> None:
    written = "AAAAAAAA-0000-4000-8000-000000000001"
    groups = [{"id": n, "members": ["".join(written)]} for n in ("g1", "g2")]
    found = directory(users=[{"id": written.casefold()}], groups=groups)
    members = [found.groups[n].members for n in ("g1", "g2")]
    assert members[0] is not None
    assert members[1] is not None
    assert members[0][0] is members[1][0] is next(iter(found.users))


@pytest.mark.parametrize(
    ("members", "external"),
    [
        ({}, None),
        ({"userType": "Guest", "externalUserType": "internalGuest"}, "internalGuest"),
        ({"externalUserType": "serviceProvider"}, "serviceProvider"),
        ({"userType": "Guest", "externalUserType": None}, None),
        ({"userType": "Guest"}, "internalGuest"),
        ({"userType": "Guest", "userPrincipalName": "a_b#EXT#@t.test"}, "b2bCollaborationGuest"),
        ({"userType": "guest", "creationType": "Invitation"}, "b2bCollaborationGuest"),
        ({"userType": "Guest", "externalUserState": "Accepted"}, "b2bCollaborationGuest"),
        ({"userPrincipalName": "a_b#ext#@t.test"}, "b2bCollaborationMember"),
    ],
)
def test_the_kind_of_an_external_user_is_read_or_told_by_graphs_marks(
    members: dict[str, Any], external: str | None
) -> None:
    assert directory(users=[{"id": "u", **members}]).users["u"].external_type == external


def test_users_in_full() -> None:
    written = {
        "Id": "u",
        "DisplayName": "Agent",
        "UserPrincipalName": "agent@t.test",
        "AccountEnabled": False,
        "@odata.type": "#microsoft.graph.agentUser",
    }
    assert directory(users=[written]).users == {
        "u": User("u", "Agent", "agent@t.test", enabled=False, is_agent=True)
    }


def test_groups_without_members_in_the_export_are_not_empty_groups() -> None:
    found = directory(
        groups=[
            {"id": "a"},
            {"id": "b", "members": []},
            {"id": "c", "members": [{"id": "U", "@odata.type": "#microsoft.graph.user"}, "V"]},
            {"id": "d", "groupTypes": ["DynamicMembership"], "isAssignableToRole": True},
        ]
    )
    assert found.groups == {
        "a": Group("a"),
        "b": Group("b", members=()),
        "c": Group("c", members=("u", "v")),
        "d": Group("d", dynamic=True, role_assignable=True),
    }


def test_role_assignments_that_are_absent_are_unknown() -> None:
    assert directory(users=[]).role_assignments is None
    assert directory(roleAssignments=[]).role_assignments == ()


def test_role_assignments_keep_scope_and_kind() -> None:
    assignments = [
        {"roleDefinitionId": "r", "principalId": "a", "directoryScopeId": "/"},
        {"roleDefinitionId": "r", "principalId": "b", "directoryScopeId": "/administrativeUnits/1"},
        {"roleDefinitionId": "r", "principalId": "c", "appScopeId": "/Calendar"},
        {
            "roleDefinitionId": "own",
            "principalId": "d",
            "directoryScopeId": None,
            "roleDefinition": {"displayName": "Own role", "isBuiltIn": False},
        },
    ]
    found = read(roleAssignments=assignments)
    assert found.directory.role_assignments == (
        RoleAssignment("r", "a"),
        RoleAssignment("r", "b", "/administrativeUnits/1"),
        RoleAssignment("r", "c", "/Calendar"),
        RoleAssignment("own", "d", None, built_in=False),
    )
    assert found.directory.role_names == {"own": "Own role"}
    assert [(each.code, each.message) for each in found.warnings] == [
        (
            "scopeMissing",
            "a role assignment has no `directoryScopeId`, so that nobody can tell whether the role"
            " is held in the whole tenant; export it (`/` is the whole tenant)",
        )
    ]


def test_service_principals_keep_kind_and_attributes() -> None:
    attributes = {
        "@odata.type": "#x",
        "Zone": {"@odata.type": "#y", "tier@odata.type": "#z", "Tier": ["A", "B"], "level": 3},
        "Other": {"name": "single"},
    }
    found = directory(
        servicePrincipals=[
            {"id": "s", "appId": "a", "customSecurityAttributes": attributes},
            {"id": "m", "appId": "b", "servicePrincipalType": "ManagedIdentity"},
            {"id": "g", "appId": "c", "@odata.type": "#microsoft.graph.agentIdentity"},
            {"id": "l", "appId": "d", "servicePrincipalType": "Legacy", "signInAudience": "X"},
        ]
    )
    kinds = {each.id: each.kind for each in found.service_principals.values()}
    assert kinds == {
        "s": PrincipalKind.APPLICATION,
        "m": PrincipalKind.MANAGED_IDENTITY,
        "g": PrincipalKind.AGENT_IDENTITY,
        "l": PrincipalKind.APPLICATION,
    }
    held = {"zone_tier": ("A", "B"), "other_name": ("single",)}
    assert found.service_principals["s"].attributes == held
    assert found.service_principals["l"] == ServicePrincipal("l", "d", sign_in_audience="X")
    assert found.applications["a"] == Application("a", "", held)


def test_listed_applications_count_and_take_attributes_they_do_not_mention() -> None:
    principals = [
        {"id": f"s{n}", "appId": f"a{n}", "customSecurityAttributes": {"S": {"a": "v"}}}
        for n in (1, 2, 3)
    ]
    found = directory(
        servicePrincipals=principals,
        applications=[{"appId": "A1"}, {"appId": "a2", "customSecurityAttributes": None}],
    )
    assert {app: each.attributes for app, each in found.applications.items()} == {
        "a1": {"s_a": ("v",)},
        "a2": {},
        "a3": {"s_a": ("v",)},
    }


def test_registered_methods_become_modes_and_absent_ones_stay_unknown() -> None:
    found = directory(
        userRegistrationDetails=[
            {"id": "A", "isMfaRegistered": True, "methodsRegistered": ["mobilePhone", "email"]},
            {"id": "b", "methodsRegistered": ["passKeySynced", "softwareOath", "newMethod"]},
            {"id": "c"},
        ]
    ).registrations
    assert found == {
        "a": Registration("a", True, frozenset({"sms", "voice"})),
        "b": Registration("b", None, frozenset({"fido2", "softwareOath", "newMethod"})),
        "c": Registration("c", None, None),
    }


def test_contexts_are_read_by_id() -> None:
    contexts = [{"id": "C1", "displayName": "Step up"}, {"id": "c2"}]
    assert read(authenticationContextClassReferences=contexts).contexts == {
        "c1": "Step up",
        "c2": "",
    }


@pytest.mark.parametrize("tenant_id", ["T", {"tenantId": "T"}, {"value": [{"id": "T"}]}])
def test_the_id_of_the_tenant_may_be_a_text_or_an_object(tenant_id: object) -> None:
    assert directory(tenantId=tenant_id).tenant_id == "t"


def test_of_two_different_users_with_one_id_the_first_is_used_and_said() -> None:
    users = [
        {"id": "u", "displayName": "A"},
        {"id": "U", "displayName": "B"},
        {"id": "u", "displayName": "A"},
    ]
    found = read(users=users)
    assert found.directory.users["u"].display_name == "A"
    assert [(each.code, each.source) for each in found.warnings] == [
        ("duplicateId", "document#/users/1")
    ]


def test_of_two_versions_of_a_location_one_is_used_and_said() -> None:
    old: dict[str, Any] = {"id": "l", "ipRanges": [], "modifiedDateTime": "2024-01-01T00:00:00Z"}
    new: dict[str, Any] = {
        "id": "L",
        "ipRanges": [],
        "modifiedDateTime": "2025-01-01T00:00:00Z",
        "isTrusted": True,
    }
    found = read(namedLocations=[old, new])
    assert found.directory.named_locations["l"].trusted
    (warning,) = found.warnings
    assert "`document#/namedLocations/1` has the same id" in warning.message


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"users": [1]}, "document#/users/0: expected an object, came a number"),
    ({"users": [{"id": "u"}, {}]}, "document#/users/1: expected an id in `id`, came null"),
    ({"users": [{"id": 5}]}, "document#/users/0: expected an id in `id`, came a number"),
    (
        {"users": [{"id": "u", "displayName": []}]},
        "document#/users/0: expected text in `displayName`, came a list",
    ),
    (
        {"groups": [{"id": "g", "members": "u"}]},
        "document#/groups/0: expected a list in `members`, came text",
    ),
    (
        {"groups": [{"id": "g", "members": ["u", 7]}]},
        "document#/groups/0: expected ids or objects with an id in `members`, came a number",
    ),
    (
        {"groups": {"value": [{"id": "g", "members": [{"id": None}]}]}},
        "document#/groups/value/0: expected an id in `id`, came null",
    ),
    (
        {"namedLocations": [{"id": "l", "ipRanges": [], "isTrusted": "yes"}]},
        "document#/namedLocations/0: expected true or false in `isTrusted`, came text",
    ),
    (
        {"agreements": [[]]},
        "document#/agreements/0: expected an object, came a list",
    ),
    (
        {"authenticationStrengthPolicies": [{"id": "s", "allowedCombinations": [1]}]},
        "document#/authenticationStrengthPolicies/0: expected a list of texts in"
        " `allowedCombinations`, came a number",
    ),
    (
        {"servicePrincipals": [{"id": "s", "customSecurityAttributes": {"S": []}}]},
        "document#/servicePrincipals/0: expected an object in `customSecurityAttributes/S`,"
        " came a list",
    ),
    ({"tenantId": 5}, "document#/tenantId: expected an id, came a number"),
]


@pytest.mark.parametrize(
    ("members", "message"),
    WRONG,
)
def test_a_member_of_the_wrong_type_is_named_with_its_place(
    members: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError) as caught:
        directory(**members)
    assert caught.value.message == message
