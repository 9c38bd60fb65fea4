"""Some questions about one set of policies and one kind of identity, answered together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from ostiary.analysis.answering import Question, Solution, answer
from ostiary.analysis.columns import bits
from ostiary.analysis.contexts import Contexts
from ostiary.analysis.identities import Crowd, Somebody, sign_in_of
from ostiary.analysis.targets import Aim
from ostiary.analysis.terrain import Terrain
from ostiary.analysis.ways import Ways
from ostiary.conditions.rule_samples import TooManySamples
from ostiary.engine.policyset import PolicySet

MOST_FILTERS = 24
"""Device filters that are told apart at once; of more, first those that matter are found."""


class Prover:
    """What questions have in common: the controls asked once, everything sorted into classes."""

    def __init__(
        self,
        policies: PolicySet,
        everybody: Iterable[Somebody],
        aims: Sequence[Aim],
        questions: Sequence[Question],
    ) -> None:
        """Take the questions; `policies` have welcomed everybody and hold the asking policies."""
        self.policies = policies
        self.questions = tuple(questions)
        self._crowd = Crowd(policies, everybody)
        self._aims = tuple(aims)
        contexts = Contexts(sign_in_of(self._crowd.members[0]), policies.directory)
        self.ways = Ways(policies, contexts, self._crowd.visitors)

    def solve(self, question: Question) -> Solution:
        """Give all ways in for one of the questions.

        Raises TooManyBoxes where there are more than anybody could read.
        """
        return answer(self.terrain, self.ways, question)

    @cached_property
    def relevant(self) -> int:
        """Give the policies that can make a difference to some question."""
        found = 0
        for question in self.questions:
            found |= sum(1 << each for each in (question.policy, *question.within))
            for showing in self.ways.showings(question.demanded):
                found |= showing.ever & question.preventing
        return found

    @cached_property
    def terrain(self) -> Terrain:
        """Give the classes of everything, device filters told apart as far as it matters.

        Filters that have nothing to do with each other come out in `2**n` ways. Where there are
        many, they are taken for unknown first; those on which an answer hangs are then looked at.
        """
        filters = self._with_filters()
        if len(self._rules(filters)) <= MOST_FILTERS:
            try:
                return self._laid_out(0)
            except TooManySamples:
                pass
        coarse = self._laid_out(filters)
        mattering = sum(1 << each for each in self._doubts(coarse)) & filters
        if not mattering:
            return coarse
        try:
            return self._laid_out(filters & ~mattering)
        except TooManySamples:
            return coarse

    def _laid_out(self, blurred: int) -> Terrain:
        return Terrain(self.policies, self._crowd, self._aims, self.relevant, blurred=blurred)

    def _with_filters(self) -> int:
        table = next(each for each in self.policies.tables if each.condition.name == "devices")
        return table.configured & self.relevant

    def _rules(self, policies: int) -> frozenset[str]:
        settings = (self.policies.policies[each].settings["devices"] for each in bits(policies))
        return frozenset[str]().union(*(setting.tags for setting in settings))

    def _doubts(self, terrain: Terrain) -> frozenset[int]:
        solutions = (answer(terrain, self.ways, each) for each in self.questions)
        doubts = (
            each for solution in solutions for way in solution.undecided for each in way.doubts
        )
        return frozenset(each for each in doubts if each is not None)
