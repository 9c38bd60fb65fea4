"""Exclusions survive a plan, unless the folder says that they may go."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ostiary.analysis.policy_difference import differences
from tests.policycode.tenants import (
    BOB,
    BREAKERS,
    GLASS,
    HQ,
    INTERNS,
    MFA,
    planned,
    policy,
    target,
)

FILTER = {"mode": "exclude", "rule": 'device.trustType -eq "ServerAD"'}
GUESTS = "excludeGuestsOrExternalUsers"
TENANTS = {"@odata.type": "#microsoft.graph.conditionalAccessEnumeratedExternalTenants"}
ONE, TWO = "11111111-0000-4000-8000-000000000001", "11111111-0000-4000-8000-000000000002"


def guests(kinds: str, *tenants: str) -> dict[str, Any]:
    """Exclude guests, of all tenants where none is named."""
    if not tenants:
        return {"guestOrExternalUserTypes": kinds}
    enumerated = {**TENANTS, "membershipKind": "enumerated", "members": list(tenants)}
    return {"guestOrExternalUserTypes": kinds, "externalTenants": enumerated}


def test_what_only_the_target_excludes_stays_and_is_told(tmp_path: Path) -> None:
    users = {"excludeUsers": [BOB], "excludeGroups": [BREAKERS, INTERNS]}
    conditions = {"locations": {"includeLocations": ["All"], "excludeLocations": [HQ]}}
    against = target(policy("MFA", MFA, users=users, conditions=conditions))
    wanted = policy("MFA", users={"excludeGroups": ["Breakers"]}, state="disabled")
    found = planned(tmp_path, {"policies/p.json": wanted}, against)
    (change,) = found.plan.changes
    assert change.after is not None
    assert change.after["conditions"]["users"] == {"includeUsers": ["All"], **users}
    assert [(each.label, each.name) for each in found.kept[0].kept] == [
        ("Users or workload identities: Exclude users", "bob@example.com"),
        ("Users or workload identities: Exclude groups", "Interns"),
        ("Network: Exclude", "HQ"),
    ]
    assert change.after["conditions"]["locations"] == conditions["locations"]


@pytest.mark.parametrize(
    ("released", "left"),
    [
        (["interns"], {"excludeUsers": [BOB]}),
        ([INTERNS, "bob@example.com"], {}),
        ("Interns", {"excludeUsers": [BOB]}),
        (["somebody else"], {"excludeUsers": [BOB], "excludeGroups": [INTERNS]}),
    ],
)
def test_a_policy_names_what_may_go(
    released: list[str] | str, left: dict[str, Any], tmp_path: Path
) -> None:
    users = {"excludeUsers": [BOB], "excludeGroups": [INTERNS]}
    wanted = {**policy("MFA"), "@ostiary.noLongerExcluded": released}
    against = target(policy("MFA", MFA, users=users))
    found = planned(tmp_path, {"policies/p.json": wanted}, against)
    policy_ = found.after.parts.policies[0].document
    said = {name: each for name, each in policy_["conditions"]["users"].items() if each}
    assert said == {"includeUsers": ["All"], **left}


def test_an_exact_folder_keeps_the_emergency_access_accounts_only(tmp_path: Path) -> None:
    against = target(policy("MFA", MFA, users={"excludeUsers": [BOB, GLASS]}))
    files = {"ostiary.yaml": "exclusions: exact\n", "policies/p.json": policy("MFA")}
    found = planned(tmp_path, files, against)
    assert found.plan.changes[0].after is not None
    assert found.plan.changes[0].after["conditions"]["users"]["excludeUsers"] == [GLASS]
    assert [each.name for each in found.kept[0].kept] == ["glass@example.com"]


@pytest.mark.parametrize(
    ("before", "wanted", "after"),
    [
        (guests("internalGuest,serviceProvider"), None, guests("internalGuest,serviceProvider")),
        (
            guests("internalGuest"),
            guests("serviceProvider"),
            guests("serviceProvider,internalGuest"),
        ),
        (
            guests("serviceProvider", ONE),
            guests("serviceProvider", TWO),
            guests("serviceProvider", TWO, ONE),
        ),
        (guests("serviceProvider"), guests("serviceProvider", TWO), guests("serviceProvider")),
        (guests("serviceProvider", ONE), guests("serviceProvider"), guests("serviceProvider")),
    ],
)
def test_guests_stay_excluded(
    before: dict[str, Any], wanted: dict[str, Any] | None, after: dict[str, Any], tmp_path: Path
) -> None:
    against = target(policy("MFA", MFA, users={GUESTS: before}))
    users = {} if wanted is None else {GUESTS: wanted}
    found = planned(tmp_path, {"policies/p.json": policy("MFA", users=users)}, against)
    document = found.after.parts.policies[0].document["conditions"]["users"][GUESTS]
    assert (
        differences(
            {"conditions": {"users": {GUESTS: document}}},
            {"conditions": {"users": {GUESTS: after}}},
        )
        == ()
    )


def test_who_was_spared_of_another_kind_of_policy_is_no_matter(tmp_path: Path) -> None:
    against = target(policy("P", MFA, users={"excludeUsers": [BOB]}))
    wanted = policy("P", grantControls={"operator": "OR", "builtInControls": ["block"]})
    wanted["conditions"] = {
        "clientApplications": {"includeServicePrincipals": ["ServicePrincipalsInMyTenant"]},
        "applications": {"includeApplications": ["All"]},
    }
    found = planned(tmp_path, {"policies/p.json": wanted}, against)
    assert found.kept == ()


def test_what_was_spared_of_another_target_is_no_matter(tmp_path: Path) -> None:
    apps = {"includeApplications": ["All"], "excludeApplications": ["Office365"]}
    against = target(policy("P", MFA, conditions={"applications": apps}))
    action = {"includeUserActions": ["urn:user:registersecurityinfo"]}
    wanted = policy("P", conditions={"applications": action})
    found = planned(tmp_path, {"policies/p.json": wanted}, against)
    assert found.plan.changes[0].after is not None
    assert found.plan.changes[0].after["conditions"]["applications"] == action


def test_a_filter_that_excludes_stays_where_the_folder_has_none(tmp_path: Path) -> None:
    against = target(policy("MFA", MFA, conditions={"devices": {"deviceFilter": FILTER}}))
    assert planned(tmp_path, {"policies/p.json": policy("MFA")}, against).plan.changes == ()
    other = {**FILTER, "rule": 'device.trustType -eq "AzureAD"'}
    wanted = policy("MFA", conditions={"devices": {"deviceFilter": other}})
    found = planned(tmp_path, {"policies/p.json": wanted}, against)
    assert (len(found.plan.changes), found.kept) == (1, ())


def test_what_a_policy_includes_is_the_folders_word(tmp_path: Path) -> None:
    against = target(policy("MFA", MFA, users={"includeUsers": [], "includeGroups": [INTERNS]}))
    found = planned(tmp_path, {"policies/p.json": policy("MFA")}, against)
    assert found.plan.changes[0].after is not None
    assert found.plan.changes[0].after["conditions"]["users"] == {"includeUsers": ["All"]}
