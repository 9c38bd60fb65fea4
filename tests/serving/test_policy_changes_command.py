"""`ostiary policy`: create, update, delete, templates, versions, restore, exclusions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ostiary.directory.protocols import SYSTEM
from ostiary.serving.host import host_actor, opened_store
from tests.cli.running import run, written
from tests.web.serving import ASTRID, LIFEBOAT, PLACES, POLICY

NAME = "Require MFA for Azure management"
NEW: Any = {
    "displayName": "Block legacy clients",
    "state": "disabled",
    "conditions": {
        "clientAppTypes": ["other"],
        "users": {"includeUsers": ["All"]},
        "applications": {"includeApplications": ["All"]},
    },
    "grantControls": {"operator": "OR", "builtInControls": ["block"]},
}


def shown(data: Path, name: str) -> dict[str, Any]:
    """Give a policy as the command shows it."""
    return run("policy", "show", name, "--data", data, "--json").answers[0]


def activities(data: Path, target: str) -> list[str]:
    """Give what the host's user did to a policy, by the audit log, the latest first."""
    with opened_store(str(data), {}) as store:
        rows = store.audit.newest(actor_id=host_actor().id, target_id=target)
    return [str(each.row["activity"]) for each in rows]


def test_a_policy_is_made_changed_deleted_and_brought_back(data: Path, tmp_path: Path) -> None:
    made = run("policy", "create", "--file", "-", "--data", data, "--json", stdin=json.dumps(NEW))
    assert made.code == 0, made.err
    policy = made.answers[0]["id"]
    changed = written(tmp_path / "change.json", {"displayName": "Block old clients"})
    assert run("policy", "update", policy, "--file", changed, "--data", data).code == 0
    assert shown(data, "block old clients")["conditions"]["clientAppTypes"] == ["other"]
    assert run("policy", "delete", "Block old clients", "--data", data).code == 0
    assert run("policy", "show", policy, "--data", data).code == 2
    deleted = run("policy", "list", "--deleted", "--data", data, "--json").answers[0]["policies"]
    assert [each["id"] for each in deleted] == [policy]
    assert "Block old clients" in run("policy", "list", "--deleted", "--data", data).out
    assert run("policy", "restore", "Block old clients", "--data", data).code == 0
    assert shown(data, policy)["displayName"] == "Block old clients"
    assert activities(data, policy) == [
        "Restore conditional access policy",
        "Delete conditional access policy",
        "Update conditional access policy",
        "Add conditional access policy",
    ]


def test_what_is_wrong_with_a_policy_is_told_all_at_once(data: Path, tmp_path: Path) -> None:
    bad = {**NEW, "state": "on", "conditions": {**NEW["conditions"], "clientAppTypes": ["fax"]}}
    ran = run("policy", "create", "--file", written(tmp_path / "bad.json", bad), "--data", data)
    assert ran.code == 2
    assert "state" in ran.err
    assert "clientAppTypes" in ran.err
    ran = run("policy", "create", "--file", written(tmp_path / "b.json", [1]), "--data", data)
    assert (ran.code, "expected one object of JSON" in ran.err) == (2, True)


