"""Where one policy limits sessions more than others do."""

from __future__ import annotations

from collections.abc import Iterator

from ostiary.analysis.columns import bits
from ostiary.analysis.covering import Coverer, acceptance, domain_of
from ostiary.analysis.shown import BLOCK
from ostiary.analysis.solving import Prover
from ostiary.analysis.terrain import Terrain
from ostiary.analysis.uncovered import (
    Cover,
    Domain,
    Opening,
    broadest_first,
    shown,
    uncovered,
)
from ostiary.controls import SESSION_CONTROLS, SessionControl

CONTROLS: dict[str, SessionControl] = {each.key: each for each in SESSION_CONTROLS}


class Limits:
    """Looks for sessions that one policy limits, and others limit less or not at all."""

    def __init__(self, prover: Prover, terrain: Terrain) -> None:
        """Take everybody and everything; `terrain` is one of the prover's."""
        self._prover = prover
        self._terrain = terrain
        self._impossible = terrain.impossible

    def exist(self, policy: int, key: str, others: int) -> bool | None:
        """Tell whether there are such sessions; None where nobody can tell."""
        for surely in (True, False):
            domain, covers = self._looked_at(policy, key, others, 1 << policy, surely=surely)
            if domain.rows and shown(self._terrain.space, domain, covers, self._impossible):
                return True if surely else None
        return False

    def all(self, policy: int, key: str, others: int, beside: int) -> tuple[Opening, ...]:
        """Give all that are for certain; `beside` are the policies in force with this one."""
        domain, covers = self._looked_at(policy, key, others, beside, surely=True)
        if not domain.rows:
            return ()
        return uncovered(self._terrain.space, domain, covers, impossible=self._impossible)

    def as_strict(
        self, policy: int, key: str, others: int, *, surely: bool
    ) -> Iterator[tuple[int, Cover]]:
        """Give where other policies limit the session at least as much."""
        policies = self._terrain.policies.policies
        control, value = CONTROLS[key], policies[policy].session[key]
        for number in bits(others & self._terrain.telling):
            theirs = policies[number].session.get(key)
            if theirs is None or control.merge([theirs, value]) != control.merge([theirs]):
                continue
            for cover in acceptance(self._terrain, number, surely=surely):
                yield number, cover

    def _looked_at(
        self, policy: int, key: str, others: int, beside: int, *, surely: bool
    ) -> tuple[Domain, list[Cover]]:
        terrain = self._terrain
        everybody = terrain.people_where(doubted=False) if surely else terrain.everybody
        domain = domain_of(terrain, policy, everybody, surely=surely)
        covers = [cover for _, cover in self.as_strict(policy, key, others, surely=not surely)]
        covers += self._shut(others | beside, surely=not surely)
        return domain, broadest_first(terrain.space, covers)

    def _shut(self, policies: int, *, surely: bool) -> Iterator[Cover]:
        """Give where one of the policies lets nobody in, so that there is no session."""
        (showing, *more) = self._prover.ways.showings(BLOCK)
        if more:
            return
        coverer = Coverer(self._terrain, self._prover.ways.contexts, showing.unmet)
        covering = coverer.covering(policies & self._terrain.telling)
        for _, cover in covering.lower if surely else covering.upper:
            yield cover
