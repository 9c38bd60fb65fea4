"""The engines of the benchmark answer alike, so that their times can be compared."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest

from bench.cedar import Cedar
from bench.facts import Directory, Facts
from bench.names import QUICK
from bench.ours import Ours
from bench.plain import Plain
from bench.signins import sign_ins
from bench.tenant import synthetic_tenant

POLICIES = 120
REQUESTS = 400

Answer = tuple[list[str], str]


@dataclass(frozen=True)
class Ground:
    """One small synthetic tenant, sign-ins into it, and the answers of the plain interpreter."""

    document: dict[str, Any]
    requests: list[dict[str, Any]]
    facts: list[Facts]
    answers: list[Answer]


def ordered(answer: Answer) -> Answer:
    return sorted(answer[0]), answer[1]


@pytest.fixture(scope="module")
def ground() -> Ground:
    document = synthetic_tenant(POLICIES, QUICK)
    requests = sign_ins(REQUESTS, document, QUICK)
    directory, plain = Directory(document), Plain(document)
    facts = [directory.prepare(request) for request in requests]
    return Ground(document, requests, facts, [ordered(plain.evaluate(each)) for each in facts])


def test_the_requests_are_worth_asking(ground: Ground) -> None:
    outcomes = Counter(outcome for _, outcome in ground.answers)
    assert min(outcomes[each] for each in ("grant", "interrupt", "block")) > REQUESTS / 20
    applied = Counter(policy for policies, _ in ground.answers for policy in policies)
    assert len(applied) > POLICIES / 2


def test_ostiary_agrees_with_the_plain_interpreter(ground: Ground) -> None:
    ours = Ours.load(ground.document)
    answers = [ordered(ours.answer(ours.prepare(request))) for request in ground.requests]
    assert answers == ground.answers


def test_result_words_say_what_the_plain_interpreter_found(ground: Ground) -> None:
    ours = Ours.load(ground.document)
    policies = ground.document["conditionalAccessPolicies"]
    on = [policy["id"] for policy in policies if policy["state"] != "disabled"]
    for request, (applied, _) in zip(ground.requests, ground.answers, strict=True):
        results, reasons = ours.results(ours.prepare(request))
        told = dict(zip((policy["id"] for policy in policies), reasons, strict=True))
        assert sorted(each for each in on if told[each] == "notSet") == applied
        assert len(results) == len(policies)


def test_cedar_agrees_with_the_plain_interpreter(ground: Ground) -> None:
    cedar = Cedar(ground.document, ground.facts)
    answers = [ordered(cedar.evaluate(cedar.prepare(facts))) for facts in ground.facts]
    assert answers == ground.answers


def test_regorus_agrees_with_the_plain_interpreter(ground: Ground) -> None:
    pytest.importorskip("regorus", reason="regorus does not install on this machine")
    from bench.rego import Rego

    rego = Rego(ground.document)
    answers = [ordered(rego.evaluate(rego.prepare(facts))) for facts in ground.facts]
    assert answers == ground.answers


def test_the_same_seed_gives_the_same_tenant() -> None:
    assert synthetic_tenant(30, QUICK) == synthetic_tenant(30, QUICK)


def test_a_user_is_in_about_17_groups_and_never_in_more_than_50(ground: Ground) -> None:
    directory = Directory(ground.document)
    counts = [
        sum(each.startswith("bbbbbbbb") for each in directory.memberships(user["id"]))
        for user in ground.document["users"]
    ]
    assert max(counts) <= 50
    assert 15 < sum(counts) / len(counts) < 19
