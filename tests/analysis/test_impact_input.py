"""What `ostiary impact` does with input that is not what it should be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ostiary.analysis.log_arrow import arrow, parquet
from ostiary.analysis.log_fast_form import write_fast_form
from ostiary.cli.main import main
from tests.analysis.impact_cases import batch_of
from tests.analysis.impact_tenant import (
    ALICE,
    LEGACY,
    TENANT,
    policy,
    row,
    run,
    written,
)

SIGN_INS = Path(__file__).parents[3] / "shared" / "signins"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return written(tmp_path)


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


def test_columns_that_a_csv_does_not_have_are_missing_facts(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "log.csv").write_text(
        f"CreatedDateTime,UserId,AppId\n2026-10-01T00:00:00Z,{ALICE},a\n"
    )
    code, out, _ = run(folder, capsys, "--json", "log.csv")
    report = json.loads(out)
    assert (code, report["rows"]["read"]) == (0, 1)
    missing = {each["fact"]: each["rows"] for each in report["missingFacts"]}
    assert missing == {"client_app_type": 1, "mfa_satisfied": 1, "resource_id": 1}
    _, out, _ = run(folder, capsys, "log.csv")
    told = " ".join(out.split())  # however wide the terminal is
    assert "Client app: missing in 1 of 1 rows; 1 policy asks for it." in told
    assert "address not recorded" in told


OTHER_LOGS = {
    "cloud.json": '{"eventName": "ConsoleLogin", "userIdentity": {"arn": "arn:aws:iam::1:user/a"}}',
    "okta.json": '{"actor": {"alternateId": "a@b.example"}, "eventType": "user.session.start"}',
    "cloud.csv": "eventName,userName,sourceIPAddress\nConsoleLogin,a,192.0.2.1\n",
}


@pytest.mark.parametrize("name", OTHER_LOGS)
def test_a_log_of_another_product_gives_no_report(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (folder / name).write_text(OTHER_LOGS[name], encoding="utf-8")
    before = {each.name for each in folder.iterdir()}
    code, out, err = run(folder, capsys, "--json", "--html", "r.html", "--out", "a.parquet", name)
    assert (code, out) == (2, "")
    assert f"{name}: no sign-in log: " in err
    assert {each.name for each in folder.iterdir()} == before


def test_parquet_of_another_shape_cut_off_gives_no_report(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    columns = {"UserId": [ALICE] * 9, "AppId": ["a"] * 9, "IPAddress": ["192.0.2.1"] * 9}
    parquet.write_table(arrow.table(columns), folder / "table.parquet")
    assert run(folder, capsys, "--json", "table.parquet")[0] == 0
    whole = (folder / "table.parquet").read_bytes()
    (folder / "table.parquet").write_bytes(whole[:-100])
    code, out, err = run(folder, capsys, "--json", "table.parquet")
    assert (code, out) == (2, "")
    assert "expected a Parquet file, came one that is damaged or cut off" in err


@pytest.mark.skipif(
    not SIGN_INS.is_dir(), reason="../shared/signins is absent: third-party data, not shipped"
)
def test_the_public_samples_are_counted_whole(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tenant = ("impact", "--json", "--tenant", str(folder / "tenant.json"))
    assert main([*tenant, str(SIGN_INS)]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["rows"]["read"], report["rows"]["unreadable"]) == (82, 0)
    assert any("signinLogs.csv: left out" in note for note in report["notes"])
    (query,) = SIGN_INS.rglob("signinLogs.csv")
    assert main([*tenant, str(query)]) == 2
    assert "no column tells who signs in" in capsys.readouterr().err


def test_what_cannot_be_evaluated_in_report_only_is_a_failure_that_rests_on_missing_facts(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = {"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]}
    state = "enabledForReportingButNotEnforced"
    somewhere = policy(LEGACY, "Elsewhere", state, ["mfa"], locations=places)
    document = TENANT | {"conditionalAccessPolicies": [somewhere]}
    (folder / "tenant.json").write_text(json.dumps(document), encoding="utf-8")
    satisfied = row(ALICE, 0, mfa_satisfied=True)
    write_fast_form([batch_of([satisfied, satisfied | {"ip": "nowhere"}])], folder / "log.parquet")
    _, out, _ = run(folder, capsys, "--json", "log.parquet")
    report = json.loads(out)
    (entry,) = report["policies"]
    assert (entry["reportOnlySuccess"], entry["reportOnlyFailure"]) == (1, 1)
    assert report["restOnMissingFacts"] == 1
