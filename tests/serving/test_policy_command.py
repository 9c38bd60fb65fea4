"""`ostiary policy`: list, show and set-state on a server's data."""

from __future__ import annotations

from pathlib import Path

import pytest

from ostiary.analysis.lint_stage import GLOBAL_ADMINISTRATOR
from ostiary.directory.protocols import SYSTEM
from ostiary.secrecy.randomness import SystemRandomness
from ostiary.serving.host import host_actor, opened_store
from tests.cli.running import run
from tests.web.serving import ASTRID, LIFEBOAT, POLICY

NAME = "Require MFA for Azure management"


def test_the_list_tells_name_state_and_id(data: Path) -> None:
    shown = run("policy", "list", "--data", data)
    assert shown.code == 0
    assert NAME in shown.out
    assert "Off" in shown.out
    found = run("policy", "list", "--data", data, "--json").answers[0]["policies"]
    assert [each["state"] for each in found] == ["disabled", "disabled"]


def test_show_gives_the_policy_as_graph_writes_it(data: Path) -> None:
    by_name = run("policy", "show", NAME.upper(), "--data", data, "--json").answers[0]
    by_id = run("policy", "show", POLICY, "--data", data, "--json").answers[0]
    assert by_name == by_id
    assert by_name["grantControls"]["builtInControls"] == ["mfa"]


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("on", "enabled"),
        ("report-only", "enabledForReportingButNotEnforced"),
        ("EnabledForReportingButNotEnforced", "enabledForReportingButNotEnforced"),
        ("off", "disabled"),
    ],
)
def test_a_state_is_set_once_and_audited_as_the_hosts_user(
    data: Path, word: str, state: str
) -> None:
    for _ in range(2):
        assert run("policy", "set-state", NAME, word, "--data", data).code == 0
    with opened_store(str(data), {}, randomness=SystemRandomness()) as store:
        assert store.policies.need(POLICY).document["state"] == state
        rows = store.audit.newest(actor_id=host_actor().id, target_id=POLICY)
    assert [each.row["activity"] for each in rows] == (
        [] if state == "disabled" else ["Update conditional access policy"]
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("set-state", NAME, "maybe"), "expected a state, came `maybe`"),
        (("set-state", "Requiere MFA", "on"), f"`{NAME}`"),
        (("show", "nothing"), "there is no policy named `nothing`"),
    ],
)
def test_what_is_not_there_is_told(data: Path, arguments: tuple[str, ...], told: str) -> None:
    ran = run("policy", *arguments, "--data", data)
    assert ran.code == 2
    assert told in ran.err


def test_a_folder_without_data_is_told_and_left_alone(tmp_path: Path) -> None:
    ran = run("policy", "list", "--data", tmp_path / "nowhere")
    assert ran.code == 2
    assert "ostiary init" in ran.err
    assert not (tmp_path / "nowhere").exists()


def _block_everybody(data: Path) -> None:
    with opened_store(str(data), {}, randomness=SystemRandomness()) as store:
        for user in (ASTRID, LIFEBOAT):
            role = {"roleDefinitionId": GLOBAL_ADMINISTRATOR, "principalId": user}
            store.roles.create({**role, "directoryScopeId": "/"}, by=SYSTEM)
        store.singles.write("settings", {"emergencyAccess": [LIFEBOAT]}, by=SYSTEM)
        conditions = {
            "clientAppTypes": ["all"],
            "users": {"includeUsers": ["All"]},
            "applications": {"includeApplications": ["All"]},
        }
        grant = {"operator": "OR", "builtInControls": ["block"]}
        members = {"conditions": conditions, "grantControls": grant}
        store.policies.modify(POLICY, members, by=SYSTEM)


def test_BG04_a_state_that_locks_everybody_out_needs_a_reason(data: Path) -> None:
    _block_everybody(data)
    turn_on = ("policy", "set-state", NAME, "on", "--data", data)
    refused = run(*turn_on)
    assert refused.code == 1
    assert "Lifeboat" in refused.out
    assert f"`{NAME}`" in refused.out
    as_json = run(*turn_on, "--json")
    assert as_json.code == 1
    assert LIFEBOAT in {each["id"] for each in as_json.answers[0]["refused"]["accounts"]}
    assert run(*turn_on, "--override", "because").code == 2
    assert run(*turn_on, "--override", "a drill that was agreed").code == 0
    with opened_store(str(data), {}, randomness=SystemRandomness()) as store:
        assert store.policies.need(POLICY).document["state"] == "enabled"
        (row,) = store.audit.newest(activity="Override lockout guard")
    assert row.row["detail"]["reason"] == "a drill that was agreed"
    assert row.row["actor"]["id"] == host_actor().id
