"""The impact benchmark compares like with like."""

from pathlib import Path

import pytest

pytest.importorskip("polars", reason="polars is not installed")

from bench import impact, impact_report, impact_rivals, names, page
from bench.impact_contender import Turn


def test_all_contenders_count_alike(tmp_path: Path) -> None:
    log = impact.make(tmp_path, 5_000, names.Size(users=300, groups=60, ranges=300, apps=30))
    prepared = impact_rivals.Prepared.load(tmp_path / "tenant.json", log)
    impact_rivals.scan(prepared)
    expected = impact_rivals.ours(prepared)
    known = impact_rivals.classes(prepared)
    assert impact_rivals.in_duckdb(prepared, known) == expected
    assert impact_rivals.in_polars(prepared, known) == expected
    assert sum(counts[0] for counts in expected.values()) > 5_000


def turn(seconds: float, peak: float = 1e9) -> Turn:
    return Turn(seconds, 2 * seconds, int(peak))


TURNS = {
    "scan": [turn(1.5), turn(1)],
    "ours": [turn(4), turn(6)],
    "draft": [turn(10, 2.5e9)],
    "duckdb": [turn(14)],
    "polars": [turn(8)],
}


def test_the_best_turn_of_each_counts() -> None:
    rows = list(impact_report.comparison(TURNS, 10_000_000))[2:]
    assert rows[1] == "| Ostiary: counts and distinct users | 2.50 | 25% | 8.0 s | 1.00 GB |"
    assert rows[3] == "| DuckDB, one grouped mask | 0.71 | 7% | 28.0 s | 1.00 GB |"


def test_a_broken_promise_is_shown_as_broken() -> None:
    assert list(impact_report.promises(TURNS))[2:] == [
        "| share of the scan's speed | ≥ 20 % | 25.0% | yes |",
        "| times the DuckDB query | ≥ 3 | 3.5 | yes |",
        "| with a draft, of the scan | ≥ 12 % | 10.0% | **no** |",
        "| peak memory | ≤ 2 GB | 2.50 GB | **no** |",
    ]


def test_a_part_of_the_page_is_replaced_and_the_others_stay(tmp_path: Path) -> None:
    told = tmp_path / "docs" / "benchmarks.md"
    page.write("impact", "## Impact\n\nmeasured long ago\n", told)
    page.write("engine", "# Benchmarks\n", told)
    page.write("impact", impact_report.markdown(TURNS, 10_000_000), told)
    text = told.read_text(encoding="utf-8")
    assert text.startswith("<!-- engine -->\n\n# Benchmarks\n\n<!-- impact -->\n\n## Impact in")
    assert "long ago" not in text
    assert "duckdb " in text
