"""Shadowed policies: those that never change who gets in, what must be shown, or for how long.

A policy counts if some sign-in is granted by all the others without what it demands, or if a
session that it limits is limited less by all the others. Two policies that do the same are
shadowed each by the other: taking one of them away makes the other count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from ostiary.analysis.answering import Question, way_exists
from ostiary.analysis.boxes import TooManyBoxes
from ostiary.analysis.columns import bits
from ostiary.analysis.covering import Coverer, domain_of
from ostiary.analysis.everything import provers
from ostiary.analysis.limits import Limits
from ostiary.analysis.prove_results import Judged, Verdict
from ostiary.analysis.shown import Demanded
from ostiary.analysis.solving import Prover
from ostiary.analysis.uncovered import Cover, breadth, shown, taking
from ostiary.analysis.world import world_json
from ostiary.engine.policyset import PolicySet
from ostiary.model.policy import Policy
from ostiary.model.signin import SignIn, UserAction, UserIdentity

_NOWHERE = "it applies to no sign-in that can occur"
_NOTHING = "it demands nothing and limits no session"


@dataclass(frozen=True, slots=True)
class Shadow:
    """What came of one enabled policy. `shadowed` None: nobody can tell.

    `by`: the policies that do all it does, each with its id and name.
    """

    id: str
    name: str
    shadowed: bool | None
    why: str
    by: tuple[tuple[str, str], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Give the members that answers print."""
        word = {True: "yes", False: "no", None: "unknown"}[self.shadowed]
        return {
            "id": self.id,
            "displayName": self.name,
            "shadowed": word,
            "why": self.why,
            "by": [{"id": each, "displayName": name} for each, name in self.by],
        }


@dataclass(frozen=True)
class Shadowed(Judged):
    """The answer for every enabled policy."""

    policies: tuple[Shadow, ...]
    refused: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Give the verdict: proved if every policy counts."""
        if any(each.shadowed for each in self.policies):
            return Verdict.BROKEN
        unsure = self.refused or any(each.shadowed is None for each in self.policies)
        return Verdict.UNDECIDED if unsure else Verdict.PROVED

    def to_json(self) -> dict[str, Any]:
        """Give the answer with the world it holds in."""
        return {
            "question": "which policies never change any outcome?",
            "verdict": self.verdict.value,
            "policies": [each.to_json() for each in self.policies],
            "refused": list(self.refused),
            "world": world_json(),
        }

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(each.name)}</td><td>{escape(each.why)}</td></tr>"
            for each in self.policies
            if each.shadowed is not False
        )
        return f"<table><tr><th>Policy</th><th>Shadowed because</th></tr>{rows}</table>"


def shadowed(policies: PolicySet, *, refused: Sequence[str] = ()) -> Shadowed:
    """Tell of every enabled policy whether the others do all it does."""
    numbers = tuple(bits(policies.enabled))
    questions = {
        number: Question(
            number,
            Demanded.of(policies.policies[number]),
            policies.enabled & ~(1 << number),
            together=True,
        )
        for number in numbers
    }
    looking = [_Look(prover) for prover in provers(policies, tuple(questions.values()))]
    return Shadowed(
        tuple(_one(policies, questions[number], looking) for number in numbers), tuple(refused)
    )


def _one(policies: PolicySet, question: Question, looking: Sequence[_Look]) -> Shadow:
    policy = policies.policies[question.policy]
    if not question.demanded.anything and not policy.session:
        return Shadow(policy.id, policy.display_name, True, _NOTHING)
    if _makes_others_yield(policies, question.policy):
        why = "strengths of other policies give way to it where security information is registered"
        return Shadow(policy.id, policy.display_name, False, why)
    found = [look.counts(question, policy) for look in looking]
    if any(found):
        return Shadow(policy.id, policy.display_name, False, "it makes a difference")
    if None in found:
        why = "whether it makes a difference hangs on something that nobody can tell"
        return Shadow(policy.id, policy.display_name, None, why)
    others = dict.fromkeys(each for look in looking for each in look.doing(question))
    if not others:
        return Shadow(policy.id, policy.display_name, True, _NOWHERE)
    by = tuple((policies.policies[e].id, policies.policies[e].display_name) for e in others)
    names = ", ".join(f"`{name}`" for _, name in by)
    return Shadow(policy.id, policy.display_name, True, f"all it does is done by {names}", by)


def _makes_others_yield(policies: PolicySet, number: int) -> bool:
    action = SignIn(UserIdentity(""), UserAction.REGISTER_SECURITY_INFORMATION)
    return bool(policies.waiver.waived(action, 1 << number) & policies.enabled)


class _Look:
    """The people, or the workload identities, among whom a policy may make a difference."""

    def __init__(self, prover: Prover) -> None:
        self._prover = prover
        self._terrain = prover.coarse

    def counts(self, question: Question, policy: Policy) -> bool | None:
        """Tell whether a policy makes a difference; None where nobody can tell.

        Device filters are told apart only for a policy where that may decide it.
        """
        self._terrain = self._prover.coarse
        found = self._counts(question, policy)
        if found is None and self._terrain.blurred:
            self._terrain = self._prover.closer([question], also=1 << question.policy)
            found = self._counts(question, policy)
        return found

    def _counts(self, question: Question, policy: Policy) -> bool | None:
        found: list[bool | None] = []
        limits = Limits(self._prover, self._terrain)
        try:
            if question.demanded.anything:
                found.append(way_exists(self._terrain, self._prover.ways, question))
            for key in policy.session if True not in found else ():
                found.append(limits.exist(question.policy, key, question.preventing))
        except TooManyBoxes:
            found.append(None)
        return True if True in found else None if None in found else False

    def doing(self, question: Question) -> tuple[int, ...]:
        """Give the policies that do all that the policy does, where it was last looked at."""
        terrain = self._terrain
        domain = domain_of(terrain, question.policy, terrain.everybody, surely=False)
        if not domain.rows or terrain.space.empty(domain.box):
            return ()
        limits = Limits(self._prover, terrain)
        covers: list[tuple[int, Cover]] = []
        for showing in self._prover.ways.showings(question.demanded)[:1]:
            coverer = Coverer(terrain, self._prover.ways.contexts, showing.unmet)
            covering = coverer.covering(question.preventing & terrain.telling)
            covers += [(number, cover) for number, cover in covering.lower if number is not None]
        for key in terrain.policies.policies[question.policy].session:
            number, others = question.policy, question.preventing
            covers += limits.as_strict(number, key, others, surely=True)
        covers.sort(key=lambda each: -breadth(terrain.space, each[1]))
        chosen = list(taking(terrain.space, domain, covers))
        for number in tuple(chosen):
            fewer = [cover for each, cover in covers if each != number and each in chosen]
            if not shown(terrain.space, domain, fewer, terrain.impossible):
                chosen.remove(number)
        return tuple(chosen)
