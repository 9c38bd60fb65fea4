"""Finding sign-ins in a log of millions: a page, the latest first, without reading all of it.

A search that an index leads to few sign-ins for reads those. Any other goes back in time through
the log and stops after so many rows; then a page is short, and the next one goes on from there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select

from ostiary.directory.sign_in_conditions import Condition
from ostiary.directory.tables_logs import sign_ins

Found: TypeAlias = Sequence[Row[Any]]
_FEW: Final = 2_000
"""So many are sorted by time after they were found."""
_MANY: Final = 20_000
"""So many, in the order of time, are looked at one by one."""
_WINDOW: Final = 40_000
"""Rows of the log that are looked at for one page where no index leads to few."""
_C: Final = sign_ins.c
_LATEST: Final = (_C.at.desc(), _C.number.desc())


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for in the log; None: anything."""

    principal_id: str | None = None
    app_id: str | None = None
    error_code: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    conditions: tuple[Condition, ...] = ()

    def times(self) -> Iterator[ColumnElement[bool]]:
        """Give what is asked of the time."""
        if self.since is not None:
            yield _C.at >= self.since
        if self.until is not None:
            yield _C.at < self.until

    def others(self) -> Iterator[Condition]:
        """Give what is asked of anything else."""
        if self.principal_id is not None:
            yield Condition.of("principal_id", self.principal_id.casefold())
        if self.app_id is not None:
            yield Condition.of("app_id", self.app_id.casefold())
        if self.error_code is not None:
            yield Condition.of("error_code", self.error_code)
        yield from self.conditions


def looked_up(
    connection: Connection, asked: Asked, before: int | None, limit: int
) -> tuple[Found, int | None]:
    """Give rows, the latest first, and the number behind which to go on, None at the end.

    `before` is the number of a row: only those that come after it in this order are looked for.
    """
    times, others = list(asked.times()), list(asked.others())
    if before is not None:
        place = _place(connection, before)
        if place is None:
            return (), None
        times += [_C.at <= place, (_C.at < place) | (_C.number < before)]
    query = select(sign_ins).where(*times).order_by(*_LATEST).limit(limit)
    if not others:
        return _page(connection.execute(query).all(), limit)
    leading = _leading(connection, others, times)
    if leading is not None:
        rest = (each.plain for each in others if each is not leading)
        led = leading.plain if leading.indexed is None else leading.indexed
        return _page(connection.execute(query.where(led, *rest)).all(), limit)
    return _within_a_window(connection, query.where(*(each.plain for each in others)), times, limit)


def _page(rows: Found, limit: int) -> tuple[Found, int | None]:
    return rows, rows[-1].number if len(rows) == limit else None


def _place(connection: Connection, number: int) -> datetime | None:
    """Give the time of a row; of one that is gone by its age, everything behind it is gone too."""
    return connection.execute(select(_C.at).where(_C.number == number)).scalar_one_or_none()


def _leading(
    connection: Connection, others: Sequence[Condition], times: Sequence[ColumnElement[bool]]
) -> Condition | None:
    """Give the condition whose index leads to the fewest sign-ins; None where all lead to many."""
    fewest, found = 0, None
    for each in others:
        if each.indexed is None:
            continue
        most = _MANY if each.in_order else _FEW
        counted = select(_C.at).where(each.indexed, *times).limit(most).subquery()
        number = connection.execute(select(func.count()).select_from(counted)).scalar_one()
        alone = each.in_order and len(others) == 1
        if (number < most or alone) and (found is None or number < fewest):
            fewest, found = number, each
    return found


def _within_a_window(
    connection: Connection,
    query: Select[Any],
    times: Sequence[ColumnElement[bool]],
    limit: int,
) -> tuple[Found, int | None]:
    """Look at the latest rows only; where a page does not fill, the next one goes on behind."""
    every = select(_C.at, _C.number).where(*times).order_by(*_LATEST)
    last = connection.execute(every.offset(_WINDOW).limit(1)).one_or_none()
    if last is None:
        return _page(connection.execute(query).all(), limit)
    window = (_C.at > last.at) | (_C.number >= last.number)
    rows = connection.execute(query.where(_C.at >= last.at, window)).all()
    return (rows, rows[-1].number) if len(rows) == limit else (rows, last.number)