def test_what_show_gives_can_be_given_back(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "policy.json"
    file.write_text(run("policy", "show", NAME, "--data", data).out)
    assert run("policy", "update", NAME, "--file", file, "--data", data).code == 0
    assert run("policy", "create", "--file", file, "--data", data).code == 0
    ran = run("policy", "show", NAME, "--data", data)
    assert ran.code == 2
    assert f"expected one policy named `{NAME}`, there are 2" in ran.err
    assert POLICY in ran.err


def test_an_update_of_another_version_is_refused(data: Path, tmp_path: Path) -> None:
    file = written(tmp_path / "p.json", {"displayName": "Renamed"})
    etag = shown(data, NAME)["@odata.etag"]
    update = ("policy", "update", POLICY, "--file", file, "--if-match", etag, "--data", data)
    assert run(*update).code == 0
    assert run(*update).code == 2


def test_a_template_is_deployed_report_only_without_the_emergency_accounts(data: Path) -> None:
    with opened_store(str(data), {}) as store:
        store.singles.write("settings", {"emergencyAccess": [LIFEBOAT]}, by=SYSTEM)
    listed = run("policy", "templates", "--json").answers[0]["templates"]
    name = "Require multifactor authentication for admins"
    assert name in {each["name"] for each in listed}
    assert name in run("policy", "templates").out
    ran = run("policy", "deploy-template", name.upper(), "--data", data)
    assert ran.code == 0, ran.err
    assert "It excludes Lifeboat." in ran.out
    made = shown(data, name)
    assert made["state"] == "enabledForReportingButNotEnforced"
    assert made["conditions"]["users"]["excludeUsers"] == [LIFEBOAT]
    ran = run("policy", "deploy-template", "multifactor", "--data", data)
    assert ran.code == 2
    assert name in ran.err


@pytest.mark.parametrize(
    ("word", "state"),
    [("enable", "enabled"), ("report-only", "enabledForReportingButNotEnforced")],
)
def test_an_earlier_version_is_restored(data: Path, word: str, state: str) -> None:
    assert run("policy", word, NAME, "--data", data).code == 0
    assert shown(data, NAME)["state"] == state
    assert run("policy", "disable", NAME, "--data", data).code == 0
    versions = run("policy", "versions", NAME, "--data", data, "--json").answers[0]["versions"]
    assert [each["state"] for each in versions] == ["disabled", state, "disabled"]
    assert run("policy", "restore", NAME, "2", "--data", data).code == 0
    assert shown(data, NAME)["state"] == state
    assert "Report-only" in run("policy", "versions", NAME, "--data", data).out or word == "enable"
    whole = run("policy", "versions", NAME, "--number", "1", "--data", data)
    assert json.loads(whole.out)["state"] == "disabled"
    assert run("policy", "restore", NAME, "9", "--data", data).code == 2


def test_a_user_is_excluded_for_a_while_and_for_good(data: Path) -> None:
    who = "astrid@fjordvik.example"
    for_a_while = ("policy", "exclude", NAME, who, "--for", "8h", "--data", data)
    assert run(*for_a_while).code == 2
    ran = run(*for_a_while, "--reason", "her phone was lost")
    assert ran.code == 0, ran.err
    assert "is excluded until" in ran.out
    found = run("policy", "exclusions", NAME, "--data", data, "--json").answers[0]
    assert [each["userId"] for each in found["temporaryExclusions"]] == [ASTRID]
    assert "her phone was lost" in run("policy", "exclusions", "--data", data).out
    assert shown(data, NAME)["@ostiary.temporaryExclusions"][0]["userId"] == ASTRID
    for _ in range(2):
        assert run("policy", "exclude", NAME, who, "--data", data).code == 0
    assert shown(data, NAME)["conditions"]["users"]["excludeUsers"] == [LIFEBOAT, ASTRID]
    assert run("policy", "end-exclusion", NAME, ASTRID, "--data", data).code == 0
    assert shown(data, NAME)["conditions"]["users"]["excludeUsers"] == [LIFEBOAT]
    assert "There are no" in run("policy", "exclusions", "--data", data).out
    ran = run("policy", "end-exclusion", NAME, ASTRID, "--data", data)
    assert (ran.code, "does not exclude astrid@" in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("exclude", PLACES), "expected a user, or a group"),
        (("exclude", PLACES, ASTRID, "--for", "8h", "--until", "2099-01-01"), "came both"),
        (("exclude", PLACES, ASTRID, "--for", "soon", "--reason", "x" * 10), "90m, 8h or 14d"),
        (("exclude", PLACES, ASTRID, "--until", "soon", "--reason", "x" * 10), "came `soon`"),
        (("exclude", PLACES, ASTRID, "--for", "91d", "--reason", "x" * 10), "within 90 days"),
        (("exclude", PLACES, "nobody"), "nobody has `nobody`"),
        (("exclude", PLACES, "--group", "x"), "there is no group named `x`"),
        (("restore", "nothing"), "there is no deleted policy named `nothing`"),
        (("versions", "nothing"), "there is no policy named `nothing`"),
        (("deploy-template", "nothing"), "there is no template named `nothing`"),
        (("update", PLACES, "--file", "/nowhere"), "/nowhere"),
    ],
)
def test_what_cannot_be_done_is_told(data: Path, arguments: tuple[str, ...], told: str) -> None:
    ran = run("policy", *arguments, "--data", data)
    assert ran.code == 2
    assert told in ran.err


def test_BG04_excluding_nobody_from_a_block_of_everybody_needs_a_reason(
    data: Path, tmp_path: Path
) -> None:
    with opened_store(str(data), {}) as store:
        role = {"roleDefinitionId": "62e90394-69f5-4237-9190-012177145e10", "directoryScopeId": "/"}
        for user in (ASTRID, LIFEBOAT):
            store.roles.create({**role, "principalId": user}, by=SYSTEM)
        store.singles.write("settings", {"emergencyAccess": [LIFEBOAT]}, by=SYSTEM)
    everything: Any = {**NEW, "state": "enabled"}
    everything["conditions"] = {**everything["conditions"], "clientAppTypes": ["all"]}
    file = written(tmp_path / "block.json", everything)
    create = ("policy", "create", "--file", file, "--data", data)
    refused = run(*create, "--json")
    assert refused.code == 1
    assert refused.answers[0]["refused"]["accounts"]
    assert run(*create, "--override", "agreed with the board").code == 0
    assert run("policy", "disable", "Block legacy clients", "--data", data).code == 0
