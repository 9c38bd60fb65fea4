"""The benchmark of administration on a tiny tenant: all requests are answered, the page tells."""

from pathlib import Path

from bench import administration
from bench.administration import CHANGE, EVALUATE, FIRST_LIST, LIST, Measured, Row
from tests.bench.test_bench_prove import TINY


def test_every_kind_of_request_is_measured(tmp_path: Path) -> None:
    measured = administration.measure(tmp_path, TINY, 2)
    assert [each.what for each in measured.rows] == [CHANGE, LIST, FIRST_LIST, EVALUATE]
    assert all(0 < each.median <= each.slow for each in measured.rows)
    assert any("lock nobody out" in line for line in administration.section(measured))


def test_a_promise_that_does_not_hold_is_told() -> None:
    rows = (Row(CHANGE, 0.7, 0.8, 0.6), Row(LIST, 0.02, 0.03, 0.01))
    lines = administration.table(Measured(1, rows, 0.0))
    assert [line.rsplit(": ", 1)[1] for line in lines[-2:]] == ["**no** |", "yes |"]
