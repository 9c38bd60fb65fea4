"""Sign-ins that are at hand as rows, in the fixed schema: what a server that kept them exports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final

from ostiary.analysis.log_arrow import RecordBatch, arrow
from ostiary.analysis.log_schema import NAMES, SCHEMA, WORD

_ROWS: Final = 1 << 16
_WORD: Final[Any] = WORD
_SCHEMA: Final[Any] = SCHEMA


def batches_of(rows: Iterable[Mapping[str, Any]]) -> Iterator[RecordBatch]:
    """Give the rows as batches of the fixed schema; each has every column of it as a member."""
    coming = iter(rows)
    while chunk := list(islice(coming, _ROWS)):
        columns = [_column(name, [row[name] for row in chunk]) for name in NAMES]
        yield arrow.RecordBatch.from_arrays(columns, schema=_SCHEMA)


def _column(name: str, values: list[Any]) -> Any:
    kind = _SCHEMA.field(name).type
    if kind == _WORD:
        return arrow.array(values, arrow.string()).dictionary_encode()
    return arrow.array(values, kind)
