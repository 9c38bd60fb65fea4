"""The benchmark's page says what was measured, and what was not."""

from dataclasses import replace

import pytest

from bench import report
from bench.measure import Timing
from bench.names import FULL

MICRO = 1e-6


def timings(ours: float, cedar: float) -> dict[str, Timing]:
    return {
        "Ostiary": Timing(first=9 * MICRO, best=ours * MICRO),
        "plain interpreter": Timing(first=60 * MICRO, best=50 * MICRO),
        "Cedar (cedarpy)": Timing(first=cedar * MICRO, best=cedar * MICRO),
    }


@pytest.fixture
def measured() -> report.Measured:
    return report.Measured(
        size=FULL,
        requests=1_000,
        timings={20: timings(1, 70), 195: timings(1.5, 300), 1_000: timings(1.9, 1_400)},
        work=report.Work(
            all_results=90 * MICRO,
            with_sentences=4e-3,
            compile_policies=0.3,
            one_policy=60e-3,
            one_user=0.2e-3,
            memory=23_000_000,
        ),
        left_out={"Rego (regorus)": "does not install here"},
    )


def test_the_table_compares_and_names_what_was_left_out(measured: report.Measured) -> None:
    assert list(report.comparison(measured))[2:] == [
        "| Ostiary | 1.00 µs | 1.50 µs | 1.90 µs | 1 |",
        "| plain interpreter | 50 µs | 50 µs | 50 µs | 33 |",
        "| Cedar (cedarpy) | 70 µs | 300 µs | 1,400 µs | 200 |",
        "| Rego (regorus) | – | – | – | does not install here |",
    ]


def test_a_broken_promise_is_shown_as_broken(measured: report.Measured) -> None:
    rows = list(report.promises(measured))
    assert "| faster than cedarpy | ≥ 150 × | 200 × | yes |" in rows
    assert "| one policy changed | ≤ 50 ms | 60 ms | **no** |" in rows


def test_what_holds_in_every_promise_is_said_to_hold(measured: report.Measured) -> None:
    kept = replace(measured, work=replace(measured.work, one_policy=12e-3))
    assert not any("**no**" in row for row in report.promises(kept))


def test_the_page_names_machine_and_versions(measured: report.Measured) -> None:
    page = report.markdown(measured)
    assert "CPython" in page
    assert "cedarpy " in page
