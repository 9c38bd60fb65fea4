"""Sign-ins of the random cases, written as rows of a log: in bulk as the independent oracle."""

from __future__ import annotations

from collections import Counter

import pytest

from ostiary.analysis.impact import Impact, impact_of_batches
from ostiary.tenant.catalogue import NO_CATALOGUE
from ostiary.tenant.tenant import load_tenant
from tests.analysis.impact_cases import batch_of
from tests.analysis.impact_oracle_cases import NOT_TOLD, drawn, row_of
from tests.oracle.decide import expectation

CHUNKS, SEEDS = 8, 40
_RESULTS = {"notEnabled": "notApplied"}


def _tell(found: Impact) -> tuple[list[str], str]:
    """Read the results of the one sign-in that was counted."""
    words = [
        next(name for name, count in each.results.to_json().items() if count)
        for each in found.policies
    ]
    outcome = next(name for name, count in found.total.to_json().items() if count)
    return words, outcome


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_in_bulk_as_the_oracle(chunk: int) -> None:
    outcomes = Counter[str]()
    for seed in range(chunk * SEEDS, (chunk + 1) * SEEDS):
        for case, body, facts in drawn(seed):
            document = {**case["tenant"], "conditionalAccessPolicies": case["policies"]}
            policies = load_tenant(document, catalogue=NO_CATALOGUE).compiled
            batch = batch_of([row_of(body, facts)])
            words, outcome = _tell(impact_of_batches(policies, [batch], assume=NOT_TOLD))
            expected = expectation(case["tenant"], case["policies"], body, facts)
            by_id = {p.id: word for p, word in zip(policies.policies, words, strict=True)}
            for entry in expected["policies"]:
                if entry.get("result") is not None:
                    wanted = _RESULTS.get(entry["result"], entry["result"])
                    given = by_id[entry["policyId"]]
                    assert wanted == ("failure" if given == "interrupted" else given), (seed, body)
            told = {"grant": {"success", "notApplied"}, "block": {"failure"}}
            assert outcome in told.get(expected["outcome"], {"interrupted"}), (seed, body, facts)
            outcomes[expected["outcome"]] += 1
    assert min(outcomes[word] for word in ("grant", "interrupt", "block")) >= 3, outcomes
