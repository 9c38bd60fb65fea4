"""What one set of policies grants that another does not, by the policies that make it so.

A sign-in is lost if the old policies grant it and some new policy is not satisfied. So every new
policy asks its own question of the old ones: where can what I demand be left out? The ways in are
what is newly prompted or, where the new policies let nobody in at all, newly blocked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ostiary.analysis.answering import Asking, Question, WayIn
from ostiary.analysis.columns import bits
from ostiary.analysis.covering import rows_of
from ostiary.analysis.everything import provers
from ostiary.analysis.shown import BLOCK, Demanded
from ostiary.analysis.solving import Prover
from ostiary.analysis.targets import Aim
from ostiary.analysis.uncovered import Cover, Domain, broadest_first, uncovered
from ostiary.engine.policyset import PolicySet
from ostiary.model.policy import Policy
from ostiary.model.signin import SignIn, UserAction, UserIdentity

_REGISTERING = UserAction.REGISTER_SECURITY_INFORMATION


@dataclass(frozen=True, slots=True)
class Difference:
    """Sign-ins that a policy makes or made a difference to; `policy` is its number.

    `key`: the session control that makes it, empty where it is about who gets in.
    """

    prover: Prover
    policy: int
    way: WayIn
    key: str = ""


@dataclass(frozen=True)
class Sides:
    """Two sets of policies compiled as one, each as a set of numbers; `both` has all of them."""

    both: PolicySet
    old: int
    new: int

    @classmethod
    def of(cls, old: Sequence[Policy], new: Sequence[Policy], base: PolicySet) -> Sides:
        """Put two sets together, for the directory of `base`."""
        both = base.with_policies([*old, *new])
        first = (1 << len(old)) - 1
        return cls(both, both.enabled & first, both.enabled & ~first)

    @property
    def changed(self) -> tuple[int, int]:
        """Give the old and the new policies that the other set does not have just so."""
        return self._without_equal(self.old, self.new), self._without_equal(self.new, self.old)

    def _without_equal(self, some: int, others: int) -> int:
        known = {_meaning(self.both.policies[each]) for each in bits(others)}
        mine = (each for each in bits(some) if _meaning(self.both.policies[each]) not in known)
        return sum(1 << each for each in mine)

    @property
    def strengths_yield(self) -> bool:
        """Tell whether on either side strengths give way where security info is registered."""
        action = SignIn(UserIdentity(""), _REGISTERING)
        sides = (self.both.waiver.waived(action, each) & each for each in (self.old, self.new))
        return any(sides)


def _meaning(policy: Policy) -> object:
    settings = tuple(sorted(policy.settings.items()))
    session = tuple(sorted((key, repr(value)) for key, value in policy.session.items()))
    grant = policy.grant and (policy.grant.operator, frozenset(policy.grant.requirements))
    return settings, grant, session, policy.not_understood


class Comparison:
    """The questions that the changed policies of each side ask of the other side."""

    def __init__(self, sides: Sides) -> None:
        """Prepare them, and ask who gets in at all under the new policies."""
        self.sides = sides
        old, new = sides.changed
        self._lost = self._questions(new, sides.old)
        self._gained = self._questions(old, sides.new)
        self._entering: dict[tuple[Prover, int], Asking] = {}
        left_out = (Aim(_REGISTERING),) if sides.strengths_yield else ()
        entering = tuple(
            Question(each, BLOCK, side)
            for each in bits(old | new)
            for side in (sides.old, sides.new)
        )
        found = provers(
            sides.both,
            (*self._lost, *self._gained),
            entering,
            leave_out=left_out,
            also=_limiting(sides, sides.old | sides.new),
        )
        self.provers = tuple(found) if old | new else ()

    def _questions(self, asking: int, preventing: int) -> tuple[Question, ...]:
        policies = self.sides.both.policies
        return tuple(
            Question(number, Demanded.of(policies[number]), preventing)
            for number in bits(asking)
            if Demanded.of(policies[number]).anything
        )

    def lost(self) -> Iterator[tuple[Difference, bool]]:
        """Give what only the old policies grant, and whether the new ones let nobody in there."""
        for prover in self.provers:
            for question in self._lost:
                solution = prover.solve(question)
                for way in solution.open:
                    yield from self._sorted_out(prover, question, way)
                for way in solution.undecided:
                    yield Difference(prover, question.policy, way), False

    def gained(self) -> Iterator[Difference]:
        """Give what only the new policies grant."""
        for prover in self.provers:
            for question in self._gained:
                solution = prover.solve(question)
                for way in (*solution.open, *solution.undecided):
                    yield Difference(prover, question.policy, way)

    def _sorted_out(
        self, prover: Prover, question: Question, way: WayIn
    ) -> Iterator[tuple[Difference, bool]]:
        """Tell apart what is prompted for, and where nothing helps."""
        opening = way.opening
        rows = rows_of(prover.terrain, opening.users, opening.targets)
        domain = Domain(rows, opening.box)
        never = prover.terrain.impossible
        space = prover.terrain.space
        entries = self._entries(prover, question.policy, domain)
        shut = uncovered(space, domain, broadest_first(space, entries), impossible=never)
        for each in shut:
            yield Difference(prover, question.policy, replace(way, opening=each)), True
        covers = broadest_first(space, [each.to_cover() for each in shut])
        for each in uncovered(space, domain, covers, impossible=never):
            yield Difference(prover, question.policy, replace(way, opening=each)), False

    def _entries(self, prover: Prover, policy: int, inside: Domain) -> tuple[Cover, ...]:
        """Give where in a part the new policies let somebody in, with everything shown."""
        asking = self._entering.get((prover, policy))
        if asking is None:
            question = Question(policy, BLOCK, self.sides.new)
            asking = Asking(prover.terrain, prover.ways, question)
            self._entering[prover, policy] = asking
        solution = asking.solution(inside)
        return tuple(each.opening.to_cover() for each in (*solution.open, *solution.undecided))


def _limiting(sides: Sides, some: int) -> int:
    """Give the policies that limit sessions."""
    policies = sides.both.policies
    return sum(1 << each for each in bits(some) if policies[each].session)
