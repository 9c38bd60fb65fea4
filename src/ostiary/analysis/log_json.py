"""Cut a stream of JSON into the texts of its records, with the line where each begins.

Records stand one a line, one after the other however they are laid out, in a list, or in the
`value` of Graph's collections (`records` of event hubs). Whether a text is sound JSON is told
later; here only its end is looked for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final, TextIO, TypeAlias

from ostiary.model.errors import InputError

LONGEST: Final = 64 * 1024 * 1024
"""Characters of one record."""
_PIECE = 4 * 1024 * 1024
_PRELUDE = 64 * 1024

Record: TypeAlias = tuple[int, str]

_STRING = r'"(?:[^"\\]|\\.)*"'
_WRAPPER = re.compile(
    rf'\{{\s*(?:{_STRING}\s*:\s*(?:{_STRING}|[-\w.+]+)\s*,\s*)*"(?:value|records)"\s*:\s*\['
)
"""The beginning of a collection: members that are no structures, then the list of records."""
_STRUCTURE = re.compile(rf"{_STRING}|[{{}}\[\]]")
_NEXT_LINK = "@odata.nextLink"
_DECODER = json.JSONDecoder(strict=False)


class JsonRecords:
    """The records of one stream; `more_pages` once a page said that others follow."""

    def __init__(self, stream: TextIO, source: str) -> None:
        """Keep the stream; `source` names it in errors."""
        self._stream = stream
        self._source = source
        self.more_pages = False

    def __iter__(self) -> Iterator[Record]:
        """Give line and text of every record.

        Raises InputError where a list or a record never ends.
        """
        begun: list[str] = []
        for _ in range(3):
            begun.append(self._stream.readline(_PIECE))
        if _one_a_line(begun):
            return _lines(begun, self._stream)
        return self._structured("".join(begun))

    def _structured(self, begun: str) -> Iterator[Record]:
        text = _Text(self._stream, self._source, begun)
        while text.skip(_BETWEEN):
            if text.here == "[":
                text.move(1)
                yield from text.listed()
                continue
            wrapper = text.wrapper()
            if wrapper is None:
                yield text.record()
                continue
            self.more_pages |= _NEXT_LINK in wrapper
            yield from text.listed()
            self.more_pages |= _NEXT_LINK in text.rest_of_object()


def _one_a_line(begun: list[str]) -> bool:
    """Tell whether each line is a record of its own; one broken line must not decide."""
    if any(len(line) >= _PIECE and not line.endswith("\n") for line in begun):
        return False
    first, second, *_ = [*(line.strip() for line in begun if line.strip()), "", ""]
    if _is_record(first):
        return True
    return first.startswith("{") and not _WRAPPER.match(first) and _is_record(second)


def _is_record(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict) and not _WRAPPER.match(line)
    except (ValueError, RecursionError):
        return False


def _lines(begun: list[str], stream: TextIO) -> Iterator[Record]:
    number, whole = 0, True
    for line in _every_line(begun, stream):
        number += whole
        ended = line.endswith("\n") or len(line) < LONGEST
        if whole and line.strip():
            yield number, line.strip() if ended else ""
        whole = ended


def _every_line(begun: list[str], stream: TextIO) -> Iterator[str]:
    yield from (line for line in begun if line)
    while line := stream.readline(LONGEST):
        yield line


_BLANK = " \t\r\n\ufeff"
_BETWEEN = _BLANK + ","


class _Text:
    """A window on the stream: what is read and not yet given away."""

    def __init__(self, stream: TextIO, source: str, begun: str) -> None:
        self._stream = stream
        self._source = source
        self._text = begun
        self._at = 0
        self._line = 1
        self._ended = False

    @property
    def here(self) -> str:
        """The character at this place, '' at the end."""
        return self._text[self._at : self._at + 1]

    def move(self, to: int) -> str:
        """Go `to` characters on and give what was passed."""
        passed = self._text[self._at : self._at + to]
        self._line += passed.count("\n")
        self._at += to
        return passed

    def skip(self, characters: str) -> bool:
        """Pass any of these characters; False at the end of the stream."""
        while True:
            rest = self._text[self._at : self._at + 256]
            length = len(rest) - len(rest.lstrip(characters))
            self.move(length)
            if length < len(rest):
                return True
            if self._at >= len(self._text) and not self._read_on():
                return False

    def wrapper(self) -> str | None:
        """Pass the beginning of a collection and give it; None where there is none."""
        while len(self._text) - self._at < _PRELUDE and self._read_on():
            pass
        found = _WRAPPER.match(self._text, self._at)
        return self.move(found.end() - self._at) if found else None

    def listed(self) -> Iterator[Record]:
        """Give the records of a list, the bracket passed; passes the closing one."""
        began = self._line
        while self.skip(_BETWEEN):
            if self.here == "]":
                self.move(1)
                return
            yield self.record()
        raise self._cut(began, "list")

    def record(self) -> Record:
        """Pass one value and give its line and text."""
        began = self._line
        if self.here not in "{[":
            return began, self._scalar()
        while True:
            end = self._end()
            if end is not None:
                return began, self.move(end - self._at)
            if len(self._text) - self._at > LONGEST or not self._read_on():
                raise self._cut(began, "record")

    def rest_of_object(self) -> str:
        """Pass what stands behind the list of a collection, and the closing brace."""
        began = self._line
        while True:
            end = _closing(self._text, self._at, depth=1)
            if end is not None:
                return self.move(end - self._at)
            if len(self._text) - self._at > LONGEST or not self._read_on():
                raise self._cut(began, "collection")

    def _end(self) -> int | None:
        """Find where the value ends that begins here: quickly if it is sound, else by braces."""
        try:
            return _DECODER.raw_decode(self._text, self._at)[1]
        except (ValueError, RecursionError):
            return _closing(self._text, self._at, depth=0)

    def _scalar(self) -> str:
        """Pass what is no record, to the end of its line or to the next comma or bracket."""
        rest = re.compile(r"[^,\]\n]*[,\n]?").match(self._text, self._at)
        return self.move(max(1, rest.end() - self._at if rest else 1))

    def _read_on(self) -> bool:
        if self._ended:
            return False
        piece = self._stream.read(_PIECE)
        self._ended = not piece
        self._text = self._text[self._at :] + piece
        self._at = 0
        return bool(piece)

    def _cut(self, line: int, what: str) -> InputError:
        return InputError(
            f"{self._source}:{line}: expected the end of the {what} that begins here, "
            "came the end of the file",
            hint="the file is cut off: export it again",
        )


def _closing(text: str, start: int, *, depth: int) -> int | None:
    """Find the end of a structure by its brackets; None where the text ends before it."""
    for found in _STRUCTURE.finditer(text, start):
        sign = found.group()
        if sign in "{[":
            depth += 1
        elif sign in "}]":
            depth -= 1
            if depth <= 0:
                return found.end()
    return None


__all__ = ["LONGEST", "JsonRecords", "Record"]
