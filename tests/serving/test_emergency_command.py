"""`ostiary emergency`: how the accounts stand, and drills."""

from __future__ import annotations

from pathlib import Path

from ostiary.serving.host import opened_store
from ostiary.signin.emergency import DRILL_BEGINS
from tests.cli.running import run
from tests.web.serving import LIFEBOAT

NAME = "lifeboat@fjordvik.example"
OTHER = "astrid@fjordvik.example"


def declare(data: Path, *names: str) -> None:
    written = ", ".join(f"'{each}'" for each in names)
    (data / "ostiary.toml").write_text(f"[emergency_access]\naccounts = [{written}]\n")


def test_BG01_the_list_tells_methods_use_drills_and_policies(data: Path) -> None:
    declare(data, NAME, OTHER)
    run("policy", "set-state", "Only from the office", "on", "--data", data)
    shown = run("emergency", "list", "--data", data)
    assert shown.code == 1
    assert NAME in shown.out
    assert "nobody ever signed in with it" in shown.err
    found = run("emergency", "list", "--data", data, "--json").answers[0]["accounts"]
    by_name = {each["userPrincipalName"]: each for each in found}
    assert by_name[OTHER]["notExcludedFrom"] == ["Only from the office"]
    assert by_name[NAME]["notExcludedFrom"] == []
    assert any("no passkey" in each for each in by_name[NAME]["warnings"])
    assert any("no drill was completed ever" in each for each in by_name[NAME]["warnings"])


def test_BG01_names_of_nobody_and_too_few_are_told(data: Path) -> None:
    declare(data, NAME, "nobody@fjordvik.example")
    found = run("emergency", "list", "--data", data, "--json").answers[0]
    assert found["warnings"] == [
        "the settings name `nobody@fjordvik.example`, and there is no such user",
        "1 account(s) can be used; have at least two",
    ]


def test_BG01_a_drill_is_declared_and_audited(data: Path) -> None:
    ran = run("emergency", "drill", NAME, "--data", data)
    assert (ran.code, f"Sign in as {NAME} before" in ran.out) == (0, True)
    with opened_store(data, {}) as store:
        assert [each.row["target"]["id"] for each in store.audit.newest(activity=DRILL_BEGINS)] == [
            LIFEBOAT
        ]
    assert run("emergency", "drill", "nobody", "--data", data).code == 2


def test_an_account_is_declared_and_withdrawn(data: Path) -> None:
    name = "lifeboat@fjordvik.example"
    assert run("emergency", "declare", name, "--data", data).code == 0
    ran = run("emergency", "declare", LIFEBOAT, "--data", data)
    assert (ran.code, "already declared" in ran.err) == (2, True)
    assert run("group", "add", "Lifeboats", "--data", data).code == 0
    ran = run("emergency", "declare", "lifeboats", "--data", data, "--json")
    assert ran.answers[0]["emergencyAccess"][0] == LIFEBOAT
    assert len(ran.answers[0]["emergencyAccess"]) == 2
    assert run("emergency", "withdraw", name, "--data", data).code == 0
    ran = run("emergency", "withdraw", name, "--data", data)
    assert (ran.code, "not declared" in ran.err) == (2, True)
    assert run("emergency", "declare", "nobody@fjordvik.example", "--data", data).code == 2
