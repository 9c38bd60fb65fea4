"""One batch of a log becomes counts: numbers, masks, outcomes, sums."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from ostiary.analysis import impact_counting as counting
from ostiary.analysis import impact_outcomes as outcomes
from ostiary.analysis.compare import KINDS, kind_of_code, slim_of_code
from ostiary.analysis.impact_affected import Hits
from ostiary.analysis.impact_careful import Careful
from ostiary.analysis.impact_facts import PLACE as PLACE_COLUMNS
from ostiary.analysis.impact_facts import TARGET as TARGET_COLUMNS
from ostiary.analysis.impact_kernels import Ids, Words
from ostiary.analysis.impact_marks import PERSON_MARKS, WAY_MARKS
from ostiary.analysis.impact_numbers import Coded
from ostiary.analysis.impact_outcomes import Codes, Small
from ostiary.analysis.impact_standings import Standings
from ostiary.analysis.impact_tally import (
    BEHAVIOURS,
    DIMENSIONS,
    MOST_SAMPLES,
    Sample,
    Tally,
    keep_samples,
    last,
)
from ostiary.analysis.impact_work import PERSON, PLACE, TARGET, WAY, Work
from ostiary.analysis.log_arrow import RecordBatch, arrow, compute

T = TypeVar("T")
Moments: TypeAlias = npt.NDArray[np.int64]
_MICROSECONDS_A_DAY = 86_400_000_000
_MOST_LOOKED_AT = 4096
"""Rows of one kind in one part among which samples are looked for."""
GROUP_OF = {
    "app": (TARGET, 0),
    "location": (PLACE, 0),
    "platform": (WAY, WAY_MARKS.index("platform")),
    "clientApp": (WAY, WAY_MARKS.index("clientApp")),
    "risk": (WAY, WAY_MARKS.index("risk")),
}
"""Dimension → the group of facts that has it, and its place among the marks of that group."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Some rows with what they came to. `kinds`: the change of each, or how it is affected."""

    ids: Ids
    applied: Words
    standing: Ids
    standings: Standings
    codes: Codes
    kinds: Small


