"""Findings as SARIF 2.1.0: what the standard demands of a log (section numbers of its text)."""

from __future__ import annotations

import json
import re
from typing import Any

from ostiary.analysis.lint import PITFALLS
from ostiary.analysis.sarif import Place, sarif_log
from tests.analysis.lint_tenant import BLOCK, policy, report, sound_tenant

OPEN = {"includeUsers": ["All"]}


def document() -> dict[str, Any]:
    """A tenant with findings about one policy, several policies and none."""
    return sound_tenant(
        policy("Block all", BLOCK, users=OPEN), policy("MFA twin"), leave_out="flow", settings={}
    )


def log() -> dict[str, Any]:
    """The log of its findings, once through JSON."""
    found = report(document())
    first = document()["conditionalAccessPolicies"][0]["id"]
    made = sarif_log(
        found,
        version="0.1.0",
        tenant=Place("tenant"),
        places={first: Place("tenant/a%20b.json", "/value/3")},
    )
    return json.loads(json.dumps(made))


def test_the_log_names_its_version_and_one_run() -> None:
    made = log()
    assert set(made) == {"$schema", "version", "runs"}
    assert made["version"] == "2.1.0"  # 3.13.2
    (run,) = made["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "Ostiary"  # 3.19.8
    assert [rule["id"] for rule in driver["rules"]] == [each.code for each in PITFALLS]


def test_rules_say_what_they_are() -> None:
    for rule in log()["runs"][0]["tool"]["driver"]["rules"]:
        assert rule["shortDescription"]["text"]  # 3.49.9
        assert rule["fullDescription"]["text"].endswith(".")  # 3.49.10
        assert rule["help"]["text"]  # 3.49.13: text beside markdown
        assert rule["help"]["markdown"]
        assert rule["defaultConfiguration"]["level"] in {"error", "warning", "note"}
        assert re.fullmatch(r"[A-Z][A-Za-z0-9]+", rule["name"])


def test_results_point_to_their_rule_and_place() -> None:
    run = log()["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert run["results"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]  # 3.27.6
        assert result["level"] == rules[result["ruleIndex"]]["defaultConfiguration"]["level"]
        assert result["message"]["text"].endswith(".")
        assert result["locations"]
        for location in result["locations"]:
            assert location["physicalLocation"]["artifactLocation"]["uri"]  # 3.29.3
        (fingerprint,) = result["partialFingerprints"].values()
        assert re.fullmatch("[0-9a-f]{64}", fingerprint)


def test_a_finding_about_several_policies_has_a_place_for_each() -> None:
    result = next(each for each in log()["runs"][0]["results"] if each["ruleId"] == "OST702")
    assert [
        each["physicalLocation"]["artifactLocation"]["uri"] for each in result["locations"]
    ] == [
        "tenant/a%20b.json",
        "tenant",
    ]
    assert result["locations"][0]["logicalLocations"] == [
        {"name": "Require MFA", "fullyQualifiedName": "/value/3", "kind": "object"}
    ]


def test_a_message_stands_alone() -> None:
    result = next(each for each in log()["runs"][0]["results"] if each["ruleId"] == "OST111")
    assert result["message"]["text"] == (
        "policy `Block all`: it can keep every user out of the admin center, and it excludes no "
        "user and no group. What to do: exclude the group of the emergency access accounts."
    )


def test_fingerprints_tell_findings_apart_and_stay_the_same() -> None:
    one, other = (
        [tuple(each["partialFingerprints"].values()) for each in log()["runs"][0]["results"]]
        for _ in range(2)
    )
    assert one == other
    assert len(set(one)) == len(one)


def test_a_policy_without_id_is_found_by_its_name() -> None:
    nameless = document()
    for each in nameless["conditionalAccessPolicies"]:
        del each["id"]
    made = sarif_log(
        report(nameless),
        version="0.1.0",
        tenant=Place("tenant"),
        places={"Block all": Place("block.json")},
    )
    result = next(each for each in made["runs"][0]["results"] if each["ruleId"] == "OST111")
    (location,) = result["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "block.json"
