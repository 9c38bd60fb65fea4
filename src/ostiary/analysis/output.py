"""Files that are written whole or not at all, whatever goes wrong on the way."""

from __future__ import annotations

import errno
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol, TypeVar

from ostiary.model.errors import OstiaryError


class Closable(Protocol):
    """What is written to and closed."""

    def close(self) -> None:
        """Write what is left."""
        ...


Writer = TypeVar("Writer", bound=Closable)
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class OutputError(OstiaryError):
    """A file that cannot be written."""

    code = "output"


@contextmanager
def replacing(out: Path) -> Generator[Path]:
    """Give a neighbour to write to; it takes the place of `out` once all went well.

    Raises OutputError where the system refuses; `out` is then as it was, the neighbour gone.
    """
    partial = out.with_name(f".{out.name}.partial")
    try:
        yield partial
        partial.replace(out)
    except OSError as error:
        raise OutputError(
            f"{out}: {reason(error)}; nothing was written", hint=_advice(error)
        ) from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


@contextmanager
def closed_after(writer: Writer) -> Generator[Writer]:
    """Close a writer, which may write its last; after an error, that error is the one to tell."""
    try:
        yield writer
    except BaseException:
        with suppress(Exception):
            writer.close()
        raise
    writer.close()


def write_text(out: Path, text: str) -> None:
    """Write a text, alike on every system; raises OutputError where it cannot be written."""
    with replacing(out) as partial:
        partial.write_text(text, encoding="utf-8", newline="\n")


def reason(error: OSError) -> str:
    """Say why the system refused."""
    return "the disk is full" if _is_full(error) else (error.strerror or str(error)).lower()


def _is_full(error: OSError) -> bool:
    return error.errno in _FULL or "no space left" in str(error).casefold()


def _advice(error: OSError) -> str:
    return "make room or name another place" if _is_full(error) else "check the name"


__all__ = ["OutputError", "closed_after", "reason", "replacing", "write_text"]
