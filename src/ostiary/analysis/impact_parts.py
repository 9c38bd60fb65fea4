"""A log in parts that can be counted side by side: row groups of the fast form, and all the rest.

The fast form is read by columns, straight into numbered texts; any other log comes as the stream of
batches that `read_logs` gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol, TypeAlias, TypeVar

from ostiary.analysis.log_arrow import UNREADABLE, RecordBatch, parquet
from ostiary.analysis.log_fast_form import is_fast_form
from ostiary.analysis.log_files import LogFile, find_files
from ostiary.analysis.log_reading import LogSource
from ostiary.analysis.log_schema import WORDS
from ostiary.model.errors import InputError

Progress: TypeAlias = Callable[[float, int], None]
"""Called now and then with the share that is done (0 to 1) and the rows counted."""
Answer = TypeVar("Answer")

NUMBERED = (*WORDS, "audiences.list.element", "methods.list.element")
"""Columns that are read as numbered texts, lists by their elements."""
_MOST_ROWS = 1 << 20
"""Rows in memory at once for each worker, however large a row group is."""


class Rows(Protocol):
    """Some rows of a log; the first has the number `first` in it. `rows` are how many, at most."""

    @property
    def rows(self) -> int:
        """How many rows there are, those that are passed over included."""
        ...

    @property
    def first(self) -> int:
        """The number of the first."""
        ...

    def batches(self, columns: Sequence[str]) -> Iterator[RecordBatch]:
        """Read some columns: the same rows, in the same order, whichever columns they are."""
        ...


@dataclass(frozen=True, slots=True)
class RowGroup:
    """A row group of a file in the fast form; its first row has the number `first` in the log."""

    path: Path
    number: int
    rows: int
    first: int

    def batches(self, columns: Sequence[str]) -> Iterator[RecordBatch]:
        """Read some columns; raises InputError where the file is damaged."""
        try:
            file = parquet.ParquetFile(self.path, read_dictionary=list(NUMBERED))
            yield from file.iter_batches(
                batch_size=_MOST_ROWS,
                row_groups=[self.number],
                columns=list(columns),
                use_threads=False,
            )
        except UNREADABLE as error:
            raise damaged(self.path) from error


@dataclass(frozen=True, slots=True)
class Log:
    """What was named: row groups of the fast form, and a source for the other files, if any."""

    groups: tuple[Rows, ...]
    source: LogSource | None

    @property
    def rows(self) -> int:
        """Rows of the fast form."""
        return sum(group.rows for group in self.groups)


def open_log(paths: Iterable[str | Path] | str | Path) -> Log:
    """Find the files of a log.

    Raises InputError where a name leads to nothing, or a file of the fast form is damaged.
    """
    files = find_files([paths] if isinstance(paths, str | Path) else list(paths))
    fast = [file for file in files if is_fast_form(file.path)]
    others = tuple(file for file in files if file not in fast)
    return Log(tuple(_row_groups(fast)), LogSource(others) if others else None)


def _row_groups(files: Iterable[LogFile]) -> Iterator[RowGroup]:
    first = 0
    for file in files:
        try:
            footer = parquet.ParquetFile(file.path).metadata
        except UNREADABLE as error:
            raise damaged(file.path) from error
        for number in range(footer.num_row_groups):
            rows = int(footer.row_group(number).num_rows)
            yield RowGroup(file.path, number, rows, first)
            first += rows


def damaged(path: Path) -> InputError:
    """Say that a Parquet file cannot be read to its end."""
    return InputError(
        f"{path}: expected a Parquet file, came one that is damaged or cut off",
        hint="copy or convert it again",
    )


def side_by_side(
    work: Callable[[Rows], Answer], groups: Sequence[Rows], workers: int
) -> Iterator[Answer]:
    """Work on row groups with several threads; the answers come in the order of the groups."""
    waiting: list[Future[Answer]] = []
    left = iter(groups)
    with ThreadPoolExecutor(workers) as pool:
        try:
            waiting.extend(pool.submit(work, group) for group in islice(left, workers + 1))
            while waiting:
                yield waiting.pop(0).result()
                waiting.extend(pool.submit(work, group) for group in islice(left, 1))
        finally:
            for each in waiting:
                each.cancel()
