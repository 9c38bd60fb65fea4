"""A rollout in a tenant behind Graph: the whole way, faults at every change, other people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ostiary.analysis.log_fast_form import write_fast_form
from ostiary.analysis.policy_difference import differences
from ostiary.directory.protocols import SYSTEM
from ostiary.entra.pull import Wanted, pull
from ostiary.model.errors import InputError, OstiaryError
from ostiary.model.json_types import JsonObject
from ostiary.rollout.carrying import Desk
from ostiary.rollout.errors import GateClosed, NotSecondPerson, PolicyMoved, RolloutError
from ostiary.rollout.gates import Gate, Outcome
from ostiary.rollout.graph_target import GraphTarget
from ostiary.rollout.journal import Journal
from ostiary.rollout.machine import start
from ostiary.rollout.remote import Remote
from ostiary.rollout.settings import Settings
from ostiary.rollout.source import Source
from ostiary.rollout.stages import Ring
from ostiary.rollout.state import Status, Who
from tests.analysis.impact_cases import START, Row, batch_of
from tests.analysis.impact_tenant import row
from tests.entra import faults
from tests.entra.faults import Fault, Killed, is_change
from tests.entra.served import Asked
from tests.rollout.cases import NOON, PILOT, onward
from tests.web.serving import ARM, ASTRID, LIFEBOAT, POLICY

NAME = "require mfa for azure management"


def now(graph: Asked) -> JsonObject:
    return GraphTarget(graph.client).policy(POLICY)


def excluded(graph: Asked) -> list[str]:
    return now(graph)["conditions"]["users"]["excludeUsers"]


def exclude(graph: Asked, *users: str) -> None:
    """Exclude users in Ostiary's store, as another administrator may."""
    conditions = now(graph)["conditions"]
    users_of = {**conditions["users"], "excludeUsers": [LIFEBOAT, *users]}
    graph.store.policies.modify(
        POLICY, {"conditions": {**conditions, "users": users_of}}, by=SYSTEM
    )


def begun(graph: Asked, folder: Path) -> Desk:
    """Begin a rollout; every gate will be open."""
    desk = Desk(Journal(folder), GraphTarget(graph.client))
    desk.begin(start("r1", now(graph), tenant_id="t", by=Who("a"), at=NOON))
    return desk


def forward(desk: Desk) -> None:
    record = desk.journal.latest()[0]
    if not record.done:
        desk.resume(record)
        return
    current = desk.target.policy(POLICY)
    desk.take(record, onward(record.rollout, current), current)


_FAULTS: dict[str, Callable[[Asked], Fault]] = {
    "throttled": lambda _: faults.throttled(),
    "unreachable": lambda _: faults.unreachable,
    "refused": lambda _: faults.answering(403, {"error": {"code": "Forbidden"}}),
    "request lost": lambda _: faults.lost_request,
    "answer lost": lambda _: faults.lost_answer,
    "answer late": lambda _: faults.failed_answer,
    "killed before": lambda _: faults.killed_before,
    "killed after": lambda _: faults.killed_after,
    "changed meanwhile": lambda graph: faults.meanwhile(partial(exclude, graph, ASTRID)),
}


@pytest.mark.parametrize("fault", _FAULTS)
def test_no_fault_loses_an_exclusion_or_half_a_step(
    graph: Asked, tmp_path: Path, fault: str
) -> None:
    desk = begun(graph, tmp_path / "code")
    graph.meets((1, _FAULTS[fault](graph))).counts = is_change
    for _ in range(5):
        try:
            forward(desk)
        except (Killed, OstiaryError):
            states = {now(graph)["state"]}
            assert states <= {"disabled", "enabledForReportingButNotEnforced"}
            continue
        if desk.journal.latest()[0].rollout.status is Status.DONE:
            break
    wanted = [LIFEBOAT, *([ASTRID] if fault == "changed meanwhile" else [])]
    assert (now(graph)["state"], excluded(graph)) == ("enabled", wanted)
    assert [each.stage for each in desk.journal.latest()[0].rollout.steps] == [0, 1, 2]


@pytest.fixture
def office(graph: Asked, tmp_path: Path) -> Callable[..., Remote]:
    """A tenant with two administrators and a log; gives who works on its rollouts."""
    graph.store.roles.create(
        {
            "id": "f6",
            "principalId": LIFEBOAT,
            "roleDefinitionId": "62e90394-69f5-4237-9190-012177145e10",
            "directoryScopeId": "/",
        },
        by=SYSTEM,
    )
    graph.store.groups.create({"id": PILOT, "displayName": "Pilot", "members": [ASTRID]}, by=SYSTEM)
    graph.served.service.snapshots.refresh()
    folder = tmp_path / "pulled"
    pull(graph.client, folder, Wanted(emergency_access=(LIFEBOAT,)), now=NOON)
    at: dict[str, Any] = {"now": START + timedelta(days=20), "ids": 0}

    def new_id() -> str:
        at["ids"] += 1
        return f"r{at['ids']}"

    def moment() -> Any:
        at["now"] += timedelta(hours=25)
        return at["now"]

    def remote(who: str = "a", rows: list[Row] | None = None, export: Path | None = None) -> Remote:
        logs: tuple[str, ...] = ()
        if rows:
            write_fast_form([batch_of(rows)], tmp_path / "log.parquet")
            logs = (str(tmp_path / "log.parquet"),)
        target = GraphTarget(graph.client)
        return Remote(
            desk=Desk(Journal(tmp_path / "code"), target),
            tenancy=target,
            source=lambda: Source(export or folder, logs),
            tenant_id=target.tenant_id(),
            who=Who(who),
            now=moment,
            new_id=new_id,
        )

    return remote


