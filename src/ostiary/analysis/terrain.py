"""Everything that a proof walks over: identities, targets and circumstances, in classes and bits."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from ostiary.analysis.boxes import Box, Space
from ostiary.analysis.circumstances import Axis, ValueClass, axes
from ostiary.analysis.columns import bits_where, transposed
from ostiary.analysis.contexts import CONTEXT_AXES, Contexts
from ostiary.analysis.identities import Crowd, IdentityEffect, sign_in_of
from ostiary.analysis.targets import Aim, TargetEffect, target_classes
from ostiary.conditions import CONDITIONS
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
    ) -> None:
        """Sort all values into classes that `relevant` policies and controls tell apart.

        `crowd` are people, or workload identities, never both: they sign in differently. The
        device filters of `blurred` policies are not looked at: whether they match is then unknown.
        Raises TooManySamples where device filters come out in too many ways.
        """
        self.policies = policies
        self.relevant = relevant
        self.blurred = blurred
        count = len(policies.policies)
        self.targets = target_classes(policies, aims, relevant)
        # What applies to none of the targets, or to nobody, need not tell anything else apart.
        self.people = crowd.classes(relevant & _any_of(self.targets))
        self.telling = relevant & _any_of(self.targets) & _any_of(self.people)
        self.everyday: SignIn = sign_in_of(crowd.members[0])
        self.axes: tuple[Axis, ...] = axes(
            policies, self.everyday, CIRCUMSTANCES, self.telling, blurred=blurred
        )
        self.space = Space([len(axis.classes) for axis in self.axes])
        self.of_people = Columns.of(self.people, count)
        self.of_targets = Columns.of(self.targets, count)
        self.of_axes = tuple(Columns.of(axis.classes, count) for axis in self.axes)

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

    def _having(self, name: str, effects: set[Hashable]) -> int:
        axis = self.axes[self.axis_number(name)]
        return bits_where([each.effect in effects for each in axis.classes])

    def people_where(self, **wanted: Hashable) -> int:
        """Give the identity classes whose effect has these members."""
        return bits_where([_has(each.effect, wanted) for each in self.people])

    def targets_where(self, **wanted: Hashable) -> int:
        """Give the target classes whose effect has these members."""
        return bits_where([_has(each.effect, wanted) for each in self.targets])

    @cached_property
    def everybody(self) -> int:
        """Give all identity classes."""
        return (1 << len(self.people)) - 1

    @cached_property
    def everything(self) -> int:
        """Give all target classes."""
        return (1 << len(self.targets)) - 1

    @cached_property
    def restricted(self) -> tuple[int, int]:
        """Give identities that only some targets are of account for, and those targets."""
        return self.people_where(direct_connect=True), self.targets_where(direct_connect=True)


def _any_of(classes: Sequence[ValueClass]) -> int:
    found = 0
    for each in classes:
        found |= each.accepted.upper
    return found


def _has(effect: Hashable, wanted: dict[str, Hashable]) -> bool:
    if not isinstance(effect, IdentityEffect | TargetEffect):
        return False
    return all(getattr(effect, name) == value for name, value in wanted.items())
