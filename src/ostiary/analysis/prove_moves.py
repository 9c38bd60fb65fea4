"""Whether a gap got wider or narrower: the ways in of two sets of policies, laid over each other.

Each sign-in that is asked about is closed, undecided or open under either set. A gap is wider where
some sign-in is more open than it was, and narrower where some is less so; it can be both. Sentences
cannot tell: the same words may be about more people, and other words about fewer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ostiary.analysis.answering import Question, Solution, WayIn
from ostiary.analysis.boxes import TooManyBoxes
from ostiary.analysis.comparing import Sides
from ostiary.analysis.covering import rows_of
from ostiary.analysis.inquiry import with_everybody
from ostiary.analysis.questions import Matter
from ostiary.analysis.solving import Prover
from ostiary.analysis.targets import aims_at, all_apps, with_scopes
from ostiary.analysis.terrain import Terrain
from ostiary.analysis.uncovered import Domain, broadest_first, shown
from ostiary.engine.policyset import PolicySet
from ostiary.model.policy import Policy


@dataclass(frozen=True, slots=True)
class Moves:
    """Whether something is more open than it was, and whether something is less so."""

    wider: bool
    narrower: bool


def moves(
    old: Sequence[Policy], new: Sequence[Policy], base: PolicySet, about: Iterable[Matter]
) -> Moves | None:
    """Tell how the ways in move from the old policies to the new, for the directory of `base`.

    None: there are more ways in than can be looked at.
    """
    sides = _told_apart(old, new, base)
    if sides is None:
        return Moves(wider=False, narrower=False)
    wider = narrower = False
    try:
        for matter in about:
            found = _moves(sides, matter)
            wider, narrower = wider or found.wider, narrower or found.narrower
    except TooManyBoxes:
        return None
    return Moves(wider, narrower)


def _told_apart(old: Sequence[Policy], new: Sequence[Policy], base: PolicySet) -> Sides | None:
    """Put both sets together, what they share once; None where they mean the same."""
    sides = Sides.of(old, new, base)
    before, after = sides.changed
    if not before | after:
        return None
    first = len(old)
    changed = [each for number, each in enumerate(new) if after >> (first + number) & 1]
    both = base.with_policies([*old, *changed])
    added = both.enabled & ~((1 << first) - 1)
    return Sides(both, sides.old, sides.old & ~before | added)


def _moves(sides: Sides, matter: Matter) -> Moves:
    asking, everybody = with_everybody(sides.both, matter)
    if not everybody:
        return Moves(wider=False, narrower=False)
    number = len(asking.policies) - 1
    aims = matter.aims if matter.aims is not None else aims_at(all_apps(asking))
    questions = [Question(number, matter.demanded, each) for each in (sides.old, sides.new)]
    prover = Prover(asking, everybody, with_scopes(asking, aims), questions)
    before, after = (prover.solve(each) for each in questions)
    return Moves(
        wider=_exceeds(prover.terrain, after, before),
        narrower=_exceeds(prover.terrain, before, after),
    )


def _exceeds(terrain: Terrain, one: Solution, other: Solution) -> bool:
    """Tell whether something is more open in one solution than in the other."""
    return _beyond(terrain, one.open, other.open) or _beyond(
        terrain, (*one.open, *one.undecided), (*other.open, *other.undecided)
    )


def _beyond(terrain: Terrain, ways: Iterable[WayIn], others: Iterable[WayIn]) -> bool:
    space, known = terrain.space, [each.opening.to_cover() for each in others]
    covers = broadest_first(space, known)
    for way in ways:
        opening = way.opening
        domain = Domain(rows_of(terrain, opening.users, opening.targets), opening.box)
        if shown(space, domain, covers, terrain.impossible):
            return True
    return False
