"""`ostiary export`, `plan` and `drift`: answers, files and exit codes, as Terraform's."""

import json
from pathlib import Path
from typing import Any

import pytest

from ostiary.policycode.plan_files import load_plan
from tests.cli.running import run, written
from tests.policycode.tenants import MFA, policy, tenant, write_files

SAFE = {"excludeGroups": ["Breakers"]}


@pytest.fixture
def current(tmp_path: Path) -> Path:
    """A tenant with one policy."""
    return written(tmp_path / "tenant.json", tenant(policy("MFA", MFA, users=SAFE)))


@pytest.fixture
def code(tmp_path: Path, current: Path) -> Path:
    """The folder that is exported from it."""
    folder = tmp_path / "code"
    assert run("export", "--tenant", current, "--out", folder).code == 0
    return folder


def change(code: Path, **members: Any) -> None:
    """Write the policy of the folder anew."""
    files = {"policies/MFA.yaml": json.dumps(policy("MFA", users=SAFE, **members))}
    write_files(code, files)


def test_what_was_exported_has_nothing_to_change(code: Path, current: Path) -> None:
    names = sorted(each.relative_to(code).as_posix() for each in code.rglob("*.yaml"))
    assert names == [
        "contexts/Payroll.yaml",
        "locations/HQ.yaml",
        "locations/Spain.yaml",
        "ostiary.yaml",
        "policies/MFA.yaml",
        "strengths/Keys.yaml",
    ]
    assert (code / "ostiary.yaml").read_text() == "emergencyAccess:\n  - glass@example.com\n"
    ran = run("plan", code, "--tenant", current)
    assert ran.code == 0
    assert "Nothing to change." in ran.out
    assert run("drift", code, "--tenant", current).code == 0


def test_a_change_is_told_saved_and_exits_with_2(code: Path, current: Path, tmp_path: Path) -> None:
    change(code, state="disabled")
    out, page = tmp_path / "plan.json", tmp_path / "plan.md"
    ran = run("plan", code, "--tenant", current, "--out", out, "--markdown", page)
    assert ran.code == 2
    assert "~ change policy `MFA`" in ran.out
    assert "Enable policy: On \N{RIGHTWARDS ARROW} Off" in ran.out
    assert f"{out}: written; `ostiary apply {out}` carries it out" in ran.err
    assert [each.name for each in load_plan(out).changes] == ["MFA"]
    assert "- ~ change policy `MFA`" in page.read_text(encoding="utf-8").replace("\\", "")
    (answer,) = run("plan", code, "--tenant", current, "--json").answers
    assert [each["name"] for each in answer["changes"]] == ["MFA"]
    assert run("plan", code, "--tenant", current, "--markdown", "-").out.startswith("## ")


def test_drift_is_told_from_the_tenants_side(code: Path, tmp_path: Path) -> None:
    users = {"excludeGroups": ["Breakers", "Interns"]}
    left = tenant(policy("MFA", MFA, users=users, state="disabled"), policy("Extra", "x"))
    path = written(tmp_path / "left.json", left)
    ran = run("drift", code, "--tenant", path)
    assert ran.code == 2
    assert "policy `MFA` differs" in ran.out
    assert "Enable policy: On \N{RIGHTWARDS ARROW} Off" in ran.out
    assert "Users or workload identities: Exclude groups: Interns" in ran.out
    assert "policy `Extra`" in ran.out
    (answer,) = run("drift", code, "--tenant", path, "--json").answers
    assert answer["drift"] is True
    assert [each["name"] for each in answer["notInFolder"]] == ["Extra"]
    assert [each["policy"] for each in answer["keptExclusions"]] == ["MFA"]


def test_an_exclusion_that_somebody_added_is_drift_and_no_change(
    code: Path, tmp_path: Path
) -> None:
    users = {"excludeGroups": ["Breakers", "Interns"]}
    path = written(tmp_path / "t.json", tenant(policy("MFA", MFA, users=users)))
    assert run("plan", code, "--tenant", path).code == 0
    assert run("drift", code, "--tenant", path).code == 2


def test_a_refused_plan_is_not_saved_and_exits_with_1(
    code: Path, current: Path, tmp_path: Path
) -> None:
    change(code, grantControls={"operator": "OR", "builtInControls": ["block"]})
    out = tmp_path / "plan.json"
    ran = run("plan", code, "--tenant", current, "--out", out)
    assert (ran.code, out.exists()) == (1, False)
    assert "refused: it locks out: no administrator beside" in ran.err
    assert f"{out}: not written, since the plan is refused" in ran.err


@pytest.mark.parametrize("command", ["plan", "drift"])
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--bogus"], "No such option"),
        (["{code}"], "expected one of --tenant, --data and --from"),
        (["{code}", "--tenant", "nowhere.json"], "nowhere.json: "),
        (["nowhere", "--tenant", "{current}"], "nowhere: expected a folder of policies"),
        (["{bad}", "--tenant", "{current}"], "no group of the input is called `Nobody`"),
    ],
)
def test_bad_input_exits_with_1(
    command: str, arguments: list[str], sentence: str, code: Path, current: Path, tmp_path: Path
) -> None:
    bad = policy("P", users={"excludeGroups": ["Nobody"]})
    write_files(tmp_path / "bad", {"policies/p.json": bad})
    places = {"code": str(code), "current": str(current), "bad": str(tmp_path / "bad")}
    ran = run(command, *(each.format(**places) for each in arguments))
    assert (ran.code, ran.out) == (1, "")
    assert sentence in ran.err


def test_an_export_replaces_only_what_it_wrote(code: Path, current: Path) -> None:
    files = {"tests/a.yaml": "assertions: []\n", "policies/Old.yaml": "displayName: Old\n"}
    write_files(code, {**files, "ostiary.yaml": "unmanaged: ignore\n"})
    ran = run("export", "--tenant", current, "--out", code)
    assert ran.code == 2
    assert "expected a folder without policies, came one with `locations`" in ran.err
    assert run("export", "--tenant", current, "--out", code, "--replace").code == 0
    assert not (code / "policies" / "Old.yaml").exists()
    assert (code / "tests" / "a.yaml").exists()
    assert (code / "ostiary.yaml").read_text() == "unmanaged: ignore\n"
    (answer,) = run("export", "--tenant", current, "--out", code / "j", "--json").answers
    assert answer["files"] == {"locations": 2, "strengths": 1, "contexts": 1, "policies": 1}
