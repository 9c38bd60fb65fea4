"""One question answered on a terrain: the certain ways in, and those that nobody can tell.

Certain is what even the widest reading leaves open: every policy prevents that may apply. Possible
is what the narrowest reading leaves open: only those prevent that surely apply. Undecided is the
difference, told by what it hangs on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ostiary.analysis.columns import bits
from ostiary.analysis.covering import Coverer, domain_of, impossibilities
from ostiary.analysis.shown import Demanded, Shown
from ostiary.analysis.terrain import Terrain
from ostiary.analysis.uncovered import Bits, Cover, Domain, Opening, Rows, needed, uncovered
from ostiary.analysis.ways import Showing, Ways
from ostiary.model.signin import SignIn, UserAction, UserIdentity


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the number of the policy that asks, and those that may prevent it.

    `demanded` is to be met where the asking policy applies, and all of `within` do.
    """

    policy: int
    demanded: Demanded
    preventing: int
    within: tuple[int, ...] = ()


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


def answer(terrain: Terrain, ways: Ways, question: Question) -> Solution:
    """Give all ways in for a question; raises TooManyBoxes where nobody could read them."""
    open_: list[WayIn] = []
    undecided: list[WayIn] = []
    for case in _cases(terrain, question):
        waives = bool(case.waived >> question.policy & 1)
        for showing in ways.showings(question.demanded, waived=case.waived, waives=waives):
            solver = _Solver(terrain, ways, question, case, showing)
            open_ += solver.open()
            undecided += solver.undecided()
    return Solution(question, _distinct(open_), _distinct(undecided))


def _distinct(found: Sequence[WayIn]) -> tuple[WayIn, ...]:
    """Leave out what another way in holds, whatever has to be shown for it."""
    kept: list[WayIn] = []
    for way in found:
        if any(_holds(other.opening, way.opening) for other in kept):
            continue
        kept = [other for other in kept if not _holds(way.opening, other.opening)]
        kept.append(way)
    return tuple(kept)


def _holds(outer: Opening, inner: Opening) -> bool:
    return not (
        inner.users & ~outer.users or inner.targets & ~outer.targets or inner.box & ~outer.box
    )


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
        self._covering = coverer.covering(question.preventing & terrain.telling, case.barring)
        self._impossible = impossibilities(terrain)

    def open(self) -> Iterator[WayIn]:
        """Give what is open whatever the missing facts are."""
        surely_there = self._terrain.people_where(doubted=False)
        domain = self._domain(surely_there, surely=True)
        if domain is not None:
            for each in self._left(domain, self._covering.upper):
                yield WayIn(each, self._shown)

    def undecided(self) -> Iterator[WayIn]:
        """Give what is open for some values of the missing facts only."""
        found: dict[Opening, list[int | None]] = {}
        for doubt, domain in self._doubtful():
            for each in self._left(domain, self._covering.lower):
                doubts = found.setdefault(each, [])
                if doubt not in doubts:
                    doubts.append(doubt)
        whole = self._domain(self._terrain.everybody, surely=False)
        if whole is None:
            return
        space = self._terrain.space
        for each in needed(space, whole, tuple(found), self._impossible):
            yield WayIn(each, self._shown, tuple(found[each]))

    def _left(
        self, domain: Domain, covers: Sequence[tuple[int | None, Cover]]
    ) -> tuple[Opening, ...]:
        standing = [cover for _, cover in covers]
        return uncovered(self._terrain.space, domain, standing, impossible=self._impossible)

    def _domain(self, people: Bits, *, surely: bool) -> Domain | None:
        terrain = self._terrain
        domain = domain_of(terrain, self._question.policy, people, surely=surely)
        for policy in self._case.within:
            domain = _both(domain, domain_of(terrain, policy, people, surely=surely))
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
        sure = frozenset(self._covering.lower)
        for policy, cover in self._covering.upper:
            if (policy, cover) not in sure:
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
