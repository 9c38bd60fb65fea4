"""One sign-in tried on every policy, whichever are on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ostiary.engine.policyset import PolicySet
from ostiary.engine.requirements import Step
from ostiary.model.decision import ControlStatus
from ostiary.model.signin import SignIn


@dataclass(frozen=True, slots=True)
class Trial:
    """What every policy, in whatever state, makes of one sign-in; masks of policy numbers.

    `may` apply, `must` apply; of those that may, `open` are not satisfied, and nothing the user
    does satisfies `refused`. `steps` tell what each of them asks.
    """

    may: int
    must: int
    open: int
    refused: int
    steps: tuple[Step, ...]

    def asking(self, challenges: frozenset[str]) -> int:
        """Give the policies that may ask for one of these and refuse nothing else."""
        asked = union(s.policies for s in self.steps if s.judgement.challenge in challenges)
        return asked & self.may & ~self.refused


def try_out(policies: PolicySet, sign_in: SignIn) -> Trial:
    """Try one sign-in: the masks of the conditions and the judged controls are the engine's."""
    prepared = policies.prepare(sign_in)
    may = must = policies.everything
    failed = 0
    for _, accepted in policies.columns(prepared):
        may &= accepted.upper
        must &= accepted.lower
        failed |= accepted.failed
    standing = policies.standing(prepared, may)
    refused = union(
        step.policies for step in standing.steps if step.judgement.status is ControlStatus.REFUSED
    )
    return Trial(
        may=may,
        must=must & ~policies.not_understood,
        open=(standing.unsatisfied | failed) & may,
        refused=(refused | failed) & may,
        steps=standing.steps,
    )


def union(masks: Iterable[int]) -> int:
    """Join masks."""
    joined = 0
    for mask in masks:
        joined |= mask
    return joined
