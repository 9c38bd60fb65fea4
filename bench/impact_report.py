"""The impact benchmark's tables, and its part of docs/benchmarks.md."""

from collections.abc import Iterator, Mapping, Sequence

from bench.impact_contender import Turn
from bench.impact_rivals import DUCKDB_MEMORY
from bench.names import FULL
from bench.page import machine, versions

TITLES = {
    "scan": "plain Parquet scan of the same columns",
    "ours": "Ostiary: counts and distinct users",
    "draft": "Ostiary: the same, and the comparison with a draft",
    "duckdb": "DuckDB, one grouped mask",
    "polars": "Polars, one grouped mask",
}
RIVALS = ("duckdb", "polars")
Turns = Mapping[str, Sequence[Turn]]


def comparison(turns: Turns, rows: int) -> Iterator[str]:
    """One row a contender, by its best turn."""
    scan = _best(turns, "scan")
    yield "| what | million sign-ins/s | of the scan | processor time | peak memory |"
    yield "|---|--:|--:|--:|--:|"
    for name, title in TITLES.items():
        seconds = _best(turns, name)
        speed, share = rows / seconds / 1e6, scan / seconds
        processor = min(turn.processor for turn in turns[name])
        peak = max(turn.peak for turn in turns[name]) / 1e9
        yield f"| {title} | {speed:.2f} | {share:.0%} | {processor:.1f} s | {peak:.2f} GB |"


def promises(turns: Turns) -> Iterator[str]:
    """One row a promise: the bound, what was measured, and whether it holds."""
    scan, ours, draft = (_best(turns, name) for name in ("scan", "ours", "draft"))
    duckdb = _best(turns, "duckdb")
    peak = max(turn.peak for name in ("ours", "draft") for turn in turns[name])
    rows = [
        ("share of the scan's speed", "≥ 20 %", f"{scan / ours:.1%}", scan / ours >= 0.20),
        ("times the DuckDB query", "≥ 3", f"{duckdb / ours:.1f}", duckdb / ours >= 3),
        ("with a draft, of the scan", "≥ 12 %", f"{scan / draft:.1%}", scan / draft >= 0.12),
        ("peak memory", "≤ 2 GB", f"{peak / 1e9:.2f} GB", peak <= 2e9),
    ]
    yield "| promise | bound | measured | holds |"
    yield "|---|--:|--:|---|"
    for what, bound, value, holds in rows:
        yield f"| {what} | {bound} | {value} | {'yes' if holds else '**no**'} |"


def _best(turns: Turns, name: str) -> float:
    return min(turn.seconds for turn in turns[name])


def markdown(turns: Turns, rows: int) -> str:
    """The impact's part of the page."""
    return "\n".join(
        [*_opening(rows), *comparison(turns, rows), "", *promises(turns), *_method(turns)]
    )


def _opening(rows: int) -> Iterator[str]:
    yield "## Impact in bulk"
    yield ""
    yield f"{rows:,} sign-ins of one Parquet file by 195 policies; two threads for each contender."
    yield ""


def _method(turns: Turns) -> Iterator[str]:
    packages = ["duckdb", "polars", "pyarrow", "numba"]
    yield f"""
### What is timed there

- **Log**: `ostiary log generate`, in the fast form; **tenant**: the one above, {FULL.users:,} users
  and {FULL.ranges:,} ranges.
- **Scan**: the columns that the analysis reads, decoded and thrown away.
- **Ostiary**: the whole of `impact`: reading, resolving every distinct user, address and way of
  signing in, deciding, counting by policy, category, day, application, place, platform, client and
  risk, distinct users, samples, evidence. The draft puts every report-only policy into force.
- **DuckDB and Polars** (`bench/impact_rivals.py`) are handed tables from facts to masks, worked out
  beforehand and outside of their time. They join these, AND the masks, group by mask and standing,
  and give by policy: applied, failing, waiting, distinct users; nothing by day, application or
  place. DuckDB may hold {DUCKDB_MEMORY}.
- **Turns**: contenders take turns, each in a process of its own; a figure is the best of
  {len(turns["ours"])} turns ({len(turns["duckdb"])} for DuckDB and Polars) by the clock on the \
wall. Peak memory is that of the
  whole process, the compiled tenant and its document included.

{machine()}; {versions(packages)}."""
