"""`ostiary twin` as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import run
from tests.twin.exports import policies_alone, with_people


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("export") / "tenant.json"
    path.write_text(json.dumps(with_people()), encoding="utf-8")
    return path


def test_a_twin_is_made_told_of_and_gone_on_with(export: Path, tmp_path: Path) -> None:
    data = tmp_path / "twin"
    made = run("twin", "--from", export, "--data", data)
    assert (made.code, made.err) == (0, "")
    lines = made.out.splitlines()
    assert lines[0] == (
        "Taken over: 3 users, 2 groups, 1 roleAssignments, 2 servicePrincipals,"
        " 2 userRegistrationDetails, 1 conditionalAccessPolicies."
    )
    assert "Policies in the twin: 1 enabled." in lines
    assert any(line.startswith("Everybody's password: ") for line in lines)
    assert any(line.split()[:2] == ["olga@fjordvik.example", "no"] for line in lines)
    again = run("twin", "--data", data, "--json")
    assert again.code == 0
    (told,) = again.answers
    assert told["people"] == 3
    assert told["policies"] == {"enabled": 1}
    assert told["notInTheTwin"]
    other = run("twin", "--from", data / "twin.json", "--data", data)
    assert other.code == 2
    assert "a twin of" in other.err


def test_a_twin_may_have_a_log(export: Path, tmp_path: Path) -> None:
    data = tmp_path / "twin"
    assert run("twin", "--from", export, "--data", data, "--sign-ins", "60").code == 0
    (told,) = run("log", "search", "--data", data, "--json").answers
    assert told["value"]
    again = run("twin", "--data", data, "--sign-ins", "60")
    assert (again.code, again.out) == (2, "")
    assert "expected --sign-ins when a twin is made" in again.err


def test_what_stands_in_is_told(tmp_path: Path) -> None:
    export = tmp_path / "policies.json"
    export.write_text(json.dumps(policies_alone()), encoding="utf-8")
    made = run("twin", "--from", export, "--data", tmp_path / "twin", "--json")
    (told,) = made.answers
    kinds = {each["kind"] for each in told["standIns"]}
    assert kinds >= {"user", "group", "application", "named location", "terms of use"}


def test_without_an_export_or_a_twin_the_way_on_is_told(tmp_path: Path) -> None:
    ran = run("twin", "--data", tmp_path / "none")
    assert (ran.code, ran.out) == (2, "")
    assert "expected --from" in ran.err
    assert not (tmp_path / "none").exists()


def test_what_is_no_export_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"a": 1}', encoding="utf-8")
    ran = run("twin", "--from", tmp_path / "a.json", "--data", tmp_path / "twin")
    assert ran.code == 2
    assert not (tmp_path / "twin").exists()
