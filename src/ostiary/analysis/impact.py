"""What policies do, or a draft would do, to the sign-ins of a log."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ostiary.analysis.evidence import Evidence
from ostiary.analysis.evidence_facts import MissingFacts, note_untold
from ostiary.analysis.impact_affected import Hits, affected_writer
from ostiary.analysis.impact_memory import set_aside
from ostiary.analysis.impact_parts import Log, Progress, Rows, open_log, side_by_side
from ostiary.analysis.impact_pseudonyms import Pseudonyms
from ostiary.analysis.impact_results import (
    DraftImpact,
    MissingFact,
    PolicyImpact,
    Results,
    SampleSignIn,
    ServiceAccount,
    Unseen,
    ValueImpact,
    moment,
)
from ostiary.analysis.impact_rows import Counter
from ostiary.analysis.impact_samples import samples
from ostiary.analysis.impact_sides import sides
from ostiary.analysis.impact_summary import Summary
from ostiary.analysis.impact_tally import DIMENSIONS, Tally
from ostiary.analysis.impact_work import NOTHING, Work
from ostiary.analysis.log_arrow import RecordBatch
from ostiary.analysis.log_schema import NAMES
from ostiary.engine.policyset import PolicySet
from ostiary.model.errors import InputError
from ostiary.model.policy import Policy

WORKERS = 2
ASSUMABLE = (
    "insider_risk",
    "agent_risk",
    "service_principal_risk",
    "sign_in_risk",
    "user_risk",
    "client_app_type",
    "platform",
    "authentication_flow",
)
"""Facts that may be assumed where a log does not tell them; their values are Graph's words."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Impact:
    """The answer; all counts are sign-ins. `policies` are those of the draft where there is one.

    `first` and `last` are the window of the log, None where no sign-in tells its time.
    """

    first: datetime | None
    last: datetime | None
    rows: int
    unreadable: int
    by_category: Mapping[str, int]
    total: Results
    users: int
    """Distinct users seen in the log."""
    policies: Sequence[PolicyImpact]
    by: Mapping[str, Sequence[ValueImpact]]
    change: DraftImpact | None
    samples: Sequence[SampleSignIn]
    service_accounts: Sequence[ServiceAccount]
    never_seen: Mapping[str, Unseen]
    missing_facts: Sequence[MissingFact]
    doubtful: int = 0
    """Sign-ins that fail or prompt by a policy that rests on facts the log does not tell."""
    refused: Sequence[Mapping[str, Any]] = ()
    unreadable_samples: Sequence[str] = ()
    notes: Sequence[str] = ()
    assumed: Mapping[str, str] = field(default_factory=dict[str, str])
    pseudonymised: bool = False
    seen: frozenset[str] = field(default=frozenset(), repr=False)
    """The users in the log, by id; none where they have other names."""

    def to_json(self) -> dict[str, Any]:
        """Give the report, in the members that `ostiary impact --json` prints."""
        return {
            "window": {
                "from": moment(self.first),
                "to": moment(self.last),
                "days": self.days,
            },
            "rows": {
                "read": self.rows,
                "unreadable": self.unreadable,
                "byCategory": dict(self.by_category),
                "unreadableSamples": list(self.unreadable_samples),
            },
            "users": self.users,
            "total": self.total.to_json(),
            "policies": [each.to_json() for each in self.policies],
            "by": {name: [each.to_json() for each in found] for name, found in self.by.items()},
            "change": None if self.change is None else self.change.to_json(),
            "samples": [each.to_json() for each in self.samples],
            "serviceAccounts": [each.to_json() for each in self.service_accounts],
            "neverSeen": {name: each.to_json() for name, each in self.never_seen.items()},
            "refused": [dict(each) for each in self.refused],
            "missingFacts": [each.to_json() for each in self.missing_facts],
            "restOnMissingFacts": self.doubtful,
            "notes": list(self.notes),
            "assumed": dict(self.assumed),
            "pseudonymised": self.pseudonymised,
        }

    @property
    def days(self) -> int:
        """How many calendar days the window touches."""
        if self.first is None or self.last is None:
            return 0
        return (self.last.date() - self.first.date()).days + 1

    def to_html(self, *, title: str = "Impact of Conditional Access policies") -> str:
        """Give the report as one HTML document that needs nothing else."""
        from ostiary.analysis.report_page import page

        return page(self, title=title)

    def _repr_html_(self) -> str:
        from ostiary.analysis.report_notebook import notebook

        return notebook(self)


def impact(
    policies: PolicySet,
    log: Iterable[str | Path] | str | Path | Log,
    *,
    draft: Sequence[Policy] | None = None,
    assume: Mapping[str, str] = NOTHING,
    refused: Sequence[Mapping[str, Any]] = (),
    out: str | Path | None = None,
    pseudonymise: bool = False,
    workers: int = WORKERS,
    progress: Progress | None = None,
) -> Impact:
    """Decide every sign-in of a log and count what came of it.

    `log` names files, folders or patterns of sign-in logs. `draft` is a set of policies for the
    same directory; then `change` tells what it changes. `assume` gives facts (`ASSUMABLE`) a value
    for the sign-ins where they are missing. `out` gets the affected sign-ins as
    Parquet, whole or not at all. `refused` goes into the result as it is: the policies that could
    not be used. Raises InputError where the log cannot be read to its end, OutputError where `out`
    cannot be written.
    """
    with set_aside():  # nothing of the run is held here when its garbage is collected
        return _analysed(
            lambda: Work(sides(policies, draft), assume=assume),
            log if isinstance(log, Log) else open_log(log),
            (workers, progress),
            refused=refused,
            out=None if out is None else Path(out),
            names=Pseudonyms() if pseudonymise else None,
        )


