"""Files of the data folder, written so that nobody ever reads half of one."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from ostiary.model.errors import OstiaryError
from ostiary.secrecy.randomness import Randomness

PRIVATE: Final = 0o600
PUBLIC: Final = 0o644


class DataFileError(OstiaryError):
    """A file of the data folder cannot be read, written or trusted."""

    code = "dataFile"


def write_once(path: Path, content: bytes, *, mode: int, randomness: Randomness) -> bytes:
    """Write a file that is not there yet, and give what stands in it now.

    Of several processes that write at once one wins, and all are given what it wrote.
    Raises DataFileError.
    """
    with _told(path), _partial(path, content, mode, randomness) as partial:
        with suppress(FileExistsError):
            # A link, unlike a rename, never takes the place of a file that is there.
            os.link(partial, path)
        return path.read_bytes()


def write_anew(path: Path, content: bytes, *, mode: int, randomness: Randomness) -> None:
    """Write a file, in place of the one that is there. Raises DataFileError."""
    with _told(path), _partial(path, content, mode, randomness) as partial:
        partial.replace(path)


def read_if_there(path: Path) -> bytes | None:
    """Read a file, None where there is none. Raises DataFileError."""
    with _told(path):
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None


@contextmanager
def _partial(path: Path, content: bytes, mode: int, randomness: Randomness) -> Generator[Path]:
    """Write a file beside the one that is meant, on the disk before this goes on."""
    partial = path.with_name(f".{path.name}.{randomness.object_id()}")
    try:
        file = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(file, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        yield partial
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def _told(path: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
        raise DataFileError(
            f"`{path}` cannot be read or written: {reason}",
            hint="let the account that runs Ostiary read and write its data folder",
        ) from error
