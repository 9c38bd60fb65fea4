"""The state of a validation case: fixtures, changed as `given` says."""

from __future__ import annotations

from ostiary.schema.state import Collection, state_from
from tests.schema.builders import FIXTURES, LOCATION, store


def test_given_objects_are_merged_into_the_fixtures_by_id() -> None:
    changed = {"id": LOCATION.upper(), "isTrusted": False}
    new = {"id": "c2", "displayName": "new"}
    given = {
        "objects": {"namedLocations": [changed], "authenticationContextClassReferences": [new]}
    }
    state = state_from(given, FIXTURES)
    location = state.find(Collection.NAMED_LOCATIONS, LOCATION) or {}
    assert (location["displayName"], location["isTrusted"]) == ("HQ", False)
    assert list(state.all(Collection.CONTEXTS)) == ["c1", "c2"]


def test_fixtures_have_no_policies() -> None:
    fixtures = {**FIXTURES, "policies": [{"id": "a"}]}
    assert state_from({}, fixtures).all(Collection.POLICIES) == {}


def test_policies_are_filled_up_to_a_count() -> None:
    given = {"objects": {"policies": [{"id": "a"}]}, "policyCount": 3}
    assert len(state_from(given, {}).all(Collection.POLICIES)) == 3


def test_emergency_access_is_the_setting_unless_given() -> None:
    fixtures = {"settings": {"emergencyAccess": ["x"]}}
    assert state_from({}, fixtures).emergency_access == ("x",)
    assert state_from({"emergencyAccess": []}, fixtures).emergency_access == ()


def test_the_version_is_v1_unless_given() -> None:
    assert store().version == "v1.0"
    assert store(version="beta").version == "beta"
