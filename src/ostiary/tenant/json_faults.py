"""What exactly is wrong with a JSON text, and where: read slowly, only when something is."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from json.decoder import JSONDecodeError

DEEPEST = 200
"""Objects and lists inside one another; a Conditional Access policy has about six."""
LONGEST_INTEGER = 4_300
"""Digits; the limit of Python itself, so that reading stays linear in the length."""
_SHOWN = 40

_TOKEN = re.compile(
    r"""(?P<text>"[^"\\]*(?:\\.[^"\\]*)*")|(?P<sign>[\[\]{}:,])|(?P<word>[^\s\[\]{}:,"]+)""",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|.)", re.DOTALL)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a text: the offset of the first character, a sentence, advice."""

    position: int
    message: str
    hint: str
    doubled: bool = False
    """Whether it is a member that stands twice, so that the rest of the text can be read."""


def first_fault(text: str) -> Fault | None:
    """Find the first fault that is not one of syntax: depth, double names, numbers, surrogates."""
    return next(_faults(text), None)


def has_lone_surrogate(text: str) -> bool:
    """Tell whether an escape stands for half a character; `text` is a JSON text."""
    return bool(_SURROGATE.search(text)) and _lone_surrogate(text) is not None


def _faults(text: str) -> Iterator[Fault]:
    # One set of names for each open object, None for each open list.
    open_: list[set[str] | None] = []
    names_next = False
    for token in _TOKEN.finditer(text):
        written, start = token.group(), token.start()
        if token.lastgroup == "text":
            yield from _text_faults(written, start, open_[-1] if names_next and open_ else None)
            names_next = False
        elif token.lastgroup == "word":
            yield from _word_faults(written, start)
        elif written in "[{":
            open_.append(set() if written == "{" else None)
            names_next = written == "{"
            if len(open_) > DEEPEST:
                yield Fault(
                    start,
                    f"expected at most {DEEPEST} objects and lists inside one another, came more",
                    "this is no export of a tenant; flatten the document",
                )
        else:
            if written in "]}" and open_:
                open_.pop()
            names_next = written == "," and bool(open_) and open_[-1] is not None


def _text_faults(written: str, start: int, names: set[str] | None) -> Iterator[Fault]:
    offset = _lone_surrogate(written)
    if offset is not None:
        yield Fault(
            start + offset,
            f"expected a whole character, came half a surrogate pair `{written[offset:][:6]}`",
            "write the character itself or both halves of its escape",
        )
        return
    if names is None:
        return
    try:
        name = json.loads(written, strict=False)
    except ValueError:
        return
    if name in names:
        yield Fault(
            start,
            f"expected every member once in an object, came `{_short(name)}` twice",
            "remove one of the two",
            doubled=True,
        )
    names.add(name)


def _word_faults(written: str, start: int) -> Iterator[Fault]:
    if written in {"NaN", "Infinity", "-Infinity"}:
        yield Fault(start, f"expected a JSON value, came `{written}`", "write null or a number")
        return
    if written.lstrip("-").isdecimal() and len(written.lstrip("-")) > LONGEST_INTEGER:
        yield Fault(
            start,
            f"expected at most {LONGEST_INTEGER} digits, came a number of {len(written)}",
            "write it as text if it is an identifier",
        )
        return
    try:
        too_large = math.isinf(float(written))
    except ValueError:
        return
    if too_large:
        yield Fault(
            start, f"expected a number, came `{_short(written)}`, which is too large", "correct it"
        )


def _lone_surrogate(text: str) -> int | None:
    """Give the offset of the first escape that is half a pair (RFC 8259 section 7)."""
    waiting: re.Match[str] | None = None
    for escape in _ESCAPE.finditer(text):
        digits = escape.group(1)
        code = int(digits, 16) if digits else 0
        if waiting is not None:
            if not (0xDC00 <= code <= 0xDFFF and escape.start() == waiting.end()):
                return waiting.start()
            waiting = None
        elif 0xD800 <= code <= 0xDBFF:
            waiting = escape
        elif 0xDC00 <= code <= 0xDFFF:
            return escape.start()
    return waiting.start() if waiting else None


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


_SYNTAX = (
    ("Expecting value", "expected a value", "write null where there is none"),
    ("Expecting ',' delimiter", "expected a comma or the end", "a comma is missing before it"),
    ("Expecting ':' delimiter", "expected a colon", "a name is followed by a colon and a value"),
    ("Expecting property name", "expected a name in double quotes", "a comma may be left over"),
    ("Unterminated string", "expected a closing quotation mark", "close the text"),
    ("Invalid control character", "expected a printable character", "write \\n for a new line"),
    ("Invalid \\uXXXX escape", "expected four hexadecimal digits", "correct the escape"),
    ("Invalid \\escape", "expected an escape that JSON knows", "write \\\\ for a backslash"),
    ("Extra data", "expected the end of the text", "one JSON value only; remove what follows"),
)


def syntax_fault(error: JSONDecodeError) -> Fault:
    """Say in our own words what the decoder found wrong."""
    if error.msg.startswith("Illegal trailing comma"):  # Python 3.13 points at the comma itself
        after = error.doc[error.pos + 1 :]
        place = len(error.doc) - len(after.lstrip())
        name = "Expecting property name" if "object" in error.msg else "Expecting value"
        error = JSONDecodeError(name, error.doc, place)
    came = _came(error)
    for start, message, hint in _SYNTAX:
        if error.msg.startswith(start):
            return Fault(error.pos, f"{message}, came {came}", hint)
    return Fault(error.pos, f"expected JSON, came {came}", "check the text with a JSON editor")


def _came(error: JSONDecodeError) -> str:
    if not error.doc.strip():
        return "an empty text"
    if error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated"):
        return "the end of the text"
    came = error.doc[error.pos]
    if came == "\n":
        return "the end of the line"
    return f"`{came}`" if came.isprintable() else f"the character U+{ord(came):04X}"
