"""What the pages of the admin center weigh and take, as a table."""

from collections.abc import Iterator
from dataclasses import dataclass

from bench.page import machine

MOST_BYTES = 120_000
MOST_MS = 300.0


@dataclass(frozen=True, slots=True)
class Row:
    """A page: bytes of it alone and with its files, milliseconds until its answer is whole.

    `visible` is when Chromium had painted it, files and all, None where no browser was asked.
    """

    name: str
    address: str
    status: int
    next_bytes: int
    first_bytes: int
    median: float
    slowest: float
    visible: float | None = None

    @property
    def holds(self) -> bool:
        """Whether both goals are met."""
        slow = max(self.median, self.visible or 0.0)
        return self.first_bytes <= MOST_BYTES and slow <= MOST_MS and self.status == 200


@dataclass(frozen=True, slots=True)
class Measured:
    """The pages, in a store of so many users and sign-ins; `missing` says why no browser was."""

    users: int
    sign_ins: int
    rows: tuple[Row, ...]
    missing: str
    load: float


def table(measured: Measured) -> list[str]:
    """Give one line a page, the heaviest first, and whether it meets the goals."""
    return [
        "| page | answer | slowest | painted | first visit | next | goal |",
        "|---|--:|--:|--:|--:|--:|---|",
        *_lines(measured),
    ]


def _lines(measured: Measured) -> Iterator[str]:
    for row in sorted(measured.rows, key=lambda each: (-each.first_bytes, each.name)):
        painted = "" if row.visible is None else f"{row.visible:.0f} ms"
        goal = "yes" if row.holds else "**no**"
        if row.status != 200:
            goal += f" ({row.status})"
        yield (
            f"| `{row.name}` | {row.median:.0f} ms | {row.slowest:.0f} ms | {painted} | "
            f"{row.first_bytes / 1000:.1f} kB | {row.next_bytes / 1000:.1f} kB | {goal} |"
        )


def section(measured: Measured) -> list[str]:
    """Give the part of docs/benchmarks.md about the pages of the admin center."""
    browser = (
        f"Chromium was left out: {measured.missing}."
        if measured.missing
        else ("*Painted*: Chromium had shown the page, files and all; medians, as the answers.")
    )
    return [
        "## Pages of the admin center",
        "",
        f"{measured.users:,} users, 195 policies and {measured.sign_ins:,} sign-ins in a store on "
        "SQLite; a server process,",
        "asked over HTTP by one administrator. Every page of the table of routes that can be "
        "opened. Goals: a page is there",
        f"in {MOST_MS:.0f} ms, and a first visit transfers at most {MOST_BYTES // 1000} kB, with "
        "headers and compressed files;",
        f"at the next the files are kept. {browser}",
        "",
        *table(measured),
        "",
        f"{machine()}; load of the machine {measured.load:.1f}.",
    ]
