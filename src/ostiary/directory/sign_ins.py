"""The sign-in log: one compact row an attempt, rendered when it is read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, func, insert, select

from ostiary.directory.documents import insert_new
from ostiary.directory.json_documents import from_text, to_text
from ostiary.directory.sign_in_events import SignInEvent, compact, restored
from ostiary.directory.sign_in_graph import graph_sign_in
from ostiary.directory.sign_in_lookup import Asked, looked_up
from ostiary.directory.sign_in_verdicts import Frame, unpack
from ostiary.directory.tables_logs import frames, sign_ins
from ostiary.directory.unit import Unit
from ostiary.directory.written_once import WrittenOnce

_CHUNK: Final = 2_000
_insert = WrittenOnce(insert(sign_ins))


@dataclass(frozen=True, slots=True)
class LoggedSignIn:
    """A sign-in as it is kept; `number` counts the rows of the log."""

    number: int
    event: SignInEvent
    frame: bytes | None
    verdicts: bytes | None


@dataclass(frozen=True, slots=True)
class LogPage:
    """Attempts, and the number behind which the next page begins; None at the end of the log.

    A page may be short of what was asked for, or empty, and not be the last.
    """

    rows: list[LoggedSignIn]
    further: int | None


@dataclass(frozen=True, slots=True)
class Extent:
    """What the log holds: numbers from `first` to `last`, with gaps, and the oldest attempt."""

    first: int
    last: int
    oldest: datetime


class SignIns:
    """The log of every attempt. Rows are added, and removed by age only."""

    def __init__(self, unit: Unit) -> None:
        """Work through a unit of work."""
        self._unit = unit

    def keep_frame(self, frame: Frame) -> None:
        """Keep what a snapshot's policies say of themselves; once for each snapshot."""
        with self._unit.writing() as connection:
            insert_new(connection, frames, {"hash": frame.hash, "document": frame.text})

    def add(
        self, event: SignInEvent, *, frame: bytes | None = None, verdicts: bytes | None = None
    ) -> None:
        """Add an attempt; `verdicts` is packed for the policies of `frame`."""
        row = {
            "id": event.id,
            "at": event.created,
            "principal_id": event.principal_id,
            "app_id": (event.client_app_id or "").casefold(),
            "error_code": event.error_code,
            "frame": frame,
            "verdicts": verdicts,
            "row": to_text(compact(event)),
            **searched(event),
        }
        with self._unit.writing() as connection:
            _insert.change(connection, row)
        for tell in self._unit.means.heard:
            tell(event)

    def get(self, sign_in_id: str) -> LoggedSignIn | None:
        """Give one attempt, None where there is none."""
        with self._unit.reading() as connection:
            row = connection.execute(
                select(sign_ins).where(sign_ins.c.id == sign_in_id)
            ).one_or_none()
        return None if row is None else _read(row)

    def find(
        self, asked: Asked, *, before: int | None = None, limit: int = 100
    ) -> list[LoggedSignIn]:
        """Give attempts, the latest first; `before` is the number of the last one of a page."""
        found: list[LoggedSignIn] = []
        while True:
            part = self.page(asked, before=before, limit=limit - len(found))
            found += part.rows
            before = part.further
            if before is None or len(found) == limit:
                return found

    def page(self, asked: Asked, *, before: int | None = None, limit: int = 100) -> LogPage:
        """Give a page of attempts, the latest first, as `find` does, and where the next begins."""
        with self._unit.reading() as connection:
            found, further = looked_up(connection, asked, before, limit)
            return LogPage([_read(row) for row in found], further)

    def count(self, since: datetime | None = None) -> int:
        """Count the attempts."""
        query = select(func.count()).select_from(sign_ins)
        if since is not None:
            query = query.where(sign_ins.c.at >= since)
        with self._unit.reading() as connection:
            return connection.execute(query).scalar_one()

    def events(self, since: datetime | None = None) -> Iterator[SignInEvent]:
        """Give all attempts in order, in chunks: the log may be larger than memory."""
        last = 0
        while True:
            query = (
                select(sign_ins)
                .where(sign_ins.c.number > last)
                .order_by(sign_ins.c.number)
                .limit(_CHUNK)
            )
            if since is not None:
                query = query.where(sign_ins.c.at >= since)
            with self._unit.reading() as connection:
                found = [_read(row) for row in connection.execute(query)]
            if not found:
                return
            yield from (each.event for each in found)
            last = found[-1].number

    def extent(self) -> Extent | None:
        """Tell what the log holds, None where it holds nothing; by its indexes, without a look."""
        columns = sign_ins.c
        with self._unit.reading() as connection:
            first, last = (
                connection.execute(select(each(columns.number))).scalar()
                for each in (func.min, func.max)
            )
            oldest = connection.execute(select(func.min(columns.at))).scalar()
        if first is None or last is None or oldest is None:
            return None
        return Extent(first, last, oldest)

    def numbered(self, first: int, last: int) -> Iterator[tuple[int, SignInEvent]]:
        """Give the attempts with these numbers in order, without what policies did."""
        columns = (sign_ins.c.number, sign_ins.c.id, sign_ins.c.at, sign_ins.c.error_code)
        while first <= last:
            query = (
                select(*columns, sign_ins.c.row)
                .where(sign_ins.c.number.between(first, last))
                .order_by(sign_ins.c.number)
                .limit(_CHUNK)
            )
            with self._unit.reading() as connection:
                found = connection.execute(query).all()
            if not found:
                return
            for row in found:
                event = restored(row.id, row.at, row.error_code, from_text(row.row))
                yield row.number, event
            first = found[-1].number + 1

    def parts_played(self, first: int, last: int) -> Iterator[Any]:
        """Give number, id, time, kind, code, frame and verdicts of attempts with these numbers."""
        columns = sign_ins.c
        wanted = (
            *(columns.number, columns.id, columns.at, columns.kind, columns.error_code),
            *(columns.frame, columns.verdicts),
        )
        while first <= last:
            query = (
                select(*wanted)
                .where(columns.number.between(first, last))
                .order_by(columns.number)
                .limit(_CHUNK)
            )
            with self._unit.reading() as connection:
                found = connection.execute(query).all()
            if not found:
                return
            yield from found
            first = found[-1].number + 1

    def first_since(self, moment: datetime) -> int | None:
        """Give the lowest number of the attempts since a moment, None where there was none."""
        query = select(func.min(sign_ins.c.number)).where(sign_ins.c.at >= moment)
        with self._unit.reading() as connection:
            return connection.execute(query).scalar_one()

    def frames(self, hashes: Collection[bytes]) -> dict[bytes, str]:
        """Give what policies said of themselves then, as JSON."""
        with self._unit.reading() as connection:
            kept = connection.execute(select(frames).where(frames.c.hash.in_(hashes)))
            return {row.hash: row.document for row in kept}

    def outcomes(self, since: datetime) -> list[tuple[str, int, int]]:
        """Count by Conditional Access result (in lower case) and error code."""
        columns = sign_ins.c
        query = (
            select(columns.ca_status, columns.error_code, func.count())
            .where(columns.at >= since)
            .group_by(columns.ca_status, columns.error_code)
        )
        with self._unit.reading() as connection:
            return [(row[0], row[1], row[2]) for row in connection.execute(query)]

    def ids_of(self, numbers: Sequence[int]) -> dict[int, str]:
        """Give the ids of the attempts with these numbers, of those that are there."""
        columns, found = sign_ins.c, dict[int, str]()
        with self._unit.reading() as connection:
            for first in range(0, len(numbers), _CHUNK):
                some = columns.number.in_(numbers[first : first + _CHUNK])
                query = select(columns.number, columns.id).where(some)
                found.update((row.number, row.id) for row in connection.execute(query))
        return found

    def as_graph(
        self, found: Sequence[LoggedSignIn], *, applied: bool = True
    ) -> list[dict[str, Any]]:
        """Render attempts in Graph's shape; `applied`: with the part that every policy played."""
        if not applied:
            return [graph_sign_in(each.event, ()) for each in found]
        wanted = {each.frame for each in found if each.frame is not None}
        with self._unit.reading() as connection:
            kept = connection.execute(select(frames).where(frames.c.hash.in_(wanted)))
            known = {row.hash: Frame(row.hash, row.document) for row in kept}
        return [graph_sign_in(each.event, _applied(each, known)) for each in found]

    def forget_before(self, moment: datetime, *, limit: int) -> int:
        """Delete at most `limit` attempts older than a moment; gives their number."""
        old = select(sign_ins.c.number).where(sign_ins.c.at < moment).limit(limit)
        with self._unit.writing() as connection:
            return connection.execute(delete(sign_ins).where(sign_ins.c.number.in_(old))).rowcount


def _applied(found: LoggedSignIn, known: dict[bytes, Frame]) -> list[dict[str, Any]]:
    frame = known.get(found.frame or b"")
    if frame is None or found.verdicts is None:
        return []
    return unpack(frame, found.verdicts)


def searched(event: SignInEvent) -> dict[str, str]:
    """Give the columns that repeat what stands in the row (`tables_logs.SEARCHED`)."""
    found = {
        "kind": event.category,
        "ca_status": event.ca_status,
        "user_name": event.user_name,
        "app_name": event.client_app_name,
        "ip": event.ip,
        "correlation_id": event.correlation_id,
    }
    return {name: (value or "").casefold() for name, value in found.items()}


def _read(row: Any) -> LoggedSignIn:  # a row
    event = restored(row.id, row.at, row.error_code, from_text(row.row))
    return LoggedSignIn(row.number, event, row.frame, row.verdicts)


__all__ = ["Asked", "LogPage", "LoggedSignIn", "SignIns", "searched"]
