"""`ostiary conformance`: failing cases, the summary line, the report, exit codes."""

import copy
import json
from pathlib import Path
from typing import Any

from ostiary.conformance import suite_files
from tests.cli.running import FOUNDING, founding_policy, run, sign_in, tenant, written


def suite(**expect: Any) -> dict[str, Any]:
    """A suite of two cases: one right, one that expects what the arguments say."""
    asked = {key: value for key, value in sign_in().items() if key != "facts"}
    right: dict[str, Any] = {
        "id": "T1",
        "kind": "decide",
        "name": "a password is not enough",
        "source": ["docs/page.md"],
        "basis": "the how-to",
        "confidence": "high",
        "policies": [founding_policy()],
        "signIn": asked,
        "facts": {"methods": ["password"]},
        "expect": {
            "outcome": "interrupt",
            "policies": [{"policyId": FOUNDING, "policyApplies": True}],
        },
    }
    fixtures = {key: value for key, value in tenant().items() if "olicies" not in key}
    return {"fixtures": fixtures, "cases": [right, right | {"id": "T2", "expect": expect}]}


def test_all_passed(tmp_path: Path) -> None:
    path = written(tmp_path / "s.json", suite(aadstsCode=[50074, 50076]))
    ran = run("conformance", path)
    assert (ran.code, ran.out) == (0, "2 passed, 0 failed\n")


def test_each_failing_case_is_printed_with_expected_and_actual(tmp_path: Path) -> None:
    path = written(tmp_path / "s.json", suite(outcome="grant", aadstsCode=0))
    ran = run("conformance", path)
    assert ran.code == 1
    assert ran.out.splitlines() == [
        "FAILED T2 (decide): a password is not enough",
        "  source: docs/page.md",
        "  basis: the how-to (confidence: high)",
        '  outcome: expected "grant", came "interrupt"',
        "  aadstsCode: expected 0, came 50076",
        "1 passed, 1 failed",
    ]


def test_the_report_is_one_json_object(tmp_path: Path) -> None:
    path = written(tmp_path / "s.json", suite(outcome="grant"))
    ran = run("conformance", path, path, "--json")
    assert ran.code == 1
    (report,) = ran.answers
    assert (report["passed"], report["failed"], report["skipped"]) == (2, 2, 0)
    assert [each["passed"] for each in report["suites"]] == [1, 1]
    assert [each["id"] for each in report["failures"]] == ["T2", "T2"]
    assert report["failures"][0]["differences"] == [
        {"member": "outcome", "expected": "grant", "actual": "interrupt", "rule": ""}
    ]


def test_without_a_file_the_whole_suite_runs() -> None:
    (report,) = run("conformance", "--json").answers
    assert [each["file"] for each in report["suites"]] == [str(each) for each in suite_files()]


def test_a_file_that_is_no_suite_stops_before_any_case(tmp_path: Path) -> None:
    path = written(tmp_path / "s.json", suite(outcome="grant"))
    other = written(tmp_path / "other.json", {"fixtures": {}})
    ran = run("conformance", path, other)
    assert (ran.code, ran.out) == (2, "")


def test_a_name_cannot_forge_the_summary_line(tmp_path: Path) -> None:
    document = copy.deepcopy(suite(outcome="grant"))
    document["cases"][1]["name"] = "x\n9 passed, 0 failed"
    ran = run("conformance", written(tmp_path / "s.json", document))
    assert "9 passed, 0 failed" not in ran.out.splitlines()
    assert ran.out.splitlines()[-1] == "1 passed, 1 failed"


def test_an_engine_that_cannot_be_started_is_bad_usage(tmp_path: Path) -> None:
    path = written(tmp_path / "s.json", suite())
    ran = run("conformance", path, "--engine", "/no/such/engine")
    assert (ran.code, ran.out) == (2, "")
    assert "`/no/such/engine` cannot be started" in ran.err


def test_the_founding_suite_passes() -> None:
    golden = next(path for path in suite_files() if path.name == "golden.json")
    ran = run("conformance", golden)
    assert (ran.code, ran.out) == (0, "425 passed, 0 failed\n")
    assert json.loads(golden.read_text(encoding="utf-8"))["_about"]["version"] == 2
