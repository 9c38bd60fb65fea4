"""Session controls: switched off they ask nothing, of several policies the strictest counts."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.controls import SESSION_CONTROLS
from ostiary.schema.policy_json import read_policy
from tests.schema.builders import MFA, policy

ON_OFF: dict[str, Any] = {
    "applicationEnforcedRestrictions": {},
    "cloudAppSecurity": {"cloudAppSecurityType": "monitorOnly"},
    "signInFrequency": {"value": 1, "type": "hours", "frequencyInterval": "timeBased"},
    "persistentBrowser": {"mode": "never"},
    "secureSignInSession": {},
    "globalSecureAccessFilteringProfile": {"profileId": "11111111-0000-4000-8000-000000000001"},
}


@pytest.mark.parametrize("key", ON_OFF)
def test_a_control_counts_only_if_it_is_switched_on(key: str) -> None:
    for enabled, found in ((True, {key}), (False, set[str]()), (None, set[str]())):
        session = {key: {**ON_OFF[key], "isEnabled": enabled}}
        assert set(read_policy(policy(MFA, session=session)).session) == found


@pytest.mark.parametrize(
    ("key", "values", "merged"),
    [
        ("persistentBrowser", ["always", "never"], "never"),
        ("signInFrequency", [60, 0, 1440], 0),
        ("cloudAppSecurity", ["monitorOnly", "blockDownloads", "mcasConfigured"], "blockDownloads"),
        ("cloudAppSecurity", ["monitorOnly", "mcasConfigured"], "mcasConfigured"),
        ("continuousAccessEvaluation", ["disabled", "strictLocation"], "strictLocation"),
        ("continuousAccessEvaluation", ["disabled", "strictEnforcement"], "strictEnforcement"),
        ("globalSecureAccessFilteringProfile", ["b", "a", "b"], ["a", "b"]),
    ],
)
def test_the_strictest_of_several_policies_counts(key: str, values: list[Any], merged: Any) -> None:
    control = next(each for each in SESSION_CONTROLS if each.key == key)
    assert control.merge(values) == merged
    assert control.merge(values[::-1]) == merged
