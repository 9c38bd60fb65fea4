"""The benchmark of sign-ins on a tiny tenant: people come in, refresh, and the page tells how."""

from pathlib import Path

from bench import sign_in, sign_in_report
from bench.sign_in_report import OURS, Figures, Measured, Rates
from tests.bench.test_bench_prove import TINY


def test_people_of_the_benchmark_sign_in_and_refresh(tmp_path: Path) -> None:
    measured = sign_in.measure(tmp_path, sign_in.Effort(TINY, 10, 0.2), beside=False)
    ours = measured.found[OURS]
    assert ours.sign_ins.of_clock > 0
    assert ours.refreshes.of_processor > 0
    assert 0 < ours.median <= ours.p99
    assert any("left out" in line for line in sign_in_report.tables(measured))


def test_a_promise_that_does_not_hold_is_told() -> None:
    slow = Figures(Rates(10, 10), Rates(30, 30), 0.05, 0.07)
    lines = sign_in_report.tables(Measured(1, 1000.0, {OURS: slow}, "no Node", 0.0))
    assert [line.rsplit("| ", 1)[1] for line in lines[-3:]] == ["**no** |", "**no** |", "yes |"]
    assert "no Node" in sign_in_report.markdown(Measured(1, 1000.0, {OURS: slow}, "no Node", 0.0))
