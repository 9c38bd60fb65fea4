"""What is blocked whatever is shown: the rest of the ways in to nothing in particular.

Ways in with everything shown that can be shown are looked for first; whoever is asked about and
has none of them is blocked.
"""

from __future__ import annotations

from collections.abc import Sequence

from ostiary.analysis.answering import Question, Solution, WayIn, answer, granted
from ostiary.analysis.covering import domain_of
from ostiary.analysis.shown import BLOCK
from ostiary.analysis.terrain import Terrain
from ostiary.analysis.uncovered import Cover, Domain, Opening, broadest_first, uncovered
from ostiary.analysis.ways import Ways


def blocked(terrain: Terrain, ways: Ways, question: Question) -> Solution:
    """Give what is blocked for certain (`open`), and what may be (`undecided`).

    `question` asks for nothing: its demand is BLOCK. Raises TooManyBoxes like `answer`.
    """
    ins = answer(terrain, ways, question)
    sure = tuple(each.opening.to_cover() for each in ins.open)
    perhaps = tuple(each.opening.to_cover() for each in ins.undecided)
    never = terrain.impossible
    shown = ways.showings(BLOCK)[0].shown
    definite = terrain.people_where(doubted=False)
    closed = tuple(
        WayIn(each, shown)
        for each in _rest(
            terrain,
            domain_of(terrain, question.policy, definite, surely=True),
            (*sure, *perhaps),
            never,
        )
    )
    let_in = (each.to_cover() for each in granted(terrain, ways, question))
    beyond = (*let_in, *(each.opening.to_cover() for each in closed))
    everybody = domain_of(terrain, question.policy, terrain.everybody, surely=False)
    doubtful = tuple(
        WayIn(each, shown, _doubts(each, ins.undecided))
        for each in _rest(terrain, everybody, beyond, never)
    )
    return Solution(question, closed, doubtful)


def _rest(
    terrain: Terrain, domain: Domain, covers: Sequence[Cover], never: Sequence[Cover]
) -> tuple[Opening, ...]:
    if not domain.rows:
        return ()
    space = terrain.space
    return uncovered(space, domain, broadest_first(space, covers), impossible=never)


def _doubts(opening: Opening, ways: Sequence[WayIn]) -> tuple[int | None, ...]:
    """Give on what it hangs whether there is a way in after all."""
    touching = (way for way in ways if way.opening.users & opening.users)
    found = dict.fromkeys(doubt for way in touching for doubt in way.doubts)
    return tuple(found) or (None,)
