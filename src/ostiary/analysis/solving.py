"""Some questions about one set of policies and one kind of identity, answered together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from ostiary.analysis.answering import Question, Solution, answer
from ostiary.analysis.circumstances import NOTHING_KNOWN, Facts
from ostiary.analysis.columns import bits
from ostiary.analysis.contexts import Contexts
from ostiary.analysis.identities import Crowd, Somebody, sign_in_of
from ostiary.analysis.shown import Shown
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
        *,
        beside: Sequence[Question] = (),
        shown: Sequence[Shown] | None = None,
        also: int = 0,
        known: Facts = NOTHING_KNOWN,
    ) -> None:
        """Take the questions; `policies` have welcomed everybody and hold the asking policies.

        `shown`: all that anybody has to show; None: whatever is best without meeting a demand.
        `beside`: questions asked only of what the others find: no device filter is told apart for
        their sake. `also`: policies that matter whatever they demand. `known` facts are
        the same in all sign-ins.
        """
        self._also = also
        self._known = known
        self._beside = tuple(beside)
        self.policies = policies
        self.questions = tuple(questions)
        self._crowd = Crowd(policies, everybody)
        self._aims = tuple(aims)
        self._solved: dict[Question, Solution] = {}
        contexts = Contexts(sign_in_of(self._crowd.members[0]), policies.directory)
        self.ways = Ways(policies, contexts, self._crowd.visitors, shown)

    def solve(self, question: Question) -> Solution:
        """Give all ways in for one of the questions.

        Raises TooManyBoxes where there are more than anybody could read.
        """
        known = self._solved.get(question) if self.terrain is self.coarse else None
        return known or answer(self.terrain, self.ways, question)

    def solve_showing(self, question: Question, shown: Sequence[Shown]) -> Solution:
        """Give all ways in for one of the questions to those who have this to show."""
        ways = Ways(self.policies, self.ways.contexts, self.ways.visitors, shown)
        return answer(self.terrain, ways, question)

    @cached_property
    def relevant(self) -> int:
        """Give the policies that can make a difference to some question."""
        found = self._also
        for question in (*self.questions, *self._beside):
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
        return self.closer(self.questions)

    @cached_property
    def coarse(self) -> Terrain:
        """Give the classes of everything; of many device filters none is told from another."""
        filters = self._with_filters()
        if len(self._rules(filters)) <= MOST_FILTERS:
            try:
                return self._laid_out(0)
            except TooManySamples:
                pass
        return self._laid_out(filters)

    def closer(self, questions: Iterable[Question], *, also: int = 0) -> Terrain:
        """Give a terrain on which the device filters are told apart that some questions hang on.

        `also`: policies whose filters are to be told apart in any case.
        """
        coarse = self.coarse
        if not coarse.blurred:
            return coarse
        mattering = (also | sum(1 << each for each in self._doubts(questions))) & coarse.blurred
        if not mattering:
            return coarse
        try:
            return coarse.refined(coarse.blurred & ~mattering)
        except TooManySamples:
            return coarse

    def _laid_out(self, blurred: int) -> Terrain:
        known = self._known
        return Terrain(
            self.policies, self._crowd, self._aims, self.relevant, blurred=blurred, known=known
        )

    def _with_filters(self) -> int:
        table = next(each for each in self.policies.tables if each.condition.name == "devices")
        return table.configured & self.relevant

    def _rules(self, policies: int) -> frozenset[str]:
        settings = (self.policies.policies[each].settings["devices"] for each in bits(policies))
        return frozenset[str]().union(*(setting.tags for setting in settings))

    def _doubts(self, questions: Iterable[Question]) -> frozenset[int]:
        found: set[int] = set()
        for question in questions:
            solution = self._solved[question] = answer(self.coarse, self.ways, question)
            found.update(e for way in solution.undecided for e in way.doubts if e is not None)
        return frozenset(found)
