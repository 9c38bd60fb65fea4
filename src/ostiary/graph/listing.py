"""Lists of Graph: which options are offered, which page is asked for, what a filter leaves.

Source: Graph concepts/query-parameters, concepts/paging. A page may hold fewer objects than `$top`
and still have a next one: so no filter, however it is written, reads without end in one request.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from ostiary.graph.answers import number_in, token_of, top_of
from ostiary.http.calls import Call
from ostiary.http.errors import ApiError
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject
from ostiary.schema.odata_filter import And, Comparison, Filter, holds, read_filter

MOST_READ: Final = 20_000
"""Objects that are looked at for one page."""
_OFFERED: Final = frozenset({"$filter", "$select", "$top", "$skiptoken", "$count"})
_CHUNK: Final = 500

Row = TypeVar("Row")


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
    for name in call.asked.query:
        if name.startswith("$") and name not in _OFFERED:
            raise unsupported(f"the query option `{name[:20]}` is not offered here")
    text = call.asked.query.get("$filter")
    if text is None:
        return None
    try:
        return read_filter(text)
    except InputError as error:
        raise unsupported(f"Invalid filter clause: {error.message}") from error


def unsupported(message: str) -> ApiError:
    """Refuse a query."""
    return ApiError(400, "Request_UnsupportedQuery", message)


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


def comparisons(wanted: Filter | None) -> list[Comparison]:
    """Give the comparisons of a filter that all must hold."""
    parts = wanted.parts if isinstance(wanted, And) else (wanted,)
    return [each for each in parts if isinstance(each, Comparison)]


def page_of(call: Call, source: Source[Row], wanted: Filter | None) -> Found[Row]:
    """Read one page."""
    top, place = top_of(call), token_of(call)
    rows: list[Row] = []
    looked_at = 0
    while looked_at < MOST_READ:
        number = top + 1 if wanted is None else _CHUNK
        chunk = source.read(place, number)
        for row in chunk:
            if len(rows) == top:
                return Found(rows, place)
            if wanted is None or holds(wanted, source.shown(row), fold=True):
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
