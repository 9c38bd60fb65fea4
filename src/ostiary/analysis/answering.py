"""One question answered on a terrain: the certain ways in, and those that nobody can tell.

Certain is what even the widest reading leaves open: every policy prevents that may apply. Possible
is what the narrowest reading leaves open: only those prevent that surely apply. Undecided is the
difference, told by what it hangs on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass

from ostiary.analysis.boxes import Box
from ostiary.analysis.columns import bits
from ostiary.analysis.covering import Coverer, domain_of
from ostiary.analysis.shown import Demanded, Shown
from ostiary.analysis.terrain import Terrain
from ostiary.analysis.uncovered import (
    Bits,
    Cover,
    Domain,
    Opening,
    Rows,
    broadest_first,
    needed,
    shown,
    uncovered,
)
from ostiary.analysis.ways import Showing, Ways
from ostiary.model.signin import SignIn, UserAction, UserIdentity


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the number of the policy that asks, and those that may prevent it.

    `demanded` is to be met where the asking policy applies, and all of `within` do. `together`: the
    asking policy is on with those that prevent, so that its strength may give way to theirs.
    """

    policy: int
    demanded: Demanded
    preventing: int
    within: tuple[int, ...] = ()
    together: bool = False


@dataclass(frozen=True, slots=True)
class WayIn:
    """One rectangle of sign-ins that are granted without what is demanded, and what they show.

    `doubts`: the policies of which nobody can tell whether they prevent it; None among them:
    whether somebody exists, or is among those asked about. Empty where nothing is in doubt.
    """

    opening: Opening
    shown: Shown
    doubts: tuple[int | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Solution:
    """All ways in for one question."""

    question: Question
    open: tuple[WayIn, ...]
    undecided: tuple[WayIn, ...]


@dataclass(frozen=True, slots=True)
class _Case:
    """Targets that are treated alike. `barring`: policies that must not apply here at all."""

    targets: Bits
    waived: int = 0
    barring: int = 0
    within: tuple[int, ...] = ()


class Asking:
    """One question prepared on a terrain, to be answered as a whole or for some of it."""

    def __init__(self, terrain: Terrain, ways: Ways, question: Question) -> None:
        """Find out what stands in the way, for each thing that is worth showing."""
        self._terrain = terrain
        self._question = question
        self._solvers = tuple(_solvers(terrain, ways, question))

    def solution(self, inside: Domain | None = None) -> Solution:
        """Give all ways in, or those inside of something.

        Raises TooManyBoxes where nobody could read them.
        """
        solvers = [each.inside(inside) for each in self._solvers] if inside else self._solvers
        certain = [way for each in solvers for way in each.open()]
        undecided = [way for each in solvers for way in each.undecided()]
        surely = self._fewest(certain, beside=())
        covers = [each.opening.to_cover() for each in surely]
        return Solution(self._question, surely, self._fewest(undecided, beside=covers))

    def _fewest(self, found: Sequence[WayIn], *, beside: Sequence[Cover]) -> tuple[WayIn, ...]:
        """Leave out what other ways in hold among them, or what is `beside` them."""
        terrain = self._terrain
        ways = {each.opening: each for each in _distinct(found)}
        domain = domain_of(terrain, self._question.policy, terrain.everybody, surely=False)
        kept = frozenset(needed(terrain.space, domain, tuple(ways), (*terrain.impossible, *beside)))
        return tuple(way for opening, way in ways.items() if opening in kept)


def answer(terrain: Terrain, ways: Ways, question: Question) -> Solution:
    """Give all ways in for a question; raises TooManyBoxes where nobody could read them."""
    return Asking(terrain, ways, question).solution()


def granted(terrain: Terrain, ways: Ways, question: Question) -> tuple[Opening, ...]:
    """Give what is surely open to those who may be asked about, should they exist."""
    return tuple(
        opening for solver in _solvers(terrain, ways, question) for opening in solver.granted()
    )


def way_exists(terrain: Terrain, ways: Ways, question: Question) -> bool | None:
    """Tell whether there is any way in; None where nobody can tell."""
    perhaps = False
    for solver in _solvers(terrain, ways, question):
        if solver.any_open():
            return True
        perhaps = perhaps or solver.any_undecided()
    return None if perhaps else False


def _solvers(terrain: Terrain, ways: Ways, question: Question) -> Iterator[_Solver]:
    for case in _cases(terrain, question):
        waives = question.together and bool(case.waived >> question.policy & 1)
        for showing in ways.showings(question.demanded, waived=case.waived, waives=waives):
            yield _Solver(terrain, ways, question, case, showing)


def _distinct(found: Sequence[WayIn]) -> tuple[WayIn, ...]:
    """Leave out what another way in holds, whatever has to be shown for it.

    Ways in may be thousands, their boxes are fewer, so boxes are compared first.
    """
    by_box: dict[Box, list[tuple[int, Opening]]] = {}
    for number, way in enumerate(found):
        by_box.setdefault(way.opening.box, []).append((number, way.opening))
    kept: dict[int, WayIn] = {}
    wider: list[Box] = []
    for box in sorted(by_box, key=int.bit_count, reverse=True):
        wider.append(box)
        around = [each for other in wider if not box & ~other for each in by_box[other]]
        for number, opening in by_box[box]:
            if not any(_holds(each, number, opening) for each in around):
                kept[number] = found[number]
    return tuple(way for _, way in sorted(kept.items(), key=lambda each: each[0]))


def _holds(outer: tuple[int, Opening], number: int, inner: Opening) -> bool:
    """Tell whether users and targets are within another's; of equal ones the first holds."""
    other, opening = outer
    if inner.users & ~opening.users or inner.targets & ~opening.targets:
        return False
    return other < number if opening == inner else True


def _cases(terrain: Terrain, question: Question) -> Iterator[_Case]:
    """Split off the registration of security information where strengths give way to others.

    Either no policy applies that they give way to, or one does (`engine.waiver`).
    """
    waiver = terrain.policies.waiver
    registering = terrain.targets_where(registers=True)
    action = SignIn(UserIdentity(""), UserAction.REGISTER_SECURITY_INFORMATION)
    waived = waiver.waived(action, question.preventing)
    if not registering or not waived:
        yield _Case(terrain.everything, within=question.within)
        return
    leading = [each for each in bits(question.preventing) if waiver.waived(action, 1 << each)]
    yield _Case(terrain.everything & ~registering, within=question.within)
    barring = sum(1 << each for each in leading)
    yield _Case(registering, barring=barring, within=question.within)
    for each in leading:
        yield _Case(registering, waived, within=(*question.within, each))


class _Solver:
    """One case of a question with one thing to show."""

    def __init__(
        self, terrain: Terrain, ways: Ways, question: Question, case: _Case, showing: Showing
    ) -> None:
        self._terrain = terrain
        self._question = question
        self._case = case
        self._shown = showing.shown
        coverer = Coverer(terrain, ways.contexts, showing.unmet)
        covering = coverer.covering(question.preventing & terrain.telling, case.barring)
        space = terrain.space
        self._most = broadest_first(space, [cover for _, cover in covering.upper])
        self._least = broadest_first(space, [cover for _, cover in covering.lower])
        sure = frozenset(covering.lower)
        self._perhaps = [each for each in covering.upper if each not in sure]
        self._impossible = terrain.impossible
        self._inside: Domain | None = None

    def inside(self, part: Domain) -> _Solver:
        """Give the solver for a part of what is asked about."""
        other = copy(self)
        other._inside = part
        return other

    def open(self) -> Iterator[WayIn]:
        """Give what is open whatever the missing facts are."""
        surely_there = self._terrain.people_where(doubted=False)
        domain = self._domain(surely_there, surely=True)
        if domain is not None:
            for each in self._left(domain, self._most):
                yield WayIn(each, self._shown)

    def granted(self) -> Iterator[Opening]:
        """Give what is open whatever the missing facts are, to anybody who may be asked about."""
        domain = self._domain(self._terrain.everybody, surely=False, surely_within=True)
        if domain is not None:
            yield from self._left(domain, self._most)

    def any_open(self) -> bool:
        """Tell whether anything is surely open; somebody whom few policies concern first."""
        domain = self._domain(self._terrain.people_where(doubted=False), surely=True)
        if domain is None:
            return False
        for part in (self._least_concerned(domain), domain):
            if shown(self._terrain.space, part, self._most, self._impossible):
                return True
        return False

    def any_undecided(self) -> bool:
        """Tell whether anything is open for some values of the missing facts."""
        space = self._terrain.space
        return any(
            shown(space, domain, self._least, self._impossible) for _, domain in self._doubtful()
        )

    def _least_concerned(self, domain: Domain) -> Domain:
        """Give one user and one target, both with few policies."""
        targets, users = max(domain.rows.items(), key=lambda each: each[1].bit_count())
        people, aims = self._terrain.least_concerned
        user = next(each for each in people if users >> each & 1)
        target = next(each for each in aims if targets >> each & 1)
        return Domain({1 << target: 1 << user}, domain.box)

    def undecided(self) -> Iterator[WayIn]:
        """Give what is open for some values of the missing facts only."""
        found: dict[Opening, list[int | None]] = {}
        for doubt, domain in self._doubtful():
            for each in self._left(domain, self._least):
                doubts = found.setdefault(each, [])
                if doubt not in doubts:
                    doubts.append(doubt)
        whole = self._domain(self._terrain.everybody, surely=False)
        if whole is None:
            return
        space = self._terrain.space
        for each in needed(space, whole, tuple(found), self._impossible):
            yield WayIn(each, self._shown, tuple(found[each]))

    def _left(self, domain: Domain, covers: Sequence[Cover]) -> tuple[Opening, ...]:
        return uncovered(self._terrain.space, domain, covers, impossible=self._impossible)

    def _domain(
        self, people: Bits, *, surely: bool, surely_within: bool | None = None
    ) -> Domain | None:
        terrain = self._terrain
        domain = domain_of(terrain, self._question.policy, people, surely=surely)
        within = surely if surely_within is None else surely_within
        for policy in self._case.within:
            domain = _both(domain, domain_of(terrain, policy, people, surely=within))
        if self._inside is not None:
            domain = _both(domain, self._inside)
        rows: Rows = {}
        for targets, users in domain.rows.items():
            there = targets & self._case.targets
            if there:
                rows[there] = rows.get(there, 0) | users
        if not rows or terrain.space.empty(domain.box):
            return None
        return Domain(rows, domain.box)

    def _doubtful(self) -> Iterator[tuple[int | None, Domain]]:
        """Give where something is in doubt: who is asked about, and who stands in the way."""
        whole = self._domain(self._terrain.everybody, surely=False)
        if whole is None:
            return
        for part in self._doubtful_domain(whole):
            yield None, part
        for policy, cover in self._perhaps:
            part = _cut_to(whole, cover)
            if part.rows and not self._terrain.space.empty(part.box):
                yield policy, part

    def _doubtful_domain(self, whole: Domain) -> Iterator[Domain]:
        """Give the parts of the domain that are not surely in it."""
        space = self._terrain.space
        sure = self._domain(self._terrain.people_where(doubted=False), surely=True)
        if sure is None:
            yield whole
            return
        for box in space.cuts(whole.box, sure.box):
            yield Domain(whole.rows, box)
        everybody, everything = self._terrain.everybody, self._terrain.everything
        for part in (
            _narrowed(whole, everybody & ~sure.users, everything),
            _narrowed(whole, everybody, everything & ~sure.targets),
        ):
            if part.rows:
                yield part


def _both(one: Domain, other: Domain) -> Domain:
    rows: Rows = {}
    for targets, users in one.rows.items():
        for there, some in other.rows.items():
            if targets & there and users & some:
                rows[targets & there] = rows.get(targets & there, 0) | users & some
    return Domain(rows, one.box & other.box)


def _cut_to(domain: Domain, cover: Cover) -> Domain:
    return _both(domain, Domain({cover.targets: cover.users}, cover.box))


def _narrowed(domain: Domain, users: Bits, targets: Bits) -> Domain:
    return _both(domain, Domain({targets: users}, domain.box))
