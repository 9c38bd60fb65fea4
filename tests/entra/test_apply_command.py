"""`ostiary apply` as it is typed: on the host, over Graph, step by step, killed and resumed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ostiary.cli.apply import stepwise_apply
from ostiary.directory.protocols import SYSTEM
from ostiary.entra.connection import TOKEN_VARIABLE
from ostiary.model.errors import InputError
from ostiary.policycode.errors import JournalUnfit, PlanStale
from ostiary.policycode.journal import open_journal
from ostiary.policycode.undoing import write_plan
from tests.cli.running import run
from tests.entra.live_graph import live_graph
from tests.entra.served import Asked
from tests.entra.test_apply_on_server import narrowed, said
from tests.test_architecture import ROOT
from tests.web.serving import HQ, PLACES


def saved(graph: Asked, folder: Path) -> Path:
    """Save a plan of five changes."""
    path = folder / "plan.json"
    write_plan(path, narrowed(graph))
    return path


def test_over_graph_a_plan_is_applied_and_taken_back(
    graph: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TOKEN_VARIABLE, graph.client.tokens.token())
    plan = saved(graph, tmp_path)
    with live_graph(graph.served) as origin:
        there = ["--target", origin, "--credential", "token"]
        ran = run("apply", str(plan), *there, "--json")
        again = run("apply", str(plan), *there)
        back = run("apply", f"{plan}.undo", *there)
        stale = run("apply", f"{plan}.undo", *there)
    told = json.loads(ran.out)
    assert (ran.code, again.code, back.code, stale.code) == (0, 0, 0, 0)
    assert (told["alreadyApplied"], told["undo"]) == (False, f"{plan}.undo")
    assert again.out == "Nothing to do: the tenant is as the plan says.\n"
    assert back.out.startswith("Applied: 5 changes.\nTo take it back: ostiary apply ")
    assert stale.out == again.out
    assert [each.id for each in graph.store.locations.all()] == [HQ]


def test_on_the_host_a_plan_that_is_stale_is_refused(graph: Asked, tmp_path: Path) -> None:
    plan, data = saved(graph, tmp_path), str(tmp_path / "server")
    graph.store.policies.modify(PLACES, {"state": "enabled"}, by=SYSTEM)
    ran = run("apply", str(plan), "--data", data)
    assert (ran.code, ran.out.count("`Only from the office` was changed")) == (1, 1)
    assert ran.out.startswith("Refused: the tenant is not as it was when the plan was made: the")
    told = run("apply", str(plan), "--data", data, "--json")
    assert json.loads(told.out)["refused"] == "planStale"
    graph.store.policies.modify(PLACES, {"state": "disabled"}, by=SYSTEM)
    assert run("apply", str(plan), "--data", data).code == 0
    assert (tmp_path / "plan.json.undo").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--resume"], "are for Microsoft Entra"),
        (["--target", "entra", "--resume", "--roll-back"], "expected one of --resume and"),
        (["--target", "nowhere"], "expected the address of a Graph API"),
    ],
)
def test_what_is_wrong_is_said(
    graph: Asked, tmp_path: Path, arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TOKEN_VARIABLE, "t")
    there = ["--credential", "token", *arguments]
    ran = run("apply", str(saved(graph, tmp_path)), *there)
    assert (ran.code, said in " ".join(ran.err.split())) == (2, True)
    (tmp_path / "no.json").write_text("{}", encoding="utf-8")
    assert run("apply", str(tmp_path / "no.json")).code == 2


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is of POSIX")
def test_a_process_that_is_killed_is_gone_on_with(graph: Asked, tmp_path: Path) -> None:
    plan = saved(graph, tmp_path)
    path = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
    environment = {
        **os.environ,
        "PYTHONPATH": path,
        TOKEN_VARIABLE: graph.client.tokens.token(),
    }
    command = [sys.executable, "-m", "tests.entra.killed_process", str(plan)]
    codes: list[int] = []
    with live_graph(graph.served) as origin:
        for number, when in ((2, "after"), (1, "before"), (2, "after"), (9, "before")):
            ran = subprocess.run(  # noqa: S603  # our own interpreter and fixed words
                [*command, origin, str(number), when], env=environment, check=False
            )
            codes.append(ran.returncode)
    assert codes == [-signal.SIGKILL] * 3 + [0]
    users = graph.store.policies.need(PLACES).document["conditions"]["users"]
    assert (len(graph.store.groups.all()), len(graph.store.locations.all())) == (1, 2)
    assert users["excludeGroups"] == [each.id for each in graph.store.groups.all()]


def test_step_by_step_a_plan_is_applied_once_and_taken_back(graph: Asked, tmp_path: Path) -> None:
    path = saved(graph, tmp_path)
    plan, journal = narrowed(graph), path.with_name("journal")
    before = [[key for key, _ in part] for part in said(graph)]
    graph.client.writes = True
    with pytest.raises(Exception, match="expected the journal of a plan that was begun"):
        stepwise_apply(plan, journal, graph.client, resume=True, back=False)
    done = stepwise_apply(plan, journal, graph.client, resume=False, back=False)
    assert (len(done.ids), done.differing) == (2, ())
    with pytest.raises(JournalUnfit, match="this plan was applied already"):
        stepwise_apply(plan, journal, graph.client, resume=False, back=False)
    stepwise_apply(plan, journal, graph.client, resume=False, back=True)
    assert [[key for key, _ in part] for part in said(graph)] == before


def test_a_plan_that_is_stale_leaves_no_journal(graph: Asked, tmp_path: Path) -> None:
    plan, journal = narrowed(graph), tmp_path / "journal"
    graph.store.locations.modify(HQ, {"isTrusted": False}, by=SYSTEM)
    graph.client.writes = True
    with pytest.raises(PlanStale):
        stepwise_apply(plan, journal, graph.client, resume=False, back=False)
    assert not journal.exists()


def test_nobody_else_applies_the_same_plan_at_the_same_time(graph: Asked, tmp_path: Path) -> None:
    plan, path = narrowed(graph), tmp_path / "journal"
    graph.client.writes = True
    with (
        open_journal(path, plan, resume=False),
        pytest.raises(JournalUnfit, match="somebody else is applying this plan now"),
    ):
        stepwise_apply(plan, path, graph.client, resume=True, back=False)


@pytest.mark.parametrize("torn", [b'{"step": 0, "is": "do', b"{", b'{"step": 0, "is": "begun"}'])
def test_a_line_that_was_torn_says_nothing(graph: Asked, tmp_path: Path, torn: bytes) -> None:
    plan, path = narrowed(graph), tmp_path / "journal"
    with open_journal(path, plan, resume=False) as journal:
        journal.begin(0)
    whole = path.read_bytes()
    path.write_bytes(whole + torn)
    with open_journal(path, plan, resume=True) as journal:
        assert journal.states == {0: "begun"}
        journal.done(0, "1")
    assert path.read_bytes().startswith(whole)
    with open_journal(path, plan, resume=True) as journal:
        assert (journal.taken, journal.over) == ((0,), "")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{}", "a line of it is damaged"),
        ('{"step": 99, "is": "done", "id": "1"}', "a line of it is damaged"),
        ("[]", "a line of it is damaged"),
        ("so what", "a line of it is damaged"),
    ],
)
def test_a_journal_that_is_damaged_is_not_gone_on_with(
    graph: Asked, tmp_path: Path, line: str, said: str
) -> None:
    plan, path = narrowed(graph), tmp_path / "journal"
    with open_journal(path, plan, resume=False):
        pass
    path.write_bytes(path.read_bytes() + line.encode() + b"\n")
    with pytest.raises(InputError, match=said), open_journal(path, plan, resume=True):
        pass


def test_a_journal_of_another_plan_is_not_gone_on_with(graph: Asked, tmp_path: Path) -> None:
    plan, path = narrowed(graph), tmp_path / "journal"
    with open_journal(path, plan, resume=False):
        pass
    other = replace(plan, made="2026-03-09T00:00:00Z")
    with pytest.raises(JournalUnfit, match="another one's"), open_journal(path, other, resume=True):
        pass
