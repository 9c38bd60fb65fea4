"""Charts as SVG inside the page: colours come from the style sheet, numbers from titles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_WIDTH = 1000
_HEIGHT = 200
_ROW = 30
_HALF = 460
_LABEL = 190


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bar: its colour (`good`, `bad`, …), its name, how much."""

    colour: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label and its parts in order."""

    label: str
    parts: Sequence[Part]

    @property
    def total(self) -> int:
        """The whole bar."""
        return sum(part.count for part in self.parts)

    @property
    def told(self) -> str:
        """Say it in words."""
        named = ", ".join(f"{part.count:,} {part.name}" for part in self.parts if part.count)
        return f"{self.label}: {named or 'none'}"


def columns(bars: Sequence[Bar], title: str) -> str:
    """Draw standing bars in a row, as for days."""
    if not bars:
        return ""
    most = max(max(bar.total for bar in bars), 1)
    step = (_WIDTH - 60) / len(bars)
    width = max(1.0, min(step - 2, 46))
    drawn: list[str] = []
    for number, bar in enumerate(bars):
        x, y = 56 + number * step + (step - width) / 2, float(_HEIGHT)
        shapes: list[str] = []
        for part in bar.parts:
            height = part.count / most * (_HEIGHT - 20)
            y -= height
            if height > 0:
                shapes.append(_rect(x, y, width, height, part.colour))
        drawn.append(f"<g><title>{escape(bar.told)}</title>{''.join(shapes)}</g>")
    ticks = _labels(bars, step)
    axis = (
        f'<line class="axis" x1="56" x2="{_WIDTH}" y1="{_HEIGHT}" y2="{_HEIGHT}"/>'
        f'<line class="axis" x1="56" x2="{_WIDTH}" y1="20" y2="20"/>'
        f'<text x="50" y="24" text-anchor="end">{_short(most)}</text>'
        f'<text x="50" y="{_HEIGHT}" text-anchor="end">0</text>'
    )
    return _svg(_WIDTH, _HEIGHT + 26, title, axis + "".join(drawn) + ticks)


def _labels(bars: Sequence[Bar], step: float) -> str:
    every = max(1, -(-len(bars) // 10))
    return "".join(
        f'<text x="{56 + n * step + step / 2:.0f}" y="{_HEIGHT + 18}" '
        f'text-anchor="middle">{escape(bars[n].label)}</text>'
        for n in range(0, len(bars), every)
    )


def rows(bars: Sequence[Bar], title: str) -> str:
    """Draw lying bars one below the other, as for applications."""
    if not bars:
        return ""
    most = max(max(bar.total for bar in bars), 1)
    drawn: list[str] = []
    for number, bar in enumerate(bars):
        y, x = number * _ROW, float(_LABEL)
        shapes: list[str] = []
        for part in bar.parts:
            width = part.count / most * (_HALF - _LABEL - 62)
            if width > 0:
                shapes.append(_rect(x, y + 7, max(width, 0.8), 16, part.colour))
            x += width
        drawn.append(
            f"<g><title>{escape(bar.told)}</title>"
            f'<text class="of" x="{_LABEL - 8}" y="{y + 19}" text-anchor="end">'
            f"{escape(_cut(bar.label))}</text>{''.join(shapes)}"
            f'<text x="{x + 6:.1f}" y="{y + 19}">{_short(bar.total)}</text></g>'
        )
    return _svg(_HALF, len(bars) * _ROW, title, "".join(drawn))


def mini(bar: Bar) -> str:
    """Draw one bar for a cell of a table."""
    total, x = max(bar.total, 1), 0.0
    shapes: list[str] = []
    for part in bar.parts:
        width = part.count / total * 140
        if part.count:
            shapes.append(_rect(x, 3, max(width, 0.8), 12, part.colour))
        x += width
    return _svg(140, 18, bar.told, f"<title>{escape(bar.told)}</title>{''.join(shapes)}")


def _rect(x: float, y: float, width: float, height: float, colour: str) -> str:
    return (
        f'<rect class="f-{colour}" x="{x:.1f}" y="{y:.1f}" '
        f'width="{width:.1f}" height="{height:.1f}"/>'
    )


def _svg(width: int, height: int, title: str, inner: str) -> str:
    return (
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(title)}" '
        f'xmlns="http://www.w3.org/2000/svg">{inner}</svg>'
    )


def _short(count: int) -> str:
    """Write a count in few characters."""
    for unit, size in (("M", 1_000_000), ("k", 1_000)):
        if count >= size:
            number = count / size
            return f"{number:.0f} {unit}" if number >= 100 else f"{number:.3g} {unit}"
    return str(count)


def _cut(label: str) -> str:
    return label if len(label) <= 25 else f"{label[:24]}…"
