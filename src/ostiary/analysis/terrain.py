"""Everything that a proof walks over: identities, targets and circumstances, in classes."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from ostiary.analysis.boxes import Box, Space
from ostiary.analysis.circumstances import NOTHING_KNOWN, Axis, Facts, ValueClass, axes, effect_of
from ostiary.analysis.columns import bits_at, bits_where, transposed
from ostiary.analysis.contexts import CONTEXT_AXES, Contexts
from ostiary.analysis.forbidden import Ground
from ostiary.analysis.identities import Crowd, IdentityEffect
from ostiary.analysis.targets import Aim, TargetEffect, target_classes
from ostiary.analysis.uncovered import Cover
from ostiary.conditions import CONDITIONS
from ostiary.conditions.base import Condition
from ostiary.conditions.facts import IDENTITY, TARGET
from ostiary.engine.policyset import PolicySet
from ostiary.model.signin import SignIn

CIRCUMSTANCES = tuple(each for each in CONDITIONS if each.facts not in {(IDENTITY,), (TARGET,)})
"""The conditions that are neither about who signs in nor about what is asked for."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Per policy, the classes of one axis that it accepts: at most, at least, with an error."""

    upper: tuple[int, ...]
    lower: tuple[int, ...]
    failed: tuple[int, ...]

    @classmethod
    def of(cls, classes: Sequence[ValueClass], count: int) -> Columns:
        """Turn the masks of the classes round; `count` is the number of policies."""
        accepted = [each.accepted for each in classes]
        upper = transposed([each.upper for each in accepted], count)
        known = all(each.upper == each.lower for each in accepted)
        right = not any(each.failed for each in accepted)
        return cls(
            upper,
            upper if known else transposed([each.lower for each in accepted], count),
            (0,) * count if right else transposed([each.failed for each in accepted], count),
        )


