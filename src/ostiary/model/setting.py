"""What one policy asks of one condition: tags to include, tags to exclude."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Unknown:
    """A tag of which nobody can tell whether it holds, because a fact is missing."""

    tag: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A tag whose evaluation went wrong; policies that name it block (fail closed)."""

    tag: str
    why: str


Tag: TypeAlias = str
Tags: TypeAlias = frozenset[str | Unknown | Failed]
"""The tags of one value. Equal sets cannot be told apart by any policy."""


class Effect(Enum):
    """On which side of a setting a field of the form stands."""

    INCLUDE = "include"
    EXCLUDE = "exclude"


@dataclass(frozen=True, slots=True)
class Setting:
    """The values one policy selects: any of `include` (None: anything), none of `exclude`."""

    include: frozenset[Tag] | None
    exclude: frozenset[Tag] = frozenset()

    @property
    def tags(self) -> frozenset[Tag]:
        """Every tag the setting names."""
        return (self.include or frozenset()) | self.exclude

    @classmethod
    def of(cls, include: Iterable[Tag] | None, exclude: Iterable[Tag] = ()) -> Setting:
        """Build a setting from any iterables of tags."""
        return cls(None if include is None else frozenset(include), frozenset(exclude))
