"""What goes where: answers to standard output, everything else to standard error."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Iterable

import click

_MOST_NOTES = 20
_DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of text, so that it reads as something else (UAX 9)."""


def answer(line: str) -> None:
    """Print a line of the answer for people."""
    click.echo(printable(line))


def answer_json(value: object) -> None:
    """Print one JSON object on one line.

    Readable where standard output takes any character, ASCII with escapes where it does not.
    """
    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").casefold().replace("-", "")
    click.echo(json.dumps(value, ensure_ascii=encoding != "utf8"))


def note(line: str) -> None:
    """Print a line beside the answer."""
    click.echo(printable(line), err=True)


def notes(lines: Iterable[str]) -> None:
    """Print lines beside the answer, the first ones only where there are many."""
    found = list(lines)
    for line in found[:_MOST_NOTES]:
        note(line)
    if len(found) > _MOST_NOTES:
        note(f"… and {len(found) - _MOST_NOTES} more; `ostiary validate --json` lists all")


def complain(sentence: str) -> None:
    """Print the error that ends the command."""
    note(f"ostiary: {sentence}")


def printable(text: str) -> str:
    """Escape what could steer a terminal or forge a line of ours; names come from foreign files."""
    if text.isprintable():
        return text
    return "".join(
        each.encode("unicode_escape").decode("ascii") if _steers(each) else each for each in text
    )


def _steers(character: str) -> bool:
    control = unicodedata.category(character) in {"Cc", "Zl", "Zp"}
    return control or character in _DIRECTIONS
