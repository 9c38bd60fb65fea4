"""Read the sign-ins that a command is asked about: one JSON object, or one a line."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ostiary.model.errors import InputError, OstiaryError
from ostiary.model.json_types import Json
from ostiary.tenant.json_text import LARGEST_FILE, parse_json_or_lines, read_bytes

_STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class AskedRequest:
    """One request and where it stands: the file, with the line where there are several."""

    place: str
    body: dict[str, Any]


def read_requests(name: str) -> tuple[AskedRequest, ...]:
    """Read all requests of a file, or of standard input (`-`).

    Raises InputError naming file and line where something is no request.
    """
    source = "standard input" if name == _STANDARD_INPUT else name
    data = standard_input() if name == _STANDARD_INPUT else read_bytes(Path(name))
    found = _parsed(data, source)
    places = [f"{source}:{line}" if len(found) > 1 else source for line, _ in found]
    return tuple(
        AskedRequest(place, _request(value, place))
        for place, (_, value) in zip(places, found, strict=True)
    )


def _parsed(data: bytes, source: str) -> tuple[tuple[int, Json], ...]:
    """Parse the text; advice on JSON in general helps nobody whose file holds something else."""
    try:
        return parse_json_or_lines(data, source)
    except InputError as error:
        first = data.lstrip(_BEFORE)[:1]
        if first == b"{" and "came `{`" not in error.message:
            raise
        hint = _SEVERAL if first == b"{" else _EXAMPLE
        raise InputError(error.message, hint=hint) from error


_BEFORE = b" \t\r\n\xef\xbb\xbf"
_SEVERAL = "several sign-ins stand one a line, each on a single line"
_EXAMPLE = (
    "give a sign-in as a JSON object, for example "
    '{"signInIdentity": {"userId": "nora@contoso.example"}, "signInContext": {}}'
)


@contextmanager
def naming(place: str) -> Generator[None]:
    """Let an error about a request say which one it is."""
    try:
        yield
    except OstiaryError as error:
        raise InputError(f"{place}: {error.message}", hint=error.hint) from error


def _request(value: object, place: str) -> dict[str, Any]:
    if isinstance(value, dict):
        return value  # pyright: ignore[reportUnknownVariableType]  # JSON
    came = "a list" if isinstance(value, list) else "something else"
    raise InputError(
        f"{place}: expected a sign-in, a JSON object, came {came}",
        hint="give one object, or one object a line",
    )


def standard_input() -> bytes:
    """Read all of standard input. Raises InputError where it is closed or endless."""
    if sys.stdin is None:  # pyright: ignore[reportUnnecessaryComparison]  # `<&-`
        raise InputError("standard input is closed", hint="give a file instead of `-`")
    data = sys.stdin.buffer.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise InputError(
            f"standard input: expected at most {LARGEST_FILE >> 20} MiB, came more",
            hint="give it in several runs",
        )
    return data
