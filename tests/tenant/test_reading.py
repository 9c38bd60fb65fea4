"""Where the documents of a tenant may stand, and in which shapes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ostiary.model.errors import InputError
from ostiary.tenant.documents import RawTenant
from ostiary.tenant.reading import json_files, read_raw
from ostiary.tenant.spelling import Spelling, member_name, respelled
from tests.tenant.documents import policy, tenant

LOCATION: dict[str, Any] = {"id": "l1", "displayName": "HQ", "ipRanges": []}
COUNTRY = {"id": "l2", "displayName": "France", "countriesAndRegions": ["FR"]}
NETWORK = {"@odata.type": "#microsoft.graph.compliantNetworkNamedLocation", "id": "l3"}
STRENGTH = {"id": "s1", "displayName": "Keys", "allowedCombinations": ["fido2"]}


def written(folder: Path, files: dict[str, Any]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content), encoding="utf-8")
    return folder


def found(raw: RawTenant) -> dict[str, list[Any]]:
    return {key: [item.value for item in raw.items(key)] for key in raw.parts}


def test_one_document_has_a_member_for_each_key() -> None:
    raw = read_raw({"tenantId": "t", "users": [{"id": "u"}], "settings": {}, "policies": []})
    assert found(raw) == {
        "tenantId": ["t"],
        "users": [{"id": "u"}],
        "settings": [{}],
        "conditionalAccessPolicies": [],
    }


def test_a_file_and_an_object_are_read_alike(tmp_path: Path) -> None:
    document = tenant(policy())
    file = written(tmp_path, {"tenant.json": document}) / "tenant.json"
    assert found(read_raw(str(file))) == found(read_raw(document))


def test_an_empty_object_is_an_empty_tenant() -> None:
    assert found(read_raw({})) == {}


@pytest.mark.parametrize(
    "content",
    [[{"id": "u"}], {"value": [{"id": "u"}]}, {"users": [{"id": "u"}]}, {"id": "u"}],
    ids=["array", "collection", "wrapped", "object"],
)
@pytest.mark.parametrize("name", ["users.json", "Users.JSON", "users/all.json", "users/a/b.json"])
def test_a_folder_has_a_file_or_a_folder_for_each_key(
    tmp_path: Path, name: str, content: object
) -> None:
    assert found(read_raw(written(tmp_path, {name: content}))) == {"users": [{"id": "u"}]}


def test_the_files_of_a_folder_for_a_key_add_up(tmp_path: Path) -> None:
    files = {"groups/b.json": {"id": "b"}, "groups/a.json": [{"id": "a1"}, {"id": "a2"}]}
    raw = read_raw(written(tmp_path, files))
    assert found(raw) == {"groups": [{"id": "a1"}, {"id": "a2"}, {"id": "b"}]}
    assert [item.source.removeprefix(f"{tmp_path}/") for item in raw.items("groups")] == [
        "groups/a.json#/0",
        "groups/a.json#/1",
        "groups/b.json",
    ]


def test_any_other_folder_is_searched_and_objects_told_by_their_content(tmp_path: Path) -> None:
    files: dict[str, Any] = {
        "Config/ConditionalAccess/one.json": policy("One"),
        "Config/many.json": [policy("Two"), LOCATION, {"id": "something else"}],
        "Config/NamedLocations/more.json": {"value": [COUNTRY, NETWORK]},
        "strength.json": STRENGTH,
        "Groups/g.json": {"id": "g", "displayName": "G"},
        "package.json": {"users": 3, "name": "odd"},
    }
    raw = read_raw(written(tmp_path / "export", files))
    policies = found(raw).pop("conditionalAccessPolicies")
    assert [each["displayName"] for each in policies] == ["One", "Two"]
    assert found(raw)["namedLocations"] == [COUNTRY, NETWORK, LOCATION]
    assert found(raw)["authenticationStrengthPolicies"] == [STRENGTH]
    assert [skipped.removeprefix(f"{tmp_path}/export/") for skipped in raw.skipped] == [
        "Config/many.json#/2",
        "package.json",
    ]
    assert found(raw)["groups"] == [{"id": "g", "displayName": "G"}]


def test_what_stands_beside_files_of_keys_is_searched_too(tmp_path: Path) -> None:
    raw = read_raw(written(tmp_path, {"NamedLocations/l.json": LOCATION, "ca/p.json": policy()}))
    assert set(found(raw)) == {"namedLocations", "conditionalAccessPolicies"}


def test_a_whole_tenant_document_may_lie_in_a_folder(tmp_path: Path) -> None:
    raw = read_raw(written(tmp_path, {"backup/t.json": tenant(policy())}))
    assert len(list(raw.items("conditionalAccessPolicies"))) == 1
    assert len(list(raw.items("users"))) == 2


def test_hidden_files_and_other_kinds_of_files_are_left_out(tmp_path: Path) -> None:
    folder = written(tmp_path, {"p.json": policy(), ".git/x.json": policy(), ".y.json": policy()})
    (folder / "LICENSE").write_text("not JSON")
    assert json_files(folder) == [folder / "p.json"]


def test_nothing_recognised_is_an_error_that_says_what_is_expected(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="came nothing that belongs to one; expected are a doc"):
        read_raw(written(tmp_path, {"x.json": {"a": 1}}))
    with pytest.raises(InputError, match=r"x\.json: expected a tenant"):
        read_raw(tmp_path / "x.json")
    with pytest.raises(InputError, match="no such file"):
        read_raw(tmp_path / "nowhere")


def test_all_files_that_cannot_be_read_are_named_at_once(tmp_path: Path) -> None:
    folder = written(tmp_path, {"p.json": policy()})
    for name in ("a.json", "b.json", "c.json", "d.json"):
        (folder / name).write_text("{")
    with pytest.raises(InputError, match=r"4 files cannot be read: .*a\.json.*c\.json.*1 more"):
        read_raw(folder)


def test_a_policy_with_a_member_twice_is_set_aside_and_the_others_are_read(tmp_path: Path) -> None:
    folder = written(tmp_path, {"a.json": policy("Good")})
    bad = '{"displayName": "Bad", "conditions": {"platforms": null, "platforms": null}}'
    (folder / "b.json").write_text(bad)
    (folder / "c.json").write_text(f"[{bad}, {json.dumps(policy('Better'))}]")
    raw = read_raw(folder)
    assert [each["displayName"] for each in found(raw)["conditionalAccessPolicies"]] == [
        "Good",
        "Better",
    ]
    sources = [item.source.removeprefix(f"{folder}/") for item, _ in raw.broken]
    assert sources == ["b.json", "c.json#/0"]
    assert "came `platforms` twice" in raw.broken[0][1].message


def test_a_member_twice_anywhere_else_is_an_error(tmp_path: Path) -> None:
    folder = written(tmp_path, {"p.json": policy()})
    (folder / "users.json").write_text('[{"id": "u", "id": "v"}]')
    with pytest.raises(InputError, match=r"users\.json:1:14: .*came `id` twice"):
        read_raw(folder)


def test_a_collection_with_further_pages_is_reported() -> None:
    raw = read_raw({"users": {"value": [], "@odata.nextLink": "https://graph.example/next"}})
    assert [warning.code for warning in raw.warnings] == ["incompleteExport"]


@pytest.mark.parametrize(
    ("key", "means"),
    [
        ("users", ": nothing is known of the users that are missing"),
        ("groups", ": nothing is known of the groups that are missing"),
        (
            "servicePrincipals",
            ": nothing is known of the service principals that are missing",
        ),
        ("roleAssignments", ": who holds a role is unknown"),
        ("agreements", ""),
    ],
)
@pytest.mark.parametrize("link", ["@odata.nextLink", "@nextLink", "odata.nextLink"])
def test_every_collection_says_what_its_missing_pages_mean(key: str, means: str, link: str) -> None:
    raw = read_raw({key: {"value": [], link: "https://graph.example/next"}})
    assert [warning.message for warning in raw.warnings] == [
        f"the collection has an `@odata.nextLink`: further pages were not exported{means}"
    ]


def test_pages_in_files_of_their_own_are_complete_once_the_last_one_is_there(
    tmp_path: Path,
) -> None:
    page = {"value": [{"id": "u"}], "@odata.nextLink": "https://graph.example/next"}
    folder = written(tmp_path, {"users/1.json": page, "users/2.json": page})
    assert [warning.code for warning in read_raw(folder).warnings] == ["incompleteExport"]
    written(tmp_path, {"users/3.json": {"value": [{"id": "v"}]}})
    assert read_raw(folder).warnings == ()


@pytest.mark.parametrize(("source", "came"), [([], "a list"), (5, "a number"), (None, "null")])
def test_what_is_neither_a_place_nor_a_document_is_refused(source: Any, came: str) -> None:
    with pytest.raises(InputError) as caught:
        read_raw(source)
    assert caught.value.message == f"expected a tenant, came {came}"
    assert caught.value.hint == "give the path of a file or folder, or a document as an object"


def test_an_unknown_member_of_a_tenant_document_is_reported() -> None:
    raw = read_raw({"users": [], "people": [], "_about": "", "@odata.context": ""})
    assert [warning.message for warning in raw.warnings] == [
        "`people` is no member of a tenant document; it is not read"
    ]


def test_an_object_nested_without_end_is_refused() -> None:
    value: Any = []
    for _ in range(5_000):
        value = [value]
    with pytest.raises(InputError, match="at most 200 levels"):
        read_raw({"users": value})


@pytest.mark.parametrize(
    ("written_as", "name"),
    [
        ("DisplayName", "displayName"),
        ("Id", "id"),
        ("ID", "id"),
        ("IPRanges", "ipRanges"),
        ("AllowedAAGUIDs", "allowedAAGUIDs"),
        ("displayName", "displayName"),
        ("@odata.type", "@odata.type"),
        ("@odata.context", None),
        ("createdDateTime@odata.type", None),
        ("#microsoft.graph.restore", None),
    ],
)
def test_members_have_one_spelling(written_as: str, name: str | None) -> None:
    assert member_name(written_as) == name


def test_members_of_derived_types_stand_apart_in_exports_of_powershell() -> None:
    exported = {
        "Id": "l",
        "AdditionalProperties": {"@odata.type": "#t", "IsTrusted": True, "ipRanges": [{"Cidr": 1}]},
    }
    plain = {"id": "l", "@odata.type": "#t", "isTrusted": True}
    assert respelled(exported, []) == {**plain, "ipRanges": [{"cidr": 1}]}
    assert Spelling().shallow(exported) == {**plain, "ipRanges": [{"Cidr": 1}]}


def test_an_object_in_the_spelling_of_graph_is_not_copied() -> None:
    body = {"id": "u", "displayName": "U"}
    assert Spelling().shallow(body) is body


def test_two_spellings_of_a_member_are_a_problem_only_if_they_differ() -> None:
    problems: list[Any] = []
    assert respelled({"a": {"State": 1, "state": 1}}, problems) == {"a": {"state": 1}}
    assert problems == []
    respelled({"a": [{"State": 1, "state": 2}]}, problems)
    assert [(each.path, each.code) for each in problems] == [("a[0].state", "duplicateMember")]
