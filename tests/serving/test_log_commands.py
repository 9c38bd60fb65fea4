"""`ostiary log search` and `export` on the log of a server, while it runs."""

from __future__ import annotations

import json
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ostiary.model.errors import InputError
from ostiary.serving.sign_in_search import read_error, read_since
from tests.cli.running import Ran, run
from tests.web.serving import DAEMON, POLICY, Served, serve

ASTRID, MFA = "astrid@fjordvik.example", "Require MFA for Azure management"
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.fixture
def served(tmp_path: Path) -> Generator[Served]:
    """Five attempts: two good ones, a wrong password, one that nobody is, one without MFA."""
    folder = tmp_path / "data"
    folder.mkdir()
    made = serve(folder)
    made.by_password()
    made.as_daemon()
    made.by_password(word="wrong")
    made.by_password(user="nobody@fjordvik.example")
    made.enrol()
    made.policy("enabledForReportingButNotEnforced")
    made.by_password()
    yield made
    made.service.store.close()


def found(served: Served, tmp_path: Path, *more: str) -> list[dict[str, Any]]:
    (answer,) = run("log", "search", "--data", tmp_path / "data", "--json", *more).answers
    return answer["value"]


def codes(rows: list[dict[str, Any]]) -> list[int]:
    return [each["status"]["errorCode"] for each in rows]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ((), [0, 50034, 50126, 0, 0]),
        (("--limit", "2"), [0, 50034]),
        (("--user", "Astrid@Fjordvik.example"), [0, 50126, 0]),
        (("--user", "nobody@fjordvik.example"), [50034]),
        (("--user", DAEMON), [0]),
        (("--app", "backup"), [0]),
        (("--error", "AADSTS50126"), [50126]),
        (("--error", "0"), [0, 0, 0]),
        (("--policy", MFA), [0]),
        (("--policy", POLICY, "--user", ASTRID), [0]),
        (("--policy", "Only from the office"), []),
        (("--since", "2026-11-22T08:00:02Z"), [0]),
        (("--since", "2030-01-01"), []),
    ],
)
def test_sign_ins_are_found(
    served: Served, tmp_path: Path, asked: tuple[str, ...], expected: list[int]
) -> None:
    assert codes(found(served, tmp_path, *asked)) == expected


def test_a_table_for_people(served: Served, tmp_path: Path) -> None:
    ran = run("log", "search", "--data", tmp_path / "data", "--policy", MFA, COLUMNS="200")
    assert (ran.code, ran.err) == (0, "")
    for part in (ASTRID, "2026-11-22 08:00:0", "reportOnlyInterrupted", "203.0.113.7"):
        assert part in ran.out


def test_CS06_what_somebody_typed_does_not_steer_the_terminal(
    served: Served, tmp_path: Path
) -> None:
    served.by_password(user="\x1b[31mroot\n2026 forged@x")
    ran = run("log", "search", "--data", tmp_path / "data", "--limit", "1", COLUMNS="200")
    assert "\x1b" not in ran.out
    assert not any(line.startswith("2026 forged") for line in ran.out.splitlines())


def test_nothing_found_is_no_error(served: Served, tmp_path: Path) -> None:
    ran = run("log", "search", "--data", tmp_path / "data", "--error", "1")
    assert (ran.code, ran.out) == (0, "No sign-in is like that.\n")


def exported(tmp_path: Path, *more: str) -> Ran:
    out = tmp_path / "log.parquet"
    return run("log", "export", "--data", tmp_path / "data", *more, out)


def test_impact_reads_what_is_exported(served: Served, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    tenant = tmp_path / "tenant"
    ran = exported(tmp_path, "--with-tenant", str(tenant), "--json")
    out = tmp_path / "log.parquet"
    assert ran.answers == [{"out": str(out), "rows": 5, "tenant": str(tenant)}]
    draft = tmp_path / "draft.json"
    served.policy("enabled")
    policy = served.service.store.policies.need(POLICY)
    draft.write_text(json.dumps(dict(policy.document)), encoding="utf-8")
    impact = run("impact", "--tenant", tenant, "--draft", draft, out, "--json")
    assert impact.code == 0
    (report,) = impact.answers
    assert report["rows"]["read"] == 5
    mfa = next(each for each in report["policies"] if each["id"] == POLICY)
    assert (mfa["failure"], mfa["notApplied"]) == (4, 1)


def test_an_export_may_begin_later(served: Served, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    ran = exported(tmp_path, "--since", "2026-11-22T08:00:02Z")
    assert ran.out == f"1 sign-ins written to {tmp_path}/log.parquet\n"


@pytest.mark.parametrize(
    ("text", "then"),
    [
        ("90m", datetime(2026, 11, 22, 6, 30, tzinfo=UTC)),
        ("7d", datetime(2026, 11, 15, 8, tzinfo=UTC)),
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=UTC)),
        ("2026-11-20T10:00:00+02:00", datetime(2026, 11, 20, 8, tzinfo=UTC)),
    ],
)
def test_when_is_read(text: str, then: datetime) -> None:
    assert read_since(text, NOW) == then


@pytest.mark.parametrize("text", ["yesterday", "7", "d", "-3d", "2026-13-01"])
def test_another_when_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="expected a time or how long ago"):
        read_since(text, NOW)


def test_an_error_that_is_no_number_is_refused() -> None:
    with pytest.raises(InputError, match="expected an error code, came `blocked`"):
        read_error("blocked")


def test_a_folder_without_data_is_told(tmp_path: Path) -> None:
    ran = run("log", "search", "--data", tmp_path)
    assert ran.code == 2
    assert "expected the data of a server" in ran.err
