"""The fast form: sign-ins in the fixed schema, as Parquet, written whole or not at all."""

from __future__ import annotations

import errno
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ostiary.analysis.log_arrow import RecordBatch, arrow, parquet
from ostiary.analysis.log_files import find_files
from ostiary.analysis.log_schema import NAMES, SCHEMA, WORDS
from ostiary.analysis.log_tables import ParquetLog
from ostiary.model.errors import InputError, OstiaryError

ROW_GROUP: Final = 1 << 19
"""Rows that are written at once; readers take row groups side by side."""
_LARGEST_DICTIONARY: Final = 1 << 26
"""Bytes: a hundred thousand users' ids are four million."""


class OutputError(OstiaryError):
    """A file that cannot be written."""

    code = "output"


@dataclass(frozen=True, slots=True)
class FastForm:
    """Parquet files in the fixed schema; `rows` of them all."""

    paths: tuple[Path, ...]
    rows: int

    def batches(self, columns: Sequence[str] = NAMES) -> Iterator[RecordBatch]:
        """Give the rows, or some of their columns; raises InputError where a file is damaged."""
        for path in self.paths:
            with closing(ParquetLog(path)) as log:
                yield from log.batches(columns)


def open_fast_form(names: Iterable[str | Path] | str | Path) -> FastForm:
    """Open files, folders or patterns of the fast form.

    Raises InputError where one of them is damaged, or not in the fast form.
    """
    each = [names] if isinstance(names, str | Path) else list(names)
    paths = tuple(file.path for file in find_files(each))
    return FastForm(paths, sum(_rows(path) for path in paths))


def is_fast_form(path: str | Path) -> bool:
    """Tell whether a file is in the fast form; False for whatever else it is."""
    try:
        with closing(ParquetLog(Path(path))) as log:
            return log.is_fast_form
    except InputError:
        return False


def _rows(path: Path) -> int:
    with closing(ParquetLog(path)) as log:
        if log.is_fast_form:
            return log.rows
    raise InputError(
        f"{path}: expected a log in the fast form, came another Parquet file",
        hint="convert it with `ostiary log convert`",
    )


def write_fast_form(batches: Iterable[RecordBatch], out: str | Path) -> int:
    """Write sign-ins (a LogSource, say) to a Parquet file and give their number.

    Whatever goes wrong, `out` is either as it was or complete.
    Raises OutputError where it cannot be written, InputError where the log cannot be read.
    """
    rows = 0
    with _replacing(Path(out)) as partial, _writer(partial) as writer:
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


@contextmanager
def _writer(path: Path) -> Generator[Any]:
    writer = parquet.ParquetWriter(
        path,
        SCHEMA,
        compression="zstd",
        compression_level=1,
        use_dictionary=[*WORDS, "audiences.list.element", "methods.list.element"],
        dictionary_pagesize_limit=_LARGEST_DICTIONARY,
        write_statistics=["created"],
        write_page_checksum=True,
    )
    try:
        yield writer
    except BaseException:
        with suppress(Exception):  # the first error is the one to tell
            writer.close()
        raise
    writer.close()


@contextmanager
def _replacing(out: Path) -> Generator[Path]:
    """Write to a neighbour that takes the place of `out` once all went well."""
    partial = out.with_name(f".{out.name}.partial")
    try:
        yield partial
        partial.replace(out)
    except OSError as error:
        raise OutputError(
            f"{out}: {_reason(error)}; nothing was written", hint=_advice(error)
        ) from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def _reason(error: OSError) -> str:
    if error.errno == errno.ENOSPC or "no space left" in str(error).casefold():
        return "the disk is full"
    return (error.strerror or str(error)).lower()


def _advice(error: OSError) -> str:
    return "make room or name another place" if "full" in _reason(error) else "check the name"


__all__ = ["FastForm", "OutputError", "is_fast_form", "open_fast_form", "write_fast_form"]
