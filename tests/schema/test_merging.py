"""The overrides of a case: the rule of the format for `tenant`, row by row."""

import copy
from typing import Any

import pytest

from ostiary.schema.merging import merged


@pytest.mark.parametrize(
    ("base", "change", "result"),
    [
        # objects key by key, recursively
        ({"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"c": 3}}, {"a": {"b": 1, "c": 3}}),
        ({"a": 1}, {}, {"a": 1}),
        # lists of objects with ids: same id merged, new id appended
        (
            {"users": [{"id": "1", "n": "x", "t": "Member"}, {"id": "2"}]},
            {"users": [{"id": "1", "n": "y"}, {"id": "3"}]},
            {"users": [{"id": "1", "n": "y", "t": "Member"}, {"id": "2"}, {"id": "3"}]},
        ),
        (
            {"users": [{"id": "aB", "n": "x"}]},
            {"users": [{"id": "Ab", "t": 1}]},
            {"users": [{"id": "Ab", "n": "x", "t": 1}]},
        ),
        # applications go by appId, whatever id they have
        (
            {"applications": [{"appId": "1", "n": "x", "k": 1}, {"appId": "2"}]},
            {"applications": [{"appId": "1", "n": "y"}]},
            {"applications": [{"appId": "1", "n": "y", "k": 1}, {"appId": "2"}]},
        ),
        (
            {"applications": [{"appId": "1", "id": "9"}]},
            {"applications": [{"appId": "2", "id": "9"}]},
            {"applications": [{"appId": "1", "id": "9"}, {"appId": "2", "id": "9"}]},
        ),
        # service principals have both and go by id
        (
            {"servicePrincipals": [{"id": "1", "appId": "5"}]},
            {"servicePrincipals": [{"id": "2", "appId": "5"}]},
            {"servicePrincipals": [{"id": "1", "appId": "5"}, {"id": "2", "appId": "5"}]},
        ),
        # lists inside a merged element follow the same rule
        (
            {"s": [{"id": "1", "c": [{"id": "7", "x": 1}], "m": ["a", "b"]}]},
            {"s": [{"id": "1", "c": [{"id": "7", "y": 2}], "m": ["c"]}]},
            {"s": [{"id": "1", "c": [{"id": "7", "x": 1, "y": 2}], "m": ["c"]}]},
        ),
        # every other value, other lists included, is replaced
        ({"a": ["x", "y"]}, {"a": ["z"]}, {"a": ["z"]}),
        ({"a": [{"id": "1"}]}, {"a": []}, {"a": []}),
        ({"a": []}, {"a": [{"id": "1"}]}, {"a": [{"id": "1"}]}),
        ({"a": [{"id": "1"}]}, {"a": [{"name": "2"}]}, {"a": [{"name": "2"}]}),
        ({"a": [{"id": "1"}, "x"]}, {"a": [{"id": "1", "n": 1}]}, {"a": [{"id": "1", "n": 1}]}),
        ({"a": [{"client": "1"}]}, {"a": [{"client": "2"}]}, {"a": [{"client": "2"}]}),
        ({"a": {"b": 1}}, {"a": None}, {"a": None}),
        ({"a": {"b": 1}}, {"a": "legacy"}, {"a": "legacy"}),
        ({"a": "enforced"}, {"a": {"mode": "x"}}, {"a": {"mode": "x"}}),
        ({"a": {"b": 1}}, {"a": [1]}, {"a": [1]}),
    ],
)
def test_merged(base: Any, change: Any, result: Any) -> None:
    before = copy.deepcopy((base, change))
    found = merged(base, change)
    assert found == result
    assert (base, change) == before


def test_the_result_shares_nothing_with_what_it_was_made_of() -> None:
    base: Any = {"a": {"deep": [1]}, "kept": [{"id": "1", "m": [1]}], "gone": [1]}
    change: Any = {"b": {"deep": [2]}, "kept": [{"id": "2", "m": [2]}], "gone": [2]}
    found = merged(base, change)
    found["a"]["deep"].append(9)
    found["b"]["deep"].append(9)
    found["gone"].append(9)
    for each in found["kept"]:
        each["m"].append(9)
    assert base == {"a": {"deep": [1]}, "kept": [{"id": "1", "m": [1]}], "gone": [1]}
    assert change == {"b": {"deep": [2]}, "kept": [{"id": "2", "m": [2]}], "gone": [2]}
