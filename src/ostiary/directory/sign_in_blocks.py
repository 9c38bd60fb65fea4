"""The sign-in log in columns, beside the store: what an analysis of a month reads in a second.

Each block (`kept_blocks`) is a Parquet file in the fast form. The extra `analysis` is needed; it is
imported when something is read or written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ostiary.directory.columns import microseconds
from ostiary.directory.kept_blocks import Block, Heard, KeptBlocks, Written
from ostiary.directory.sign_ins import Extent

if TYPE_CHECKING:
    from ostiary.analysis.impact_parts import Log, Rows
    from ostiary.analysis.log_blocks import Window

FOLDER: Final = "sign-in-blocks"


class SignInBlocks(KeptBlocks):
    """What the sign-ins were, in columns."""

    suffix = "parquet"

    def log(self, window: Window, heard: Heard) -> Log:
        """Give the sign-ins within a window; blocks that are missing are written first."""
        from ostiary.analysis.impact_parts import Log

        extent = self._store.sign_ins.extent()
        if extent is None:
            return Log((), None)
        blocks, begin = self.found(extent, microseconds(window.since), heard)
        return Log(tuple(self._parts(extent, blocks, begin, window)), None)

    def write(self, first: int, last: int, path: Path) -> Written | None:
        """Write them in the fast form."""
        from ostiary.analysis.log_fast_form import write_fast_form
        from ostiary.analysis.log_rows import batches_of
        from ostiary.directory.sign_in_export import rows_of

        found = list(self._store.sign_ins.numbered(first, last))
        if not found:
            return None
        write_fast_form(batches_of(rows_of(event for _, event in found)), path)
        times = [event.created for _, event in found]
        return Written([number for number, _ in found], times, found[-1][1].id)

    def _parts(
        self, extent: Extent, blocks: Iterable[Block], begin: int, window: Window
    ) -> Iterator[Rows]:
        from ostiary.analysis.impact_parts import RowGroup
        from ostiary.analysis.log_blocks import Held, Within
        from ostiary.analysis.log_rows import batches_of
        from ostiary.directory.sign_in_export import rows_of

        since, until = microseconds(window.since), microseconds(window.until)
        first = 0
        for each in blocks:
            if each.newest >= since and each.oldest < until:
                rows = each.last - each.first + 1
                yield Within(RowGroup(each.path, 0, rows, first), window)
                first += rows
        events = (event for _, event in self._store.sign_ins.numbered(begin, extent.last))
        yield Within(Held(tuple(batches_of(rows_of(events))), first), window)
