"""Lists of Graph: which options are offered, which page is asked for, what a filter leaves.

Source: Graph concepts/query-parameters, concepts/paging. A page may hold fewer objects than `$top`
and still have a next one: so no filter, however it is written, reads without end in one request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final, Generic, TypeAlias, TypeVar

from ostiary.graph.answers import number_in, token_of, top_of
from ostiary.graph.queries import Offers, Query, query_of, unsupported
from ostiary.http.calls import Call
from ostiary.model.json_types import JsonObject
from ostiary.schema.odata_filter import And, Comparison, Filter
from ostiary.schema.odata_order import sort_key

MOST_READ: Final = 20_000
"""Objects that are looked at for one page."""
MOST_COUNTED: Final = 200_000
"""Objects that are looked at to count those that a query asks for."""
_CHUNK: Final = 500

Row = TypeVar("Row")
Shown: TypeAlias = Callable[[Row], JsonObject]


@dataclass(frozen=True)
class Source(Generic[Row]):
    """Where a list comes from: `read(place, number)` gives rows behind a place, in order."""

    read: Callable[[str | None, int], Sequence[Row]]
    place: Callable[[Row], str]
    shown: Callable[[Row], JsonObject]


@dataclass(frozen=True)
class Found(Generic[Row]):
    """One page; `following` is the place behind which the next one begins, None after the last."""

    rows: list[Row]
    following: str | None


def filter_of(call: Call) -> Filter | None:
    """Read `$filter`, and refuse options that are not offered. Raises ApiError (400)."""
    return query_of(call, Offers()).filter


def equals(wanted: Filter | None) -> dict[str, Any]:
    """Give what a filter asks to be equal in any case: path in lower case -> value.

    Only comparisons that all must hold: by them a search can be narrowed.
    """
    parts = wanted.parts if isinstance(wanted, And) else (wanted,)
    return {
        "/".join(each.path).casefold(): each.value
        for each in parts
        if isinstance(each, Comparison) and each.operator == "eq"
    }


def page_of(call: Call, source: Source[Row], wanted: Filter | None) -> Found[Row]:
    """Read one page of what a filter leaves."""
    return queried(call, source, Query(wanted))


def queried(call: Call, source: Source[Row], query: Query) -> Found[Row]:
    """Read one page of what a query asks for, in the order that it asks for."""
    if query.order:
        return _sorted(call, source, query)
    top, place = top_of(call), token_of(call)
    rows: list[Row] = []
    looked_at = 0
    while looked_at < MOST_READ:
        number = _CHUNK if query.narrows else top + 1
        chunk = source.read(place, number)
        for row in chunk:
            if len(rows) == top:
                return Found(rows, place)
            if not query.narrows or query.takes(source.shown(row)):
                rows.append(row)
            place = source.place(row)
        looked_at += len(chunk)
        if len(chunk) < number:
            return Found(rows, None)
    return Found(rows, place)


def part_of(call: Call, rows: Sequence[Row]) -> tuple[Sequence[Row], str | None]:
    """Give the rows of the page that is asked for, and behind which number the next one begins."""
    begin, top = number_in(token_of(call)) or 0, top_of(call)
    end = begin + top
    return rows[begin:end], str(end) if end < len(rows) else None


def latest_first(query: Query, member: str) -> Query:
    """Give a query of a log, which is read latest first: to sort it so is to leave it."""
    natural = len(query.order) == 1 and query.order[0].descending
    if natural and query.order[0].path.casefold() == member.casefold():
        return replace(query, order=())
    return query


def counted(source: Source[Row], query: Query) -> int:
    """Count what a query asks for. Raises ApiError (400) where that are too many to look at."""
    return sum(1 for _ in _all_of(source, query, MOST_COUNTED))


def of_list(rows: Sequence[Row], place: Callable[[Row], str], shown: Shown[Row]) -> Source[Row]:
    """Make a source of rows that are all there."""

    def read(behind: str | None, number: int) -> Sequence[Row]:
        begin = next((n + 1 for n, row in enumerate(rows) if place(row) == behind), 0)
        return rows[begin : begin + number]

    return Source(read, place, shown)


def _sorted(call: Call, source: Source[Row], query: Query) -> Found[Row]:
    top, begin = top_of(call), number_in(token_of(call)) or 0
    found = [(source.shown(row), row) for row in _all_of(source, query, MOST_READ)]
    for key in reversed(query.order):
        found.sort(key=partial(_sorted_by, key.path), reverse=key.descending)
    end = begin + top
    return Found([row for _, row in found[begin:end]], str(end) if end < len(found) else None)


def _sorted_by(path: str, row: tuple[JsonObject, object]) -> tuple[int, Any]:
    return sort_key(row[0], path)


def _all_of(source: Source[Row], query: Query, most: int) -> Iterator[Row]:
    place: str | None = None
    looked_at = 0
    while True:
        chunk = source.read(place, _CHUNK)
        for row in chunk:
            place = source.place(row)
            if not query.narrows or query.takes(source.shown(row)):
                yield row
        looked_at += len(chunk)
        if len(chunk) < _CHUNK:
            return
        if looked_at >= most:
            raise unsupported(f"more than {most} objects would have to be looked at; ask for fewer")
