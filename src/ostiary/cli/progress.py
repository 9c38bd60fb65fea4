"""A bar on standard error while a command works, where somebody is looking."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TypeAlias

Told: TypeAlias = Callable[[float, int], None]
"""Called with the share that is done (0 to 1) and the rows so far."""


@contextmanager
def progress(what: str, unit: str = "rows") -> Generator[Told]:
    """Show a bar named `what` if standard error is a terminal; gives what to call as work goes on.

    Nothing is drawn elsewhere, so that logs and pipes stay clean.
    """
    if not _watched():
        yield _silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %  {task.fields[rows]:,} " + unit),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=1.0, rows=0)

        def tell(share: float, rows: int) -> None:
            bar.update(task, completed=min(1.0, share), rows=rows)

        yield tell


def _silent(share: float, rows: int) -> None:
    """Show nothing."""


def _watched() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()  # pyright: ignore[reportUnnecessaryComparison]  # `2>&-`
