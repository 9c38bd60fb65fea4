"""A fact that nobody recorded: policies that ask for it may apply, and it is said."""

from __future__ import annotations

from ostiary.engine.decide import decide
from ostiary.engine.policyset import PolicySet
from ostiary.model.decision import Outcome
from ostiary.model.directory import Directory, User
from ostiary.model.signin import MISSING, SignIn, UserIdentity
from ostiary.schema.policy_json import read_policy
from tests.tenant.documents import ALICE, policy


def test_a_policy_on_a_missing_platform_may_apply_and_is_enforced() -> None:
    document = policy(conditions={"platforms": {"includePlatforms": ["iOS"]}})
    policies = PolicySet([read_policy(document)], Directory(users={ALICE: User(ALICE)}))
    prepared = policies.prepare(SignIn(UserIdentity(ALICE), platform=MISSING))
    decision = decide(policies, prepared)
    verdict = decision.policies[0]
    assert (verdict.applies, verdict.analysis_reason) == (True, "notEnoughInformation")
    assert decision.outcome is Outcome.INTERRUPT
    assert policies.outcome(prepared) == (1, Outcome.INTERRUPT)
