"""Generate a sign-in log for a tenant: deterministic by seed, a million rows a second.

The users, applications and offices are the tenant's; what its export lacks is invented from the
seed. No log of any size with a known tenant behind it is public, so tests and benchmarks use this.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np

from ostiary.analysis.log_arrow import RecordBatch
from ostiary.analysis.log_fast_form import ROW_GROUP, write_fast_form
from ostiary.analysis.log_generate_apps import invent_pairs
from ostiary.analysis.log_generate_columns import Writer
from ostiary.analysis.log_generate_hours import plan_hours, plan_people
from ostiary.analysis.log_generate_people import invent_people, invent_principals
from ostiary.analysis.log_generate_places import Places
from ostiary.analysis.log_generate_places import invent_places as places_of
from ostiary.analysis.log_generate_rows import World, draw
from ostiary.model.directory import Directory
from ostiary.model.errors import InputError

UNTIL: Final = date(2026, 7, 1)
"""Where the window ends unless told otherwise: a fixed day, so that a seed means one log."""
MOST_DAYS: Final = 3_660
_AHEAD: Final = 2
"""Batches that wait to be written."""


def generate(
    directory: Directory,
    rows: int,
    seed: int,
    days: int,
    out: str | Path,
    *,
    until: date = UNTIL,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Write a log of `rows` sign-ins over the `days` days before `until`; give their number.

    `progress` is called with the rows written so far.
    Raises InputError for numbers that make no log, OutputError where it cannot be written.
    """
    return write_fast_form(
        _told(generated(directory, rows, seed, days, until=until), progress), out
    )


def generated(
    directory: Directory, rows: int, seed: int, days: int, *, until: date = UNTIL
) -> Iterator[RecordBatch]:
    """Give the batches of such a log, in the order of time; the next is drawn meanwhile."""
    if rows < 1 or not 1 <= days <= MOST_DAYS or seed < 0:
        raise InputError(
            f"expected rows from 1, days from 1 to {MOST_DAYS} and a seed from 0, "
            f"came {rows}, {days} and {seed}"
        )
    writer = _writer(directory, seed, days, until)

    def batch(number: int) -> RecordBatch:
        first = number * ROW_GROUP
        rng = np.random.default_rng([seed, 1, number])
        drawn = draw(writer.world, first, min(ROW_GROUP, rows - first), rows, rng)
        return writer.batch(drawn, rng)

    return _in_order(batch, -(-rows // ROW_GROUP))


def _in_order(make: Callable[[int], RecordBatch], count: int) -> Iterator[RecordBatch]:
    waiting: deque[Future[RecordBatch]] = deque()
    with ThreadPoolExecutor(max_workers=_AHEAD) as pool:
        for number in range(count):
            waiting.append(pool.submit(make, number))
            if len(waiting) > _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _told(
    batches: Iterator[RecordBatch], progress: Callable[[int], None] | None
) -> Iterator[RecordBatch]:
    rows = 0
    for batch in batches:
        yield batch
        rows += batch.num_rows
        if progress is not None:
            progress(rows)


def _writer(directory: Directory, seed: int, days: int, until: date) -> Writer:
    rng = np.random.default_rng([seed, 0])
    people = invent_people(directory, rng)
    count = len(people.ids)
    places = places_of(directory, count, rng)
    applications = invent_principals(directory, managed=False, rng=rng)
    managed = invent_principals(directory, managed=True, rng=rng)
    first = until - timedelta(days=days)
    start = datetime(first.year, first.month, first.day, tzinfo=UTC)
    world = World(
        people=people,
        pairs=invent_pairs(directory, rng),
        places=places,
        hours=plan_hours(first, days, rng),
        tastes=plan_people(people.human, count, rng),
        office=_office(places, count, rng),
        home=(places.homes[0] + np.arange(count) % places.homes[1]).astype(np.int32),
        principals=len(applications),
        managed=len(managed),
        start=int(start.timestamp()) * 1_000_000,
    )
    return Writer(world, [*applications, *managed])


def _office(
    places: Places, count: int, rng: np.random.Generator
) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    """Some offices are large: the first of them holds the most."""
    first, offices = places.offices
    share = 1 / np.arange(1, offices + 1)
    drawn: np.ndarray[tuple[int], np.dtype[np.int64]] = rng.choice(
        offices, count, p=share / share.sum()
    )
    return (first + drawn).astype(np.int32)


__all__ = ["MOST_DAYS", "UNTIL", "generate", "generated"]
