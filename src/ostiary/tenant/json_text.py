"""JSON from outside, read so that no text can crash, stall or mislead the program.

What RFC 8259 leaves to the reader is refused, because two readers would understand it differently:
names that stand twice in one object (section 4), NaN and Infinity (section 6), text with half a
surrogate pair (section 8.2). Nesting and numbers have bounds (section 9).
"""

from __future__ import annotations

import json
import math
import stat
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from json.decoder import JSONDecodeError
from pathlib import Path
from typing import Any, NoReturn

from ostiary.model.errors import InputError
from ostiary.model.json_types import Json
from ostiary.tenant.json_faults import (
    DEEPEST,
    LONGEST_INTEGER,
    Fault,
    first_fault,
    has_lone_surrogate,
    syntax_fault,
)
from ostiary.tenant.shapes import is_list, is_object

LARGEST_FILE = 512 * 1024 * 1024
"""Bytes; a tenant of a million users is well below."""


class _Refused(ValueError):
    """Raised out of the decoder: the text has a fault, which `first_fault` then locates."""


def read_json(path: Path) -> Json:
    """Read one file; raises InputError for whatever is wrong with it, naming line and column."""
    return parse_json(read_bytes(path), str(path))


class Doubled(dict[str, Any]):
    """An object of a text in which a member stands twice; the last one is kept."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A value that may hold `Doubled` objects, and the error that names the first of them."""

    value: Json
    error: InputError | None


def read_marked(path: Path) -> Marked:
    """Read one file of a folder, so that one member that stands twice spoils one object only.

    Raises InputError for every other fault.
    """
    text, source = decoded(read_bytes(path), str(path)), str(path)
    try:
        return Marked(_parse(text, source, first_line=1), None)
    except InputError as error:
        fault = first_fault(text)
        if fault is None or not fault.doubled:
            raise
        value = _parse(text, source, first_line=1, decoder=_MARKING)
        return Marked(value, error)


def read_bytes(path: Path) -> bytes:
    """Read a file of at most LARGEST_FILE bytes; raises InputError where that is not possible."""
    try:
        # Before it is opened: a pipe would wait for a writer, a device may never end.
        found = path.stat()
        if not stat.S_ISREG(found.st_mode) and not stat.S_ISDIR(found.st_mode):
            raise InputError(
                f"{path}: expected a file, came a device, pipe or socket",
                hint="save what it gives in a file",
            )
        with path.open("rb") as file:  # of a file too large not even the beginning is read
            read = b"" if found.st_size > LARGEST_FILE else file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it cannot be read"
        hint = "check the name and who may read it"
        raise InputError(f"{path}: {reason.lower()}", hint=hint) from error
    if max(len(read), found.st_size) > LARGEST_FILE:
        raise InputError(
            f"{path}: expected at most {LARGEST_FILE >> 20} MiB, came more",
            hint="split the export into a folder with one file for each collection",
        )
    return read


def parse_json(data: bytes | str, source: str) -> Json:
    """Give the value of a JSON text in UTF-8, UTF-16 or UTF-32, with or without byte order mark.

    `source` names the text in errors. Raises InputError, never anything else.
    """
    return _parse(decoded(data, source), source, first_line=1)


def parse_json_lines(data: bytes | str, source: str) -> tuple[tuple[int, Json], ...]:
    """Give the values of a text with one JSON value a line, each with its line number from 1.

    Blank lines are left out.
    """
    lines = enumerate(decoded(data, source).split("\n"), start=1)
    return tuple((n, _parse(line, source, first_line=n)) for n, line in lines if line.strip())


def parse_json_or_lines(data: bytes | str, source: str) -> tuple[tuple[int, Json], ...]:
    """Give the values of a text that is one JSON value, or else has one a line.

    The whole text is one value if its first line alone is not, or is all there is.
    """
    text = decoded(data, source)
    lines = [(n, line) for n, line in enumerate(text.split("\n"), start=1) if line.strip()]
    if len(lines) > 1 and _complete(lines[0][1]):
        return tuple((n, _parse(line, source, first_line=n)) for n, line in lines)
    first = lines[0][0] if lines else 1
    return ((first, _parse(text, source, first_line=1)),)


def decoded(data: bytes | str, source: str) -> str:
    """Give the text behind the bytes; raises InputError where they are in no Unicode encoding."""
    if isinstance(data, str):
        _check_surrogates(data, source)
        return data.removeprefix("\ufeff")
    encoding = json.detect_encoding(data)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(encoding, errors="replace")
        fault = Fault(
            len(before),
            f"expected text in {encoding.removesuffix('-sig').upper()}, "
            f"came the byte 0x{data[error.start]:02x}",
            "save the file as UTF-8",
        )
        raise located(fault, before, source) from error


def located(fault: Fault, text: str, source: str, first_line: int = 1) -> InputError:
    """Make the error that names file, line and column (in characters, from 1)."""
    line = first_line + text.count("\n", 0, fault.position)
    column = fault.position - text.rfind("\n", 0, fault.position)
    return InputError(f"{source}:{line}:{column}: {fault.message}", hint=fault.hint)


def _check_surrogates(text: str, source: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        fault = Fault(error.start, "expected text, came half a surrogate pair", _NOT_TEXT)
        raise located(fault, text, source) from error


_NOT_TEXT = "decode the file as UTF-8 before handing it over"


def _complete(line: str) -> bool:
    """Tell whether one line is a JSON text of its own, be it a faulty one."""
    try:
        _DECODER.decode(line)
    except _Refused:
        return True
    except (JSONDecodeError, RecursionError):
        return False
    return True


def _parse(
    text: str, source: str, *, first_line: int, decoder: json.JSONDecoder | None = None
) -> Json:
    try:
        value: Json = (decoder or _DECODER).decode(text)
    except JSONDecodeError as error:
        # A fault before the place where the syntax breaks is the one to mend first.
        fault = first_fault(text[: error.pos]) or syntax_fault(error)
        raise located(fault, text, source, first_line) from None
    except (_Refused, RecursionError):
        fault = first_fault(text) or Fault(0, "nested too deep to be read", "flatten the document")
        raise located(fault, text, source, first_line) from None
    if too_deep(value) or has_lone_surrogate(text):
        fault = first_fault(text) or Fault(0, "nested too deep to be read", "flatten the document")
        raise located(fault, text, source, first_line)
    return value


def too_deep(value: object) -> bool:
    """Tell whether a value nests deeper than DEEPEST; walking by level costs no stack."""
    level: list[Any] = [value]
    for _ in range(DEEPEST):
        level = [inner for outer in level for inner in _inside(outer) if type(inner) in _NESTING]
        if not level:
            return False
    return True


_NESTING = frozenset({dict, list, Doubled})


def _inside(value: object) -> Iterable[object]:
    if is_object(value):
        return value.values()
    return value if is_list(value) else ()


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _Refused
    return members


def _marked_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    return members if len(members) == len(pairs) else Doubled(members)


def _integer(digits: str) -> int:
    if len(digits.lstrip("-")) > LONGEST_INTEGER:
        raise _Refused
    return int(digits)


def _number(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise _Refused
    return number


def _no_constant(word: str) -> NoReturn:
    raise _Refused(word)


def _decoder(members: Callable[[list[tuple[str, Any]]], dict[str, Any]]) -> json.JSONDecoder:
    return json.JSONDecoder(
        object_pairs_hook=members,
        parse_int=_integer,
        parse_float=_number,
        parse_constant=_no_constant,
    )


_DECODER = _decoder(_members)
_MARKING = _decoder(_marked_members)
