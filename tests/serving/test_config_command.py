"""`ostiary config check` shows what is in force, or everything that is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.cli.running import Ran, run


def check(folder: Path, text: str, *more: str, **variables: str) -> Ran:
    (folder / "ostiary.toml").write_text(text, encoding="utf-8")
    (folder / "ostiary.toml").chmod(0o600)
    return run("config", "check", "--data", folder, *more, **variables)


def test_the_values_are_shown_with_where_they_come_from(tmp_path: Path) -> None:
    ran = check(tmp_path, "workers = 2\n", OSTIARY_LISTEN__LOGIN_PORT="443", COLUMNS="400")
    assert (ran.code, ran.err) == (0, "")
    rows = {line.split()[0]: line.split()[1:] for line in ran.out.splitlines() if line.strip()}
    assert rows["workers"] == ["2", *f"{tmp_path}/ostiary.toml, line 1".split()]
    assert rows["listen.login_port"] == ["443", "variable", "OSTIARY_LISTEN__LOGIN_PORT"]
    assert rows["graph_url"] == ['"https://localhost:8445"', "default"]


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    text = 'database = "postgresql://o:hunter2@db/x"\n[alerts]\nwebhook_url = "https://x/hunter2"\n'
    variables = {"OSTIARY_ALERTS__WEBHOOK_SECRET": "hunter2"}
    for more in ((), ("--json",)):
        ran = check(tmp_path, text, *more, **variables)
        assert (ran.code, "hunter2" in ran.out + ran.err) == (0, False)


def test_json_tells_the_same(tmp_path: Path) -> None:
    ran = check(tmp_path, 'database = "postgresql://o@db/x"\n', "--json")
    (answer,) = ran.answers
    named: dict[str, Any] = {each["name"]: each for each in answer["settings"]}
    where = f"{tmp_path}/ostiary.toml, line 1"
    assert named["database"] == {
        "name": "database",
        "value": None,
        "secret": True,
        "isSet": True,
        "origin": where,
    }
    assert named["workers"]["value"] == 1
    assert (answer["good"], answer["errors"], answer["warnings"]) == (True, [], [])


def test_all_errors_at_once_and_exit_code_2(tmp_path: Path) -> None:
    ran = check(tmp_path, "wrokers = 1\nworkers = 0\n")
    file = f"{tmp_path}/ostiary.toml"
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines() == [
        f"ostiary: {file}, line 1: there is no setting `wrokers`; is `workers` meant?",
        f"ostiary: {file}, line 2: `workers`: expected a whole number from 1 to 64, came `0`",
    ]
    (answer,) = check(tmp_path, "wrokers = 1\nworkers = 0\n", "--json").answers
    assert [each["setting"] for each in answer["errors"]] == ["wrokers", "workers"]
    assert answer["good"] is False


def test_files_that_the_settings_name_are_opened(tmp_path: Path) -> None:
    (tmp_path / "x.pem").write_text("nothing", encoding="utf-8")
    text = 'country_database = "x.pem"\n[tls]\ncertificate = "x.pem"\nkey = "x.pem"\n'
    text += '[password_rules]\nbreached = "x.pem"\n[outbound]\nauthorities = "none.pem"\n'
    ran = check(tmp_path, text)
    told = ran.err.splitlines()
    assert ran.code == 2
    assert len(told) == 4
    assert "line 1: `country_database`: " in told[0]
    assert "line 6: `password_rules.breached`: expected sorted SHA-1 prefixes" in told[1]
    assert "line 8: `outbound.authorities`: expected certificates in PEM in" in told[2]
    assert "line 3: `tls.certificate`: expected a certificate in PEM in" in told[3]
