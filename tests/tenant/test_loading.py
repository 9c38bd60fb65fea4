"""A whole input becomes directory, policies, refused policies and warnings; nothing gets lost."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ostiary.model.errors import InputError
from ostiary.tenant.catalogue import NO_CATALOGUE
from ostiary.tenant.loading import TenantParts, load_each_file, load_parts
from tests.tenant.documents import ALICE, EXCHANGE, POLICY, STAFF, STRANGER, policy, tenant

ROLE = "62e90394-69f5-4237-9190-012177145e10"
OTHER = "dddddddd-9999-4000-8000-000000000002"


def warned(parts: TenantParts) -> list[tuple[str, str]]:
    return [(each.code, each.message) for each in parts.warnings]


def refusals(parts: TenantParts) -> list[tuple[str, str, list[tuple[str, str]]]]:
    return [
        (each.source, each.name, [(e.path, e.code) for e in each.problems])
        for each in parts.refused
    ]


def test_a_clean_tenant_loads_without_a_word() -> None:
    parts = load_parts(tenant(policy(users={"includeUsers": [ALICE], "excludeGroups": [STAFF]})))
    assert (parts.seen, parts.loaded, parts.refused, parts.warnings) == (1, 1, (), ())
    assert parts.policies[0].id == POLICY
    assert set(parts.directory.users) >= {ALICE}


def test_the_input_is_not_changed() -> None:
    one = policy(users={"includeUserNames": ["Alice"]})
    document = tenant({**one, "@odata.context": "x"})
    before = copy.deepcopy(document)
    load_parts(document)
    assert document == before


def test_unknown_members_survive_and_annotations_do_not() -> None:
    one = policy(conditions={"futureCondition": {"a@odata.type": "#t", "a": [1]}}, newMember=2)
    one["createdDateTime@odata.type"] = "#DateTimeOffset"
    document = load_parts(tenant(one)).policies[0].document
    assert document["newMember"] == 2
    assert document["conditions"]["futureCondition"] == {"a": [1]}
    assert "createdDateTime@odata.type" not in document


def test_members_in_the_spelling_of_powershell_are_read() -> None:
    written: dict[str, Any] = {
        "Id": POLICY,
        "DisplayName": "P",
        "State": "enabled",
        "Conditions": {
            "ClientAppTypes": ["all"],
            "Applications": {"IncludeApplications": ["All"]},
            "Users": {"IncludeUsers": ["All"], "AdditionalProperties": {}},
        },
        "GrantControls": {"Operator": "OR", "BuiltInControls": ["mfa"]},
    }
    parts = load_parts(tenant(written))
    assert parts.policies[0].display_name == "P"
    assert parts.policies[0].requirements[0].control == "mfa"


def test_everything_wrong_with_a_policy_is_said_at_once() -> None:
    bad = policy(
        "Bad",
        users={"includeUsers": ["<Somebody>"], "excludeGroups": ["Nobody"]},
        conditions={
            "platforms": 5,
            "devices": {"deviceFilter": {"mode": "include", "rule": "device.color -eq 1"}},
        },
        state="on",
    )
    parts = load_parts(tenant(bad, policy(id=OTHER)))
    assert (parts.seen, parts.loaded) == (2, 1)
    ((source, name, problems),) = refusals(parts)
    assert (source, name) == ("document#/conditionalAccessPolicies/0", "Bad")
    assert [path for path, _ in problems] == [
        "state",
        "conditions.platforms",
        "conditions.devices.deviceFilter.rule",
        "conditions.users.includeUsers[0]",
        "conditions.users.excludeGroups[0]",
    ]


def test_a_refused_policy_is_shown_with_file_and_errors() -> None:
    (refused,) = load_parts(tenant(policy("Bad", users={"includeUsers": ["<X>"]}))).refused
    assert refused.to_json() == {
        "file": "document#/conditionalAccessPolicies/0",
        "policy": "Bad",
        "errors": [
            {
                "path": "conditions.users.includeUsers[0]",
                "code": "placeholder",
                "message": "`<X>` stands for the id of a user; map it to an id in `settings.names`",
            }
        ],
    }


@pytest.mark.parametrize("value", [None, 5, "policy", [], {}, {"conditions": []}, {"id": 5}])
def test_what_is_no_policy_is_refused_and_counted(value: Any) -> None:
    parts = load_parts({"policies": [value, policy()]})
    assert (parts.seen, parts.loaded, len(parts.refused)) == (2, 1, 1)
    assert parts.refused[0].problems


def test_a_broken_rule_of_graph_is_a_warning_and_the_policy_is_decided_as_written() -> None:
    one = policy("Both", grant={"operator": "OR", "builtInControls": ["block", "mfa"]})
    parts = load_parts(tenant(one))
    assert parts.loaded == 1
    (warning,) = parts.warnings
    assert warning.policy == "Both"
    assert warning.source == "document#/conditionalAccessPolicies/0"
    assert "grantControls" in warning.message


def test_an_unknown_control_is_a_warning() -> None:
    parts = load_parts(tenant(policy(grant={"operator": "OR", "builtInControls": ["retinaScan"]})))
    assert parts.loaded == 1
    assert any("retinaScan" in each.message for each in parts.warnings)


def test_an_empty_list_where_an_object_belongs_says_nothing() -> None:
    parts = load_parts(tenant(policy(conditions={"locations": [], "devices": []})))
    assert parts.refused == ()
    assert parts.policies[0].document["conditions"]["locations"] is None


def test_a_policy_without_id_gets_the_same_one_each_time_from_its_name() -> None:
    def ids(*policies: dict[str, Any]) -> list[str]:
        return [each.id for each in load_parts({"policies": list(policies)}).policies]

    one, two = policy("One"), policy("Two")
    del one["id"], two["id"]
    assert ids(one, two) == [*ids(one), *ids(two)]
    assert ids({**one, "state": "disabled"}) == ids(one)
    assert len(set(ids(one, {**one, "state": "disabled"}))) == 2


def test_copies_are_loaded_once_and_counted_each() -> None:
    parts = load_parts({"policies": [policy(), policy(), policy(id=OTHER)]})
    assert (parts.seen, parts.loaded, parts.copies, len(parts.policies)) == (3, 3, 1, 2)


def test_copies_of_a_refused_policy_are_refused_each() -> None:
    bad = policy(users={"includeUsers": ["<X>"]})
    parts = load_parts({"policies": [bad, bad]})
    assert [source for source, _, _ in refusals(parts)] == [
        "document#/policies/0",
        "document#/policies/1",
    ]


def test_of_two_versions_of_a_policy_the_other_is_refused_with_the_reason() -> None:
    old = policy("Old", modifiedDateTime="2024-01-01T00:00:00Z")
    new = policy("New", modifiedDateTime="2025-01-01T00:00:00Z")
    parts = load_parts({"policies": [old, new]})
    assert [each.display_name for each in parts.policies] == ["New"]
    assert refusals(parts) == [("document#/policies/0", "Old", [("id", "duplicateId")])]
    assert "`document#/policies/1` has the same id" in parts.refused[0].problems[0].message


def test_two_policies_of_one_name_in_two_files_are_both_used_and_said(tmp_path: Path) -> None:
    same = [policy("Same"), policy("same", id=OTHER)]
    for number, one in enumerate(same):
        (tmp_path / f"{number}.json").write_text(json.dumps(one))
    parts = load_parts(tmp_path)
    assert parts.loaded == 2
    assert [code for code, _ in warned(parts)] == ["duplicateName"]
    assert warned(load_parts(tenant(*same))) == []


def test_ids_that_nothing_explains_are_kept_and_said() -> None:
    ids = [f"ffffffff-0000-4000-8000-{n:012d}" for n in range(5)]
    users = {"includeUsers": ids, "excludeGroups": [STRANGER]}
    parts = load_parts(tenant(policy("P", users=users)))
    assert parts.policies[0].document["conditions"]["users"]["includeUsers"] == ids
    assert [(each.code, each.policy) for each in parts.warnings] == [("unexplainedId", "P")] * 2
    assert [each.message for each in parts.warnings] == [
        "`conditions.users.includeUsers`: no user of the input has the id"
        f" `{ids[0]}`, `{ids[1]}`, `{ids[2]}` and 2 more: matched by the id alone",
        f"`conditions.users.excludeGroups`: no group of the input has the id `{STRANGER}`:"
        " every membership is unknown",
    ]


def test_an_export_without_people_says_so_once() -> None:
    users = {"includeUsers": [ALICE], "excludeGroups": [STAFF], "includeRoles": [ROLE]}
    parts = load_parts({"policies": [policy(users=users), policy(id=OTHER, users=users)]})
    assert warned(parts) == [
        (
            "notExported",
            "the input has no users or groups, and policies name 2: every membership is unknown",
        ),
        (
            "notExported",
            "the input does not have all role assignments, and policies name roles:"
            " who holds them is unknown",
        ),
    ]


def test_a_strength_that_a_policy_carries_in_full_is_known() -> None:
    strength = {"id": STRANGER, "displayName": "Carried", "allowedCombinations": ["fido2"]}
    grant = {"operator": "OR", "authenticationStrength": strength}
    other = {**strength, "allowedCombinations": ["sms,password"]}
    named = {"operator": "OR", "authenticationStrength": {"displayName": "carried"}}
    parts = load_parts(
        tenant(
            policy("A", grant=grant),
            policy("B", id=OTHER, grant=named),
            policy("C", id=ALICE, grant={"operator": "OR", "authenticationStrength": other}),
        )
    )
    assert parts.directory.strengths[STRANGER].combinations == (frozenset({"fido2"}),)
    assert [each.requirements[0].argument for each in parts.policies] == [STRANGER] * 3
    assert [(each.code, each.policy) for each in parts.warnings] == [("strengthDiffers", "C")]


def test_applications_that_policies_name_are_known_by_their_names() -> None:
    one = policy(conditions={"applications": {"includeApplications": [EXCHANGE, STRANGER]}})
    assert load_parts(tenant(one)).directory.applications[EXCHANGE].display_name == (
        "Office 365 Exchange Online"
    )
    assert dict(load_parts(tenant(one), catalogue=NO_CATALOGUE).directory.applications) == {}


def test_every_file_can_be_a_tenant_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(tenant(policy("A"))))
    (tmp_path / "b.json").write_text(json.dumps([policy("B"), policy("B2", id=OTHER)]))
    (tmp_path / "c.json").write_text('{"anything": 1}')
    (tmp_path / "d.json").write_text('{"conditions": {}, "conditions": {}}')
    found = load_each_file(tmp_path)
    assert [(Path(file).name, parts.seen, parts.loaded) for file, parts in found] == [
        ("a.json", 1, 1),
        ("b.json", 2, 2),
        ("c.json", 0, 0),
        ("d.json", 1, 0),
    ]
    assert found[2][1].skipped_files == (str(tmp_path / "c.json"),)
    ((file, parts),) = load_each_file(tmp_path / "a.json")
    assert (Path(file).name, parts.loaded) == ("a.json", 1)


def test_input_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "t.json"
    file.write_text('{"policies": [], "policies": []}')
    with pytest.raises(InputError, match=r"t\.json:1:18: .*came `policies` twice"):
        load_parts(file)


def test_utf_16_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    text = json.dumps(tenant(policy("Zoë")), ensure_ascii=False)
    for encoding in ("utf-8-sig", "utf-16", "utf-16-le"):
        file = tmp_path / f"{encoding}.json"
        file.write_bytes(text.encode(encoding))
        assert load_parts(file).policies[0].display_name == "Zoë"


NAMES = [
    *("id", "Id", "displayName", "state", "conditions", "grantControls", "sessionControls"),
    *("users", "includeUsers", "includeGuestsOrExternalUsers", "externalTenants", "members"),
    *("applications", "platforms", "locations", "devices", "rule", "signInFrequency"),
    *("builtInControls", "authenticationStrength", "termsOfUse"),
]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.lists(ANYTHING, max_size=4))
def test_no_policy_document_makes_loading_fail(values: list[Any]) -> None:
    parts = load_parts({"policies": values})
    assert parts.seen == len(values) == parts.loaded + len(parts.refused)
