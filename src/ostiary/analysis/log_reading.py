"""Read sign-in logs of any shape as a stream of batches in the fixed schema.

Never more than one chunk of a file is in memory. Nothing is dropped in silence: records that cannot
be read are counted and sampled with file and line, records of other logs are counted by what they
are, files that hold no sign-ins are named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

import duckdb

from ostiary.analysis.log_arrow import RecordBatch, arrow, compute
from ostiary.analysis.log_columns import Columns, Understanding
from ostiary.analysis.log_database import database
from ostiary.analysis.log_files import Content, LogFile, NotALog, OpenLog, find_files, reading
from ostiary.analysis.log_json import JsonRecords
from ostiary.analysis.log_schema import FACTS
from ostiary.analysis.log_shapes import IDENTITY, TARGET
from ostiary.analysis.log_sql import CHUNK, SHAPES, UNPACKED, Shape, facts, record_columns
from ostiary.analysis.log_tables import Chunk, CsvLog, ParquetLog, json_chunks
from ostiary.model.errors import InputError

Progress: TypeAlias = Callable[[int, int, int], None]
"""Called now and then with bytes read, bytes in all, rows read."""

_PIECES: Final = 2_048
"""DuckDB works on pieces of a chunk side by side."""
_MOST_SAMPLES: Final = 20
_IN_VAIN: Final = 50_000
"""Records looked at before a file without any sign-in counts as none."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """One record that could not be read: the file, the line it begins on, why."""

    path: str
    line: int
    why: str

    def __str__(self) -> str:
        """Say where and why, in one line."""
        return f"{self.path}:{self.line}: {self.why}"


@dataclass(frozen=True, slots=True)
class Skipped:
    """One file that holds no sign-ins, and what it holds instead."""

    path: str
    why: str


@dataclass
class LogSource:
    """A sign-in log: iterate over it once for the batches; then the counts say what was met.

    `unreadable` holds the first of `unreadable_rows`; `foreign` counts records of other logs by
    file; `not_understood` counts rows by column and text, whose fact is taken as missing.
    """

    files: tuple[LogFile, ...]
    progress: Progress | None = None
    rows_read: int = 0
    unreadable_rows: int = 0
    unreadable: list[Unreadable] = field(default_factory=list[Unreadable])
    skipped: list[Skipped] = field(default_factory=list[Skipped])
    foreign: Counter[str] = field(default_factory=Counter[str])
    by_category: Counter[str] = field(default_factory=Counter[str])
    missing: Counter[str] = field(default_factory=Counter[str])
    more_pages: list[str] = field(default_factory=list[str])
    understanding: Understanding = field(default_factory=Understanding)
    _done: int = 0

    def __iter__(self) -> Iterator[RecordBatch]:
        """Give the sign-ins.

        Raises InputError where a file is damaged or no file is a log, NoRoomError where there is no
        room for temporary files.
        """
        with database() as opened:
            for file in self.files:
                yield from self._counted(_OneFile(self, file, opened).batches())
                self._done += file.size
                self._tell(0)
        if len(self.skipped) == len(self.files):
            first, count = self.skipped[0], len(self.files)
            others = f" (and none of the other {count - 1} files is one)" if count > 1 else ""
            raise InputError(f"{first.path}: no sign-in log: {first.why}{others}")

    @property
    def not_understood(self) -> Counter[tuple[str, str]]:
        """Rows by column and text, where the text is none of the column's words."""
        return self.understanding.not_understood

    @property
    def missing_columns(self) -> tuple[str, ...]:
        """The columns that feed a fact and that no row has."""
        return tuple(
            name for name in FACTS if self.rows_read and self.missing[name] == self.rows_read
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of any report on this log must know, in sentences."""
        return (
            *(f"{each.path}: left out: {each.why}" for each in self.skipped),
            *(f"{path}: {count} records of other logs" for path, count in self.foreign.items()),
            *(f"{path}: says that more pages follow (@odata.nextLink)" for path in self.more_pages),
            *(
                f"`{text[:80]}` in {column} is not understood ({count} rows): taken as missing"
                for (column, text), count in self.not_understood.most_common(_MOST_SAMPLES)
            ),
        )

    def broken(self, path: Path, line: int, why: str) -> None:
        """Count one record that cannot be read."""
        self.unreadable_rows += 1
        if len(self.unreadable) < _MOST_SAMPLES:
            self.unreadable.append(Unreadable(str(path), line, why))

    def _counted(self, batches: Iterator[tuple[RecordBatch, int]]) -> Iterator[RecordBatch]:
        for batch, position in batches:
            self.rows_read += batch.num_rows
            self._count(batch)
            self._tell(position)
            if batch.num_rows:
                yield batch

    def _count(self, batch: Any) -> None:
        counted = compute.value_counts(batch.column("category")).to_pylist()
        self.by_category.update({each["values"]: each["counts"] for each in counted})
        for name in FACTS:
            self.missing[name] += batch.column(name).null_count

    def _tell(self, position: int) -> None:
        if self.progress is not None:
            total = sum(each.size for each in self.files)
            self.progress(self._done + position, total, self.rows_read)


def read_logs(
    paths: Iterable[str | Path] | str | Path, *, progress: Progress | None = None
) -> LogSource:
    """Open a log: files, folders or patterns, of any of the known shapes.

    Raises InputError where a name leads to nothing; a file that is damaged is found out, by an
    InputError as well, when its turn comes.
    """
    names = [paths] if isinstance(paths, str | Path) else list(paths)
    return LogSource(find_files(names), progress)


class _OneFile:
    """One file on its way into batches; what it adds to the counts waits until it is a log."""

    def __init__(
        self, source: LogSource, file: LogFile, database: duckdb.DuckDBPyConnection
    ) -> None:
        self._source = source
        self._file = file
        self._database = database
        self._looked_at = 0
        self._rows = 0
        self._foreign = 0
        self._broken: list[tuple[int, str]] = []

    def batches(self) -> Iterator[tuple[RecordBatch, int]]:
        """Give batches, each with how many bytes of the file are read by then."""
        path = self._file.path
        try:
            opened = OpenLog(path)
        except NotALog as reason:
            self._source.skipped.append(Skipped(str(path), str(reason)))
            return
        try:
            with reading(path):
                if opened.content is Content.PARQUET:
                    with closing(ParquetLog(path)) as log:
                        yield from self._parquet(log)
                else:
                    yield from self._text(opened)
                self._settle()
        except NotALog as reason:
            self._source.skipped.append(Skipped(str(path), str(reason)))
        finally:
            opened.close()

    def _parquet(self, log: ParquetLog) -> Iterator[tuple[RecordBatch, int]]:
        for batch in log.batches() if log.is_fast_form else self._read(log.chunks()):
            self._rows += batch.num_rows if log.is_fast_form else 0
            share = (self._looked_at or self._rows) / max(1, log.rows)
            yield batch, round(self._file.size * min(1.0, share))

    def _text(self, opened: OpenLog) -> Iterator[tuple[RecordBatch, int]]:
        stream = opened.text()
        if opened.content is Content.TABLE:
            log = CsvLog(stream)
            log.open()
            for batch in self._read(log.chunks()):
                yield batch, opened.progress()
            return
        records = JsonRecords(stream, str(self._file.path))
        for batch in self._read(json_chunks(records)):
            yield batch, opened.progress()
        if records.more_pages:
            self._source.more_pages.append(str(self._file.path))

    def _read(self, chunks: Iterable[Chunk]) -> Iterator[RecordBatch]:
        for chunk in chunks:
            self._looked_at += chunk.read
            for line, why in chunk.broken:
                self._break(line, why)
            for query in self._queries(chunk):
                yield from self._batch(query)
            if not self._rows and self._looked_at >= _IN_VAIN:
                raise NotALog(f"none of the first {self._looked_at} records is a sign-in")

    def _queries(self, chunk: Chunk) -> Iterator[str]:
        """Register a chunk and give the queries for its raw columns, one for each shape in it."""
        self._register(chunk.table)
        if chunk.query is not None:
            yield chunk.query
            return
        if chunk.texts:
            self._register(self._database.sql(chunk.texts).to_arrow_table())
        yield from self._shaped()

    def _register(self, table: Any) -> None:
        pieces = table.to_batches(max_chunksize=_PIECES)
        self._chunk: Any = arrow.Table.from_batches(pieces, table.schema)
        self._database.register(CHUNK, self._chunk)

    def _shaped(self) -> Iterator[str]:
        shapes: Any = self._database.sql(SHAPES).to_arrow_table().column("shape")
        found = {
            each["values"]: each["counts"] for each in compute.value_counts(shapes).to_pylist()
        }
        self._register(self._chunk.append_column("shape", shapes))
        self._foreign += found.get(Shape.FOREIGN.value, 0)
        for shape, why in _UNREADABLE.items():
            if shape.value in found:
                lines = self._chunk.column("line").filter(compute.equal(shapes, shape.value))
                for line in lines.to_pylist():
                    self._break(line, why)
        yield from (record_columns(each) for each in _READABLE if each.value in found)
        if Shape.PACKED.value in found:
            self._register(self._database.sql(UNPACKED).to_arrow_table())
            yield from self._shaped()

    def _batch(self, query: str) -> Iterator[RecordBatch]:
        table: Any = self._database.sql(facts(query)).to_arrow_table()
        self._foreign += compute.sum(table.column("foreign_log")).as_py() or 0
        table = table.filter(compute.invert(table.column("foreign_log")))
        nobody = compute.invert(_any_text(table, IDENTITY))
        # A record without resource counts where its log's name says that it is a sign-in.
        nothing = compute.invert(compute.or_(_any_text(table, TARGET), table.column("named_log")))
        lines = table.column("line")
        for line in lines.filter(nobody).to_pylist():
            self._break(line, "no sign-in: names nobody who signs in")
        for line in lines.filter(compute.and_not(nothing, nobody)).to_pylist():
            self._break(line, "no sign-in: names neither application nor resource")
        sign_ins = table.filter(compute.invert(compute.or_(nobody, nothing)))
        batch = Columns(sign_ins, self._source.understanding).batch()
        self._rows += batch.num_rows
        yield batch

    def _break(self, line: int, why: str) -> None:
        """Count a record at once if the file is known to be a log, otherwise when it is."""
        if self._rows:
            self._source.broken(self._file.path, line, why)
        else:
            self._broken.append((line, why))

    def _settle(self) -> None:
        """Say what the file was, now that all of it was read."""
        if not self._rows:
            count = self._looked_at
            records = "1 record" if count == 1 else f"{count or 'no'} records"
            raise NotALog(f"{records}, none a sign-in" if count else records)
        for line, why in self._broken:
            self._source.broken(self._file.path, line, why)
        if self._foreign:
            self._source.foreign[str(self._file.path)] += self._foreign


_READABLE = (Shape.GRAPH, Shape.MONITOR, Shape.TABLE)
_UNREADABLE = {Shape.BROKEN: "no JSON", Shape.NO_OBJECT: "expected a JSON object"}


def _any_text(table: Any, names: Iterable[str]) -> Any:
    """Tell for each row whether one of these columns holds a text."""
    lengths = [compute.fill_null(compute.binary_length(table.column(each)), 0) for each in names]
    return compute.greater(compute.max_element_wise(*lengths), 0)


__all__ = ["LogSource", "Progress", "Skipped", "Unreadable", "read_logs"]
