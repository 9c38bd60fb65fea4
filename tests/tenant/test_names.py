"""Names in place of ids: resolved where unique, otherwise the policy is refused with candidates."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.conditions import CONDITIONS
from ostiary.conditions.base import Lookup
from ostiary.tenant.catalogue import AZURE_GOVERNMENT_SUITE
from ostiary.tenant.loading import TenantParts, load_parts
from ostiary.tenant.name_books import is_placeholder
from tests.tenant.documents import ALICE, BOB, EXCHANGE, STAFF, STRANGER, policy, tenant, user

HQ = "cccccccc-0000-4000-8000-000000000001"
WORKLOAD = "eeeeeeee-0000-4000-8000-000000000001"
WORKLOAD_APP = "dddddddd-0000-4000-8000-000000000101"
TERMS = "11111111-2222-4333-8444-000000000001"
KEYS = "22222222-0000-4000-8000-000000000001"
GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
INTUNE_ENROLLMENT = "d4ebce55-015a-49b5-a083-c84d1797ae8c"
PHISHING_RESISTANT = "00000000-0000-0000-0000-000000000004"

KNOWN: dict[str, Any] = {
    "namedLocations": [{"id": HQ, "displayName": "HQ", "ipRanges": []}],
    "servicePrincipals": [{"id": WORKLOAD, "displayName": "Robot", "appId": WORKLOAD_APP}],
    "authenticationContextClassReferences": [{"id": "c1", "displayName": "Step up"}],
    "agreements": [{"id": TERMS, "displayName": "Terms"}],
    "authenticationStrengthPolicies": [
        {"id": KEYS, "displayName": "Keys only", "allowedCombinations": ["fido2"]}
    ],
}
WORDS = {
    Lookup.USER: ("alice", ALICE),
    Lookup.GROUP: ("staff", STAFF),
    Lookup.ROLE: ("Global Administrator", GLOBAL_ADMINISTRATOR),
    Lookup.APPLICATION: ("Office 365 Exchange Online", EXCHANGE),
    Lookup.SERVICE_PRINCIPAL: ("Robot", WORKLOAD),
    Lookup.NAMED_LOCATION: ("hq", HQ),
    Lookup.AUTHENTICATION_CONTEXT: ("step up", "c1"),
}
FIELDS = [(each, field) for each in CONDITIONS for field in each.fields if field.lookup]


def load(one: dict[str, Any], **members: Any) -> TenantParts:
    return load_parts(tenant(one, **{**KNOWN, **members}))


def field_of(parts: TenantParts, key: str, name: str) -> Any:
    return parts.policies[0].document["conditions"][key][name]


def problems(parts: TenantParts) -> list[tuple[str, str, str]]:
    return [(e.path, e.code, e.message) for refused in parts.refused for e in refused.problems]


@pytest.mark.parametrize(("condition", "field"), FIELDS, ids=lambda each: each.name)
@pytest.mark.parametrize("variant", ["plain", "names"])
def test_every_field_that_takes_ids_takes_names(condition: Any, field: Any, variant: str) -> None:
    word, identifier = WORDS[field.lookup]
    name = field.name if variant == "plain" else f"{field.name.removesuffix('s')}Names"
    conditions = {condition.key: {name: [word]}}
    if condition.key == "clientApplications":
        conditions["users"] = {"includeUsers": ["None"]}
    parts = load(policy(conditions=conditions, users={"includeUsers": ["All"]}))
    assert problems(parts) == []
    body = parts.policies[0].document["conditions"][condition.key]
    assert body[field.name] == [identifier]
    assert name == field.name or name not in body


@pytest.mark.parametrize("word", ["ALICE@example.test", " Alice ", ALICE.upper(), ALICE])
def test_a_user_is_known_by_id_principal_name_or_display_name(word: str) -> None:
    assert field_of(load(policy(users={"includeUsers": [word]})), "users", "includeUsers") == [
        ALICE
    ]


@pytest.mark.parametrize(
    ("word", "literal"),
    [("all", "All"), ("GUESTSOREXTERNALUSERS", "GuestsOrExternalUsers"), ("All users", "All")],
)
def test_literals_are_known_by_word_or_label(word: str, literal: str) -> None:
    parts = load(policy(users={"includeUsers": [word]}))
    assert field_of(parts, "users", "includeUsers") == [literal]


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("Microsoft Intune Enrollment", INTUNE_ENROLLMENT),
        ("Azure Government Cloud Management API", AZURE_GOVERNMENT_SUITE),
        ("Office 365", "Office365"),
        ("Microsoft Admin Portals", "MicrosoftAdminPortals"),
        ("Robot", WORKLOAD_APP),
    ],
)
def test_applications_are_known_by_name(word: str, found: str) -> None:
    applications = {"includeApplications": [word]}
    parts = load(policy(conditions={"applications": applications}))
    assert field_of(parts, "applications", "includeApplications") == [found]


def test_both_ways_to_write_a_field_add_up_without_repeating() -> None:
    users = {"includeUsers": [ALICE], "includeUserNames": ["Bob", "Alice"]}
    assert field_of(load(policy(users=users)), "users", "includeUsers") == [ALICE, BOB]


def test_a_service_principal_is_known_by_its_application_id_too() -> None:
    conditions = {
        "users": {"includeUsers": ["None"]},
        "clientApplications": {"includeServicePrincipals": [WORKLOAD_APP.upper()]},
    }
    parts = load(policy(conditions=conditions, grant={"builtInControls": ["block"]}))
    assert field_of(parts, "clientApplications", "includeServicePrincipals") == [WORKLOAD]


def test_a_name_of_two_things_is_refused_with_both() -> None:
    parts = load(
        policy(users={"includeUsers": ["Alice"]}),
        users=[user(ALICE, "Alice"), user(BOB, "Alice")],
    )
    assert problems(parts) == [
        (
            "conditions.users.includeUsers[0]",
            "ambiguousName",
            f"`Alice` is the name of 2 things of the kind user: `{ALICE}`, `{BOB}`; write the id",
        )
    ]


def test_a_name_of_nothing_is_refused_with_the_nearest_one() -> None:
    users = {"includeUsers": ["All"], "excludeGroups": ["Stafff", "Nobody"]}
    parts = load(policy("Exclude some", users=users))
    (refused,) = parts.refused
    assert refused.name == "Exclude some"
    assert problems(parts) == [
        (
            "conditions.users.excludeGroups[0]",
            "unknownName",
            "no group of the input is called `Stafff`; did you mean `Staff`?",
        ),
        (
            "conditions.users.excludeGroups[1]",
            "unknownName",
            "no group of the input is called `Nobody`; export it, or map it to an id in"
            " `settings.names`",
        ),
    ]


@pytest.mark.parametrize(
    ("word", "placeholder"),
    [
        ("<RING>", True),
        ("{group}", True),
        ("{{group}}", True),
        ("[[group]]", True),
        ("%GROUP%", True),
        ("$GroupId", True),
        ("__GROUP__", True),
        ("TODO", True),
        ("todo: the group", True),
        ("TBD", True),
        ("XXXX-XXXX", True),
        ("CHANGE_ME", True),
        ("Your group", True),
        ("Insert group id", True),
        ("Todos", False),
        ("Insertions", False),
        ("100% club", False),
        ("Staff", False),
    ],
)
def test_placeholders_are_told_from_names(word: str, placeholder: bool) -> None:
    assert is_placeholder(word) is placeholder


def test_a_placeholder_refuses_the_policy_unless_it_is_mapped() -> None:
    users = {"includeUsers": ["All"], "excludeGroups": ["<BreakGlass>"]}
    assert problems(load(policy(users=users))) == [
        (
            "conditions.users.excludeGroups[0]",
            "placeholder",
            "`<BreakGlass>` stands for the id of a group; map it to an id in `settings.names`",
        )
    ]
    for meant in (STAFF, "Staff"):
        parts = load(policy(users=users), settings={"names": {"<breakglass>": meant}})
        assert field_of(parts, "users", "excludeGroups") == [STAFF]


def test_a_name_that_looks_like_a_placeholder_is_a_name_if_something_has_it() -> None:
    parts = load(
        policy(users={"includeGroups": ["<Ring 0>"]}),
        groups=[{"id": STAFF, "displayName": "<Ring 0>"}],
    )
    assert field_of(parts, "users", "includeGroups") == [STAFF]


def test_tenants_of_guests_can_be_mapped_too() -> None:
    def guests(member: str) -> dict[str, Any]:
        tenants = {
            "@odata.type": "#microsoft.graph.conditionalAccessEnumeratedExternalTenants",
            "membershipKind": "enumerated",
            "members": [member],
        }
        kinds = {"guestOrExternalUserTypes": "b2bCollaborationGuest", "externalTenants": tenants}
        return policy(users={"includeGuestsOrExternalUsers": kinds})

    parts = load(guests("<Partner>"), settings={"names": {"<Partner>": STRANGER}})
    found = field_of(parts, "users", "includeGuestsOrExternalUsers")
    assert found["externalTenants"]["members"] == [STRANGER]
    assert [(path, code) for path, code, _ in problems(load(guests("<Partner>")))] == [
        (
            "conditions.users.includeGuestsOrExternalUsers.externalTenants.members[0]",
            "placeholder",
        )
    ]
    assert problems(load(guests(STRANGER))) == []


@pytest.mark.parametrize("member", ["termsOfUse", "termsOfUseNames"])
def test_terms_of_use_are_known_by_name(member: str) -> None:
    parts = load(policy(grant={"operator": "OR", member: ["terms"]}))
    assert parts.policies[0].document["grantControls"] == {"operator": "OR", "termsOfUse": [TERMS]}


@pytest.mark.parametrize(
    ("grant", "found"),
    [
        ({"authenticationStrength": {"id": KEYS.upper()}}, KEYS),
        ({"authenticationStrength": {"displayName": "keys only"}}, KEYS),
        ({"authenticationStrength": "Keys only"}, KEYS),
        ({"authenticationStrengthName": "Phishing-resistant MFA"}, PHISHING_RESISTANT),
    ],
)
def test_strengths_are_known_by_id_or_name(grant: dict[str, Any], found: str) -> None:
    parts = load(policy(grant={"operator": "OR", **grant}))
    assert parts.policies[0].document["grantControls"]["authenticationStrength"]["id"] == found


def test_an_unknown_strength_or_agreement_refuses_the_policy() -> None:
    grant = {"operator": "OR", "termsOfUse": ["ToU"], "authenticationStrength": {"id": "Keyz only"}}
    assert problems(load(policy(grant=grant))) == [
        (
            "grantControls.termsOfUse[0]",
            "unknownName",
            "no terms of use of the input is called `ToU`; export it, or map it to an id in"
            " `settings.names`",
        ),
        (
            "grantControls.authenticationStrength.id",
            "unknownName",
            "no authentication strength of the input is called `Keyz only`;"
            " did you mean `Keys only`?",
        ),
    ]


def test_emergency_access_is_known_by_id_or_name_of_user_or_group() -> None:
    named = ["bob@example.test", "Staff", STRANGER, "Nobody"]
    parts = load(policy(), settings={"emergencyAccess": named})
    assert parts.directory.settings.emergency_access == {BOB, STAFF, STRANGER}
    assert [each.message for each in parts.warnings if each.code == "unknownName"] == [
        "no user or group is called `Nobody`; it is not taken for emergency access"
    ]


@pytest.mark.parametrize(
    ("field", "word", "advice"),
    [
        ("excludeUsers", "Staff", "that is a group; use `excludeGroups`"),
        ("includeUsers", "Global Administrator", "that is a directory role; use `includeRoles`"),
        ("excludeGroups", "alice@example.test", "that is a user; use `excludeUsers`"),
    ],
)
def test_a_name_in_the_wrong_member_is_told_where_it_belongs(
    field: str, word: str, advice: str
) -> None:
    users = {"includeUsers": ["All"], field: [word]}
    ((_, code, message),) = problems(load(policy(users=users)))
    assert (code, message.partition("; ")[2]) == ("unknownName", advice)


@pytest.mark.parametrize(
    ("key", "field", "word", "found"),
    [
        ("locations", "includeLocations", "All trusted locations", "AllTrusted"),
        ("applications", "includeApplications", "Exchange Online", EXCHANGE),
        ("users", "includeRoles", "global admin", GLOBAL_ADMINISTRATOR),
    ],
)
def test_short_names_that_people_use_are_known(key: str, field: str, word: str, found: str) -> None:
    assert field_of(load(policy(conditions={key: {field: [word]}})), key, field) == [found]


def test_a_short_name_gives_way_to_a_thing_that_is_really_called_so() -> None:
    own = {"appId": STRANGER, "displayName": "Exchange Online"}
    one = policy(conditions={"applications": {"includeApplications": ["Exchange Online"]}})
    assert field_of(load(one, applications=[own]), "applications", "includeApplications") == [
        STRANGER
    ]
