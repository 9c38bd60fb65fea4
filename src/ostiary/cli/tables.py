"""rich, in the one way we use it: no markup, no guessing, nothing that steers a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ostiary.cli.output import printable

_NARROW = 100
"""Columns below which a table of policies would be all hyphenation."""
_UNWATCHED = 120
"""Columns where nobody looks, as in a file, and COLUMNS says nothing else."""
_ID = 36
"""Characters of an object's id."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: a name, short cells, and the lines of the last and widest cell."""

    name: str
    cells: Sequence[str]
    lines: Sequence[str]


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave it to `main`; rich would exit with 1, which is the answer no."""
        raise BrokenPipeError


def console() -> Console:
    """Give a console on standard output; it minds NO_COLOR, COLUMNS and whether anybody looks."""
    watched = sys.stdout is not None and sys.stdout.isatty()  # pyright: ignore[reportUnnecessaryComparison]  # `>&-`
    width = None if watched or "COLUMNS" in os.environ else _UNWATCHED
    return _Console(file=sys.stdout, width=width, markup=False, highlight=False, emoji=False)


def line(text: str, style: str = "") -> Text:
    """Give a line whose text is taken as it is."""
    return Text(printable(text), style=style)


def print_rows(page: Console, heads: Sequence[str], rows: Iterable[Row]) -> None:
    """Print rows as a table, or one below the other where a table finds no room."""
    if page.width < _NARROW:
        for row in rows:
            page.print(line(f"{row.name}: {', '.join(row.cells)}"))
            for each in row.lines:
                page.print(Padding(line(each), (0, 0, 0, 2)))
        return
    table, shown = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False), list(rows)
    last = len(heads) - 1
    # An id that is broken in two cannot be copied.
    short = all(" " not in each and len(each) <= _ID for row in shown for each in row.lines)
    for number, head in enumerate(heads):
        wide = {0: 1, last: 2}.get(number)
        table.add_column(
            head, overflow="fold", ratio=wide, no_wrap=(number == last and short) or wide is None
        )
    for row in shown:
        table.add_row(line(row.name), *map(line, row.cells), _joined(row.lines))
    page.print(table)


def _joined(lines: Sequence[str]) -> Text:
    return Text("\n").join(map(line, lines))
