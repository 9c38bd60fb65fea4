"""Sentences and words that explain a policy, and its entry in the sign-in log."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.test_answers import decided
from tests.tenant.documents import ALICE, policy

STRENGTH = "00000000-0000-0000-0000-000000000002"


def _reasons(document: dict[str, Any]) -> list[dict[str, str]]:
    return [each.to_json() for each in decided(document).policies[0].reasons]


def test_the_sentence_names_the_exclusion_that_decided() -> None:
    users = {"includeUsers": ["All"], "excludeUsers": [ALICE]}
    sentence = "user `Alice` is in excluded user `Alice`"
    assert _reasons(policy(users=users)) == [
        {"reason": "users", "condition": "Users or workload identities", "sentence": sentence}
    ]


def test_a_condition_of_a_later_graph_is_named_and_counts_as_met() -> None:
    document = policy(conditions={"moonPhases": ["full"]})
    sentence = "condition `moonPhases` is not known to this version and counts as met"
    assert _reasons(document) == [
        {"reason": "notEnoughInformation", "condition": "moonPhases", "sentence": sentence}
    ]
    verdict = decided(document).policies[0]
    assert (verdict.applies, verdict.analysis_reason) == (True, "notEnoughInformation")


def _entry(document: dict[str, Any], **facts: Any) -> dict[str, Any]:
    return dict(decided(document, **facts).applied[0])


def test_the_log_tells_satisfied_conditions_from_others() -> None:
    conditions = {"platforms": {"includePlatforms": ["iOS"]}, "clientAppTypes": ["browser"]}
    entry = _entry(policy(conditions=conditions))
    assert entry["conditionsSatisfied"] == "users,application,clientType"
    assert entry["conditionsNotSatisfied"] == "devicePlatform"
    assert entry["result"] == "notApplied"


@pytest.mark.parametrize(
    ("methods", "result"), [((), "singleChallengeRequired"), (("fido2",), "satisfied")]
)
def test_the_log_tells_whether_a_strength_was_met(methods: tuple[str, ...], result: str) -> None:
    grant = {"operator": "OR", "authenticationStrength": {"id": STRENGTH}}
    strength = _entry(policy(grant=grant), methods=list(methods))["authenticationStrength"]
    assert strength == {
        "authenticationStrengthId": STRENGTH,
        "displayName": "Multifactor authentication",
        "authenticationStrengthResult": result,
    }
