"""Pitfalls of upkeep."""

from __future__ import annotations

from typing import Any

import pytest

from tests.analysis.lint_tenant import (
    BLOCK,
    EMERGENCY,
    MFA,
    OFFICE,
    STAFF,
    STRANGER,
    grant,
    office,
    policy,
    reasons,
    sound_tenant,
)

REPORT_ONLY = "enabledForReportingButNotEnforced"


@pytest.mark.parametrize(
    ("state", "dates", "told"),
    [
        (
            REPORT_ONLY,
            {"createdDateTime": "2026-01-01T00:00:00Z"},
            ["it is report-only and was last changed 324 days ago (2026-01-01)"],
        ),
        (
            REPORT_ONLY,
            {
                "createdDateTime": "2025-01-01T00:00:00Z",
                "modifiedDateTime": "2026-08-22T23:59:59.9999999Z",
            },
            ["it is report-only and was last changed 90 days ago (2026-08-22)"],
        ),
        (REPORT_ONLY, {"modifiedDateTime": "2026-08-23T00:00:00Z"}, []),
        (REPORT_ONLY, {"createdDateTime": None}, []),
        (REPORT_ONLY, {"createdDateTime": "/Date(1700000000000)/"}, []),
        (REPORT_ONLY, {"createdDateTime": "2026-01-01"}, None),
        ("enabled", {"createdDateTime": "2026-01-01T00:00:00Z"}, []),
    ],
)
def test_report_only_for_too_long(
    state: str, dates: dict[str, Any], told: list[str] | None
) -> None:
    document = sound_tenant({**policy("Old", MFA, state=state), **dates})
    expected = (
        told
        if told is not None
        else ["it is report-only and was last changed 324 days ago (2026-01-01)"]
    )
    assert reasons(document, "OST701") == expected


def test_equal_policies() -> None:
    twin = policy("Twin", grant("mfa", operator="AND"))
    assert reasons(sound_tenant(twin), "OST702") == [
        "`Require MFA` and `Twin` have the same assignments, conditions and controls"
    ]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(policy("Other", BLOCK), id="another control"),
        pytest.param(policy("Other", MFA, users={"includeUsers": ["All"]}), id="other users"),
        pytest.param(
            policy(
                "Other", MFA, session={"persistentBrowser": {"isEnabled": True, "mode": "never"}}
            ),
            id="a session control",
        ),
    ],
)
def test_policies_that_differ(other: dict[str, Any]) -> None:
    assert reasons(sound_tenant(other), "OST702") == []


def test_conditions_that_are_not_known_are_compared_as_written() -> None:
    one, other = (policy(name, MFA, times={"x": name}) for name in ("One", "Other"))
    assert reasons(sound_tenant(one, other), "OST702") == []


@pytest.mark.parametrize(
    ("conditions", "told"),
    [
        (
            {"platforms": {"includePlatforms": ["iOS"], "excludePlatforms": ["iOS"]}},
            "no sign-in meets its condition *Device platforms*",
        ),
        (
            {"locations": {"includeLocations": ["AllTrusted"], "excludeLocations": [OFFICE]}},
            "no sign-in meets its condition *Network*",
        ),
        (
            {
                "devices": {
                    "deviceFilter": {
                        "mode": "include",
                        "rule": "device.isCompliant -eq True -and device.isCompliant -eq False",
                    }
                }
            },
            "no sign-in meets its condition *Filter for devices*",
        ),
        (
            {"apps": {"includeApplications": ["None"]}},
            "it selects no resource (*None*)",
        ),
        (
            {"users": {"includeGroups": [STAFF], "excludeGroups": [EMERGENCY, STAFF]}},
            "it excludes all users that it includes",
        ),
        ({"platforms": {"includePlatforms": ["all"], "excludePlatforms": ["iOS"]}}, None),
        ({"locations": {"includeLocations": [STRANGER]}}, None),
        ({"apps": {"includeApplications": ["AllAgentIdResources"]}}, None),
    ],
)
def test_policies_that_contradict_themselves(conditions: dict[str, Any], told: str | None) -> None:
    document = sound_tenant(policy("P", MFA, **conditions))
    assert reasons(document, "OST703") == ([told] if told else [])


def test_a_trusted_location_that_is_not_the_only_one_is_no_contradiction() -> None:
    other = office("198.51.100.0/24", id=STRANGER, displayName="Branch")
    places = {"includeLocations": ["AllTrusted"], "excludeLocations": [OFFICE]}
    document = sound_tenant(policy("P", MFA, locations=places), namedLocations=[office(), other])
    assert reasons(document, "OST703") == []


@pytest.mark.parametrize(
    ("users", "told"),
    [
        ({"includeUsers": ["None"]}, "it includes no user, group or role"),
        ({"includeGroups": [STRANGER]}, "it includes only the group `Empty`, which has no members"),
        ({"includeGroups": [STRANGER, STAFF]}, None),
        ({"includeGroups": [STAFF]}, None),
    ],
)
def test_policies_for_nobody(users: dict[str, Any], told: str | None) -> None:
    document = sound_tenant(policy("P", MFA, users=users))
    document["groups"].append({"id": STRANGER, "displayName": "Empty", "members": []})
    assert reasons(document, "OST704") == ([told] if told else [])


def test_members_that_are_not_known_may_select_people() -> None:
    nobody = {"includeUsers": ["None"]}
    document = sound_tenant(policy("P", MFA, users=nobody, agents={"includeAgentUsers": ["All"]}))
    assert reasons(document, "OST704") == []
    assert reasons(document, "OST706") == ["`agents` cannot be judged"]


def test_a_policy_that_demands_nothing() -> None:
    off = {"signInFrequency": {"isEnabled": False}}
    document = sound_tenant(policy("P", None, session=off))
    assert reasons(document, "OST705") == [
        "it has no grant control and no session control that is on"
    ]


def test_a_control_that_is_not_known() -> None:
    document = sound_tenant(policy("P", grant("mindReading")))
    assert reasons(document, "OST706") == ["`mindReading` cannot be judged"]


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (REPORT_ONLY, ["*Register security information* is not evaluated in report-only"]),
        ("enabled", []),
    ],
)
def test_a_user_action_in_report_only(state: str, told: list[str]) -> None:
    action = {"includeUserActions": ["urn:user:registersecurityinfo"]}
    document = sound_tenant(policy("P", MFA, apps=action, state=state))
    assert reasons(document, "OST707") == told
