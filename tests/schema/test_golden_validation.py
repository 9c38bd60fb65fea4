"""The validation cases of the conformance suite, where it is at hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ostiary.model.json_types import is_list, is_object
from ostiary.schema.requests import run_validation_case

GOLDEN = Path(__file__).parents[3] / "shared" / "golden" / "conformance.json"


def load() -> dict[str, Any]:
    return json.loads(GOLDEN.read_text(encoding="utf-8")) if GOLDEN.exists() else {}


SUITE = load()
CASES: list[dict[str, Any]] = SUITE.get("validationCases", [])


def contains(actual: Any, expected: Any) -> bool:
    """Whether every expected member is there; list elements match in any order, one each."""
    if is_object(expected):
        return is_object(actual) and all(
            key in actual and contains(actual[key], value) for key, value in expected.items()
        )
    if not is_list(expected):
        return actual == expected
    left = list(actual) if is_list(actual) else []
    if len(left) != len(expected):
        return False
    for each in expected:
        places = [index for index, other in enumerate(left) if contains(other, each)]
        if not places:
            return False
        del left[places[0]]
    return True


@pytest.mark.skipif(not CASES, reason=f"{GOLDEN} is not here")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_validation_case_is_decided_as_expected(case: dict[str, Any]) -> None:
    calls = [case, *case["expect"].get("then", ())]
    responses = run_validation_case(case, SUITE["fixtures"])
    assert len(responses) == len(calls)
    for call, response in zip(calls, responses, strict=True):
        expect = call["expect"]
        statuses = expect["httpStatus"]
        assert response.status in (statuses if is_list(statuses) else [statuses]), response.body
        if "errorContains" in expect:
            assert response.body is not None
            assert expect["errorContains"] in response.body["error"]["message"]
        if "responseContains" in expect:
            assert contains(response.body, expect["responseContains"])
