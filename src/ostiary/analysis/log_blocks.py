"""Parts of a log that a server keeps: a stretch of time and some kinds of sign-ins of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ostiary.analysis.impact_parts import Rows
from ostiary.analysis.log_arrow import RecordBatch, arrow, compute
from ostiary.analysis.log_schema import CATEGORIES


@dataclass(frozen=True, slots=True)
class Window:
    """From `since` on, before `until`, of some of `CATEGORIES`."""

    since: datetime
    until: datetime
    categories: tuple[str, ...] = CATEGORIES

    def mask(self, batch: Any) -> Any:
        """Tell which rows of a batch are within."""
        at = batch.column(batch.schema.get_field_index("created"))
        kind = arrow.timestamp("us", tz="UTC")
        since, until = arrow.scalar(self.since, kind), arrow.scalar(self.until, kind)
        inside = compute.and_(compute.greater_equal(at, since), compute.less(at, until))
        if set(self.categories) == set(CATEGORIES):
            return inside
        category = batch.column(batch.schema.get_field_index("category")).cast(arrow.string())
        chosen = compute.is_in(category, value_set=arrow.array(self.categories, arrow.string()))
        return compute.and_(inside, chosen)


@dataclass(frozen=True, slots=True)
class Held:
    """Rows in memory, in the fixed schema."""

    held: tuple[RecordBatch, ...]
    first: int

    @property
    def rows(self) -> int:
        """How many there are."""
        return sum(each.num_rows for each in self.held)

    def batches(self, columns: Sequence[str]) -> Iterator[RecordBatch]:
        """Give some columns."""
        for each in self.held:
            yield each.select(list(columns))


@dataclass(frozen=True, slots=True)
class Within:
    """The rows of a part that are within a window."""

    part: Rows
    window: Window

    @property
    def rows(self) -> int:
        """How many there may be."""
        return self.part.rows

    @property
    def first(self) -> int:
        """The number of the first that there may be."""
        return self.part.first

    def batches(self, columns: Sequence[str]) -> Iterator[RecordBatch]:
        """Read some columns of them."""
        asked = dict.fromkeys((*columns, "created", "category"))
        for batch in self.part.batches(tuple(asked)):
            whole: Any = batch
            yield whole.filter(self.window.mask(whole)).select(list(columns))
