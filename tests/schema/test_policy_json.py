"""What a policy means where its document says too little: the stricter reading."""

from __future__ import annotations

import pytest

from ostiary.model.policy import Operator, PolicyState
from ostiary.schema.policy_json import read_policy
from tests.schema.builders import grants, policy


@pytest.mark.parametrize(
    ("written", "operator"),
    [("AND", Operator.AND), ("or", Operator.OR), (None, Operator.AND), ("XOR", Operator.AND)],
)
def test_without_an_operator_every_control_is_demanded(written: object, operator: Operator) -> None:
    grant = read_policy(policy(grants("mfa", "compliantDevice", operator=written))).grant
    assert grant is not None
    assert grant.operator is operator


@pytest.mark.parametrize(
    ("written", "state"),
    [
        ("enabled", PolicyState.ENABLED),
        ("Disabled", PolicyState.DISABLED),
        ("enabledForReportingButNotEnforced", PolicyState.REPORT_ONLY),
        ("enabledOnTuesdays", PolicyState.ENABLED),
        (None, PolicyState.ENABLED),
    ],
)
def test_a_state_that_nobody_knows_is_enforced(written: object, state: PolicyState) -> None:
    assert read_policy(policy(state=written)).state is state
