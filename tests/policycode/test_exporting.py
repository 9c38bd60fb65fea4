"""What an export writes: names that are read back, and files that every system takes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ostiary.policycode.changes import Kind
from ostiary.policycode.exporting import Form, described_files, export
from ostiary.policycode.folder import load_folder
from ostiary.policycode.planning import make_plan
from tests.policycode.tenants import (
    ADMIN,
    ALICE,
    BOB,
    BREAKERS,
    HQ,
    INTERNS,
    KEYS,
    MADE,
    MFA,
    policy,
    target,
    write_files,
)

NAMES = [
    "CON",
    "a/b: <c>?*|",
    "MFA",
    "mfa",
    "...",
    "x" * 300,
    "Æøå – 日本",
    " spaced ",
    "com1.txt",
]


def written(*policies: dict[str, Any], **members: Any) -> dict[str, dict[str, Any]]:
    """Export a tenant as JSON, by path."""
    files = export(target(*policies, **members), Form.JSON)
    return {each.path: json.loads(each.text) for each in files}


def test_file_names_are_taken_by_every_system(tmp_path: Path) -> None:
    found = target(*(policy(name, f"p{number}") for number, name in enumerate(NAMES)))
    files = [each for each in export(found) if each.path.startswith("policies/")]
    assert [each.path.removeprefix("policies/") for each in files] == [
        "_CON.yaml",
        "a-b- -c.yaml",
        "MFA.yaml",
        "mfa (2).yaml",
        "unnamed.yaml",
        f"{'x' * 100}.yaml",
        "Æøå – 日本.yaml",
        "spaced.yaml",
        "_com1.txt.yaml",
    ]
    folder = load_folder(write_files(tmp_path, {each.path: each.text for each in files}))
    assert make_plan(folder, found, made=MADE).plan.changes == ()


def test_names_stand_where_they_are_read_back() -> None:
    users = {
        "includeUsers": [ALICE, "77777777-0000-4000-8000-000000000001"],
        "excludeGroups": [INTERNS],
        "includeRoles": [ADMIN],
    }
    conditions = {"locations": {"includeLocations": ["All"], "excludeLocations": [HQ]}}
    grant = {"operator": "OR", "authenticationStrength": {"id": KEYS, "displayName": "odd"}}
    files = written(policy("P", MFA, users=users, conditions=conditions, grantControls=grant))
    assert files["policies/P.json"] == {
        "displayName": "P",
        "state": "enabled",
        "conditions": {
            "users": {
                "includeUsers": ["alice@example.com", "77777777-0000-4000-8000-000000000001"],
                "excludeGroups": ["Interns"],
                "includeRoles": ["Global Administrator"],
            },
            "applications": {"includeApplications": ["All"]},
            "clientAppTypes": ["all"],
            "locations": {"includeLocations": ["All"], "excludeLocations": ["HQ"]},
        },
        "grantControls": {"operator": "OR", "authenticationStrength": {"displayName": "Keys"}},
    }


@pytest.mark.parametrize("name", ["Breakers", "<RING>", "", BOB])
def test_a_name_that_says_something_else_stays_an_id(name: str) -> None:
    groups: list[dict[str, Any]] = [
        {"id": INTERNS, "displayName": name, "members": []},
        {"id": BREAKERS, "displayName": "Breakers", "members": []},
    ]
    settings = {"names": {"alice@example.com": "bob@example.com"}}
    users = {"excludeGroups": [INTERNS], "excludeUsers": [ALICE]}
    files = written(policy("P", MFA, users=users), groups=groups, settings=settings)
    said = files["policies/P.json"]["conditions"]["users"]
    assert (said["excludeGroups"], said["excludeUsers"]) == ([INTERNS], [ALICE])


def test_groups_are_written_where_another_tenant_is_to_have_them(tmp_path: Path) -> None:
    source = target(policy("P", MFA, users={"excludeGroups": [INTERNS]}))
    files = {each.path: each.text for each in export(source, Form.JSON, groups=True)}
    assert json.loads(files["groups/Interns.json"]) == {"displayName": "Interns"}
    assert "groups/Breakers.json" not in files
    other = target(groups=[], namedLocations=[], authenticationStrengthPolicies=[])
    found = make_plan(load_folder(write_files(tmp_path, files)), other, made=MADE)
    assert [each.name for each in found.plan.changes] == ["HQ", "Spain", "Interns", "Keys", "P"]
    assert make_plan(load_folder(tmp_path), source, made=MADE).plan.changes == ()


def test_two_of_one_name_keep_their_ids() -> None:
    files = written(policy("P", MFA), policy("p", "other"))
    assert {path: files[path]["id"] for path in files if path.startswith("policies")} == {
        "policies/P.json": MFA,
        "policies/p (2).json": "other",
    }


def test_what_policies_refer_to_is_written_as_people_would() -> None:
    files = written(policy("P", MFA))
    assert files["locations/HQ.json"] == {
        "displayName": "HQ",
        "isTrusted": True,
        "ipRanges": ["192.0.2.0/24"],
    }
    assert files["locations/Spain.json"] == {"displayName": "Spain", "countriesAndRegions": ["ES"]}
    assert files["contexts/Payroll.json"]["id"] == "c1"
    assert files["ostiary.json"] == {"emergencyAccess": ["glass@example.com"]}
    counts = described_files(export(target(policy("P", MFA)), Form.JSON))
    assert counts == {"locations": 2, "strengths": 1, "contexts": 1, "policies": 1}
    assert Kind.GROUP.value not in counts
