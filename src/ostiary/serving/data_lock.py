"""One server per data folder: a second one would keep house twice on the same files.

The lock belongs to the process that holds it and ends with it, however that ends. Workers and the
commands of the host need none: what they share is the store, which takes several at once. Servers
on one PostgreSQL database are several by design.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ostiary.model.errors import OstiaryError
from ostiary.serving.files import PRIVATE, DataFileError

FILE: Final = "server.lock"
_LONGEST_NUMBER: Final = 20


class DataInUse(OstiaryError):
    """Another server runs on the data."""

    code = "dataInUse"


@contextmanager
def held(data: Path) -> Generator[None]:
    """Hold the data folder alone. Raises DataInUse naming the process, DataFileError."""
    path = data / FILE
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE)
    except OSError as error:
        raise DataFileError(
            f"`{path}` cannot be opened: {(error.strerror or 'no reason given').lower()}",
            hint="let the account that runs Ostiary read and write its data folder",
        ) from error
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _in_use(data, file) from None
        os.ftruncate(file, 0)
        os.pwrite(file, str(os.getpid()).encode("ascii"), 0)
        yield
    finally:
        # The file stays: were it removed, two servers could hold two files of this name.
        os.close(file)


def _in_use(data: Path, file: int) -> DataInUse:
    written = os.pread(file, _LONGEST_NUMBER, 0).decode("ascii", "replace").strip()
    process = f"process {written}" if written.isdigit() else "another process"
    return DataInUse(
        f"expected that no server runs on the data in `{data}`, and {process} serves it already",
        hint="stop it, or name another folder with --data; several servers share PostgreSQL",
    )
