"""What is compared: the policies as they are, and a draft, over one compiled union of both.

A policy that is the same on both sides has one bit in the union. Every condition is evaluated once,
for both sides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ostiary.analysis.impact_kernels import Words
from ostiary.engine.policyset import PolicySet
from ostiary.model.policy import Policy, PolicyState

WORD = 64


@dataclass(frozen=True)
class Side:
    """One set of policies; `places[n]` is the bit of its policy *n* in the union."""

    policies: PolicySet
    places: tuple[int, ...]

    def mask(self, *states: PolicyState) -> int:
        """Give the bits in the union of its policies in some states."""
        own = zip(self.places, self.policies.policies, strict=True)
        return sum(1 << place for place, policy in own if policy.state in states)

    @property
    def enabled(self) -> int:
        """The bits of its policies that are on."""
        return self.mask(PolicyState.ENABLED)

    @property
    def reporting(self) -> int:
        """The bits of its report-only policies."""
        return self.mask(PolicyState.REPORT_ONLY)


@dataclass(frozen=True)
class Sides:
    """The current policies, a draft or None, and the union that answers for both."""

    union: PolicySet
    current: Side
    draft: Side | None

    @property
    def shown(self) -> Side:
        """The side whose policies the report lists: the draft, where there is one."""
        return self.draft or self.current

    @property
    def every(self) -> tuple[Side, ...]:
        """The sides there are."""
        return (self.current,) if self.draft is None else (self.current, self.draft)

    @property
    def words(self) -> int:
        """How many 64-bit words a mask of the union has, one at least."""
        return max(1, -(-len(self.union.policies) // WORD))

    def line(self, mask: int) -> Words:
        """Give a mask as a line of words."""
        return lines([mask], self.words)[0]


def sides(current: PolicySet, draft: Sequence[Policy] | None) -> Sides:
    """Compile what is compared; the draft is for the directory of the current policies."""
    if draft is None:
        return Sides(current, Side(current, tuple(range(len(current.policies)))), None)
    policies = list(current.policies)
    by_id: dict[str, list[int]] = {}
    for place, policy in enumerate(policies):
        by_id.setdefault(policy.id, []).append(place)
    places: list[int] = []
    for policy in draft:
        place = next((n for n in by_id.get(policy.id, ()) if policies[n] == policy), None)
        if place is None or place in places:
            place = len(policies)
            policies.append(policy)
        places.append(place)
    compiled = current.with_policies(draft)
    union = compiled.with_policies(policies)
    first = Side(current, tuple(range(len(current.policies))))
    return Sides(union, first, Side(compiled, tuple(places)))


def lines(masks: Sequence[int], words: int) -> Words:
    """Give masks as lines of 64-bit words, the lowest first."""
    size = 8 * words
    packed = b"".join([mask.to_bytes(size, "little") for mask in masks])
    return np.frombuffer(packed, dtype="<u8").astype(np.uint64, copy=False).reshape(-1, words)
