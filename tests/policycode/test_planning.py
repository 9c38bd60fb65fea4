"""What a folder and a target come to: changes, their order, and what they rest on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ostiary.policycode.changes import Action, Base, Kind, Rests, placeholder
from ostiary.policycode.fingerprints import fingerprint
from ostiary.policycode.planning import FolderRefused
from tests.policycode.tenants import (
    BREAKERS,
    GLASS,
    HQ,
    INTERNS,
    KEYS,
    LEGACY,
    MFA,
    SPAIN,
    planned,
    policy,
    steps,
    target,
)

YAML = """\
displayName: Oslo only
state: enabled
conditions:
  users:
    includeGroups: [Interns]
    excludeUsers: [glass@example.com]
  applications:
    includeApplications: [Office365]
  locations:
    includeLocations: [All]
    excludeLocations: [Oslo, HQ]
grantControls:
  operator: OR
  authenticationStrength:
    displayName: Keys or pass
"""
FILES: dict[str, Any] = {
    "policies/oslo.yaml": YAML,
    "locations/oslo.yaml": "displayName: Oslo\nisTrusted: false\nipRanges: [198.51.100.0/24]\n",
    "strengths/keys.json": {
        "displayName": "Keys or pass",
        "allowedCombinations": ["fido2", "temporaryAccessPassOneTime"],
    },
}
OSLO = placeholder(Kind.NAMED_LOCATION, "Oslo")
STRENGTH = placeholder(Kind.STRENGTH, "Keys or pass")


def test_what_is_referred_to_is_made_first_and_named_by_placeholders(tmp_path: Path) -> None:
    found = planned(tmp_path, FILES, target(policy("MFA", MFA)))
    assert steps(found) == [
        ("create", "namedLocation", "Oslo"),
        ("create", "authenticationStrength", "Keys or pass"),
        ("create", "policy", "Oslo only"),
    ]
    location, _, made = found.plan.changes
    assert location.id == OSLO
    assert location.after == {
        "@odata.type": "#microsoft.graph.ipNamedLocation",
        "displayName": "Oslo",
        "isTrusted": False,
        "ipRanges": [
            {
                "@odata.type": "#microsoft.graph.iPv4CidrRange",
                "cidrAddress": "198.51.100.0/24",
            }
        ],
    }
    assert made.after is not None
    assert made.after["conditions"]["locations"] == {
        "includeLocations": ["All"],
        "excludeLocations": [OSLO, HQ],
    }
    assert made.after["conditions"]["users"] == {
        "excludeUsers": [GLASS],
        "includeGroups": [INTERNS],
    }
    assert made.after["grantControls"]["authenticationStrength"] == {"id": STRENGTH}
    hq = found.before.of(Kind.NAMED_LOCATION)[HQ]
    assert found.plan.base == (
        Base(Kind.NAMED_LOCATION, OSLO, "Oslo", Rests.ABSENT),
        Base(Kind.STRENGTH, STRENGTH, "Keys or pass", Rests.ABSENT),
        Base(Kind.POLICY, placeholder(Kind.POLICY, "Oslo only"), "Oslo only", Rests.ABSENT),
        Base(Kind.GROUP, INTERNS, "Interns", Rests.THERE),
        Base(
            Kind.NAMED_LOCATION,
            HQ,
            "HQ",
            Rests.UNCHANGED,
            fingerprint(Kind.NAMED_LOCATION, hq),
        ),
    )
    assert [each.name for each in found.unmanaged] == ["MFA", "HQ", "Spain", "Keys", "Payroll"]


def test_the_tenant_after_the_plan_has_what_is_new(tmp_path: Path) -> None:
    found = planned(tmp_path, FILES, target(policy("MFA", MFA)))
    parts = found.after.parts
    assert [each.display_name for each in parts.policies] == ["Oslo only", "MFA"]
    assert parts.warnings == ()
    names = {each.display_name for each in parts.directory.named_locations.values()}
    assert names == {"HQ", "Spain", "Oslo"}


def test_a_change_has_both_versions_whole(tmp_path: Path) -> None:
    before = policy("MFA", MFA, users={"excludeGroups": [BREAKERS]})
    after = policy("MFA", users={"excludeGroups": ["breakers"]}, state="disabled")
    found = planned(tmp_path, {"policies/mfa.json": after}, target(before))
    (change,) = found.plan.changes
    assert (change.action, change.id) == (Action.UPDATE, MFA)
    assert change.before == before
    assert change.after == {
        **{name: each for name, each in before.items() if name != "id"},
        "state": "disabled",
    }


def test_an_object_is_found_by_its_id_before_its_name(tmp_path: Path) -> None:
    files = {
        "policies/a.json": policy("Legacy", MFA),
        "policies/b.json": policy("MFA", LEGACY),
    }
    found = planned(tmp_path, files, target(policy("MFA", MFA), policy("Legacy", LEGACY)))
    assert [(each.id, each.name) for each in found.plan.changes] == [
        (MFA, "Legacy"),
        (LEGACY, "MFA"),
    ]


def test_a_policy_is_renamed_by_the_name_it_had(tmp_path: Path) -> None:
    wanted = {**policy("MFA for all"), "@ostiary.formerly": "mfa"}
    found = planned(tmp_path, {"policies/a.json": wanted}, target(policy("MFA", MFA)))
    assert [(e.action.value, e.id, e.name) for e in found.plan.changes] == [
        ("update", MFA, "MFA for all")
    ]
    renamed = target(policy("MFA for all", MFA))
    assert planned(tmp_path, {}, renamed).plan.changes == ()


def test_ids_of_another_tenant_are_followed_to_the_objects_of_this_one(tmp_path: Path) -> None:
    other = "99999999-0000-4000-8000-000000000001"
    files = {
        "locations/hq.json": {"id": other, "displayName": "HQ", "ipRanges": ["192.0.2.0/24"]},
        "policies/p.json": policy("P", conditions={"locations": {"includeLocations": [other]}}),
    }
    found = planned(tmp_path, files, target())
    assert steps(found) == [("update", "namedLocation", "HQ"), ("create", "policy", "P")]
    after = found.plan.changes[1].after
    assert after is not None
    assert after["conditions"]["locations"] == {"includeLocations": [HQ]}


def test_what_the_folder_does_not_have_is_deleted_only_where_it_says_so(tmp_path: Path) -> None:
    uses_spain = policy("A", MFA, conditions={"locations": {"includeLocations": [SPAIN]}})
    files = {
        "ostiary.yaml": "unmanaged: delete\n",
        "policies/a.json": {k: v for k, v in uses_spain.items() if k != "id"},
    }
    against = target(
        uses_spain, policy("B", LEGACY), policy("Microsoft-managed: MFA for admins", "m")
    )
    found = planned(tmp_path, files, against)
    assert steps(found) == [
        ("delete", "policy", "B"),
        ("update", "namedLocation", "HQ"),
        ("delete", "namedLocation", "HQ"),
        ("delete", "authenticationStrength", "Keys"),
    ]
    assert found.plan.changes[1].after is not None
    assert found.plan.changes[1].after["isTrusted"] is False
    assert [each.name for each in found.unmanaged] == [
        "Microsoft-managed: MFA for admins",
        "Spain",
        "Payroll",
    ]
    assert {each.id: each.rests for each in found.plan.base} == {
        LEGACY: Rests.UNCHANGED,
        HQ: Rests.UNCHANGED,
        KEYS: Rests.UNCHANGED,
    }


def test_a_location_of_microsofts_is_never_deleted(tmp_path: Path) -> None:
    network = {
        "@odata.type": "#microsoft.graph.compliantNetworkNamedLocation",
        "id": HQ,
        "displayName": "Compliant network",
        "isTrusted": True,
    }
    files = {"ostiary.yaml": "unmanaged: delete\n"}
    found = planned(tmp_path, files, target(namedLocations=[network]))
    assert steps(found) == [("delete", "authenticationStrength", "Keys")]
    assert [each.name for each in found.unmanaged] == ["Compliant network", "Payroll"]


def test_groups_keep_their_members_and_new_ones_are_made(tmp_path: Path) -> None:
    files = {
        "groups/interns.yaml": "displayName: Interns\ndescription: Learning\n",
        "groups/new.yaml": "displayName: Pilots\n",
        "policies/p.json": policy("P", users={"excludeGroups": ["Pilots"]}),
    }
    found = planned(tmp_path, files, target())
    assert steps(found) == [
        ("create", "group", "Pilots"),
        ("update", "group", "Interns"),
        ("create", "policy", "P"),
    ]
    assert found.plan.changes[0].after == {
        "mailNickname": "Pilots",
        "mailEnabled": False,
        "securityEnabled": True,
        "displayName": "Pilots",
    }
    groups = found.after.parts.directory.groups
    assert groups[INTERNS].members == found.before.parts.directory.groups[INTERNS].members
    assert found.plan.changes[2].after is not None
    assert found.plan.changes[2].after["conditions"]["users"]["excludeGroups"] == [
        "new:group:Pilots"
    ]


def test_a_context_gets_the_first_id_that_is_free(tmp_path: Path) -> None:
    files = {
        "contexts/a.yaml": "displayName: Bank\n",
        "contexts/b.yaml": "displayName: Payroll\n",
        "policies/p.json": policy(
            "P",
            conditions={"applications": {"includeAuthenticationContextClassReferences": ["Bank"]}},
        ),
    }
    found = planned(tmp_path, files, target())
    assert [each.id for each in found.plan.changes if each.kind is Kind.CONTEXT] == ["c2"]
    after = found.plan.changes[1].after
    assert after is not None
    assert after["conditions"]["applications"] == {
        "includeAuthenticationContextClassReferences": ["c2"]
    }


@pytest.mark.parametrize(
    ("files", "names", "sentence"),
    [
        (
            {"policies/p.json": policy("P", users={"excludeGroups": ["Lifeboats"]})},
            ["P"],
            "no group of the input is called `Lifeboats`",
        ),
        (
            {"policies/a.json": policy("P"), "policies/b.json": policy("p", state="disabled")},
            ["p"],
            "`p` stands in",
        ),
        ({"policies/p.json": policy("Twin")}, ["Twin"], "the name of 2 in the target"),
        ({"policies/p.json": policy("")}, [""], "expected a policy with a name"),
        ({"policies/p.json": policy("Odd")}, ["Odd"], "has a policy `Odd` that cannot be read"),
        (
            {"locations/l.yaml": "displayName: HQ\ncountriesAndRegions: [NO]\n"},
            ["HQ"],
            "a location of another kind",
        ),
    ],
)
def test_what_is_not_clear_is_refused_with_its_place(
    files: dict[str, Any], names: list[str], sentence: str, tmp_path: Path
) -> None:
    odd = {**policy("Odd", "o"), "conditions": {"users": 7}}
    against = target(policy("Twin", MFA), policy("Twin", LEGACY), odd)
    with pytest.raises(FolderRefused) as told:
        planned(tmp_path, files, against)
    assert [each.name for each in told.value.refused] == names
    problems = [problem.message for each in told.value.refused for problem in each.problems]
    assert sentence in problems[0]


def test_contexts_of_another_tenant_are_those_of_this_one_by_name(tmp_path: Path) -> None:
    bank = {"id": "c3", "displayName": "Bank", "isAvailable": True}
    payroll = {"id": "c1", "displayName": "Payroll", "isAvailable": True}
    member = "includeAuthenticationContextClassReferences"

    def asks(name: str, context: str, identifier: str = "") -> dict[str, Any]:
        return policy(name, identifier, conditions={"applications": {member: [context]}})

    files = {
        "contexts/a.yaml": "id: c3\ndisplayName: Payroll\n",
        "contexts/b.yaml": "id: c1\ndisplayName: Bank\n",
        "policies/p.json": asks("P", "c3"),
        "policies/q.json": asks("Q", "c1"),
    }
    against = target(
        asks("P", "c1", MFA),
        asks("R", "c3", LEGACY),
        authenticationContextClassReferences=[bank, payroll],
    )
    found = planned(tmp_path, files, against)
    assert steps(found) == [("create", "policy", "Q")]
    after = {each.display_name: each.document for each in found.after.parts.policies}
    contexts = {name: each["conditions"]["applications"][member] for name, each in after.items()}
    assert contexts == {"P": ["c1"], "Q": ["c3"], "R": ["c3"]}
