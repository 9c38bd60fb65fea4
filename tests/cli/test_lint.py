"""`ostiary lint`: output for people and machines, SARIF, exit codes, bad input."""

import json
from pathlib import Path
from typing import Any, cast

import pytest

from ostiary.analysis.sarif import Place
from ostiary.cli.lint_places import places_in
from tests.analysis.lint_tenant import BLOCK, MFA, policy, sound_tenant
from tests.cli.running import run, written

OPEN = {"includeUsers": ["All"]}
DAY = ("--as-of", "2026-11-21")


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """A tenant in which nothing is found."""
    return written(tmp_path / "sound.json", sound_tenant())


@pytest.fixture
def unsound(tmp_path: Path) -> Path:
    """A tenant with an error, a warning and a note."""
    document = sound_tenant(
        policy("Block all", BLOCK, users=OPEN),
        policy("Twin"),
        policy("Old clients", BLOCK, users=OPEN, clientAppTypes=["other"]),
    )
    return written(tmp_path / "unsound.json", document)


def test_a_sound_tenant_exits_with_0(sound: Path) -> None:
    ran = run("lint", "--tenant", sound, *DAY)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "4 policies: nothing found\n"


def test_an_error_exits_with_1(unsound: Path) -> None:
    assert run("lint", "--tenant", unsound, *DAY).code == 1


@pytest.mark.parametrize(
    ("ignored", "fail_on", "code"),
    [
        ((), "never", 0),
        (("OST101", "OST812"), "error", 0),
        (("OST101",), "warning", 1),
        (("OST101", "OST812", "OST702"), "warning", 0),
        (("OST101", "OST812", "OST702"), "note", 1),
        (("ost101", "ost812", "ost702", "ost104"), "note", 0),
    ],
)
def test_what_fails_is_chosen(
    unsound: Path, ignored: tuple[str, ...], fail_on: str, code: int
) -> None:
    options = [each for word in ignored for each in ("--ignore", word)]
    assert run("lint", "--tenant", unsound, "--fail-on", fail_on, *options, *DAY).code == code


@pytest.mark.parametrize("columns", ["80", "140"])
def test_people_see_findings_by_policy(unsound: Path, columns: str) -> None:
    ran = run("lint", "--tenant", unsound, *DAY, COLUMNS=columns, NO_COLOR="1")
    lines = ran.out.splitlines()
    assert lines[0] == "The tenant"
    assert "Block all (On)" in lines
    assert lines[-2:] == [
        "7 policies: 1 error, 2 warnings, 1 note",
        "docs/lint.md explains every code.",
    ]
    text = " ".join(ran.out.split())
    assert "OST101" in text
    assert "exclude the emergency access accounts" in text


@pytest.mark.parametrize("columns", ["80", "140"])
def test_many_findings_of_one_rule_are_counted_for_people(tmp_path: Path, columns: str) -> None:
    broken = {"deviceFilter": {"mode": "include", "rule": "?"}}
    policies = [policy(f"Broken {n}", MFA, devices=broken) for n in range(9)]
    path = written(tmp_path / "t.json", sound_tenant(*policies))
    ran = run("lint", "--tenant", path, *DAY, COLUMNS=columns)
    assert ran.code == 2  # a filter that is no rule: the file is damaged
    assert "… and 4 more; --json lists all" in ran.out
    listed = run("lint", "--tenant", path, "--json", *DAY).answers[0]
    assert sum(1 for each in listed["findings"] if each["code"] == "OST613") == 9


def test_the_answer_in_json(unsound: Path) -> None:
    (answer,) = run("lint", "--tenant", unsound, "--json", *DAY).answers
    assert set(answer) == {"policies", "counts", "findings", "refused"}
    assert answer["counts"] == {"error": 1, "warning": 2, "note": 1}


def test_sarif_names_the_file_of_each_policy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "export of today"
    (folder / "policies").mkdir(parents=True)
    document = sound_tenant(policy("Block all", BLOCK, users=OPEN))
    for number, each in enumerate(document.pop("conditionalAccessPolicies")):
        written(folder / "policies" / f"{number}.json", each)
    for key, value in document.items():
        written(folder / f"{key}.json", value)
    monkeypatch.chdir(tmp_path)
    ran = run("lint", "--tenant", folder, "--sarif", "found.sarif", *DAY)
    assert ran.code == 1
    log = cast("dict[str, Any]", json.loads((tmp_path / "found.sarif").read_text("utf-8")))
    result = next(each for each in log["runs"][0]["results"] if each["ruleId"] == "OST101")
    (location,) = result["locations"]
    uri = location["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "export%20of%20today/policies/4.json"
    assert not list(tmp_path.glob("*.partial"))


def test_names_are_checked_on_demand(sound: Path) -> None:
    ran = run("lint", "--tenant", sound, "--naming", "numbered", "--json", *DAY)
    assert ran.code == 0
    assert {each["code"] for each in ran.answers[0]["findings"]} == {"OST901"}


def test_disabled_policies_on_demand(tmp_path: Path) -> None:
    off = policy("Block all", BLOCK, users=OPEN, state="disabled")
    path = written(tmp_path / "t.json", sound_tenant(off))
    whole = ("lint", "--tenant", path, "--json", *DAY)
    without = {each["code"] for each in run(*whole).answers[0]["findings"]}
    found = {each["code"] for each in run(*whole, "--disabled").answers[0]["findings"]}
    assert without == {"OST221"}
    assert found == {"OST221", "OST102", "OST812"}


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--ignore", "OST000"), "no rule has the code `OST000`"),
        (("--as-of", "soon"), "expected a date such as 2026-01-31, came `soon`"),
        (("--naming", "x"), "expected `off`, `numbered`, `microsoft` or a pattern"),
        (("--fail-on", "x"), "is not one of"),
        (("--sarif", "no/such/folder/x.sarif"), "nothing was written"),
    ],
)
def test_bad_usage_exits_with_2(sound: Path, options: tuple[str, ...], told: str) -> None:
    ran = run("lint", "--tenant", sound, *options)
    assert ran.code == 2
    assert told in ran.err


def test_a_tenant_that_cannot_be_read_exits_with_2(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    path.write_text("{", "utf-8")
    ran = run("lint", "--tenant", path)
    assert (ran.code, ran.out) == (2, "")


def test_warnings_that_are_findings_are_not_repeated(tmp_path: Path) -> None:
    document = sound_tenant()
    del document["users"], document["groups"]
    document["settings"] = {}
    path = written(tmp_path / "t.json", document)
    ran = run("lint", "--tenant", path, *DAY)
    assert "warning" not in ran.err
    assert "OST612" in ran.out


def test_places_are_found_for_what_can_be_named(tmp_path: Path) -> None:
    named = policy("Named")
    del named["id"]
    nameless = {**named, "displayName": None}
    path = written(tmp_path / "t.json", {"conditionalAccessPolicies": [named, 7, nameless]})
    assert places_in(path) == {
        "Named": Place(path.as_uri(), "/conditionalAccessPolicies/0"),
    }
