"""Laws that hold for every tenant and sign-in (security checklist PE01, PE03)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from ostiary.engine.decide import decide
from ostiary.engine.policyset import PolicySet
from ostiary.model.decision import Decision, Outcome
from ostiary.model.policy import Grant, Operator, Policy, PolicyState, Requirement
from ostiary.model.signin import SignIn
from tests.engine.drawn import Drawn, drawn

CHUNKS = [range(start, 600, 6) for start in range(6)]


def _decide(case: Drawn, policies: Sequence[Policy], sign_in: SignIn) -> Decision:
    compiled = PolicySet(policies, case.policies.directory)
    return decide(compiled, compiled.prepare(sign_in))


def _all(chunk: range) -> list[tuple[Drawn, SignIn, Decision]]:
    found: list[tuple[Drawn, SignIn, Decision]] = []
    for seed in chunk:
        case = drawn(seed)
        found.extend(
            (case, sign_in, _decide(case, case.policies.policies, sign_in))
            for sign_in in case.sign_ins
        )
    return found


@pytest.mark.parametrize("chunk", CHUNKS, ids=lambda each: f"from {each.start}")
def test_PE01_PE03_laws(chunk: range) -> None:
    for case, sign_in, decision in _all(chunk):
        policies = case.policies.policies
        assert _decide(case, policies[::-1], sign_in).outcome is decision.outcome, case.seed
        live = [each for each in policies if each.state is PolicyState.ENABLED]
        assert _decide(case, live, sign_in).outcome is decision.outcome, case.seed
        if decision.outcome is Outcome.BLOCK:
            more = _decide(case, (*live, _mfa_for_all()), sign_in)
            assert more.outcome is not Outcome.GRANT, case.seed
        blocked = _decide(case, (*policies, _mfa_for_all(block=True)), sign_in)
        reaches = any(v.applies and v.policy.id == "added" for v in blocked.policies)
        assert not reaches or blocked.outcome is Outcome.BLOCK, case.seed


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
