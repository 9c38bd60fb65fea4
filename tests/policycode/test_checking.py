"""What refuses a plan, and what is only told."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ostiary.policycode.checking import Asked, Checks, run_checks
from ostiary.policycode.reporting import markdown, report_json, sections, summary
from ostiary.policycode.telling import told, told_from_the_target
from tests.policycode.tenants import BREAKERS, HQ, MFA, planned, policy, target, write_files

NOW = datetime(2026, 11, 22, 16, tzinfo=UTC)
ASKED = Asked(NOW)
SAFE = {"excludeGroups": ["Breakers"]}
HOLDS = """\
assertions:
  - name: everybody shows MFA
    users: All
    except: [Breakers]
    requires: mfa
"""
BLOCK = {"operator": "OR", "builtInControls": ["block"]}
COMPLIANT_NETWORK = {
    "@odata.type": "#microsoft.graph.compliantNetworkNamedLocation",
    "displayName": "Compliant network",
}


def checked(root: Path, files: dict[str, Any], *policies: dict[str, Any]) -> Checks:
    return run_checks(planned(root, files, target(*policies)), ASKED)


def test_a_sound_plan_passes(tmp_path: Path) -> None:
    files = {"policies/p.json": policy("MFA", users=SAFE), "tests/all.yaml": HOLDS}
    found = checked(tmp_path, files)
    assert (found.refusals, found.locked_out) == ((), ())
    assert [(each.name, each.verdict.value) for each in found.tests] == [
        ("everybody shows MFA", "proved")
    ]
    assert {each.name: each.change.value for each in found.gaps} == {
        "managementMfa": "closed",
        "administratorsMfa": "closed",
        "everybodyMfa": "closed",
    }


def test_a_plan_that_locks_out_is_refused(tmp_path: Path) -> None:
    files = {
        "ostiary.yaml": "gates: {lint: never}\n",
        "policies/p.json": policy("Block", grantControls=BLOCK),
    }
    found = checked(tmp_path, files)
    assert found.locked_out == (
        "`Glass`: Block access, by `Block`: access is blocked",
        "no administrator beside the emergency access accounts could surely get in",
    )
    assert found.refusals == (f"it locks out: {'; '.join(found.locked_out)}",)


def test_who_was_locked_out_before_refuses_nothing(tmp_path: Path) -> None:
    files = {
        "ostiary.yaml": "gates: {lint: never}\n",
        "policies/p.json": policy("MFA", state="enabled"),
        "policies/q.json": policy("New", users=SAFE),
    }
    assert checked(tmp_path, files, policy("MFA", MFA)).refusals == ()


@pytest.mark.parametrize(
    ("files", "refusals"),
    [
        (
            {
                "ostiary.yaml": "gates: {lint: never, lockout: tell}\n",
                "policies/p.json": policy("MFA", users={"includeUsers": ["alice@example.com"]}),
                "tests/all.yaml": HOLDS,
            },
            ("tests do not hold: `everybody shows MFA`",),
        ),
        (
            {
                "ostiary.yaml": "gates: {lint: never, lockout: tell, tests: tell}\n",
                "policies/p.json": policy("MFA", users={"includeUsers": ["alice@example.com"]}),
                "tests/all.yaml": HOLDS,
            },
            (),
        ),
        (
            {
                "ostiary.yaml": "gates: {lockout: tell}\n",
                "policies/p.json": policy("Block", grantControls=BLOCK),
            },
            ("it brings pitfalls of severity error or worse: OST101",),
        ),
        (
            {
                "ostiary.yaml": "gates: {lockout: tell, lint: warning}\nignoreLint: [ost216]\n",
                "policies/p.json": policy("MFA"),
            },
            ("it brings pitfalls of severity warning or worse: OST103",),
        ),
        (
            {
                "ostiary.yaml": "gates: {impact: {newlyBlocked: 0}}\n",
                "policies/p.json": policy("MFA", users=SAFE),
            },
            ("the folder limits the impact, and no log was given: --log",),
        ),
        (
            {"locations/c.json": COMPLIANT_NETWORK},
            (
                "Graph would refuse named location `Compliant network`: only Microsoft makes a"
                " location of type `compliantNetworkNamedLocation` (that of the compliant network"
                " when Global Secure Access signaling is switched on); have it made first, or take"
                " the policies that name it out of the folder",
            ),
        ),
        (
            {
                "ostiary.yaml": "gates: {lint: never}\n",
                "policies/p.json": policy("MFA", users=SAFE, grantControls={"operator": "OR"}),
            },
            None,
        ),
    ],
)
def test_gates(files: dict[str, Any], refusals: tuple[str, ...] | None, tmp_path: Path) -> None:
    found = checked(tmp_path, files).refusals
    if refusals is None:
        assert found[0].startswith("Graph would refuse policy `MFA`: ")
    else:
        assert found == refusals


def test_a_plan_without_changes_is_held_to_the_tests_only(tmp_path: Path) -> None:
    files = {
        "ostiary.yaml": "gates: {impact: {newlyBlocked: 0}}\n",
        "policies/p.json": policy("MFA"),
    }
    found = checked(tmp_path, files, policy("MFA", MFA))
    assert (found.refusals, found.locked_out, found.brought) == ((), (), ())
    write_files(tmp_path, {"tests/t.yaml": HOLDS.replace("mfa", "compliantDevice")})
    assert checked(tmp_path, files, policy("MFA", MFA)).refusals == (
        "tests do not hold: `everybody shows MFA`",
    )


def test_changes_are_told_in_sentences(tmp_path: Path) -> None:
    files = {
        "policies/p.json": policy("MFA", users=SAFE, state="disabled"),
        "locations/hq.yaml": "displayName: HQ\nisTrusted: true\nipRanges: [198.51.100.0/24]\n",
        "groups/p.yaml": "displayName: Pilots\n",
    }
    conditions = {"locations": {"includeLocations": [HQ]}}
    before = policy("MFA", MFA, users={"excludeGroups": [BREAKERS]}, conditions=conditions)
    found = planned(tmp_path, files, target(before))
    assert [(each.what, each.sentences) for each in told(found)] == [
        (
            "change named location `HQ`",
            ("IP ranges: + 198.51.100.0/24, \N{MINUS SIGN} 192.0.2.0/24", "It is used by `MFA`"),
        ),
        ("create group `Pilots`", ()),
        (
            "change policy `MFA`",
            (
                "Network: Include: \N{MINUS SIGN} HQ",
                "Enable policy: On \N{RIGHTWARDS ARROW} Off",
            ),
        ),
    ]
    assert summary(told(found)) == "1 to create, 2 to change, 0 to delete."
    seen = told_from_the_target(found)
    assert [each.what for each in seen] == [
        "named location `HQ` differs",
        "group `Pilots` is missing",
        "policy `MFA` differs",
    ]
    assert "Enable policy: Off \N{RIGHTWARDS ARROW} On" in seen[2].sentences


def test_the_report_for_a_pull_request_lets_no_name_be_markup(tmp_path: Path) -> None:
    name = "<img src=x> [x](y) `code`"
    escaped = r"\<img src=x\> \[x\](y) \`code\`"
    files = {"policies/p.json": policy(name, users=SAFE)}
    found = planned(tmp_path, files, target())
    checks = run_checks(found, ASKED)
    text = markdown(found, told(found), checks)
    assert "Against the tenant: **1 to create, 0 to change, 0 to delete.**" in text
    assert "### Changes, in this order" in text
    assert f"\n- + create policy \\`{escaped}\\`\n" in text
    assert "<img" not in text.replace(r"\<img", "")
    assert all(section.lines for section in sections(found, told(found), checks))


def test_the_report_for_programs_has_all_of_it(tmp_path: Path) -> None:
    files = {"policies/p.json": policy("MFA", users=SAFE)}
    against = target(policy("Old", MFA), {"id": "x", "displayName": "Odd", "conditions": 7})
    found = planned(tmp_path, files, against)
    report = report_json(found, told(found), run_checks(found, ASKED))
    assert report["plan"] == found.plan.to_json()
    assert report["digest"] == found.plan.digest
    assert [each["name"] for each in report["changes"]] == ["MFA"]
    assert report["notInFolder"][0] == {"kind": "policy", "id": MFA, "name": "Old"}
    assert [each["policy"] for each in report["unreadable"]] == ["Odd"]
    assert report["checks"]["lockout"]["verdict"] == "broken"
    assert report["checks"]["impact"] is None
