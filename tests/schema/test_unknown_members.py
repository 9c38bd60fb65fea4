"""Members that this version does not know: conditions count as met, controls as never met."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.model.policy import Policy, Requirement
from ostiary.model.setting import Setting
from ostiary.schema.policy_json import read_policy
from ostiary.schema.unknown_members import unknown_session
from tests.schema.builders import policy

ALICE = "aaaaaaaa-0000-4000-8000-000000000001"
FILTER = {"mode": "exclude", "rule": 'device.model -eq "X"'}


def read(**conditions: Any) -> Policy:
    document = policy()
    return read_policy({**document, "conditions": {**document["conditions"], **conditions}})


@pytest.mark.parametrize(
    ("conditions", "paths"),
    [
        ({"future": ["x"]}, ("future",)),
        ({"users": {"includeFuture": ["x"]}}, ("users.includeFuture",)),
        ({"applications": {"networkAccess": {"a": "b"}}}, ("applications.networkAccess",)),
        ({"platforms": {"excludeFuture": True}}, ("platforms.excludeFuture",)),
        (
            {"devices": {"deviceFilter": {**FILTER, "future": 1}}},
            ("devices.deviceFilter.future",),
        ),
        (
            {"users": {"excludeGuestsOrExternalUsers": {"externalTenants": {"future": "x"}}}},
            ("users.excludeGuestsOrExternalUsers.externalTenants.future",),
        ),
        ({"users": {"includeFuture": None, "a": [], "b": {"c": False}, "d": ""}}, ()),
        ({"users": {"includeUsers@odata.type": "#x", "#microsoft.graph.restore": {"t": 1}}}, ()),
    ],
)
def test_unknown_members_are_found_at_every_level(
    conditions: dict[str, Any], paths: tuple[str, ...]
) -> None:
    assert read(**conditions).not_understood == paths


def test_who_may_be_included_by_an_unknown_member_is_everybody_but_the_excluded() -> None:
    users = {"includeUsers": ["None"], "includeFuture": ["x"], "excludeUsers": [ALICE]}
    assert read(users=users).settings["users"] == Setting.of(["All"], [ALICE])


def test_what_may_be_included_by_an_unknown_member_is_anything_but_the_excluded() -> None:
    found = read(
        applications={"networkAccess": {"x": "y"}, "excludeApplications": [ALICE]},
        platforms={"includePlatforms": ["iOS"], "includeFuture": ["x"]},
    ).settings
    assert found["applications"] == Setting.of(None, [ALICE])
    assert "platforms" not in found


def test_an_unknown_exclusion_takes_nothing_away() -> None:
    platforms = {"includePlatforms": ["iOS"], "excludeFuture": ["x"]}
    assert read(platforms=platforms).settings["platforms"] == Setting.of(["iOS"])


def test_an_exclusion_with_something_unknown_in_it_takes_nothing_away() -> None:
    guests = {"guestOrExternalUserTypes": "internalGuest", "future": "x"}
    users = {"includeUsers": ["All"], "excludeGuestsOrExternalUsers": guests}
    assert read(users=users).settings["users"] == Setting.of(["All"])


def test_a_filter_with_something_unknown_in_it_accepts_any_device() -> None:
    assert "devices" not in read(devices={"deviceFilter": {**FILTER, "future": 1}}).settings


@pytest.mark.parametrize(
    ("value", "demanded"),
    [(True, True), ({"id": "x"}, True), (["x"], True), (None, False), ([], False), (False, False)],
)
def test_an_unknown_grant_control_is_demanded_where_it_is_set(value: Any, demanded: bool) -> None:
    grant = {"operator": "OR", "builtInControls": ["mfa"], "futureControl": value}
    found = read_policy({**policy(), "grantControls": grant}).requirements
    unknown = (Requirement("unknownControl", "futureControl"),) if demanded else ()
    assert found == (Requirement("mfa"), *unknown)


def test_an_unknown_grant_control_alone_is_a_grant_that_nothing_meets() -> None:
    found = read_policy({**policy(), "grantControls": {"futureControl": True}})
    assert found.requirements == (Requirement("unknownControl", "futureControl"),)


def test_unknown_members_of_session_controls_are_named() -> None:
    session: dict[str, Any] = {
        "signInFrequency": {"isEnabled": True, "value": 1, "type": "hours", "future": "x"},
        "futureSession": {"isEnabled": True},
        "offSession": {"isEnabled": False},
        "persistentBrowser": None,
        "disableResilienceDefaults": False,
        "a@odata.type": "#x",
    }
    assert unknown_session(session) == ("futureSession", "signInFrequency.future")
