"""Plans as values: placeholders, and the JSON form there and back."""

import json
from dataclasses import replace
from typing import Any

import pytest

from ostiary.model.errors import InputError
from ostiary.policycode.changes import (
    Action,
    Base,
    Change,
    Kind,
    Plan,
    Rests,
    is_placeholder,
    placeholder,
    placeholders_in,
    resolved,
)
from ostiary.policycode.plan_files import read_plan

HQ = placeholder(Kind.NAMED_LOCATION, "Head office: Oslo")
POLICY: dict[str, Any] = {
    "displayName": "new:group:no placeholder",
    "conditions": {"locations": {"includeLocations": ["All"], "excludeLocations": [HQ]}},
}
PLAN = Plan(
    target="folder export",
    tenant_id="b1a6c8f2-0000-4000-8000-000000000001",
    made="2026-11-22T16:00:00Z",
    changes=(
        Change(
            Action.CREATE,
            Kind.NAMED_LOCATION,
            "Head office: Oslo",
            HQ,
            None,
            {"displayName": "Head office: Oslo"},
        ),
        Change(Action.UPDATE, Kind.POLICY, "P", "p1", {"id": "p1", "displayName": "P"}, POLICY),
        Change(Action.DELETE, Kind.POLICY, "Q", "p2", {"id": "p2"}, None),
    ),
    base=(
        Base(Kind.NAMED_LOCATION, HQ, "Head office: Oslo", Rests.ABSENT),
        Base(Kind.POLICY, "p1", "P", Rests.UNCHANGED, "00ff"),
        Base(Kind.GROUP, "g1", "Interns", Rests.THERE),
    ),
)


def test_a_plan_reads_as_it_was_written() -> None:
    written = json.loads(json.dumps(PLAN.to_json()))
    assert read_plan(written, "plan.json") == PLAN
    assert read_plan(written, "plan.json").digest == PLAN.digest


def test_the_digest_tells_plans_apart() -> None:
    assert replace(PLAN, tenant_id="").digest != PLAN.digest


def test_placeholders_are_found_and_resolved_where_an_id_stands() -> None:
    assert placeholders_in(POLICY) == {HQ}
    assert resolved(POLICY, {HQ: "l1"}) == {
        **POLICY,
        "conditions": {"locations": {"includeLocations": ["All"], "excludeLocations": ["l1"]}},
    }


def test_an_open_placeholder_never_gets_through() -> None:
    with pytest.raises(KeyError, match="new:namedLocation:Head office: Oslo"):
        resolved(POLICY)


@pytest.mark.parametrize(
    ("word", "is_one"),
    [
        ("new:group:Interns", True),
        ("new:group:", False),
        ("new:planet:Mars", False),
        ("All", False),
        ("b1a6c8f2-0000-4000-8000-000000000001", False),
    ],
)
def test_what_is_a_placeholder(word: str, *, is_one: bool) -> None:
    assert is_placeholder(word) is is_one


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"format": 2}, "plan.json: expected a plan of format 1, came `2`"),
        ({"changes": None}, "plan.json: expected a list in `changes`, came `None`"),
        ({"changes": [7]}, "plan.json#/changes/0: expected an object of a plan, came `7`"),
        (
            {"changes": [{"action": "burn"}]},
            "plan.json#/changes/0: expected one of `create`, `update`, `delete` in `action`,"
            " came `burn`",
        ),
        (
            {"changes": [{"action": "delete", "before": None}]},
            "plan.json#/changes/0: expected `before` unless something is created and `after`"
            " unless it is deleted, came other documents for `delete`",
        ),
        ({"base": [{"kind": 1}]}, "plan.json#/base/0: expected text in `kind`, came `1`"),
    ],
)
def test_a_file_that_is_no_plan_is_refused(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError) as told:
        read_plan({**PLAN.to_json(), **change}, "plan.json")
    assert told.value.message == sentence