class Counter:
    """Counts batches into a tally of its own; one for each worker."""

    def __init__(self, work: Work) -> None:
        """Start at nothing."""
        sides = work.sides
        self._work = work
        self._careful = Careful(work)
        self.tally = Tally(sides.words)
        drafted = sides.draft is not None
        self._kinds = kind_of_code(draft=drafted)
        self._slim = slim_of_code(draft=drafted)
        self._enabled = sides.line(sides.shown.enabled)
        self._reporting = sides.line(sides.shown.reporting)
        self._before = sides.line(sides.current.enabled)
        self._causes = _causes(work)

    def count(self, batch: RecordBatch, first_row: int, *, collect: bool = False) -> list[Hits]:
        """Count a batch whose first row has this number in the log; collect affected rows."""
        moments, days = self._times(batch)
        found: list[Hits] = []
        start = 0
        for columns in self._work.parts(batch):
            judged = self.judge(columns)
            stop = start + len(judged.codes)
            self._add(judged, days[start:stop])
            self._keep_samples(judged, _Origin(batch, moments, start, first_row))
            if collect:
                found.append(self._hits(batch, judged, start))
            start = stop
        for name in (*TARGET_COLUMNS, *PLACE_COLUMNS):
            nulls = self.tally.nulls.get(name, 0)
            self.tally.nulls[name] = nulls + _null_count(batch, name)
        return found

    def _hits(self, batch: RecordBatch, judged: Judged, start: int) -> Hits:
        rows = np.flatnonzero(judged.kinds)
        standing, arrays = judged.standing[rows], judged.standings
        open_ = judged.applied[rows] & (arrays.fails[standing] | arrays.waits[standing])
        kinds = judged.kinds[rows]
        taken = batch.take(arrow.array(rows + start))
        return Hits(taken, kinds, judged.codes[rows], open_ & self._causes[kinds])

    def judge(self, columns: Mapping[str, Coded]) -> Judged:
        """Tell what each row comes to."""
        work = self._work
        ids = work.combinations(columns)
        masks = [group.masks for group in work.groups]
        arrays, standing = work.standings(ids)
        applied = np.empty((ids.shape[1], work.sides.words), dtype=np.uint64)
        classes = _four(each.classes for each in masks)
        outcomes.accept(ids, classes, _four(each.accepted for each in masks), applied)
        shown, report, before = (np.zeros(ids.shape[1], dtype=np.uint8) for _ in range(3))
        open_ = (applied, standing, arrays.fails, arrays.waits)
        steps = (arrays.refused_first, arrays.steps, arrays.blocks, arrays.starts)
        outcomes.come_to(*open_, self._enabled, *steps, shown)
        outcomes.would_come_to(*open_, self._reporting, report)
        if work.sides.draft is not None:
            outcomes.come_to(*open_, self._before, *steps, before)
        special = np.flatnonzero(outcomes.any_special(ids, _four(each.special for each in masks)))
        if len(special):
            arrays = self._careful.correct(special, ids, applied, standing, (shown, report, before))
        doubtful = np.empty(ids.shape[1], dtype=np.uint8)
        doubts = _four(each.doubtful for each in masks)
        results = (applied, standing, arrays.fails, arrays.waits)
        outcomes.find_doubtful((shown, report, before), *results, ids, classes, doubts, doubtful)
        codes = np.empty(ids.shape[1], dtype=np.uint16)
        outcomes.encode(shown, report, before, doubtful, ids, masks[WAY].marks[0], codes)
        return Judged(ids, applied, standing, arrays, codes, self._kinds[codes])

    def _add(self, judged: Judged, days: Ids) -> None:
        work, tally = self._work, self.tally
        people = work.groups[PERSON].masks.marks[PERSON_MARKS.index("person")]
        ways = work.groups[WAY].masks.marks
        tally.make_room(
            len(work.marks.people),
            ways.shape[1],
            {name: len(work.names(name)) for name in DIMENSIONS},
        )
        tally.rows += len(judged.codes)
        ids, codes = judged.ids, judged.codes
        results = (judged.applied, judged.standing, judged.standings.fails, judged.standings.waits)
        counting.count_policies(*results, ids, ways[0], tally.counters)
        behaviour = _behaviour(ways[WAY_MARKS.index("behaviour")])
        counting.mark_people(*results, ids, people, behaviour, tally.people)
        counting.count_codes(codes, tally.codes)
        counting.count_ids(ids, WAY, tally.ways)
        counting.count_rows(days, codes, self._slim, tally.values["day"])
        for name, (group, mark) in GROUP_OF.items():
            values = work.groups[group].masks.marks[mark]
            counting.count_values(ids, group, values, codes, self._slim, tally.values[name])
        rows = np.flatnonzero(judged.kinds).astype(np.int32)
        counting.mark_affected(rows, judged.kinds, ids, people, tally.changed)
        if work.sides.draft is not None:
            counting.mark_causes(rows, judged.kinds, *results, self._causes, tally.causes)

    def _times(self, batch: RecordBatch) -> tuple[Moments, Ids]:
        """Give the moment of each row in microseconds, and the number of its day."""
        at = batch.schema.get_field_index("created")
        column = batch.column(at).cast(arrow.timestamp("us", tz="UTC")).cast(arrow.int64())
        known = column.drop_null()
        if len(known):
            span = compute.min_max(known).as_py()
            self.tally.span(span["min"], span["max"])
        moments = compute.fill_null(column, _NEVER).to_numpy(zero_copy_only=False)
        return moments, self._days(moments)

    def _days(self, moments: Moments) -> Ids:
        numbers = outcomes.days_of(moments, _MICROSECONDS_A_DAY, _NEVER)
        if not len(numbers):
            return np.zeros(0, dtype=np.int32)
        first = int(numbers.min())
        met = (np.flatnonzero(np.bincount(numbers - first)) + first).tolist()
        places = np.zeros(int(numbers.max()) - first + 1, dtype=np.int32)
        with self._work.lock:
            for day in met:
                value = None if day == outcomes.NO_DAY else day
                places[day - first] = self._work.names("day").number(value)
        return places[numbers - first]

    def _keep_samples(self, judged: Judged, origin: _Origin) -> None:
        people = self._work.groups[PERSON].masks.marks[0]
        for kind in range(1, KINDS):
            kept = self.tally.samples[kind]
            rows = np.flatnonzero(judged.kinds == kind)[:_MOST_LOOKED_AT]
            full = len(kept) == MOST_SAMPLES
            if not len(rows) or (full and origin.row(int(rows[0])) > last(kept)):
                continue
            persons, firsts = np.unique(people[judged.ids[PERSON, rows]], return_index=True)
            earliest = np.argsort(firsts)[:MOST_SAMPLES]
            found = {int(persons[n]): origin.sample(judged, int(rows[firsts[n]])) for n in earliest}
            keep_samples(kept, found)


@dataclass(frozen=True, slots=True)
class _Origin:
    """Where rows that were counted together come from."""

    batch: RecordBatch
    moments: Moments
    start: int
    """Their first row in the batch."""
    first_row: int
    """The number of the batch's first row in the log."""

    def row(self, at: int) -> int:
        return self.first_row + self.start + at

    def sample(self, judged: Judged, at: int) -> Sample:
        a, b, c, d = (int(each) for each in judged.ids[:, at])
        batch: Any = self.batch
        column: int = batch.schema.get_field_index("ip")
        ip: str | None = batch.column(column)[self.start + at].as_py() if column >= 0 else None
        created = int(self.moments[self.start + at])
        return Sample(self.row(at), created, (a, b, c, d), int(judged.codes[at]), ip)


def _four(arrays: Iterable[T]) -> tuple[T, T, T, T]:
    """Give the arrays of the four groups."""
    person, target, place, way = arrays
    return person, target, place, way


def _null_count(batch: RecordBatch, name: str) -> int:
    at = batch.schema.get_field_index(name)
    return batch.num_rows if at < 0 else batch.column(at).null_count


_NEVER = np.iinfo(np.int64).min


def _behaviour(marks: Ids) -> Words:
    """Give what to add to a person's counts for each way: eight counts in four words."""
    bits = np.arange(len(BEHAVIOURS), dtype=np.int32)
    return ((marks[:, None] >> bits) & 1).astype("<u4").view("<u8").astype(np.uint64)


def _causes(work: Work) -> Words:
    """Give for each kind the policies that can be its cause.

    What a draft breaks, only policies that are on in the draft alone can have broken.
    """
    current, draft = work.sides.current, work.sides.draft
    if draft is None:
        masks: Sequence[int] = (0, current.enabled, current.enabled, *[current.reporting] * 2)
    else:
        new, gone = draft.enabled & ~current.enabled, current.enabled & ~draft.enabled
        masks = (0, new, new, new, gone)
    return np.stack([work.sides.line(mask) for mask in masks])
