"""Which files a log consists of, and how each is opened: gzip, encodings, kinds of content."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import BinaryIO, Final, TextIO, cast

from ostiary.model.errors import InputError

_HEAD = 64 * 1024
_GZIP = b"\x1f\x8b"
_PARQUET = b"PAR1"
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GLOB = frozenset("*?[")


class NotALog(Exception):
    """A file that holds no sign-ins; the sentence says what it holds instead."""


class Content(Enum):
    """What a file holds, by its first bytes."""

    PARQUET = "Parquet"
    JSON = "JSON"
    TABLE = "CSV"


@dataclass(frozen=True, slots=True)
class LogFile:
    """One file: where it is, its size in bytes."""

    path: Path
    size: int


def find_files(names: Iterable[str | Path]) -> tuple[LogFile, ...]:
    """List the files of a log: files as named, folders with all they hold, patterns.

    Raises InputError where a name leads to nothing.
    """
    found = [path for name in names for path in _files_of(Path(name))]
    if not found:
        raise InputError("expected a sign-in log, came no file", hint="name a file or a folder")
    return tuple(LogFile(path, _size(path)) for path in dict.fromkeys(found))


def _files_of(path: Path) -> Sequence[Path]:
    if path.is_dir():
        inside = sorted(each for each in path.rglob("*") if each.is_file() and _shown(path, each))
        return inside or _nothing(path, "the folder holds no file")
    if path.exists():
        return (path,)
    if _GLOB & set(str(path)):
        root, pattern = _rooted(path)
        return sorted(each for each in root.glob(pattern) if each.is_file()) or _nothing(
            path, "no file fits the pattern"
        )
    return _nothing(path, "no such file or folder")


def _shown(folder: Path, path: Path) -> bool:
    return not any(part.startswith(".") for part in path.relative_to(folder).parts)


def _rooted(path: Path) -> tuple[Path, str]:
    """Split a pattern into the folder it starts from and what is relative to it."""
    parts = path.parts
    first = next(n for n, part in enumerate(parts) if _GLOB & set(part))
    return Path(*parts[:first]) if first else Path(), str(Path(*parts[first:]))


def _nothing(path: Path, why: str) -> Sequence[Path]:
    raise InputError(f"{path}: {why}", hint="check the name")


def _size(path: Path) -> int:
    with reading(path):
        return path.stat().st_size


@contextmanager
def reading(path: Path) -> Generator[None]:
    """Turn what goes wrong while a file is read into an InputError that names it."""
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(
            f"{path}: the compressed file is damaged or cut off", hint="export or copy it again"
        ) from error
    except UnicodeError as error:
        raise InputError(
            f"{path}: expected text in UTF-8 or UTF-16, came other bytes",
            hint="save the file as UTF-8",
        ) from error
    except OSError as error:
        reason = (error.strerror or str(error) or "it cannot be read").lower()
        raise InputError(f"{path}: {reason}", hint="check who may read it") from error


class OpenLog:
    """A file opened for reading, plain or compressed; close it when done."""

    def __init__(self, path: Path) -> None:
        """Open it and look at its first bytes.

        Raises NotALog where it is neither Parquet nor text, InputError where it cannot be read.
        """
        self.path = path
        self._text: TextIO | None = None
        with reading(path):
            self._raw: BinaryIO = path.open("rb")
            try:
                compressed = self._raw.read(2) == _GZIP
                self._raw.seek(0)
                bytes_: BinaryIO = (
                    cast("BinaryIO", gzip.GzipFile(fileobj=self._raw)) if compressed else self._raw
                )
                self._buffer = io.BufferedReader(cast("io.RawIOBase", bytes_), _HEAD)
                self.head = self._buffer.peek(_HEAD)[:_HEAD]
            except BaseException:
                self._raw.close()
                raise
        self.compressed = compressed
        try:
            self.content = _content(self.head)
        except NotALog:
            self.close()
            raise

    def close(self) -> None:
        """Close the file."""
        for each in (self._text, self._buffer, self._raw):
            if each is not None:
                each.close()

    def progress(self) -> int:
        """How many bytes of the file are read."""
        return self._raw.tell()

    def text(self) -> TextIO:
        """Give the characters; bytes that are none come as lone surrogates, line ends as are."""
        encoding = _encoding(self.head)
        errors = "surrogateescape" if encoding.startswith("utf-8") else "replace"
        self._text = io.TextIOWrapper(self._buffer, encoding, errors, newline="")
        return self._text


def _encoding(head: bytes) -> str:
    return next((name for mark, name in _MARKS if head.startswith(mark)), "utf-8")


def _content(head: bytes) -> Content:
    if head.startswith(_PARQUET):
        return Content.PARQUET
    encoding = _encoding(head)
    start = head.decode(encoding, errors="ignore").lstrip("\ufeff \t\r\n")
    if not start:
        raise NotALog("the file is empty")
    if "\0" in start:
        raise NotALog("expected JSON, CSV or Parquet, came other bytes")
    return Content.JSON if start[0] in "{[" else Content.TABLE


__all__ = ["Content", "LogFile", "NotALog", "OpenLog", "find_files", "reading"]
