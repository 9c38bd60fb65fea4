"""Laws that hold for every tenant and sign-in (security checklist PE01, PE03)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from ostiary.engine.decide import decide
from ostiary.engine.policyset import PolicySet
from ostiary.model.decision import Decision, Outcome
from ostiary.model.policy import Grant, Operator, Policy, PolicyState, Requirement
from ostiary.model.signin import SignIn
from tests.engine.drawn import Drawn, drawn

CHUNKS = [range(start, 600, 6) for start in range(6)]


def _decide(compiled: PolicySet, sign_in: SignIn) -> Decision:
    return decide(compiled, compiled.prepare(sign_in))


def _all(chunk: range) -> Iterator[tuple[Drawn, SignIn, Decision]]:
    for seed in chunk:
        case = drawn(seed)
        for sign_in in case.sign_ins:
            yield case, sign_in, _decide(case.policies, sign_in)


@pytest.mark.parametrize("chunk", CHUNKS, ids=lambda each: f"from {each.start}")
def test_PE01_PE03_laws(chunk: range) -> None:
    for seed in chunk:
        case = drawn(seed)
        policies, directory = case.policies.policies, case.policies.directory
        live = [each for each in policies if each.state is PolicyState.ENABLED]
        turned = PolicySet(policies[::-1], directory)
        without_report_only = PolicySet(live, directory)
        with_one_more = PolicySet((*live, _mfa_for_all()), directory)
        with_a_block = PolicySet((*policies, _mfa_for_all(block=True)), directory)
        for sign_in in case.sign_ins:
            outcome = _decide(case.policies, sign_in).outcome
            assert _decide(turned, sign_in).outcome is outcome, seed
            assert _decide(without_report_only, sign_in).outcome is outcome, seed
            if outcome is Outcome.BLOCK:
                assert _decide(with_one_more, sign_in).outcome is not Outcome.GRANT, seed
            blocked = _decide(with_a_block, sign_in)
            reaches = any(v.applies and v.policy.id == "added" for v in blocked.policies)
            assert not reaches or blocked.outcome is Outcome.BLOCK, seed


def _mfa_for_all(*, block: bool = False) -> Policy:
    from ostiary.schema.policy_json import read_policy

    policy = read_policy(
        {
            "id": "added",
            "displayName": "added",
            "state": "enabled",
            "conditions": {
                "users": {"includeUsers": ["All"]},
                "applications": {"includeApplications": ["All"]},
            },
        }
    )
    control = "block" if block else "mfa"
    return replace(policy, grant=Grant(Operator.OR, (Requirement(control),)))


@pytest.mark.parametrize("chunk", CHUNKS, ids=lambda each: f"from {each.start}")
def test_the_fast_path_tells_what_the_full_decision_tells(chunk: range) -> None:
    for case, sign_in, decision in _all(chunk):
        prepared = case.policies.prepare(sign_in)
        mask, outcome = case.policies.outcome(prepared)
        assert outcome is decision.outcome, case.seed
        applying = [bool(mask >> number & 1) for number in range(len(decision.policies))]
        assert applying == [verdict.applies for verdict in decision.policies], case.seed


@pytest.mark.parametrize("chunk", CHUNKS, ids=lambda each: f"from {each.start}")
def test_every_policy_that_does_not_apply_has_a_reason(chunk: range) -> None:
    for case, _, decision in _all(chunk):
        for verdict in decision.policies:
            assert bool(verdict.reasons) == (verdict.analysis_reason != "notSet"), case.seed
            assert all(reason.sentence for reason in verdict.reasons), case.seed
