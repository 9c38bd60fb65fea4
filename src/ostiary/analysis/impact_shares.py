"""What one process has counted, by values and not by numbers, so that others can add it up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ostiary.analysis.evidence_facts import note_untold
from ostiary.analysis.impact_counting import Flags
from ostiary.analysis.impact_kernels import Words
from ostiary.analysis.impact_marks import Names, Person
from ostiary.analysis.impact_outcomes import Counts
from ostiary.analysis.impact_parts import Log
from ostiary.analysis.impact_results import SampleSignIn
from ostiary.analysis.impact_samples import samples
from ostiary.analysis.impact_tally import MOST_SAMPLES, Tally
from ostiary.analysis.impact_work import Work


@dataclass(frozen=True)
class Share:
    """The counts of some rows; `people` and `values` say what the lines of arrays stand for."""

    rows: int
    codes: Counts
    policies: Counts
    causes: Counts
    people: Sequence[Person]
    masks: Words
    changed: Flags
    values: dict[str, tuple[list[Any], Counts]]
    nulls: dict[str, int]
    untold: dict[str, tuple[int, int]]
    first: int | None
    last: int | None
    samples: tuple[SampleSignIn, ...]


def share_of(work: Work, tally: Tally) -> Share:
    """Give what was counted, for another process."""
    note_untold(work, tally)
    people = len(work.marks.people)
    return Share(
        rows=tally.rows,
        codes=tally.codes,
        policies=tally.policies,
        causes=tally.causes,
        people=list(work.marks.people.values),
        masks=tally.people[:people],
        changed=tally.changed[:people],
        values={name: _share(work.names(name), counts) for name, counts in tally.values.items()},
        nulls=tally.nulls,
        untold=tally.untold,
        first=tally.first,
        last=tally.last,
        samples=samples(work, tally, Log((), None)),
    )


def _share(names: Names, counts: Counts) -> tuple[list[Any], Counts]:
    return list(names.values), counts[: len(names)]


def absorb(work: Work, tally: Tally, share: Share) -> None:
    """Add a share to a tally, whose numbers are those of `work`."""
    part = Tally(tally.words)
    part.rows, part.codes, part.added = share.rows, share.codes, share.policies
    part.causes, part.nulls, part.untold = share.causes, share.nulls, share.untold
    part.first, part.last = share.first, share.last
    people = [work.marks.people.number(person) for person in share.people]
    values = {n: [work.names(n).number(v) for v in names] for n, (names, _) in share.values.items()}
    part.make_room(len(work.marks.people), 1, {n: len(work.names(n)) for n in values})
    part.people[people] = share.masks
    part.changed[people] = share.changed
    for name, numbers in values.items():
        part.values[name][numbers] = share.values[name][1]
    tally.add(part)


def samples_of(shares: Sequence[Share]) -> tuple[SampleSignIn, ...]:
    """Choose among the samples of all shares: the earliest of each kind, one for each person."""
    every = [sample for share in shares for sample in share.samples]
    every.sort(
        key=lambda each: (each.kind, each.created is None, str(each.created), each.person.id)
    )
    kept: dict[tuple[str, str], SampleSignIn] = {}
    for each in every:
        kinds = sum(1 for kind, _ in kept if kind == each.kind)
        if kinds < MOST_SAMPLES:
            kept.setdefault((each.kind, each.person.id), each)
    return tuple(kept.values())
