"""DuckDB as the log modules open it: shut in, bounded, and cleaning up after itself."""

from __future__ import annotations

import tempfile
from collections.abc import Generator
from contextlib import closing, contextmanager
from typing import Final

import duckdb

from ostiary.analysis.output import reason
from ostiary.model.errors import OstiaryError

MEMORY: Final = "1GB"
"""What DuckDB may hold of a chunk of a log; beyond that it goes to disk."""


class NoRoomError(OstiaryError):
    """Neither the memory nor the disk for temporary files has room for what has to be held."""

    code = "no_room"


@contextmanager
def database(*, memory: str = MEMORY) -> Generator[duckdb.DuckDBPyConnection]:
    """Open an empty database.

    What does not fit into memory goes to a folder of its own among the temporary files, which is
    removed at the end, also after an error: DuckDB itself would take `.tmp` in the folder that the
    command is run from, and leave it there when it is interrupted.
    Raises NoRoomError where there is no room left, also while the database is used.
    """
    try:
        folder = tempfile.TemporaryDirectory(prefix="ostiary-", ignore_cleanup_errors=True)
    except OSError as error:
        raise _no_room(memory, reason(error)) from error
    with folder as name, closing(_connected(name, memory)) as connection:
        try:
            yield connection
        except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
            raise _no_room(memory, str(error).splitlines()[0].rstrip(".")) from error


def _connected(folder: str, memory: str) -> duckdb.DuckDBPyConnection:
    # INVARIANT: what a log says is text to DuckDB; it opens no file and loads no extension for it.
    connection = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "enable_external_access": "false",
            "memory_limit": memory,
            "temp_directory": folder,
        },
    )
    connection.execute("SET TimeZone = 'UTC'")
    # DuckDB's own bar, shown where a query takes long, would stand in the answer.
    connection.execute("SET enable_progress_bar = false")
    return connection


def _no_room(memory: str, why: str) -> NoRoomError:
    return NoRoomError(
        f"no room left in memory ({memory}) and for temporary files ({_place()}): {why}",
        hint="make room there, or name another place in the environment variable TMPDIR",
    )


def _place() -> str:
    try:
        return tempfile.gettempdir()
    except OSError:
        return "no folder that can be written to"


__all__ = ["MEMORY", "NoRoomError", "database"]
