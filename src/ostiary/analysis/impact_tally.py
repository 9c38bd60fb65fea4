"""The counts of many sign-ins: arrays that grow with what is met, and add up across workers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from ostiary.analysis.compare import CODES, KINDS, SLIM
from ostiary.analysis.impact_counting import LEVELS, Flags, expanded
from ostiary.analysis.impact_kernels import Words
from ostiary.analysis.impact_outcomes import Counts
from ostiary.analysis.log_schema import CATEGORIES

Array = TypeVar("Array", bound=npt.NDArray[Any])
BEHAVIOURS = (
    "interactive",
    "background",
    "passwordGrant",
    "deviceCode",
    "legacyClient",
    "multifactor",
    "workload",
    "spare",
)
"""What is counted of how somebody signs in; eight, so that one row is added at once."""
DIMENSIONS = ("day", "app", "platform", "clientApp", "location", "risk")


@dataclass(frozen=True, slots=True)
class Sample:
    """One sign-in to show: where it stands in the log, and its combination of facts."""

    row: int
    created: int
    ids: tuple[int, int, int, int]
    code: int
    ip: str | None
    """Combinations know no more of an address than the piece it lies in."""


@dataclass
class Tally:
    """What one worker has counted. The numbers of values are those of the shared `Work`."""

    words: int
    rows: int = 0
    codes: Counts = field(default_factory=lambda: np.zeros(CODES, dtype=np.int64))
    counters: Words = field(init=False)
    added: Counts = field(init=False)
    people: Words = field(init=False)
    changed: Flags = field(init=False)
    causes: Counts = field(init=False)
    values: dict[str, Counts] = field(init=False)
    ways: Counts = field(default_factory=lambda: np.zeros(64, dtype=np.int64))
    samples: list[dict[int, Sample]] = field(init=False)
    nulls: dict[str, int] = field(default_factory=dict[str, int])
    """Rows in which a column of target or place says nothing."""
    untold: dict[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])
    """The same for the other columns, with the rows each concerns; noted by `note_untold`."""
    first: int | None = None
    last: int | None = None

    def __post_init__(self) -> None:
        """Start at nothing."""
        kinds = len(CATEGORIES)
        self.counters = np.zeros((kinds, LEVELS, 3 * self.words), dtype=np.uint64)
        self.added = np.zeros((kinds, 3, 64 * self.words), dtype=np.int64)
        packed = len(BEHAVIOURS) // 2
        self.people = np.zeros((64, 2 * self.words + packed), dtype=np.uint64)
        self.changed = np.zeros((64, KINDS), dtype=np.uint32)
        self.causes = np.zeros((KINDS, 64 * self.words), dtype=np.int64)
        self.values = {name: np.zeros((16, len(SLIM)), dtype=np.int64) for name in DIMENSIONS}
        self.samples = [{} for _ in range(KINDS)]

    def make_room(self, people: int, ways: int, values: dict[str, int]) -> None:
        """Grow what counts by values that may be new."""
        self.people = _longer(self.people, people)
        self.changed = _longer(self.changed, people)
        self.ways = _longer(self.ways, ways)
        for name, count in values.items():
            self.values[name] = _longer(self.values[name], count)

    def span(self, first: int | None, last: int | None) -> None:
        """Note the first and the last moment, in microseconds since 1970."""
        self.first = _chosen(min, self.first, first)
        self.last = _chosen(max, self.last, last)

    def add(self, other: Tally) -> None:
        """Add what another worker has counted."""
        self.rows += other.rows
        self.codes += other.codes
        self.added += other.policies
        self.make_room(
            len(other.people), len(other.ways), {n: len(v) for n, v in other.values.items()}
        )
        masks = 2 * self.words
        self.people[: len(other.people), :masks] |= other.people[:, :masks]
        self.people[: len(other.people), masks:] += other.people[:, masks:]
        for name in ("changed", "ways"):
            mine, theirs = getattr(self, name), getattr(other, name)
            mine[: len(theirs)] += theirs
        self.causes += other.causes
        for name, theirs in other.values.items():
            self.values[name][: len(theirs)] += theirs
        for mine, theirs in zip(self.samples, other.samples, strict=True):
            keep_samples(mine, theirs)
        for name, count in other.nulls.items():
            self.nulls[name] = self.nulls.get(name, 0) + count
        for name, (rows, of) in other.untold.items():
            mine_rows, mine_of = self.untold.get(name, (0, 0))
            self.untold[name] = (mine_rows + rows, mine_of + of)
        self.span(other.first, other.last)

    @property
    def policies(self) -> Counts:
        """Counts `[category, applied/fails/waits, policy]`."""
        return self.added + expanded(self.counters)

    @property
    def behaviour(self) -> Flags:
        """Counts `[person, behaviour]` (`BEHAVIOURS`)."""
        packed = np.ascontiguousarray(self.people[:, 2 * self.words :])
        return packed.astype("<u8", copy=False).view("<u4").astype(np.uint32, copy=False)


MOST_SAMPLES = 12
"""Samples of one kind, each of another person."""


def last(kept: dict[int, Sample]) -> int:
    """Give the latest row among some samples."""
    return max(sample.row for sample in kept.values())


def keep_samples(kept: dict[int, Sample], more: dict[int, Sample]) -> None:
    """Keep the earliest sample of each person, and of the people the earliest ones."""
    for person, sample in more.items():
        known = kept.get(person)
        if known is None or sample.row < known.row:
            kept[person] = sample
    late = sorted(kept, key=lambda person: kept[person].row)[MOST_SAMPLES:]
    for person in late:
        del kept[person]


def _longer(array: Array, count: int) -> Array:
    """Give an array with at least so many lines."""
    if count <= len(array):
        return array
    size = len(array)
    while size < count:
        size *= 2
    longer = np.zeros((size, *array.shape[1:]), dtype=array.dtype)
    longer[: len(array)] = array
    return longer  # pyright: ignore[reportReturnType]  # the same kind of array


def _chosen(choose: Any, mine: int | None, other: int | None) -> int | None:
    known = [each for each in (mine, other) if each is not None]
    return choose(known) if known else None


__all__ = ["BEHAVIOURS", "DIMENSIONS", "MOST_SAMPLES", "Sample", "Tally", "keep_samples", "last"]
