"""The benchmark of the admin center's pages on a tiny store: all are opened, the page tells."""

from pathlib import Path

from bench import admin_pages, admin_pages_report
from bench.admin_pages_report import Measured, Row
from bench.large_store import Amounts, make_store
from ostiary.admin.pages import PAGES


def test_every_page_is_opened_and_counted(tmp_path: Path) -> None:
    amounts = Amounts(users=200, sign_ins=60, drawn=20)
    measured = admin_pages.measure(make_store(tmp_path, amounts), amounts, browser=False)
    routes = {each.path for part in PAGES for each in part.ROUTES if each.method == "GET"}
    opened = {each.name for each in measured.rows}
    assert {"/policies", "/policies/{id}", "/sign-ins", "/sign-ins/{id}"} <= opened <= routes
    assert {each.status for each in measured.rows} == {200}
    assert all(1_000 < each.next_bytes < each.first_bytes for each in measured.rows)
    assert any("left out" in line for line in admin_pages_report.section(measured))


def test_a_goal_that_is_missed_is_told() -> None:
    slow = Row("/a", "/a", 200, 1_000, 2_000, 10.0, 11.0, 301.0)
    heavy = Row("/b", "/b", 200, 1_000, 120_001, 10.0, 11.0)
    refused = Row("/c", "/c", 403, 1_000, 2_000, 10.0, 11.0)
    good = Row("/d", "/d", 200, 1_000, 120_000, 300.0, 500.0, 300.0)
    lines = admin_pages_report.table(Measured(1, 1, (slow, heavy, refused, good), "", 0.0))
    told = {line.split("`")[1]: line.rsplit("| ", 1)[1] for line in lines[2:]}
    assert told == {"/a": "**no** |", "/b": "**no** |", "/c": "**no** (403) |", "/d": "yes |"}
