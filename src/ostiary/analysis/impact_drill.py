"""The sign-ins behind a number of an impact analysis, the latest first, a page of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ostiary.analysis.compare import CHANGES, came
from ostiary.analysis.impact_marks import PERSON_MARKS, Person
from ostiary.analysis.impact_parts import Log, Rows
from ostiary.analysis.impact_results import Named
from ostiary.analysis.impact_rows import GROUP_OF, Counter, Judged
from ostiary.analysis.impact_sides import sides
from ostiary.analysis.impact_summary import label_of, named_person
from ostiary.analysis.impact_work import PERSON, Work
from ostiary.analysis.log_arrow import RecordBatch, arrow
from ostiary.engine.policyset import PolicySet
from ostiary.model.policy import Policy

_SHOWN = (
    "request_id",
    "created",
    "category",
    "user_id",
    "service_principal_id",
    "user_name",
    "resource_id",
    "resource_name",
    "ip",
    "country",
    "client_app_type",
    "platform",
)
Chosen = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which sign-ins: of some changes, of a person, with a value of a dimension; None: any.

    `value` is that of `ValueImpact`, None where nobody recorded it; `dimension` tells of what.
    """

    changes: tuple[str, ...]
    person: str | None = None
    dimension: str | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """A sign-in that changes; `row` holds its columns."""

    change: str
    person: Named
    workload: bool
    resource: Named
    doubtful: bool
    row: dict[str, Any]


def changed_sign_ins(
    policies: PolicySet,
    draft: Sequence[Policy],
    log: Log,
    wanted: Wanted,
    *,
    skip: int,
    limit: int,
    check: Callable[[float], None],
) -> tuple[list[Changed], bool]:
    """Give those behind the first `skip`, `limit` at most, and whether there are more.

    What `check` raises ends the search; it is told which share of the log was looked through.
    """
    drill = _Drill(Work(sides(policies, draft)), wanted)
    found: list[Changed] = []
    for done, part in enumerate(reversed(log.groups)):
        check(done / len(log.groups))
        for each in drill.of_part(part):
            if skip:
                skip -= 1
            elif len(found) == limit:
                return found, True
            else:
                found.append(each)
    return found, False


class _Drill:
    def __init__(self, work: Work, wanted: Wanted) -> None:
        self._work, self._wanted = work, wanted
        self._counter = Counter(work)
        self._kinds = [CHANGES.index(each) for each in wanted.changes]
        self._columns = tuple(dict.fromkeys((*work.plan.columns, *_SHOWN)))

    def of_part(self, part: Rows) -> Iterator[Changed]:
        """Give the sign-ins of a part, the last first; each is read when it is asked for."""
        hits: list[tuple[RecordBatch, int, int]] = []
        for batch in part.batches(self._columns):
            start = 0
            for columns in self._work.parts(batch):
                judged = self._counter.judge(columns)
                rows = np.flatnonzero(self._chosen(judged)).tolist()
                codes = judged.codes[rows].tolist()
                hits += [(batch, start + row, code) for row, code in zip(rows, codes, strict=True)]
                start += len(judged.codes)
        for batch, row, code in reversed(hits):
            yield self._read(batch, int(row), int(code))

    def _chosen(self, judged: Judged) -> Chosen:
        chosen = np.isin(judged.kinds, self._kinds)
        wanted, work = self._wanted, self._work
        if wanted.person is not None:
            marks = work.groups[PERSON].masks.marks[PERSON_MARKS.index("person")]
            people: list[Person] = work.marks.people.values
            mine = [n for n, each in enumerate(people) if each.id == wanted.person]
            chosen &= np.isin(marks[judged.ids[PERSON]], mine)
        if wanted.dimension is not None:
            group, mark = GROUP_OF[wanted.dimension]
            values = work.groups[group].masks.marks[mark][judged.ids[group]]
            names = work.names(wanted.dimension).values
            same = [
                n
                for n, each in enumerate(names)
                if label_of(wanted.dimension, each, work.directory)[0] == wanted.value
            ]
            chosen &= np.isin(values, same)
        return chosen

    def _read(self, batch: RecordBatch, at: int, code: int) -> Changed:
        whole: Any = batch
        (row,) = whole.select(list(_SHOWN)).take(arrow.array([at])).to_pylist()
        workload = row["user_id"] is None
        identity = str(row["service_principal_id"] if workload else row["user_id"])
        named = named_person(self._work.directory, Person(identity, workload))
        app = self._work.directory.applications.get(row["resource_id"] or "")
        name = (app.display_name if app else "") or row["resource_name"] or ""
        return Changed(
            change=CHANGES[came(code).change],
            person=Named(identity, named.name or row["user_name"] or ""),
            workload=workload,
            resource=Named(row["resource_id"] or "", name),
            doubtful=came(code).doubtful,
            row=row,
        )
