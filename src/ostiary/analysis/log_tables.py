"""Logs that have columns of their own: CSV of Log Analytics, and Parquet of any shape."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final, TextIO

from ostiary.analysis.log_arrow import UNREADABLE, RecordBatch, Table, arrow, parquet
from ostiary.analysis.log_files import NotALog
from ostiary.analysis.log_json import Record
from ostiary.analysis.log_schema import NAMES, SCHEMA, SCHEMA_VERSION, VERSION_KEY
from ostiary.analysis.log_shapes import essential_missing, table_columns
from ostiary.analysis.log_sql import CHUNK, named_columns, quoted
from ostiary.model.errors import InputError

_ROWS: Final = 20_000
_DELIMITERS: Final = ",;\t"
_LONGEST_CELL: Final = 64 * 1024 * 1024
_CHARACTERS: Final = 32 * 1024 * 1024
_NO_TEXT: Final = "expected text in UTF-8, came other bytes"


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some records of a file: a table to register, and the query for its raw columns.

    `query` None: the records are JSON, in the column `text` or in what the query `texts` gives.
    `broken` are lines that could not be read, with why.
    """

    table: Table
    query: str | None = None
    texts: str = ""
    broken: tuple[tuple[int, str], ...] = ()
    read: int = 0
    """How many records the chunk was made of, broken ones included."""


@dataclass(slots=True)
class CsvLog:
    """A CSV of sign-ins; its header tells which columns hold what."""

    stream: TextIO
    header: list[str] = field(default_factory=list[str])
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    _delimiter: str = ","

    def open(self) -> None:
        """Read the header; raises NotALog where it lacks what every sign-in has."""
        csv.field_size_limit(_LONGEST_CELL)
        start = self.stream.readline()
        self._delimiter = max(_DELIMITERS, key=start.count)
        try:
            rows: list[list[str]] = list(self._reader(iter([start])))
        except csv.Error as error:
            raise NotALog(f"the first line is no header of a table: {error}") from error
        self.header = [each.strip("\ufeff") for row in rows for each in row]
        self.columns = table_columns(self.header)
        missing = essential_missing(self.columns)
        if missing:
            raise NotALog(_lacking(missing, self.header))

    def chunks(self) -> Iterator[Chunk]:
        """Give the rows some thousands at a time, each with the line it begins on."""
        wanted = tuple(dict.fromkeys(each for names in self.columns.values() for each in names))
        places = [self.header.index(each) for each in wanted]
        query = named_columns(self.columns, frozenset())
        rows = self._rows()
        while piece := list(islice(rows, _ROWS)):
            sound = [(line, row) for line, row, why in piece if not why]
            broken = tuple((line, why) for line, _, why in piece if why)
            held = {
                name: arrow.array([row[place] for _, row in sound], arrow.string())
                for name, place in zip(wanted, places, strict=True)
            }
            lines = arrow.array([line for line, _ in sound], arrow.int64())
            table = arrow.table({"line": lines, **held})
            yield Chunk(table, query, broken=broken, read=len(piece))

    def _reader(self, lines: Iterator[str]) -> Any:
        return csv.reader(lines, delimiter=self._delimiter, strict=True)

    def _rows(self) -> Iterator[tuple[int, list[str], str]]:
        """Give line, cells, and why the row cannot be read ('' if it can)."""
        reader, width = self._reader(iter(self.stream)), len(self.header)
        while True:
            line = reader.line_num + 2  # the header was line 1
            try:
                row: list[str] = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield line, [], f"no CSV: {error}"
                continue
            if not row:
                continue
            yield line, row, _fault(row, width)


def _fault(row: Sequence[str], width: int) -> str:
    if len(row) != width:
        return f"expected {width} cells, came {len(row)}"
    if not all(each.isascii() or _is_text(each) for each in row):
        return _NO_TEXT
    return ""


def _is_text(cell: str) -> bool:
    try:
        cell.encode()
    except UnicodeEncodeError:
        return False
    return True


def _lacking(missing: Sequence[str], names: Sequence[str]) -> str:
    came = ", ".join(f"`{each[:40]}`" for each in names[:5] if each.isprintable())
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return f"no column tells {', nor '.join(missing)}; it has {came}{more}"


