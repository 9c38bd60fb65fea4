"""Charts of the impact page: SVG whose colours the style sheet knows, each beside its table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from markupsafe import Markup

from ostiary.admin.rendering import texts
from ostiary.analysis.report_svg import Bar, Part, columns

_COLOURS: Final = {
    "newlyPrompted": "prompted",
    "newlyBlocked": "blocked",
    "silentBackgroundBreak": "broken",
    "newlyAllowed": "allowed",
}


def by_day(rows: Sequence[Mapping[str, Any]]) -> Markup:
    """Draw a bar for each day: what would change at the bottom, the rest above."""
    bars = [_bar(each) for each in rows]
    drawn = columns(bars, texts().plain("impact.chart_days"))
    return Markup(drawn)  # noqa: S704  # `columns` escapes all that it is given


def _bar(row: Mapping[str, Any]) -> Bar:
    word = texts().plain
    parts = [
        Part(colour, word(f"impact.change.{name}"), int(row[name]))
        for name, colour in _COLOURS.items()
    ]
    same = int(row["signIns"]) - sum(each.count for each in parts)
    label = str(row["displayName"] or row["value"] or "")
    return Bar(label, [*parts, Part("same", word("impact.change.same"), same)])
