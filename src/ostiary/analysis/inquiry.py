"""One matter looked into: the policies with the asking one, everybody it is about, the answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ostiary.analysis.answering import Question, Solution, WayIn
from ostiary.analysis.blocking import blocked
from ostiary.analysis.identities import Somebody, newcomers, people, workloads
from ostiary.analysis.naming import Names
from ostiary.analysis.questions import Matter
from ostiary.analysis.solving import Prover
from ostiary.analysis.targets import aims_at, all_apps, with_scopes
from ostiary.analysis.witness import Witnesses
from ostiary.analysis.wording import Wording
from ostiary.conditions.users import ALL, GUESTS
from ostiary.engine.policyset import PolicySet
from ostiary.model.setting import Tag
from ostiary.model.signin import SignIn, UserIdentity, WorkloadIdentity


@dataclass(frozen=True)
class Inquiry:
    """A matter, and everything that is worked out to answer it."""

    prover: Prover
    question: Question
    names: Names
    seen: tuple[SignIn, ...] = ()
    never_block: bool = False

    @cached_property
    def solution(self) -> Solution:
        """Give all ways in or, where nobody may be blocked, all that is blocked."""
        if self.never_block:
            return blocked(self.prover.terrain, self.prover.ways, self.question)
        return self.prover.solve(self.question)

    @cached_property
    def wording(self) -> Wording:
        """Give what tells them."""
        return Wording(self.prover.terrain, self.question.policy, self.names)

    @cached_property
    def witnesses(self) -> Witnesses:
        """Give what shows them."""
        demanded = self.question.demanded
        terrain, ways = self.prover.terrain, self.prover.ways
        return Witnesses(terrain, ways, demanded, self.seen, blocked=self.never_block)

    def breadth(self, way: WayIn) -> float:
        """Tell how much of everything a way in takes up, to put the widest first."""
        terrain, opening = self.prover.terrain, way.opening
        breadth = float(opening.users.bit_count() * opening.targets.bit_count())
        for field in terrain.space.fields:
            breadth *= (opening.box & field).bit_count() / field.bit_count()
        return breadth


def inquire(
    policies: PolicySet,
    matter: Matter,
    names: Names,
    seen: Sequence[SignIn] = (),
    *,
    never_block: bool = False,
) -> Inquiry | None:
    """Look into a matter; None where it is about nobody at all.

    Raises TooManyBoxes where the answer is too ragged to be told.
    """
    asking, everybody = with_everybody(policies, matter)
    if not everybody:
        return None
    number = len(asking.policies) - 1
    aims = matter.aims if matter.aims is not None else aims_at(all_apps(asking))
    question = Question(number, matter.demanded, policies.enabled)
    prover = Prover(asking, everybody, with_scopes(asking, aims), [question])
    return Inquiry(prover, question, names, tuple(seen), never_block)


def with_everybody(policies: PolicySet, matter: Matter) -> tuple[PolicySet, tuple[Somebody, ...]]:
    """Give the policies with the asking one, welcoming those it is about, and these."""
    if matter.principals is not None:
        asking = policies.with_policies([*policies.policies, matter.policy])
        chosen = frozenset(matter.principals)
        return asking, tuple(_chosen(policies, chosen))
    tags = matter.policy.settings["users"].include or frozenset[Tag]()
    if not _at_large(tags):
        asking = policies.with_policies([*policies.policies, matter.policy])
        return asking, tuple(_named(policies, tags))
    # The groups that are asked about count too when newcomers are invented.
    asking = policies.with_policies([*policies.policies, matter.policy])
    invented = newcomers(asking)
    welcoming = asking.welcoming(invented)
    return welcoming, tuple(people(welcoming, invented.values()))


def _at_large(tags: Iterable[Tag]) -> bool:
    """Tell whether people are asked about who are not named one by one."""
    return any(":" in tag or tag in {ALL, GUESTS} for tag in tags)


def _named(policies: PolicySet, tags: Iterable[Tag]) -> Iterator[Somebody]:
    users = policies.directory.users
    for tag in sorted(tags):
        user = users.get(tag)
        if user is None or user.enabled:
            yield Somebody(UserIdentity(tag), doubted=user is None)


def _chosen(policies: PolicySet, principals: Iterable[str]) -> Iterator[Somebody]:
    known = {each.id for each in workloads(policies.directory)}
    for each in sorted(principals):
        yield Somebody(WorkloadIdentity(each), doubted=each not in known)
