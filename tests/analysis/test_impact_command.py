"""`ostiary impact` as a person or a script runs it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from ostiary.analysis.log_fast_form import write_fast_form
from ostiary.cli.main import main
from tests.analysis.impact_cases import START, Row, batch_of

ALICE, BOB, ROBOT, ADMIN = (f"aaaaaaaa-0000-4000-8000-00000000000{n}" for n in (1, 2, 3, 4))
APP, OTHER = "dddddddd-0000-4000-8000-000000000001", "dddddddd-0000-4000-8000-000000000002"
MFA, LEGACY = "ffffffff-0000-4000-8000-000000000001", "ffffffff-0000-4000-8000-000000000002"
GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"


def policy(id_: str, name: str, state: str, grant: list[str], **conditions: object) -> Row:
    """A policy for everybody and everything, but for the conditions given."""
    return {
        "id": id_,
        "displayName": name,
        "state": state,
        "conditions": {
            "clientAppTypes": ["all"],
            "users": {"includeUsers": ["All"]},
            "applications": {"includeApplications": ["All"]},
            **conditions,
        },
        "grantControls": {"operator": "OR", "builtInControls": grant},
    }


TENANT: Row = {
    "tenantId": "99999999-0000-4000-8000-000000000000",
    "users": [
        {"id": id_, "displayName": name, "userPrincipalName": f"{name}@example.test"}
        for id_, name in ((ALICE, "alice"), (BOB, "bob"), (ROBOT, "robot"), (ADMIN, "admin"))
    ],
    "groups": [],
    "roleAssignments": [
        {
            "roleDefinitionId": GLOBAL_ADMINISTRATOR,
            "principalId": ADMIN,
            "directoryScopeId": "/",
        }
    ],
    "applications": [
        {"appId": APP, "displayName": "Payroll"},
        {"appId": OTHER, "displayName": "Archive"},
    ],
    "conditionalAccessPolicies": [
        policy(MFA, "Require MFA", "enabledForReportingButNotEnforced", ["mfa"]),
        policy(LEGACY, "Block legacy", "enabled", ["block"], clientAppTypes=["other"]),
    ],
}
DRAFT = policy(MFA, "Require MFA", "enabled", ["mfa"])


def row(user: str, hour: int, **facts: object) -> Row:
    """A sign-in with a password from a browser, unless said otherwise."""
    return {
        "created": START + timedelta(hours=hour),
        "category": "interactiveUser",
        "user_id": user,
        "resource_id": APP,
        "audiences": [APP],
        "ip": "192.0.2.1",
        "country": "DE",
        "client_app_type": "browser",
        "platform": "windows",
        "device_state": "",
        "sign_in_risk": "none",
        "user_risk": "none",
        "authentication_flow": "",
        "original_transfer_method": "",
        "grant": "authorization_code",
        "methods": ["password"],
        "mfa_satisfied": False,
        "request_id": f"request-{hour}",
        **facts,
    }


BACKGROUND: Row = {"category": "nonInteractiveUser", "grant": "refresh_token"}
ROWS = [
    row(ALICE, 0),
    row(ALICE, 1, mfa_satisfied=True, methods=["password", "sms"]),
    row(BOB, 24, **BACKGROUND),
    row(ROBOT, 25, **(BACKGROUND | {"grant": "password", "client_app_type": "other"})),
    row(ROBOT, 26, mfa_satisfied=None, methods=None),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tenant.json").write_text(json.dumps(TENANT), encoding="utf-8")
    (tmp_path / "draft.json").write_text(json.dumps(DRAFT), encoding="utf-8")
    write_fast_form([batch_of(ROWS)], tmp_path / "log.parquet")
    return tmp_path


def run(folder: Path, capsys: pytest.CaptureFixture[str], *asked: str) -> tuple[int, str, str]:
    """Run the command; FILE names stand for files of the folder."""
    arguments = [str(folder / each) if "." in each and "=" not in each else each for each in asked]
    code = main(["impact", "--tenant", str(folder / "tenant.json"), *arguments])
    told = capsys.readouterr()
    return code, told.out, told.err


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


def test_affected_sign_ins_are_written_with_the_policies_that_do_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("--draft", "draft.json", "--out", "affected.parquet", "log.parquet")
    assert run(folder, capsys, *asked)[0] == 0
    written: list[dict[str, Any]] = pq.read_table(folder / "affected.parquet").to_pylist()  # pyright: ignore[reportUnknownMemberType]  # stubs
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
    table = str(pq.read_table(folder / "a.parquet").to_pylist())  # pyright: ignore[reportUnknownMemberType]  # stubs
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
    assert "1  silent background break, 1 identities" in out
    assert "What this log cannot prove" in out


def test_a_fact_may_be_assumed_where_it_is_missing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    insider = policy(LEGACY, "Insiders", "enabled", ["block"], insiderRiskLevels="elevated")
    document = TENANT | {"conditionalAccessPolicies": [insider]}
    (folder / "tenant.json").write_text(json.dumps(document), encoding="utf-8")
    _, out, _ = run(folder, capsys, "--json", "log.parquet")
    report = json.loads(out)
    assert report["policies"][0]["failure"] == 5
    assert report["missingFacts"][0]["fact"] == "insider_risk"
    _, out, _ = run(folder, capsys, "--json", "--assume", "insiderRisk=none", "log.parquet")
    report = json.loads(out)
    assert report["policies"][0]["notApplied"] == 5
    assert report["assumed"] == {"insider_risk": "none"}


@pytest.mark.parametrize("asked", ["--assume=weather=fine", "--assume=insiderRisk"])
def test_an_assumption_that_is_none_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], asked: str
) -> None:
    code, out, err = run(folder, capsys, asked, "log.parquet")
    assert (code, out) == (2, "")
    assert "expected FACT=WORD" in err


def test_a_log_cut_off_gives_no_report(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = (folder / "log.parquet").read_bytes()
    (folder / "log.parquet").write_bytes(whole[: len(whole) // 2])
    asked = ("--json", "--html", "r.html", "--out", "a.parquet", "log.parquet")
    code, out, err = run(folder, capsys, *asked)
    assert (code, out) == (2, "")
    assert "log.parquet" in err
    assert {each.name for each in folder.iterdir()} == {"tenant.json", "draft.json", "log.parquet"}


def test_a_log_damaged_inside_gives_no_report(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = bytearray((folder / "log.parquet").read_bytes())
    whole[8:400] = bytes(392)
    (folder / "log.parquet").write_bytes(bytes(whole))
    code, out, _ = run(folder, capsys, "--json", "--out", "a.parquet", "log.parquet")
    assert (code, out) == (2, "")
    assert not (folder / "a.parquet").exists()


def test_a_log_without_any_sign_in_is_bad_input(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_fast_form([batch_of([])], folder / "log.parquet")
    code, out, err = run(folder, capsys, "--json", "log.parquet")
    assert (code, out) == (2, "")
    assert "came a log without any" in err


def test_a_draft_without_policies_is_bad_input(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "draft.json").write_text(json.dumps({"users": []}), encoding="utf-8")
    code, _, err = run(folder, capsys, "--draft", "draft.json", "log.parquet")
    assert code == 2
    assert "expected policies, came none" in err


def test_a_place_that_cannot_be_written_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = run(folder, capsys, "--out", "no/such/folder.parquet", "log.parquet")
    assert code == 2
    assert "nothing was written" in err


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
