"""What cannot occur on a terrain, as covers: the rules of the world put to its classes."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace

from ostiary.analysis.boxes import Space
from ostiary.analysis.circumstances import Axis, Facts, ValueClass
from ostiary.analysis.columns import bits_where
from ostiary.analysis.identities import sign_in_of
from ostiary.analysis.uncovered import Bits, Cover
from ostiary.analysis.world import impossible
from ostiary.model.directory import Directory
from ostiary.model.signin import SignIn


@dataclass(frozen=True)
class Ground:
    """What the rules are put to: an everyday sign-in, and the classes that vary it."""

    directory: Directory
    everyday: SignIn
    axes: Sequence[Axis]
    space: Space
    people: Sequence[ValueClass]
    targets: Sequence[ValueClass]

    def impossibilities(self) -> tuple[Cover, ...]:
        """Give what is forbidden, of two circumstances or of one and who or what."""
        return (*self._between_axes(), *self._with_targets(), *self._with_people())

    @property
    def _everybody(self) -> Bits:
        return (1 << len(self.people)) - 1

    def _between_axes(self) -> Iterator[Cover]:
        everything = (1 << len(self.targets)) - 1
        for one, first in enumerate(self.axes):
            for two in range(one):
                second = self.axes[two]
                for each in _by_effect(first.classes):
                    for other in _by_effect(second.classes):
                        facts = {**each[1], **other[1]}
                        if impossible(replace(self.everyday, **facts), self.directory):
                            box = self.space.replaced(self.space.everything, one, each[0])
                            box = self.space.replaced(box, two, other[0])
                            yield Cover(self._everybody, everything, box)

    def _with_targets(self) -> Iterator[Cover]:
        for number, axis in enumerate(self.axes):
            for bits_here, facts in _by_effect(axis.classes):
                there = 0
                for target, each in enumerate(self.targets):
                    aim = each.values[0]
                    sign_in = replace(self.everyday, target=aim.target, client=aim.client, **facts)
                    if impossible(sign_in, self.directory):
                        there |= 1 << target
                if there:
                    box = self.space.replaced(self.space.everything, number, bits_here)
                    yield Cover(self._everybody, there, box)

    def _with_people(self) -> Iterator[Cover]:
        everything = (1 << len(self.targets)) - 1
        for agent in (False, True):
            agents = [getattr(each.effect, "agent", False) is agent for each in self.people]
            some = bits_where(agents)
            if not some:
                continue
            like = sign_in_of(self.people[agents.index(True)].values[0])
            for number, axis in enumerate(self.axes):
                for bits_here, facts in _by_effect(axis.classes):
                    if impossible(replace(like, **facts), self.directory):
                        box = self.space.replaced(self.space.everything, number, bits_here)
                        yield Cover(some, everything, box)


def _by_effect(classes: Sequence[ValueClass]) -> list[tuple[Bits, Facts]]:
    """Give the classes of each effect, with the facts of one of them."""
    found: dict[Hashable, tuple[Bits, Facts]] = {}
    for number, each in enumerate(classes):
        if each.effect is not None:
            before, facts = found.get(each.effect, (0, each.values[0]))
            found[each.effect] = before | 1 << number, facts
    return list(found.values())
