"""The fast form: sign-ins in the fixed schema, as Parquet, written whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from ostiary.analysis.log_arrow import RecordBatch, arrow, parquet
from ostiary.analysis.log_schema import SCHEMA, WORDS
from ostiary.analysis.log_tables import ParquetLog
from ostiary.analysis.output import closed_after, replacing
from ostiary.model.errors import InputError

ROW_GROUP: Final = 1 << 19
"""Rows that are written at once; readers take row groups side by side."""
_LARGEST_DICTIONARY: Final = 1 << 26
"""Bytes: a hundred thousand users' ids are four million."""


def is_fast_form(path: str | Path) -> bool:
    """Tell whether a file is in the fast form; False for whatever else it is."""
    try:
        with closing(ParquetLog(Path(path))) as log:
            return log.is_fast_form
    except InputError:
        return False


def write_fast_form(batches: Iterable[RecordBatch], out: str | Path) -> int:
    """Write sign-ins (a LogSource, say) to a Parquet file and give their number.

    Whatever goes wrong, `out` is either as it was or complete.
    Raises OutputError where it cannot be written, InputError where the log cannot be read.
    """
    rows = 0
    with replacing(Path(out)) as partial, closed_after(_writer(partial)) as writer:
        waiting: list[RecordBatch] = []
        for batch in batches:
            waiting.append(batch)
            rows += batch.num_rows
            if sum(each.num_rows for each in waiting) >= ROW_GROUP:
                _write(writer, waiting)
                waiting = []
        _write(writer, waiting)
    return rows


def _write(writer: Any, batches: list[RecordBatch]) -> None:
    if batches:
        table = arrow.Table.from_batches(batches, SCHEMA).unify_dictionaries()
        writer.write_table(table, row_group_size=ROW_GROUP * 2)


def _writer(path: Path) -> Any:
    return parquet.ParquetWriter(
        path,
        SCHEMA,
        compression="zstd",
        compression_level=1,
        use_dictionary=[*WORDS, "audiences.list.element", "methods.list.element"],
        dictionary_pagesize_limit=_LARGEST_DICTIONARY,
        write_statistics=["created"],
        write_page_checksum=True,
    )


__all__ = ["is_fast_form", "write_fast_form"]
