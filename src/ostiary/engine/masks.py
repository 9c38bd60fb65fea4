"""One condition over all policies, compiled to bit masks: bit *i* stands for policy *i*.

Accepted = (open | OR include[tag]) & ~OR exclude[tag]. No loop over policies. Tags of which
nobody can tell count for an include and not for an exclude, which gives the widest set of policies
that may apply (`upper`); the narrowest (`lower`) counts them the other way round.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ostiary.conditions.base import Asked, Condition, Tagger
from ostiary.model.directory import Directory
from ostiary.model.policy import Policy
from ostiary.model.setting import Failed, Tag, Tags

MOST_REMEMBERED = 16_384
"""Tag sets whose masks one table keeps; beyond that it starts afresh."""


def numbers_in(mask: int) -> Iterator[int]:
    """Give the numbers of the policies in a mask, from the lowest."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


@dataclass(frozen=True, slots=True)
class Accepted:
    """Which policies accept a value: at most `upper`, at least `lower`; `failed` went wrong."""

    upper: int
    lower: int
    failed: int = 0


class Known:
    """A key met before: equal keys are one `Known`, hashed without looking inside."""

    __slots__ = ("key",)

    def __init__(self, key: Any) -> None:
        """Wrap a key."""
        self.key = key


class Interned(dict[Hashable, Known]):
    """Gives equal keys as one `Known`."""

    def __missing__(self, key: Hashable) -> Known:
        """Keep a new key."""
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        known = self[key] = Known(key)
        return known


class UpperMasks(dict[Hashable, int]):
    """Keys of one condition -> policies that may accept them; filled as keys are met."""

    def __init__(self, table: Table) -> None:
        """Remember whom to ask."""
        super().__init__()
        self._table = table

    def __missing__(self, key: Hashable) -> int:
        """Work a new key out, and keep it."""
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        mask = self._table.accepted(key.key if isinstance(key, Known) else key).upper
        self[key] = mask
        return mask


class AcceptedMasks(dict[Hashable, Accepted]):
    """Keys of one condition -> all that is told of the policies; filled as keys are met."""

    def __init__(self, table: Table) -> None:
        """Remember whom to ask."""
        super().__init__()
        self._table = table

    def __missing__(self, key: Hashable) -> Accepted:
        """Work a new key out, and keep it."""
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        found = self[key] = self._table.accepted(key)
        return found


class CombinedMasks(dict[Known, int]):
    """Combinations of keys of conditions with few values -> policies that may accept them all."""

    def __init__(self, tables: Sequence[Table]) -> None:
        """Remember whom to ask, in the order of the keys."""
        super().__init__()
        self._masks = tuple(table.upper for table in tables)

    def __missing__(self, known: Known) -> int:
        """Work a new combination out, and keep it."""
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        mask = ~0
        for masks, key in zip(self._masks, known.key, strict=True):
            mask &= masks[key]
        self[known] = mask
        return mask


class Table:
    """What all policies ask of one condition, ready for one directory."""

    def __init__(
        self, condition: Condition[Any], policies: Sequence[Policy], tagger: Tagger[Any]
    ) -> None:
        """Turn the settings of the policies into masks."""
        self.condition = condition
        self.tagger = tagger
        self.include: dict[Tag, int] = {}
        self.exclude: dict[Tag, int] = {}
        self.open = 0
        self.configured = 0
        for number, policy in enumerate(policies):
            self._add(1 << number, policy)
        self.upper = UpperMasks(self)
        self.known = AcceptedMasks(self)

    def _add(self, bit: int, policy: Policy) -> None:
        setting = policy.settings.get(self.condition.name)
        if setting is None:
            self.open |= bit
            return
        self.configured |= bit
        if setting.include is None:
            self.open |= bit
        for tag in setting.include or ():
            self.include[tag] = self.include.get(tag, 0) | bit
        for tag in setting.exclude:
            self.exclude[tag] = self.exclude.get(tag, 0) | bit

    def key(self, value: Any) -> Hashable:  # each condition has values of its own
        """Give the key of a value; of alternatives, the keys of all of them."""
        if self.condition.alternatives:
            return tuple(self.tagger.tags(self.tagger.key(each)) for each in value)
        return self.tagger.key(value)

    def tag_sets(self, key: Hashable) -> tuple[Tags, ...]:
        """Give the tags of a key; one set for each alternative."""
        if self.condition.alternatives:
            return key if isinstance(key, tuple) else ()  # pyright: ignore[reportUnknownVariableType]  # made by `key`
        return (self.tagger.tags(key),)

    def accepted(self, key: Hashable) -> Accepted:
        """Tell which policies accept values with this key."""
        if not self.condition.alternatives:
            return self.accepted_tags(self.tagger.tags(key))
        upper = lower = failed = 0
        for tags in self.tag_sets(key):
            each = self.accepted_tags(tags)
            upper |= each.upper
            lower |= each.lower
            failed |= each.failed
        return Accepted(upper, lower, failed)

    def accepted_tags(self, tags: Tags) -> Accepted:
        """Tell which policies accept a value with these tags."""
        held = failed = 0
        upper = lower = self.open
        excluded = doubted = 0
        for tag in tags:
            if isinstance(tag, str):
                held |= self.include.get(tag, 0)
                excluded |= self.exclude.get(tag, 0)
                continue
            named = self.include.get(tag.tag, 0) | self.exclude.get(tag.tag, 0)
            upper |= self.include.get(tag.tag, 0)
            doubted |= self.exclude.get(tag.tag, 0)
            if isinstance(tag, Failed):
                failed |= named
        upper = (upper | held) & ~excluded
        lower = (lower | held) & ~excluded & ~doubted
        return Accepted(upper, lower, failed & upper)

    def everything(self, policies: int) -> Accepted:
        """What is accepted of a value nobody knows: all may, only those that take any value must.

        Those are the policies that do not ask, and those that include a tag every value has and
        exclude nothing.
        """
        held, never = self.open, 0
        for tag in self.condition.universal:
            held |= self.include.get(tag, 0)
            never |= self.exclude.get(tag, 0)
        for excluded in self.exclude.values():
            held &= ~excluded
        return Accepted(policies & ~never, policies & held)

    def moved(self, tagger: Tagger[Any]) -> Table:
        """Give the same table over another tagger (somebody's groups changed)."""
        other = object.__new__(Table)
        other.__dict__.update(self.__dict__)
        other.tagger = tagger
        other.upper = UpperMasks(other)
        other.known = AcceptedMasks(other)
        return other


def asked_tags(condition: Condition[Any], policies: Iterable[Policy]) -> Asked:
    """Collect every tag of a condition that some policy names."""
    settings = (policy.settings.get(condition.name) for policy in policies)
    return frozenset[Tag]().union(*(setting.tags for setting in settings if setting is not None))


def build_table(
    condition: Condition[Any],
    policies: Sequence[Policy],
    directory: Directory,
    *,
    previous: Table | None = None,
    before: Directory | None = None,
) -> Table:
    """Compile one condition; a table of before lends what it has worked out.

    `before` is the directory that it was made for, None where it is the same.
    """
    asked = asked_tags(condition, policies)
    if previous is None:
        return Table(condition, policies, condition.tagger(directory, asked))
    if before is not None:
        tagger = condition.followed(previous.tagger, before, directory, asked)
        return Table(condition, policies, tagger)
    known = frozenset(previous.include) | frozenset(previous.exclude)
    if asked <= known:
        return Table(condition, policies, previous.tagger)
    return Table(condition, policies, condition.extended(previous.tagger, directory, asked | known))
