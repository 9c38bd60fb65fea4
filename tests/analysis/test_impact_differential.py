"""In bulk as one by one: the counts equal those of the engine asked about every row by itself."""

from __future__ import annotations

from collections import Counter

import pytest

from ostiary.analysis.compare import CHANGES
from ostiary.analysis.impact import Impact, impact_of_batches
from ostiary.analysis.impact_results import PolicyImpact
from ostiary.engine.policyset import PolicySet
from tests.analysis.impact_cases import (
    Row,
    batch_of,
    counted_one_by_one,
    drawn_draft,
    drawn_tenant,
    engine_answer,
)

SEEDS = range(60)


def _nonzero(entry: PolicyImpact) -> dict[str, int]:
    return {name: count for name, count in entry.results.to_json().items() if count}


def _assert_policies_agree(found: Impact, policies: PolicySet, rows: list[Row]) -> None:
    expected = counted_one_by_one(policies, rows)
    for entry, counts in zip(found.policies, expected, strict=True):
        named = dict(counts)
        if entry.state == "disabled":
            named = {"notApplied": len(rows)}
        assert _nonzero(entry) == named, entry.policy
        assert entry.results.total == len(rows)
        by_category = [each.total for each in entry.by_category.values()]
        assert sum(by_category) == len(rows)


@pytest.mark.parametrize("seed", SEEDS)
def test_counts_of_policies_equal_the_engine_asked_row_by_row(seed: int) -> None:
    policies, rows = drawn_tenant(seed)
    found = impact_of_batches(policies, [batch_of(rows[:25]), batch_of(rows[25:])])
    _assert_policies_agree(found, policies, rows)
    outcomes = Counter(engine_answer(policies, row)[1] for row in rows)
    total = found.total
    assert outcomes["success"] == total.success
    assert outcomes["failure"] == total.failure
    assert outcomes["interrupted"] == total.interrupted
    assert outcomes["notApplied"] == total.not_applied
    for values in found.by.values():
        assert sum(each.sign_ins for each in values) == len(rows)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_draft_changes_what_the_engine_says_it_changes(seed: int) -> None:
    policies, rows = drawn_tenant(seed)
    draft = drawn_draft(seed, policies)
    found = impact_of_batches(policies, [batch_of(rows)], draft=draft)
    after = PolicySet(draft, policies.directory)
    _assert_policies_agree(found, after, rows)
    expected = Counter(_change(policies, after, row) for row in rows)
    assert found.change is not None
    assert dict(found.change.counts) == {name: expected[name] for name in CHANGES}
    assert sum(found.change.counts.values()) == len(rows)


def _change(before: PolicySet, after: PolicySet, row: Row) -> str:
    old, new = engine_answer(before, row)[1], engine_answer(after, row)[1]
    works = {"success", "notApplied"}
    if row["category"] != "interactiveUser":
        if (old in works) == (new in works):
            return "unchanged"
        return "newlyAllowed" if new in works else "silentBackgroundBreak"
    if old == new or {old, new} <= works:
        return "unchanged"
    if new in works:
        return "newlyAllowed"
    return "newlyBlocked" if new == "failure" else "newlyPrompted"


@pytest.mark.parametrize("seed", range(20))
def test_users_of_a_policy_are_the_distinct_identities_it_applied_to(seed: int) -> None:
    policies, rows = drawn_tenant(seed)
    found = impact_of_batches(policies, [batch_of(rows)])
    seen: list[set[str]] = [set() for _ in policies.policies]
    left: list[set[str]] = [set() for _ in policies.policies]
    for row in rows:
        who = row["user_id"] or row["service_principal_id"]
        for number, word in enumerate(engine_answer(policies, row)[0]):
            if not word.endswith(("otApplied",)):
                seen[number].add(who)
            if word.endswith(("ailure", "nterrupted")):
                left[number].add(who)
    for entry, users, open_ in zip(found.policies, seen, left, strict=True):
        assert entry.users == len(users)
        assert entry.users_open == len(open_)