def _analysed(
    work: Callable[[], Work],
    log: Log,
    run_by: tuple[int, Progress | None],
    *,
    refused: Sequence[Mapping[str, Any]],
    out: Path | None,
    names: Pseudonyms | None,
) -> Impact:
    run = _Run(work(), log, *run_by)
    if out is None:
        run.count(None)
    else:
        with affected_writer(out, run.work, names) as writer:
            run.count(writer.write)
            run.refuse_an_empty_log()
    run.refuse_an_empty_log()
    found = run.summed_up(refused)
    return found if names is None else names.of_impact(found)


def impact_of_batches(
    policies: PolicySet,
    batches: Iterable[RecordBatch],
    *,
    draft: Sequence[Policy] | None = None,
    assume: Mapping[str, str] = NOTHING,
) -> Impact:
    """Do the same for batches in the schema of `log_schema`."""
    run = _Run(Work(sides(policies, draft), assume=assume), Log((), None), 1, None)
    counter = run.counter()
    for batch in batches:
        counter.count(batch, counter.tally.rows)
    return run.summed_up(())


def impact_of_kept(
    policies: PolicySet,
    log: Log,
    *,
    draft: Sequence[Policy] | None = None,
    progress: Progress | None = None,
) -> Impact:
    """Do the same for a log that a server keeps, which may hold no sign-in at all.

    The garbage collector stays as the server set it. What `progress` raises ends the analysis.
    """
    run = _Run(Work(sides(policies, draft)), log, WORKERS, progress)
    run.count(None)
    return run.summed_up(())


class _Run:
    """One analysis: the shared work, and a counter for each worker."""

    def __init__(self, work: Work, log: Log, workers: int, progress: Progress | None) -> None:
        self.work = work
        self._log = log
        self._workers = max(1, min(workers, len(log.groups)))
        self._progress = progress
        self._counters: list[Counter] = []
        self._own = threading.local()

    def counter(self) -> Counter:
        """Give the calling thread's counter."""
        known: Counter | None = getattr(self._own, "counter", None)
        if known is None:
            known = self._own.counter = Counter(self.work)
            self._counters.append(known)
        return known

    def count(self, write: Callable[[Hits], None] | None) -> None:
        """Count all files; `write` gets the affected rows in the order of the log."""
        columns = self.work.plan.columns if write is None else NAMES
        done = 0

        def count_group(group: Rows) -> tuple[Rows, list[Hits]]:
            counter, row, found = self.counter(), group.first, list[Hits]()
            for batch in group.batches(columns):
                found += counter.count(batch, row, collect=write is not None)
                row += batch.num_rows
            return group, found

        for group, found in side_by_side(count_group, self._log.groups, self._workers):
            done += group.rows
            self._tell(done)
            if write is not None:
                for hits in found:
                    write(hits)
        self._count_source(write)

    def _count_source(self, write: Callable[[Hits], None] | None) -> None:
        source = self._log.source
        if source is None:
            return
        if self._progress is not None:
            source.progress = self._tell_bytes
        counter, row = self.counter(), self._log.rows
        for batch in source:
            hits = counter.count(batch, row, collect=write is not None)
            row += batch.num_rows
            if write is not None:
                for each in hits:
                    write(each)

    def _tell(self, done: int) -> None:
        if self._progress is not None and self._log.rows:
            share = done / self._log.rows
            self._progress(share / 2 if self._log.source is not None else share, done)

    def _tell_bytes(self, read: int, size: int, rows: int) -> None:
        if self._progress is not None:
            share = read / max(1, size)
            self._progress(0.5 + share / 2 if self._log.groups else share, self._log.rows + rows)

    def tally(self) -> Tally:
        """Add up what the workers counted."""
        first = self.counter().tally
        for each in self._counters:
            if each.tally is not first:
                first.add(each.tally)
        self._counters = [each for each in self._counters if each.tally is first]
        return first

    def refuse_an_empty_log(self) -> None:
        """Raise InputError where not a single sign-in was read."""
        if any(each.tally.rows for each in self._counters):
            return
        raise InputError(
            "expected sign-ins, came a log without any",
            hint="look at the window and the filter of the export",
        )

    def summed_up(self, refused: Sequence[Mapping[str, Any]]) -> Impact:
        """Give the result."""
        work, tally, source = self.work, self.tally(), self._log.source
        note_untold(work, tally)
        found = summed_up(work, tally, samples(work, tally, self._log), refused)
        if source is None:
            return found
        return replace(
            found,
            unreadable=source.unreadable_rows,
            unreadable_samples=tuple(map(str, source.unreadable)),
            notes=source.notes,
        )


def summed_up(
    work: Work,
    tally: Tally,
    shown: Sequence[SampleSignIn],
    refused: Sequence[Mapping[str, Any]],
) -> Impact:
    """Give the result that a complete tally comes to."""
    summary, evidence = Summary(work, tally), Evidence(work, tally)
    seen = evidence.users_seen()
    return Impact(
        first=_moment(tally.first),
        last=_moment(tally.last),
        rows=tally.rows,
        unreadable=0,
        by_category=summary.rows_by_category(),
        total=summary.total(),
        users=len(seen),
        policies=summary.policies(work.sides.shown),
        by={name: summary.values(name) for name in DIMENSIONS},
        change=summary.draft(),
        samples=shown,
        service_accounts=evidence.service_accounts(),
        never_seen=evidence.never_seen(),
        missing_facts=MissingFacts(work, tally).found(),
        doubtful=summary.doubtful(),
        refused=tuple(refused),
        assumed=work.assume,
        seen=seen,
    )


def _moment(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else _EPOCH + timedelta(microseconds=microseconds)