def signed_in(*, days: int = 16, mfa: bool = True, first: int = 0, count: int = 1) -> list[Row]:
    """Give sign-ins of Astrid to Azure management over some days."""
    shown = {"mfa_satisfied": True, "methods": ["password", "sms"]} if mfa else {}
    place = {"resource_id": ARM, "audiences": [ARM], **shown}
    moments = (
        START + timedelta(days=first + each * (days - 1) / count) for each in range(count + 1)
    )
    return [row(ASTRID, 0, **place) | {"created": each} for each in moments]


def test_the_whole_way_and_back(graph: Asked, office: Callable[..., Remote]) -> None:
    before = now(graph)
    remote = office(rows=[*signed_in(), *signed_in(first=40)])
    settings = Settings(rings=(Ring("Pilot", ("pilot",)),), approval=True)
    assert remote.start(NAME, settings).stages[2].ring == Ring("Pilot", (PILOT,))
    assert remote.advance(NAME).stage.name == "Report-only"
    with pytest.raises(GateClosed) as caught:
        remote.advance(NAME)
    assert [each.gate for each in caught.value.closed] == [Gate.APPROVAL]
    with pytest.raises(NotSecondPerson):
        remote.approve(NAME)
    office("b").approve(NAME)
    assert remote.advance(NAME).stage.name == "Pilot"
    assert now(graph)["conditions"]["users"]["includeGroups"] == [PILOT]
    office("b").approve(NAME)
    rollout, results = remote.gates(NAME)
    assert {each.outcome for each in results} == {Outcome.PASSED}
    assert remote.advance(NAME).status is Status.DONE
    assert not differences({**before, "state": "enabled"}, now(graph))
    assert remote.step_back(NAME, "too many calls").stage.name == "Report-only"
    assert remote.undo(NAME).status is Status.UNDONE
    assert not differences(before, now(graph))
    assert [each.id for each in remote.rollouts()] == [rollout.id]


def test_without_a_log_it_stays_report_only(graph: Asked, office: Callable[..., Remote]) -> None:
    remote = office()
    remote.start(POLICY, Settings())
    remote.advance(POLICY)
    with pytest.raises(GateClosed, match="there is no log to tell whom it would block or prompt"):
        remote.advance(POLICY)
    rollout = remote.advance(POLICY, override="a drill in the test tenant")
    assert (rollout.stage.name, now(graph)["state"]) == ("On", "enabled")


def test_a_sick_stage_steps_back_by_itself(graph: Asked, office: Callable[..., Remote]) -> None:
    remote = office(rows=signed_in())
    remote.start(NAME, Settings(failed_least=3))
    assert remote.check(NAME) == (remote.rollouts()[0], None)
    remote.advance(NAME)
    remote.advance(NAME)
    assert remote.check(NAME)[1] is None  # the log ends before the stage began
    well, health = office(rows=signed_in(first=40)).check(NAME)
    assert (well.stage.name, health.failed if health else None) == ("On", 0)
    failing = signed_in(mfa=False, first=40, count=5)
    for each in failing:
        each["category"] = "nonInteractiveUser"
    sick, health = office(rows=failing).check(NAME)
    assert (sick.stage.name, now(graph)["state"]) == (
        "Report-only",
        "enabledForReportingButNotEnforced",
    )
    assert sick.attention == ("6 of 6 sign-ins that met the policy failed (100.0 %, at most 10 %)")


def test_an_administrator_is_excused_by_name(office: Callable[..., Remote]) -> None:
    remote = office()
    remote.start(NAME, Settings())
    excused = remote.excuse(NAME, "ASTRID@fjordvik.example", "on parental leave")
    assert excused.excuses[0].user == ASTRID
    with pytest.raises(InputError, match="came `olav`, which nobody has"):
        remote.excuse(NAME, "olav", "on parental leave")


def test_names_are_looked_for(office: Callable[..., Remote]) -> None:
    remote = office()
    with pytest.raises(InputError, match="came `nothing`, of which there is none"):
        remote.start("nothing", Settings())
    with pytest.raises(InputError, match="expected the policy of a rollout, came `nothing`"):
        remote.gates("nothing")
    remote.start(NAME, Settings())
    with pytest.raises(RolloutError, match="under way already"):
        remote.start(NAME, Settings())
    assert remote.stop("R1", "not now").status is Status.STOPPED
    assert remote.start(NAME, Settings()).id == "r3"
    assert remote.resume(NAME).id == "r3"


def test_a_change_in_the_last_moment_is_refused(graph: Asked, tmp_path: Path) -> None:
    target = GraphTarget(graph.client)
    read = now(graph)
    exclude(graph, ASTRID)
    with pytest.raises(PolicyMoved, match=ASTRID):
        target.change(POLICY, {"state": "enabled"}, read)
    assert now(graph)["state"] == "disabled"


def test_who_is_signed_in_is_told_by_the_token(graph: Asked) -> None:
    assert GraphTarget(graph.client).who() == Who(ASTRID, "astrid@fjordvik.example")
