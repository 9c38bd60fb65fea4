"""The JSON Schema of a policy says what the declarations say."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ostiary.conditions import CONDITIONS
from ostiary.controls import GRANT_CONTROLS, SESSION_CONTROLS
from ostiary.schema.edge_types import Version
from ostiary.schema.json_schema import DIALECT, policy_schema


def members(version: Version, name: str) -> dict[str, Any]:
    return policy_schema(version)["$defs"][name]["properties"]


@pytest.mark.parametrize("version", ["v1.0", "beta"])
def test_every_condition_and_session_control_is_a_member(version: Version) -> None:
    schema = policy_schema(version)
    assert schema["$schema"] == DIALECT
    assert schema["required"] == ["state", "conditions"]
    assert {each.key for each in CONDITIONS} <= set(members(version, "Conditions"))
    assert {each.key for each in SESSION_CONTROLS} <= set(members(version, "SessionControls"))


def test_every_word_and_its_label_is_there() -> None:
    text = json.dumps(policy_schema())
    for condition in CONDITIONS:
        for field in condition.fields:
            assert all(f'"{word}"' in text or word in text for word in field.words)
    controls = json.dumps(members("beta", "GrantControls")["builtInControls"])
    for control in GRANT_CONTROLS:
        assert (f'"const": "{control.key}"' in controls) is control.built_in


def test_beta_members_can_only_be_null_in_v1() -> None:
    assert members("v1.0", "Conditions")["agentIdRiskLevels"]["type"] == "null"
    assert members("v1.0", "SessionControls")["continuousAccessEvaluation"]["type"] == "null"
