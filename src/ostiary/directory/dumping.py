"""Every row of a store as lines, from one consistent state, and back into an empty database.

The same on SQLite and PostgreSQL, so that a backup of one can be restored to the other.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from sqlalchemy import Connection, MetaData, Table, func, insert, select, text

from ostiary.directory.errors import StoreDamaged, StoreUnavailable
from ostiary.directory.migrating import require_known, schema_of
from ostiary.model.json_types import as_strings, is_list, is_object

_VERSIONS: Final = "alembic_version"
_BATCH: Final = 500
_GO_ON: Final = text(
    "SELECT setval(pg_get_serial_sequence('sign_ins', 'number'),"
    " (SELECT coalesce(max(number), 0) + 1 FROM sign_ins), false)"
)
Told = Callable[[float, int], None]
"""Called with the share that is done (0 to 1) and the rows so far."""


@dataclass(frozen=True, slots=True)
class Dump:
    """What a dump says of itself at its end."""

    schema: str
    rows: int
    audit_seq: int
    audit_hash: str


def dumped(connection: Connection, told: Told) -> Iterator[bytes]:
    """Give the lines of a store: its schema, each table with its rows, and what it is checked by.

    `connection` reads from one consistent state from beginning to end.
    """
    tables, digest, done = _tables(connection), hashlib.sha256(), 0
    counts = (select(func.count()).select_from(each) for each in tables)
    total = sum(connection.execute(each).scalar_one() for each in counts)
    for line in _lines(connection, tables):
        digest.update(line + b"\n")
        yield line
        if line.startswith(b"["):
            done += 1
            told(done / max(total, 1), done)
    yield _line({"end": {"rows": done, "sha256": digest.hexdigest()}})


def _lines(connection: Connection, tables: Iterable[Table]) -> Iterator[bytes]:
    yield _line({"schema": schema_of(connection)})
    for table in tables:
        columns = [column.name for column in table.columns]
        yield _line({"table": table.name, "columns": columns})
        ordered = select(table).order_by(*table.primary_key)
        for row in connection.execute(ordered, execution_options={"yield_per": _BATCH}):
            yield _line([_written(value) for value in row])


class Taker(Protocol):
    """Takes what stands in a dump: its schema first, then the rows of each table in batches."""

    def begin(self, schema: str) -> None:
        """Take the schema."""
        ...

    def rows(self, table: str, rows: list[dict[str, Any]]) -> None:
        """Take rows of a table."""
        ...


class Nothing:
    """Takes a dump only to see that it is whole."""

    def begin(self, schema: str) -> None:
        """Take the schema. Raises SchemaTooNew."""
        require_known(schema)

    def rows(self, table: str, rows: list[dict[str, Any]]) -> None:
        """Take rows."""


class Loader:
    """Puts a dump into an empty database, in the transaction of a connection."""

    def __init__(self, connection: Connection) -> None:
        """Use a database that has the schema of the dump already."""
        self._connection = connection
        self._tables: dict[str, Table] = {}

    def begin(self, schema: str) -> None:
        """Look at the tables. Raises StoreUnavailable where they hold something."""
        if schema_of(self._connection) != schema:
            raise StoreUnavailable("expected a database with the schema of the dump")
        self._tables = {each.name: each for each in _tables(self._connection)}
        if self._connection.execute(select(self._tables["tenant"])).first() is not None:
            raise StoreUnavailable(
                "expected an empty database, and a server's data is there",
                hint="name another database, or another folder",
            )

    def rows(self, table: str, rows: list[dict[str, Any]]) -> None:
        """Insert rows."""
        if table not in self._tables:
            raise StoreDamaged(f"expected tables of the schema, came `{table[:40]}`")
        if rows:
            self._connection.execute(insert(self._tables[table]), rows)

    def end(self) -> None:
        """Let the numbers that PostgreSQL gives go on behind those that are taken."""
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(_GO_ON)


def read_dump(lines: Iterable[bytes], taker: Taker) -> Dump:
    """Read a dump to its end and check it; raises StoreDamaged, and what the taker raises."""
    reading = _Reading(taker)
    for line in lines:
        if reading.take(line):
            return reading.found()
    raise StoreDamaged("expected the end of a dump, and it is not there")


class _Reading:
    """How far the reading of a dump is."""

    def __init__(self, taker: Taker) -> None:
        self._taker = taker
        self._digest = hashlib.sha256()
        self._schema, self._table, self._columns = "", "", list[str]()
        self._batch: list[dict[str, Any]] = []
        self._tenant: dict[str, Any] = {}
        self._done = 0

    def take(self, line: bytes) -> bool:
        """Take a line; True for the last one."""
        found = _parsed(line)
        if is_object(found) and "end" in found:
            self._hand_over()
            if found["end"] != {"rows": self._done, "sha256": self._digest.hexdigest()}:
                raise StoreDamaged("expected all rows that were written, and some are not there")
            return True
        self._digest.update(line + b"\n")
        if is_list(found):
            self._row(found)
        elif is_object(found) and "schema" in found:
            self._schema = str(found["schema"])
            self._taker.begin(self._schema)
        elif is_object(found):
            self._hand_over()
            self._table, self._columns = str(found["table"]), list(as_strings(found["columns"]))
        return False

    def found(self) -> Dump:
        """Give what the dump says of itself."""
        seq, hashed = self._tenant.get("audit_seq"), self._tenant.get("audit_hash")
        return Dump(self._schema, self._done, int(seq or 0), (hashed or b"").hex())

    def _row(self, values: Sequence[Any]) -> None:
        row = dict(zip(self._columns, map(_read, values), strict=True))
        if self._table == "tenant":
            self._tenant = row
        self._batch.append(row)
        self._done += 1
        if len(self._batch) >= _BATCH:
            self._hand_over()

    def _hand_over(self) -> None:
        if self._batch:
            self._taker.rows(self._table, self._batch)
        self._batch = []


def _tables(connection: Connection) -> list[Table]:
    """Give the tables as they are in the database, those that others refer to first."""
    found = MetaData()
    found.reflect(connection)
    return [each for each in found.sorted_tables if each.name != _VERSIONS]


def _parsed(line: bytes) -> object:
    try:
        return json.loads(line)
    except ValueError as error:
        raise StoreDamaged("expected a line of a dump, and it is no JSON") from error


def _line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _written(value: object) -> object:
    return {"b": b64encode(value).decode("ascii")} if isinstance(value, bytes) else value


def _read(value: object) -> object:
    return b64decode(str(value["b"])) if is_object(value) else value