class Terrain:
    """The classes of everything, for some policies and one kind of identity."""

    def __init__(
        self,
        policies: PolicySet,
        crowd: Crowd,
        aims: Sequence[Aim],
        relevant: int,
        *,
        blurred: int = 0,
        known: Facts = NOTHING_KNOWN,
    ) -> None:
        """Sort all values into classes that `relevant` policies and controls tell apart.

        `crowd` are people, or workload identities, never both: they sign in differently. The
        device filters of `blurred` policies are not looked at: whether they match a registered
        device is then unknown. `known` facts are the same in all sign-ins.
        Raises TooManySamples where device filters come out in too many ways.
        """
        self.policies = policies
        self.relevant = relevant
        self._known = known
        count = len(policies.policies)
        self.targets = target_classes(policies, aims, relevant)
        # What applies to none of the targets, or to nobody, need not tell anything else apart.
        self.people = crowd.classes(relevant & _any_of(self.targets))
        self.telling = relevant & _any_of(self.targets) & _any_of(self.people)
        self.everyday: SignIn = crowd.freest
        self.of_people = Columns.of(self.people, count)
        self.of_targets = Columns.of(self.targets, count)
        self._lay_out(self._axes(CIRCUMSTANCES, blurred), blurred)

    def _axes(self, conditions: Iterable[Condition[Any]], blurred: int) -> tuple[Axis, ...]:
        return axes(
            self.policies,
            self.everyday,
            conditions,
            self.telling,
            blurred=blurred,
            known=self._known,
        )

    def _lay_out(self, found: tuple[Axis, ...], blurred: int) -> None:
        count = len(self.policies.policies)
        self.blurred = blurred
        self.axes = found
        self.space = Space([len(axis.classes) for axis in found])
        self.of_axes = tuple(Columns.of(axis.classes, count) for axis in found)

    def refined(self, blurred: int) -> Terrain:
        """Give the terrain with the device filters of other policies looked at, or not.

        Raises TooManySamples where these come out in too many ways.
        """
        again = [each.condition for each in self.axes if each.name == "devices"]
        fresh = {axis.name: axis for axis in self._axes(again, blurred)}
        other = object.__new__(Terrain)
        other.__dict__.update(self.__dict__)
        other.__dict__.pop("impossible", None)  # the boxes of it are of another space
        other._lay_out(tuple(fresh.get(axis.name, axis) for axis in self.axes), blurred)
        return other

    def upper(self, policy: int) -> Box:
        """Give the circumstances that a policy may accept."""
        return self.space.box([columns.upper[policy] for columns in self.of_axes])

    def lower(self, policy: int) -> Box:
        """Give the circumstances that a policy surely accepts."""
        return self.space.box([columns.lower[policy] for columns in self.of_axes])

    def failing(self, policy: int) -> Iterable[Box]:
        """Give the circumstances in which a policy accepts but a condition goes wrong."""
        upper = self.upper(policy)
        for number, columns in enumerate(self.of_axes):
            if columns.failed[policy]:
                yield self.space.replaced(upper, number, columns.failed[policy])

    def context_box(self, contexts: Contexts, parts: Sequence[int]) -> Box:
        """Give the circumstances with some effects on each axis that controls read."""
        found = [(1 << len(axis.classes)) - 1 for axis in self.axes]
        for name, effects, part in zip(CONTEXT_AXES, contexts.effects, parts, strict=True):
            chosen = {effect for number, effect in enumerate(effects) if part >> number & 1}
            found[self.axis_number(name)] = self._having(name, chosen)
        return self.space.box(found)

    def axis_number(self, name: str) -> int:
        """Give the place of the axis of a condition."""
        return next(number for number, axis in enumerate(self.axes) if axis.name == name)

    def effect_like(self, axis: Axis, facts: Facts) -> Hashable:
        """Give the effect on one axis of an everyday sign-in with other facts."""
        return effect_of(axis.name, replace(self.everyday, **facts))

    def _having(self, name: str, effects: set[Hashable]) -> int:
        axis = self.axes[self.axis_number(name)]
        return bits_where([each.effect in effects for each in axis.classes])

    def people_where(self, **wanted: Hashable) -> int:
        """Give the identity classes whose effect has these members."""
        return _having(self._people_by_effect, wanted)

    def targets_where(self, **wanted: Hashable) -> int:
        """Give the target classes whose effect has these members."""
        return _having(self._targets_by_effect, wanted)

    @cached_property
    def _people_by_effect(self) -> dict[Hashable, int]:
        return _by_effect(self.people)

    @cached_property
    def _targets_by_effect(self) -> dict[Hashable, int]:
        return _by_effect(self.targets)

    @cached_property
    def everybody(self) -> int:
        """Give all identity classes."""
        return (1 << len(self.people)) - 1

    @cached_property
    def everything(self) -> int:
        """Give all target classes."""
        return (1 << len(self.targets)) - 1

    @cached_property
    def least_concerned(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Give identities, and targets, in the order of how few policies are about them."""

        def ordered(classes: Sequence[ValueClass]) -> tuple[int, ...]:
            concern = [each.accepted.upper.bit_count() for each in classes]
            return tuple(sorted(range(len(classes)), key=concern.__getitem__))

        return ordered(self.people), ordered(self.targets)

    @cached_property
    def restricted(self) -> tuple[int, int]:
        """Give identities that only some targets are of account for, and those targets."""
        return self.people_where(direct_connect=True), self.targets_where(direct_connect=True)

    @cached_property
    def impossible(self) -> tuple[Cover, ...]:
        """Give what the rules of the world forbid."""
        directory = self.policies.directory
        return Ground(
            directory, self.everyday, self.axes, self.space, self.people, self.targets
        ).impossibilities()


def _any_of(classes: Sequence[ValueClass]) -> int:
    found = 0
    for each in classes:
        found |= each.accepted.upper
    return found


def _by_effect(classes: Sequence[ValueClass]) -> dict[Hashable, int]:
    """Give the classes of each effect: there are few effects, and many classes."""
    places: dict[Hashable, list[int]] = {}
    for number, each in enumerate(classes):
        places.setdefault(each.effect, []).append(number)
    return {effect: bits_at(found, len(classes)) for effect, found in places.items()}


def _having(by_effect: dict[Hashable, int], wanted: dict[str, Hashable]) -> int:
    found = 0
    for effect, classes in by_effect.items():
        if _has(effect, wanted):
            found |= classes
    return found


def _has(effect: Hashable, wanted: dict[str, Hashable]) -> bool:
    if not isinstance(effect, IdentityEffect | TargetEffect):
        return False
    return all(getattr(effect, name) == value for name, value in wanted.items())
