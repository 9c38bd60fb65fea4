"""`ostiary rollout --target` as it is typed, against a Graph that listens on a port."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ostiary.analysis.log_fast_form import write_fast_form
from ostiary.directory.objects import SETTINGS
from ostiary.directory.protocols import SYSTEM
from ostiary.entra.connection import TOKEN_VARIABLE
from ostiary.graph.permissions import GLOBAL_ADMINISTRATOR
from ostiary.rollout.journal import Journal, Record
from tests.admin.pages import with_role
from tests.analysis.impact_cases import START, batch_of
from tests.analysis.impact_tenant import row
from tests.cli.running import Ran, run
from tests.entra.live_graph import live_graph
from tests.entra.served import Asked
from tests.web.serving import ARM, ASTRID, LIFEBOAT, POLICY

NAME = "Require MFA for Azure management"
CONFIGURATION = f"emergencyAccess: [{LIFEBOAT}]\nrollout: {{stageDays: 0}}\n"


@pytest.fixture
def rollout(
    graph: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Ran]]:
    """Run a step on a tenant behind Graph, with the folder `code`."""
    graph.served.enrol()
    with_role(graph.served, GLOBAL_ADMINISTRATOR, LIFEBOAT)
    graph.served.service.snapshots.refresh()
    monkeypatch.setenv(TOKEN_VARIABLE, graph.client.tokens.token())
    code = tmp_path / "code"
    code.mkdir()
    (code / "ostiary.yaml").write_text(CONFIGURATION, encoding="utf-8")
    with live_graph(graph.served) as origin:
        place = ("--target", origin, "--code", str(code), "--credential", "token")

        def step(name: str, *more: str, kept_in: str = "code") -> Ran:
            return run("rollout", name, *more, *place, "--kept-in", kept_in)

        yield step


def state(graph: Asked) -> str:
    return graph.store.policies.need(POLICY).document["state"]


def log(folder: Path) -> str:
    """Write a log of a fortnight, in which Astrid always shows MFA."""
    facts = {"resource_id": ARM, "audiences": [ARM], "mfa_satisfied": True}
    rows = [row(ASTRID, 0, **facts) | {"created": START + timedelta(days=n)} for n in range(15)]
    write_fast_form([batch_of(rows)], folder / "log.parquet")
    return str(folder / "log.parquet")


def test_a_policy_is_rolled_out_and_taken_back(
    graph: Asked, tmp_path: Path, rollout: Callable[..., Ran]
) -> None:
    assert rollout("start", NAME).out.startswith(f"{NAME}: [Off] → Report-only → On")
    assert rollout("advance", NAME).code == 0
    refused = rollout("advance", NAME)
    assert (refused.code, "there is no log" in refused.out) == (1, True)
    done = rollout("advance", NAME, "--log", log(tmp_path), "--json")
    assert (done.answers[0]["status"], state(graph)) == ("done", "enabled")
    assert rollout("undo", NAME).code == 0
    assert state(graph) == "disabled"
    told = rollout("status", NAME, "--history", "--json").answers[0]
    assert [each["by"]["id"] for each in told["steps"]] == [ASTRID] * 4
    listed = rollout("list", "--json").answers[0]["rollouts"]
    assert [each["status"] for each in listed] == ["undone"]


def test_a_step_that_was_interrupted_is_resumed(
    graph: Asked, tmp_path: Path, rollout: Callable[..., Ran]
) -> None:
    rollout("start", NAME)
    rollout("advance", NAME)
    journal = Journal(tmp_path / "code")
    last = journal.latest()[0]
    # The computer died after the intent was written: the policy is what it was.
    file = journal.folder / last.rollout.id / f"{last.number:04d}.json"
    file.unlink()
    graph.store.policies.modify(POLICY, {"state": "disabled"}, by=SYSTEM)
    assert not journal.latest()[0].done
    assert "this step was begun and not finished" in rollout("list").out
    refused = rollout("advance", NAME)
    assert (refused.code, "`ostiary rollout resume`" in refused.out) == (1, True)
    assert rollout("resume", NAME).code == 0
    assert state(graph) == "enabledForReportingButNotEnforced"
    assert journal.latest()[0] == Record(last.number, last.rollout)


def test_a_change_by_somebody_else_is_told(graph: Asked, rollout: Callable[..., Ran]) -> None:
    rollout("start", NAME)
    graph.store.policies.modify(POLICY, {"displayName": "Mine now"}, by=SYSTEM)
    refused = rollout("advance", NAME)
    assert refused.code == 1
    assert f"Name: {NAME} → Mine now" in refused.out
    code = json.loads(rollout("advance", NAME, "--json").out)["refused"]["code"]
    assert code == "policyMoved"


def test_a_server_keeps_its_rollouts_itself(graph: Asked, rollout: Callable[..., Ran]) -> None:
    graph.store.singles.write(SETTINGS, {"emergencyAccess": [LIFEBOAT]}, by=SYSTEM)
    graph.served.service.snapshots.refresh()

    def step(name: str, *more: str) -> Ran:
        return rollout(name, *more, kept_in="server")

    assert step("start", NAME, "--approval").out.startswith(f"{NAME}: [Off] → Report-only → On")
    refused = step("approve", NAME)
    assert (refused.code, "Not taken" in refused.out) == (1, True)
    assert step("advance", NAME).code == 0
    assert state(graph) == "enabledForReportingButNotEnforced"
    refused = step("advance", NAME)
    assert (refused.code, "No reason opens Approval." in refused.out) == (1, True)
    assert step("excuse", NAME, "astrid@fjordvik.example", "--reason", "on leave, in May").code == 0
    assert "there is nothing to check" in step("check", NAME).out
    refused = step("step-back", NAME)
    assert (refused.code, "stands at Report-only" in refused.out) == (1, True)
    assert step("undo", NAME).code == 0
    told = step("status", NAME, "--history", "--json").answers[0]
    assert [each["action"] for each in told["steps"]] == ["start", "advance", "excuse", "undo"]
    assert [each["status"] for each in step("list", "--json").answers[0]["rollouts"]] == ["undone"]
    refused = step("stop", NAME)
    assert (refused.code, "is over (undone)" in refused.out) == (1, True)
