"""A filter that cannot be evaluated blocks where a policy uses it, and nowhere else (PE05)."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.engine.decide import ENGINE_FAILURE, decide
from ostiary.engine.policyset import PolicySet
from ostiary.model.decision import Decision
from ostiary.model.directory import Directory
from ostiary.model.policy import Policy
from ostiary.model.signin import Device, SignIn, UserIdentity
from ostiary.schema.policy_json import read_policy

# Nothing that is read from JSON holds a number here; whatever does must not open a door.
SPOILT: Any = (("iscompliant", False), ("model", "x"), ("physicalids", (7,)))
FAILING = 'device.physicalIds -contains "7"'


def _policy(rule: str, mode: str) -> Policy:
    return read_policy(
        {
            "id": "p",
            "displayName": "p",
            "state": "enabled",
            "conditions": {
                "users": {"includeUsers": ["All"]},
                "applications": {"includeApplications": ["All"]},
                "devices": {"deviceFilter": {"mode": mode, "rule": rule}},
            },
            "grantControls": {"operator": "OR", "builtInControls": ["compliantDevice"]},
        }
    )


def _decided(rule: str, mode: str) -> Decision:
    policies = PolicySet([_policy(rule, mode)], Directory())
    return decide(policies, policies.prepare(SignIn(UserIdentity("u"), device=Device(SPOILT))))


@pytest.mark.parametrize("mode", ["include", "exclude"])
def test_PE05_a_rule_that_fails_blocks_by_its_policy(mode: str) -> None:
    decision = _decided(FAILING, mode)
    assert decision.code == ENGINE_FAILURE
    assert len(decision.errors) == 1
    assert decision.policies[0].analysis_reason == "notEnoughInformation"


def test_a_rule_that_does_not_look_there_is_evaluated() -> None:
    decision = _decided('device.model -eq "x"', "exclude")
    assert (decision.code, decision.errors) == (0, ())
