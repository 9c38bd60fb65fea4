"""Writers of one process on SQLite: in turn, and committed together where several wait.

A commit waits for the disk (`synchronous=FULL`). Who has the turn while others wait for it leaves
his changes in the open transaction, and the next one adds his; the last commits for all. Nobody is
told that a change was made before it is on the disk (checklist CC02).
"""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import RootTransaction
from sqlalchemy.exc import DBAPIError

from ostiary.directory.errors import StoreBusy, StoreUnavailable
from ostiary.directory.written_once import run

_MOST_TOGETHER: Final = 32
_LOOK_AFTER_SECONDS: Final = 0.25


@dataclass(eq=False)
class _Batch:
    """One transaction with the changes of several writers; `failed` is why none of it is kept."""

    connection: Connection
    transaction: RootTransaction
    size: int = 0
    failed: Exception | None = None
    done: threading.Event = field(default_factory=threading.Event)

    @property
    def alive(self) -> bool:
        """Whether SQLite has not rolled everything back by itself (full disk, I/O error)."""
        return self.connection.connection.driver_connection.in_transaction  # pyright: ignore[reportOptionalMemberAccess]  # sqlite3's

    def run(self, statement: str) -> None:
        """Run a statement of the transaction itself."""
        run(self.connection, statement).close()


class Writers:
    """Lets one thread write at a time. `engine` begins transactions that write."""

    def __init__(self, engine: Engine, *, patience: float) -> None:
        """Open nothing yet; a thread waits for its turn for `patience` seconds at most."""
        self._engine, self._patience = engine, patience
        self._turn = threading.Lock()
        self._holder = 0
        self._counting = threading.Lock()
        self._waiting = 0
        self._connection: Connection | None = None
        self._batch: _Batch | None = None

    @property
    def waiting(self) -> int:
        """How many threads wait for their turn."""
        return self._waiting

    @contextmanager
    def writing(self) -> Generator[Connection]:
        """Write all or nothing, durable when this ends. Raises StoreBusy, and what SQLite says."""
        self._take_turn()
        try:
            batch = self._joined()
            with self._apart(batch):
                yield batch.connection
            batch.size += 1
        except BaseException:
            self._leave()
            raise
        self._leave()
        self._wait_for(batch)

    def close(self) -> None:
        """Commit what is open, and give the connection back."""
        with self._turn:
            self._end()
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _take_turn(self) -> None:
        if self._holder == threading.get_ident():
            raise RuntimeError("a transaction is open: use the aggregates that it gave")
        with self._counting:
            self._waiting += 1
        try:
            taken = self._turn.acquire(timeout=self._patience)
        finally:
            with self._counting:
                self._waiting -= 1
        if not taken:
            raise StoreBusy("too many changes are waiting for the database", hint="try again")
        self._holder = threading.get_ident()

    def _joined(self) -> _Batch:
        """Give the open transaction, or begin one."""
        if self._batch is None:
            connection = self._connection = self._connection or self._engine.connect()
            try:
                self._batch = _Batch(connection, connection.begin())
            except DBAPIError:
                self._drop()
                raise
        return self._batch

    @contextmanager
    def _apart(self, batch: _Batch) -> Generator[None]:
        """Undo the changes of one writer alone, where he fails."""
        try:
            batch.run("SAVEPOINT writer")
            yield
            batch.run("RELEASE writer")
        except BaseException as error:
            try:
                batch.run("ROLLBACK TO writer")
                batch.run("RELEASE writer")
            except Exception:  # whatever it was, nothing of this transaction may be kept
                self._fail(batch, error)
            raise

    def _leave(self) -> None:
        """End the turn; commits unless somebody waits who will."""
        batch = self._batch
        try:
            with self._counting:
                awaited = self._waiting > 0
            if batch is not None and not (awaited and 0 < batch.size < _MOST_TOGETHER):
                self._end()
        finally:
            self._holder = 0
            self._turn.release()

    def _wait_for(self, batch: _Batch) -> None:
        """Wait until it is on the disk. Raises what went wrong with it."""
        while not batch.done.wait(_LOOK_AFTER_SECONDS):
            # Who was to commit has given up waiting for his turn: then this thread does it.
            if self._turn.acquire(blocking=False):
                try:
                    if self._batch is batch:
                        self._end()
                finally:
                    self._turn.release()
        if batch.failed is not None:
            raise StoreUnavailable(
                "the database could not keep the change", hint="try again"
            ) from batch.failed

    def _end(self) -> None:
        """Commit the open transaction, for everybody in it."""
        batch, self._batch = self._batch, None
        if batch is None or batch.done.is_set():
            return
        try:
            if not batch.alive:
                raise StoreUnavailable("the database took the transaction back")
            batch.transaction.commit()
        except Exception as error:  # told to everybody who waits
            self._fail(batch, error)
        batch.done.set()

    def _fail(self, batch: _Batch, error: BaseException) -> None:
        batch.failed = error if isinstance(error, Exception) else StoreUnavailable("interrupted")
        self._batch = None
        batch.done.set()
        self._drop()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(DBAPIError):
                connection.invalidate()
                connection.close()
