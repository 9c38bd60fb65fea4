"""docs/security.md: which test shows each requirement, and how its last run ended."""

from __future__ import annotations

import re
from pathlib import Path

from docs.security_page import files_by_id, requirements, results, security_page

ROWS = [row for rows in requirements().values() for row in rows]
JUNIT = """<testsuites><testsuite>
<testcase name="test_AZ01_a[x]"/>
<testcase name="test_az01_b"><failure/></testcase>
<testcase name="test_SF01_a"/>
<testcase name="test_SF01_b"><skipped/></testcase>
<testcase name="test_CC05_a"><skipped/></testcase>
<testcase name="test_plain"/>
</testsuite></testsuites>"""


def test_every_requirement_stands_on_the_page_once() -> None:
    found = re.findall(r"^\| \*{0,2}([A-Z]{2}\d{2})\*{0,2} \|", security_page(), re.MULTILINE)
    assert found == [row.id for row in ROWS]
    assert len(set(found)) == len(found)


def test_a_requirement_without_a_test_is_open() -> None:
    shown = files_by_id()
    lines = security_page().splitlines()
    for row in ROWS:
        line = next(each for each in lines if re.match(rf"\| \*{{0,2}}{row.id}\b", each))
        assert line.endswith("| open |") is (row.id not in shown)
        assert line.startswith("| **") is row.gate


def test_the_worst_result_of_a_run_counts(tmp_path: Path) -> None:
    file = tmp_path / "junit.xml"
    file.write_text(JUNIT)
    assert results(file) == {"AZ01": "failed", "SF01": "passed", "CC05": "skipped"}
    assert results(None) == {}
