"""The example of docs/add-a-condition.md works as the page says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from ostiary.conditions import CONDITIONS, Condition
from ostiary.engine.decide import decide
from ostiary.engine.policyset import PolicySet
from ostiary.model.directory import Directory
from ostiary.schema.policy_json import read_policy
from ostiary.schema.signin_json import read_decision_request

PAGE = Path(__file__).parent.parent / "docs" / "add-a-condition.md"
POLICY = {
    "id": "p",
    "displayName": "No device codes",
    "state": "enabled",
    "conditions": {
        "users": {"includeUsers": ["All"]},
        "applications": {"includeApplications": ["All"]},
        "tokenRequests": {"includeRequests": ["device_code"]},
    },
    "grantControls": {"operator": "OR", "builtInControls": ["block"]},
}


@pytest.fixture(name="condition")
def _condition() -> Condition[Any]:
    code = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert code
    names: dict[str, Any] = {}
    exec(code.group(1), names)  # noqa: S102  # our own page
    return names["TokenRequests"]()


@pytest.mark.parametrize(
    ("grant", "outcome", "reason"),
    [("device_code", "block", "notSet"), ("authorization_code", "grant", "tokenRequest")],
)
def test_the_new_condition_decides_and_explains(
    condition: Condition[Any], grant: str, outcome: str, reason: str
) -> None:
    conditions = (*CONDITIONS, condition)
    policy = read_policy(POLICY, conditions_known=conditions)
    assert policy.not_understood == ()
    policies = PolicySet([policy], Directory(), conditions=conditions)
    sign_in = read_decision_request(
        {"signInIdentity": {"userId": "u"}, "signInContext": {}, "facts": {"grant": grant}}
    )
    answer = decide(policies, policies.prepare(sign_in)).to_json()
    assert answer["outcome"] == outcome
    assert answer["policies"][0]["analysisReasons"] == reason


def test_without_it_the_member_is_not_understood_and_counts_as_met() -> None:
    policy = read_policy(POLICY)
    assert policy.not_understood == ("tokenRequests",)
    policies = PolicySet([policy], Directory())
    sign_in = read_decision_request({"signInIdentity": {"userId": "u"}, "signInContext": {}})
    answer = decide(policies, policies.prepare(sign_in)).to_json()
    assert answer["outcome"] == "block"
    assert answer["policies"][0]["analysisReasons"] == "notEnoughInformation"
