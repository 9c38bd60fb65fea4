"""Sign-ins of a log to look at: what came of them, and which policies are the reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from ostiary.analysis.compare import AFFECTED, CHANGES, REPORT_RESULTS, RESULTS, came
from ostiary.analysis.impact_careful import answer
from ostiary.analysis.impact_outcomes import INTERRUPTED
from ostiary.analysis.impact_parts import Log
from ostiary.analysis.impact_results import Named, SampleSignIn
from ostiary.analysis.impact_summary import named_person, named_policy
from ostiary.analysis.impact_tally import Sample, Tally
from ostiary.analysis.impact_work import PERSON, Work

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NEVER = int(np.iinfo(np.int64).min)
_MOST_GROUPS_READ = 4
"""Row groups that are read once more for the ids of samples."""


def samples(work: Work, tally: Tally, log: Log) -> tuple[SampleSignIn, ...]:
    """Give the samples of every kind, in the order of the log."""
    kinds = CHANGES if work.sides.draft is not None else AFFECTED
    kept = [(kind, each) for kind, found in enumerate(tally.samples) for each in found.values()]
    kept.sort(key=lambda pair: (pair[0], pair[1].row))
    ids = _request_ids(log, [each.row for _, each in kept])
    return tuple(_described(work, kinds[kind], each, ids.get(each.row)) for kind, each in kept)


def _described(work: Work, kind: str, sample: Sample, request_id: str | None) -> SampleSignIn:
    row, result, directory = work.row(sample.ids), came(sample.code), work.directory
    marks = work.groups[PERSON].masks.marks
    person = work.marks.people.values[int(marks[0, sample.ids[PERSON]])]
    app = directory.applications.get(row["resource_id"] or "")
    return SampleSignIn(
        kind=kind,
        row=sample.row,
        created=None if sample.created == _NEVER else _moment(sample.created),
        person=named_person(directory, person),
        workload=person.workload,
        category=row["category"],
        app=Named(row["resource_id"] or "", app.display_name if app else ""),
        ip=sample.ip,
        country=row["country"],
        client_app=row["client_app_type"],
        platform=row["platform"],
        result=RESULTS[result.shown],
        before=None if work.sides.draft is None else RESULTS[result.before],
        report_only=REPORT_RESULTS[result.report],
        policies=tuple(_reasons(work, sample)),
        doubtful=result.doubtful,
        request_id=request_id,
    )


def _reasons(work: Work, sample: Sample) -> Iterator[Named]:
    """Give the policies that were not satisfied: of the draft, or of today where it allows."""
    sides = work.sides
    allowed = sides.draft is not None and came(sample.code).shown < INTERRUPTED
    side = sides.current if allowed else sides.shown
    sign_in = work.sign_in(work.row(sample.ids) | {"ip": sample.ip})
    found = answer(side, sign_in)
    open_ = found.fails | found.waits
    if sides.draft is not None:
        # what both sides have can hardly be the reason of a change
        other = sides.shown if allowed else sides.current
        open_ = (open_ & side.enabled & ~other.enabled) or open_ & side.enabled
    elif came(sample.code).shown >= INTERRUPTED:
        open_ &= side.enabled
    for place, policy in zip(side.places, side.policies.policies, strict=True):
        if open_ >> place & 1:
            yield named_policy(policy)


def _request_ids(log: Log, rows: Iterable[int]) -> dict[int, str]:
    """Read the ids of some rows of the fast form; others' ids are not known afterwards."""
    wanted = sorted(set(rows))
    groups = [g for g in log.groups if any(g.first <= row < g.first + g.rows for row in wanted)]
    found: dict[int, str] = {}
    for group in groups[:_MOST_GROUPS_READ]:
        mine = [row for row in wanted if group.first <= row < group.first + group.rows]
        start = group.first
        for batch in group.batches(["request_id"]):
            inside = [row for row in mine if start <= row < start + batch.num_rows]
            found.update(_texts(batch, inside, start))
            start += batch.num_rows
    return found


def _texts(batch: Any, rows: Sequence[int], start: int) -> dict[int, str]:
    """Give the texts of the first column in some rows."""
    values: dict[int, str | None] = {row: batch.column(0)[row - start].as_py() for row in rows}
    return {row: value for row, value in values.items() if value is not None}


def _moment(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)
