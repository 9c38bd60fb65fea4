"""From policies to covers: for whom, where and when each of them stands in the way."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass

from ostiary.analysis.boxes import Box
from ostiary.analysis.columns import bits
from ostiary.analysis.contexts import Contexts, Unmet
from ostiary.analysis.terrain import Terrain
from ostiary.analysis.uncovered import Bits, Cover, Domain, Rows


@dataclass(frozen=True, slots=True)
class Covering:
    """What stands in the way: at most (`upper`), at least (`lower`), each with the policy.

    The policy number is None where nothing is asked: the requirement is met there anyway.
    """

    upper: tuple[tuple[int | None, Cover], ...]
    lower: tuple[tuple[int | None, Cover], ...]


class Coverer:
    """Makes covers on one terrain, out of what policies accept and what leaves them unmet."""

    def __init__(
        self, terrain: Terrain, contexts: Contexts, unmet: Mapping[Hashable, Unmet]
    ) -> None:
        """Keep the parts; `unmet` by how identities stand to the tenant."""
        self._terrain = terrain
        self._contexts = contexts
        self._unmet = unmet
        self._standing = {stands: terrain.people_where(stands=stands) for stands in unmet}
        self._boxes: dict[tuple[int, ...], Box] = {}

    def covering(self, policies: int, barring: int = 0) -> Covering:
        """Give what some policies take care of, and where nothing is asked at all.

        Where one of the `barring` policies applies nothing is asked either.
        """
        free = [(None, cover) for cover in self._free()]
        terrain = self._terrain
        for number in bits(barring):
            box = terrain.upper(number)
            people, targets = terrain.of_people.upper[number], terrain.of_targets.upper[number]
            free += [(None, cover) for cover in self._split(people, targets, box)]
        upper = [(number, cover) for number in bits(policies) for cover in self._upper(number)]
        lower = [(number, cover) for number in bits(policies) for cover in self._lower(number)]
        return Covering((*free, *upper), (*free, *lower))

    def _free(self) -> Iterator[Cover]:
        terrain = self._terrain
        for stands, unmet in self._unmet.items():
            for box in self._context_boxes(unmet.met):
                yield from self._split(self._standing[stands], terrain.everything, box)

    def _upper(self, policy: int) -> Iterator[Cover]:
        terrain = self._terrain
        people, targets = terrain.of_people.upper[policy], terrain.of_targets.upper[policy]
        box = terrain.upper(policy)
        unmet = {stands: each.upper[policy] for stands, each in self._unmet.items()}
        yield from self._covers(people, targets, box, unmet)
        # Whatever a policy demands, it blocks where one of its conditions goes wrong.
        for failing in terrain.failing(policy):
            yield from self._split(people, targets, failing)
        yield from self._split(terrain.of_people.failed[policy], targets, box)
        yield from self._split(people, terrain.of_targets.failed[policy], box)

    def _lower(self, policy: int) -> Iterator[Cover]:
        terrain = self._terrain
        if terrain.policies.not_understood >> policy & 1:
            return
        people, targets = terrain.of_people.lower[policy], terrain.of_targets.lower[policy]
        unmet = {stands: each.lower[policy] for stands, each in self._unmet.items()}
        yield from self._covers(people, targets, terrain.lower(policy), unmet)

    def _covers(
        self, people: Bits, targets: Bits, box: Box, unmet: Mapping[Hashable, int]
    ) -> Iterator[Cover]:
        """Put together the identities for whom a policy is unsatisfied in the same contexts."""
        alike: dict[int, Bits] = {}
        for stands, combinations in unmet.items():
            some = people & self._standing[stands]
            if some and combinations:
                alike[combinations] = alike.get(combinations, 0) | some
        for combinations, some in alike.items():
            for context in self._context_boxes(combinations):
                yield from self._split(some, targets, box & context)

    def _split(self, people: Bits, targets: Bits, box: Box) -> Iterator[Cover]:
        """Keep identities apart for whom only some targets are of account."""
        if not targets or self._terrain.space.empty(box):
            return
        for there, some in rows_of(self._terrain, people, targets).items():
            yield Cover(some, there, box)

    def _context_boxes(self, combinations: int) -> Iterator[Box]:
        for parts in self._contexts.parts(combinations):
            box = self._boxes.get(parts)
            if box is None:
                box = self._boxes[parts] = self._terrain.context_box(self._contexts, parts)
            if not self._terrain.space.empty(box):
                yield box


def acceptance(terrain: Terrain, policy: int, *, surely: bool) -> Iterator[Cover]:
    """Give wherever a policy applies, whatever is shown there, to whoever exists."""
    domain = domain_of(terrain, policy, terrain.everybody, surely=surely)
    if not terrain.space.empty(domain.box):
        for targets, users in domain.rows.items():
            yield Cover(users, targets, domain.box)


def domain_of(terrain: Terrain, policy: int, people: Bits, *, surely: bool) -> Domain:
    """Give what a policy is about, among some identities: surely, or possibly."""
    columns = (terrain.of_people, terrain.of_targets)
    some, where = (each.lower[policy] if surely else each.upper[policy] for each in columns)
    box = terrain.lower(policy) if surely else terrain.upper(policy)
    return Domain(rows_of(terrain, some & people, where), box)


def rows_of(terrain: Terrain, people: Bits, targets: Bits) -> Rows:
    """Give who can reach what, all targets being of account for most identities."""
    restricted, where = terrain.restricted
    rows: Rows = {}
    for some, there in ((people & ~restricted, targets), (people & restricted, targets & where)):
        if some and there:
            rows[there] = rows.get(there, 0) | some
    return rows
