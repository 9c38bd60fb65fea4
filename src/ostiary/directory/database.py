"""Connections to SQLite and PostgreSQL, and what a transaction is on each.

SQLite: WAL with `synchronous=FULL`, so that what was acknowledged survives the loss of the process
and of power (sqlite.org/pragma.html#pragma_synchronous); writers take the lock when they begin.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, TimeoutError

from ostiary.directory.errors import StoreBusy, StoreUnavailable
from ostiary.directory.writers import Writers
from ostiary.directory.written_once import run

FILE_NAME: Final = "ostiary.sqlite"
"""The database of a data folder that names no other."""
BUSY_MILLISECONDS: Final = 5_000
_WRITES: Final = "ostiary_writes"
_BUSY_STATES: Final = frozenset({"40001", "40P01", "55P03"})
"""PostgreSQL: serialization failure, deadlock, lock not available."""


def url_of(place: str | Path) -> URL:
    """Give the address of a database: a PostgreSQL URL, or the folder that holds the SQLite file.

    Raises StoreUnavailable where it is neither.
    """
    if isinstance(place, Path) or "://" not in place:
        return URL.create("sqlite+pysqlite", database=str(Path(place) / FILE_NAME))
    try:
        url = make_url(place)
    except ArgumentError:
        raise StoreUnavailable(
            "expected the URL of a database, came something else",
            hint="write for example postgresql://ostiary@db.example/ostiary",
        ) from None
    name = url.get_backend_name()
    if name == "sqlite":
        return url.set(drivername="sqlite+pysqlite")
    if name == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    raise StoreUnavailable(f"expected a PostgreSQL or SQLite database, came `{name}`")


class Database:
    """One database and its connections; safe to share between threads, not between processes."""

    def __init__(self, place: str | Path, *, connections: int = 16) -> None:
        """Prepare connections; nothing is opened yet."""
        self.url = url_of(place)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._engine = (
            _sqlite(self.url, connections) if self.is_sqlite else _postgres(self.url, connections)
        )
        self._writing = self._engine.execution_options(**{_WRITES: True})
        self._reading = (
            self._engine
            if self.is_sqlite
            else self._engine.execution_options(isolation_level="REPEATABLE READ")
        )
        self._before_closing: list[Callable[[], None]] = []
        # Writers of one process wait here, in turn: SQLite's own waiting is sleeping and retrying.
        self._writers = Writers(self._writing, patience=BUSY_MILLISECONDS / 1000)
        self.times_busy = 0

    @property
    def engine(self) -> Engine:
        """The engine, for migrations."""
        return self._engine

    @property
    def writers_waiting(self) -> int:
        """How many threads wait to write; PostgreSQL lets them wait by itself."""
        return self._writers.waiting

    @contextmanager
    def reading(self) -> Generator[Connection]:
        """Read from one consistent state. Raises StoreUnavailable."""
        with self._told(), self._reading.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Generator[Connection]:
        """Write all or nothing, durable when this ends. Raises StoreBusy, StoreUnavailable."""
        if not self.is_sqlite:
            with self._told(), self._writing.begin() as connection:
                yield connection
            return
        with self._told(), self._writers.writing() as connection:
            yield connection

    @contextmanager
    def _told(self) -> Generator[None]:
        """Count how often others held the database for too long."""
        try:
            with _told():
                yield
        except StoreBusy:
            self.times_busy += 1
            raise

    def make_private(self) -> None:
        """Make the file of SQLite so that only its owner can read it; others it leaves alone."""
        if self.is_sqlite and self.url.database:
            with suppress(OSError):  # whoever opens it next tells why
                os.close(os.open(self.url.database, os.O_CREAT | os.O_RDWR, 0o600))

    def check_exists(self) -> None:
        """Raise StoreUnavailable where the file is not there: SQLite would make an empty one."""
        file = self.url.database
        if self.is_sqlite and file and not Path(file).is_file():
            raise StoreUnavailable(
                f"expected a database in `{file}`, which is not there",
                hint="start the server once, or name the right folder with --data",
            )

    def before_closing(self, done: Callable[[], None]) -> None:
        """Let what works in the background end first: it holds connections."""
        self._before_closing.append(done)

    def close(self) -> None:
        """Give every connection back."""
        for done in self._before_closing:
            done()
        self._writers.close()
        self._engine.dispose()


@contextmanager
def _told() -> Generator[None]:
    """Turn what a driver raises into a sentence that shows nothing of the statement."""
    try:
        yield
    except IntegrityError:
        raise  # for who wrote the row to tell
    except TimeoutError as error:
        raise StoreBusy("every connection is in use", hint="try again") from error
    except DBAPIError as error:
        if _is_busy(error):
            raise StoreBusy(
                "the database was held by others for too long", hint="try again"
            ) from error
        raise StoreUnavailable(f"the database failed: {_reason(error)}") from error


def _is_busy(error: DBAPIError) -> bool:
    if isinstance(error.orig, sqlite3.OperationalError):
        return error.orig.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
    return getattr(error.orig, "sqlstate", None) in _BUSY_STATES


def _reason(error: DBAPIError) -> str:
    first = str(error.orig).strip().splitlines()
    return first[0][:200] if first else "no reason given"


def _sqlite(url: URL, connections: int) -> Engine:
    engine = create_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        hide_parameters=True,
        connect_args={"check_same_thread": False, "timeout": BUSY_MILLISECONDS / 1000},
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    # Transactions are begun below, by us: the driver's own would begin too late for a reader.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {BUSY_MILLISECONDS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "trusted_schema = OFF",
        "cell_size_check = ON",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    writes: Any = connection.get_execution_options().get(_WRITES, False)
    run(connection, "BEGIN IMMEDIATE" if writes else "BEGIN").close()


def _postgres(url: URL, connections: int) -> Engine:
    try:
        return create_engine(
            url,
            pool_size=connections,
            max_overflow=0,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"options": "-c synchronous_commit=on -c lock_timeout=10000"},
        )
    except ModuleNotFoundError as error:
        raise StoreUnavailable(
            "expected the driver of PostgreSQL, not installed", hint="install ostiary[postgres]"
        ) from error


def check_integrity(database: Database) -> list[str]:
    """Give what SQLite finds broken in its file; nothing where it is sound, or PostgreSQL's."""
    if not database.is_sqlite:
        return []
    with database.reading() as connection:
        found = connection.execute(text("PRAGMA integrity_check")).scalars().all()
    return [each for each in found if each != "ok"]