class ParquetLog:
    """A Parquet file of sign-ins: the fast form, or any other shape."""

    def __init__(self, path: Path) -> None:
        """Read the footer; raises InputError where the file is damaged or cut off."""
        self._path = path
        try:
            self._file: Any = parquet.ParquetFile(path, page_checksum_verification=True)
            self._schema: Any = self._file.schema_arrow
        except UNREADABLE as error:
            raise _damaged(path) from error
        self.rows = int(self._file.metadata.num_rows)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    @property
    def is_fast_form(self) -> bool:
        """Whether the file was written in the fixed schema.

        Raises InputError where another version of Ostiary wrote it.
        """
        metadata: dict[bytes, bytes] = self._schema.metadata or {}
        version = metadata.get(VERSION_KEY)
        if version is None:
            return False
        if version.decode() != SCHEMA_VERSION or not set(NAMES) <= set(self._schema.names):
            raise InputError(
                f"{self._path}: expected the fast form in version {SCHEMA_VERSION}, came another",
                hint="convert the original log again with `ostiary log convert`",
            )
        return True

    def batches(self) -> Iterator[RecordBatch]:
        """Give the rows of the fast form, in the fixed schema."""
        for batch in self._batches(NAMES):
            yield batch.select(list(NAMES)).cast(SCHEMA)

    def chunks(self) -> Iterator[Chunk]:
        """Give the rows of any other shape some thousands at a time; a line is a row's number.

        Raises NotALog where the columns are not those of sign-ins.
        """
        folded = {str(each).casefold(): str(each) for each in self._schema.names}
        inside = "properties" in folded
        columns, query = _enveloped(folded) if inside else _flat(self._schema)
        at = 1
        for batch in self._batches(columns):
            lines = arrow.array(range(at, at + batch.num_rows), arrow.int64())
            at += batch.num_rows
            table = arrow.Table.from_batches([batch]).append_column("line", lines)
            if inside:
                yield Chunk(table, texts=query, read=batch.num_rows)
            else:
                yield Chunk(table, query, read=batch.num_rows)

    def _batches(self, columns: Sequence[str]) -> Iterator[Any]:
        try:
            for batch in self._file.iter_batches(batch_size=65_536, columns=list(columns)):
                # INVARIANT: nobody behind this meets a number of a text that does not exist.
                batch.validate(full=True)
                yield batch
        except UNREADABLE as error:
            raise _damaged(self._path) from error


_AROUND = ("properties", "category", "time", "resultType", "callerIpAddress", "location")


def _enveloped(folded: Mapping[str, str]) -> tuple[list[str], str]:
    """Choose the columns of Azure Monitor records, and the query that writes them as JSON again."""
    held = {each: folded[each.casefold()] for each in _AROUND if each.casefold() in folded}
    record = ", ".join(f"'{each}': {quoted(name)}" for each, name in held.items())
    texts = f"SELECT line, CAST(to_json({{{record}}}) AS VARCHAR) AS text FROM {CHUNK}"  # noqa: S608  # names are quoted
    return list(held.values()), texts


def _flat(schema: Any) -> tuple[list[str], str]:
    """Choose the columns of a table, and the query for its raw columns."""
    found = table_columns(schema.names)
    missing = essential_missing(found)
    if missing:
        raise NotALog(_lacking(missing, schema.names))
    wanted = list(dict.fromkeys(each for columns in found.values() for each in columns))
    nested = frozenset(each for each in wanted if arrow.types.is_nested(schema.field(each).type))
    return wanted, named_columns(found, nested)


def _damaged(path: Path) -> InputError:
    return InputError(
        f"{path}: expected a Parquet file, came one that is damaged or cut off",
        hint="copy or export it again",
    )


def json_chunks(records: Iterable[Record]) -> Iterator[Chunk]:
    """Gather the texts of JSON records until they are many or long."""
    lines: list[int] = []
    texts: list[str] = []
    size = 0
    for line, text in records:
        lines.append(line)
        texts.append(text)
        size += len(text)
        if len(lines) >= _ROWS or size >= _CHARACTERS:
            yield _json_chunk(lines, texts)
            lines, texts, size = [], [], 0
    if lines:
        yield _json_chunk(lines, texts)


def _json_chunk(lines: list[int], texts: list[str]) -> Chunk:
    sound = _sound_texts(texts)
    if sound is not None:
        return Chunk(_json_table(lines, sound), read=len(lines))
    kept = [(line, text) for line, text in zip(lines, texts, strict=True) if _is_text(text)]
    broken = tuple(
        (line, _NO_TEXT) for line, text in zip(lines, texts, strict=True) if not _is_text(text)
    )
    held = arrow.array([text for _, text in kept], arrow.large_string())
    return Chunk(_json_table([line for line, _ in kept], held), broken=broken, read=len(lines))


def _sound_texts(texts: list[str]) -> Any:
    """Give the texts as a column, None where one holds bytes that are no text."""
    try:
        return arrow.array(texts, arrow.large_string())
    except UnicodeEncodeError:
        return None


def _json_table(lines: list[int], texts: Any) -> Any:
    return arrow.table({"line": arrow.array(lines, arrow.int64()), "text": texts})


__all__ = ["Chunk", "CsvLog", "ParquetLog", "json_chunks"]
