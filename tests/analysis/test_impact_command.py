"""`ostiary impact` as a person or a script runs it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from ostiary.analysis.impact import impact_of_batches
from ostiary.analysis.log_arrow import parquet
from ostiary.analysis.report_notebook import notebook
from ostiary.tenant.tenant import load_tenant
from tests.analysis.impact_cases import batch_of
from tests.analysis.impact_tenant import (
    ADMIN,
    ALICE,
    APP,
    BOB,
    DRAFT,
    LEGACY,
    MFA,
    OTHER,
    ROBOT,
    ROWS,
    TENANT,
    policy,
    run,
    written,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return written(tmp_path)


def test_the_json_has_the_promised_members(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(folder, capsys, "--json", "log.parquet")
    assert code == 0
    report = json.loads(out)
    assert {
        *("window", "rows", "policies", "by", "change", "neverSeen", "refused", "missingFacts"),
    } <= set(report)
    assert report["rows"] == {
        "read": 5,
        "unreadable": 0,
        "byCategory": {
            "interactiveUser": 3,
            "nonInteractiveUser": 2,
            "servicePrincipal": 0,
            "managedIdentity": 0,
        },
        "unreadableSamples": [],
    }
    assert set(report["by"]) == {"day", "app", "platform", "clientApp", "location", "risk"}
    assert report["change"] is None
    names = ("success", "failure", "interrupted", "notApplied")
    report_only = tuple(f"reportOnly{n[0].upper()}{n[1:]}" for n in names)
    for entry in report["policies"]:
        assert sum(entry[name] for name in (*names, *report_only)) == 5
    mfa, legacy = report["policies"]
    # a legacy client could never answer, but report-only draws the line by the control
    assert (mfa["reportOnlySuccess"], mfa["reportOnlyInterrupted"], mfa["users"]) == (1, 4, 3)
    assert (legacy["failure"], legacy["notApplied"], legacy["users"]) == (1, 4, 1)
    assert [each["value"] for each in report["by"]["day"]] == ["2026-10-01", "2026-10-02"]


def test_a_draft_of_one_policy_takes_the_place_of_the_one_it_is_about(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(folder, capsys, "--json", "--draft", "draft.json", "log.parquet")
    assert code == 0
    assert "changes to the current policies" in err
    report = json.loads(out)
    change = report["change"]
    assert {name: change[name] for name in change if isinstance(change[name], int)} == {
        "unchanged": 2,
        "newlyPrompted": 2,
        "newlyBlocked": 0,
        "silentBackgroundBreak": 1,
        "newlyAllowed": 0,
        "peopleAffected": 3,
    }
    assert change["draft"]["changed"] == [{"id": MFA, "displayName": "Require MFA"}]
    assert change["draft"]["unchanged"] == 1
    assert change["restsOnMissingFacts"]["newlyPrompted"] == 1
    assert [each["requestId"] for each in report["samples"]] == [
        "request-0",
        "request-26",
        "request-24",
    ]
    assert report["samples"][0]["policies"] == [{"id": MFA, "displayName": "Require MFA"}]
    assert [each["id"] for each in report["serviceAccounts"]] == [ROBOT]


def test_a_draft_of_several_policies_is_the_whole_set(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = [DRAFT, policy("ffffffff-0000-4000-8000-000000000003", "New", "enabled", ["block"])]
    (folder / "set.json").write_text(json.dumps({"value": whole}), encoding="utf-8")
    code, out, err = run(folder, capsys, "--json", "--draft", "set.json", "log.parquet")
    assert code == 0
    assert "the whole set" in err
    draft = json.loads(out)["change"]["draft"]
    assert [len(draft[word]) for word in ("added", "changed", "removed")] == [1, 1, 1]


def test_the_report_states_what_it_cannot_prove(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out, _ = run(folder, capsys, "--json", "log.parquet")
    report = json.loads(out)
    never = report["neverSeen"]
    assert never["administrators"]["named"] == [{"id": ADMIN, "displayName": "admin@example.test"}]
    assert [each["id"] for each in never["apps"]["named"]] == [OTHER]
    missing = {each["fact"]: each["rows"] for each in report["missingFacts"]}
    assert missing["mfa_satisfied"] == 1
    # the robot's last sign-in: whether it had shown multifactor authentication is unknown
    assert report["restOnMissingFacts"] == 1


def test_affected_sign_ins_are_written_with_the_policies_that_do_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("--draft", "draft.json", "--out", "affected.parquet", "log.parquet")
    assert run(folder, capsys, *asked)[0] == 0
    written: list[dict[str, Any]] = parquet.read_table(folder / "affected.parquet").to_pylist()
    assert [(each["request_id"], each["kind"]) for each in written] == [
        ("request-0", "newlyPrompted"),
        ("request-24", "silentBackgroundBreak"),
        ("request-26", "newlyPrompted"),
    ]
    assert {tuple(each["policy_names"]) for each in written} == {("Require MFA",)}


def test_a_pseudonymised_report_names_nobody(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("--json", "--pseudonymise", "--draft", "draft.json", "log.parquet")
    _, out, _ = run(folder, capsys, *asked, "--html", "r.html", "--out", "a.parquet")
    page = (folder / "r.html").read_text(encoding="utf-8")
    table = str(parquet.read_table(folder / "a.parquet").to_pylist())
    for text in (out, page, table):
        for secret in ("alice", "bob@", ALICE, BOB, ROBOT, ADMIN, "192.0.2.1", "request-24"):
            assert secret not in text
    assert "user-1" in out
    assert "Require MFA" in out


def test_the_html_report_needs_nothing_else(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hostile = policy(LEGACY, "<script>alert(1)</script>", "enabled", ["block"])
    document = TENANT | {"conditionalAccessPolicies": [hostile]}
    (folder / "tenant.json").write_text(json.dumps(document), encoding="utf-8")
    assert run(folder, capsys, "--html", "report.html", "log.parquet")[0] == 0
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "src=" not in page
    assert "@import" not in page
    assert page.count("http") == page.count("http-equiv") + page.count("http://www.w3.org/2000/svg")
    assert "prefers-color-scheme:dark" in page


def test_people_read_the_answer_first(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(folder, capsys, "--draft", "draft.json", "log.parquet")
    assert out.splitlines()[0].startswith("5 sign-ins of 3 users, 2026-10-01T08:00:00Z to")
    assert "1  silent background break, 1 identity" in out
    assert "What this log cannot prove" in out


def test_json_lines_of_graph_give_the_same_counts_as_the_fast_form(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    records = [
        {
            "id": f"request-{number}",
            "createdDateTime": "2026-10-01T08:00:00Z",
            "userId": ALICE,
            "appId": APP,
            "resourceId": APP,
            "ipAddress": "192.0.2.1",
            "clientAppUsed": "Browser",
            "isInteractive": True,
            "status": {"errorCode": 0},
        }
        for number in range(3)
    ]
    (folder / "log.json").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    code, out, _ = run(folder, capsys, "--json", "log.json", "log.parquet")
    assert code == 0
    report = json.loads(out)
    assert report["rows"]["read"] == 8
    assert all(
        sum(v for k, v in each.items() if isinstance(v, int) and not k.startswith("users")) == 8
        for each in report["policies"]
    )


def test_batches_may_have_other_string_types() -> None:
    """Columns that a caller did not number are numbered here."""
    batch = batch_of(ROWS)
    plain = pa.RecordBatch.from_pylist(batch.to_pylist())
    policies = load_tenant(TENANT).compiled
    one, other = (impact_of_batches(policies, [each]) for each in (batch, plain))
    assert one.to_json() == other.to_json()
    assert "Require MFA" in notebook(one)
