"""Plans and drift for people: the summary, then section by section."""

from __future__ import annotations

from collections.abc import Iterable

from rich.padding import Padding

from ostiary.cli.tables import console, line
from ostiary.policycode.reporting import Section, Weight

_STYLES = {
    Weight.PLAIN: "",
    Weight.GOOD: "green",
    Weight.BAD: "bold red",
    Weight.DOUBTFUL: "yellow",
}


def show_sections(first: str, found: Iterable[Section]) -> None:
    """Print a first line and all sections."""
    page = console()
    page.print(line(first, "bold"))
    for section in found:
        page.print()
        page.print(line(section.heading, "bold"))
        for each in section.lines:
            page.print(Padding(line(each.text, _STYLES[each.weight]), (0, 0, 0, 2), expand=False))
            for below in each.below:
                page.print(Padding(line(below, "dim"), (0, 0, 0, 6), expand=False))
