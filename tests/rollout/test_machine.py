"""The steps of a rollout: what is written, what is refused, and what always survives."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest

from ostiary.analysis.policy_difference import differences
from ostiary.model.errors import InputError
from ostiary.rollout.documents import Members
from ostiary.rollout.errors import GateClosed, NotSecondPerson, PolicyMoved, RolloutError
from ostiary.rollout.gates import OVERRIDABLE, Gate, GateResult, Outcome
from ostiary.rollout.machine import (
    Move,
    advance,
    approval_result,
    approve,
    excuse,
    start,
    step_back,
    stop,
    undo,
)
from ostiary.rollout.state import Action, Rollout, Status
from ostiary.rollout.state_json import rollout_from_json
from tests.rollout.cases import (
    ASTRID,
    BIRGER,
    EMERGENCY,
    NOON,
    PILOT,
    RINGS,
    begun,
    but,
    onward,
    passed,
    policy,
)

LATER = NOON + timedelta(days=30)
MEMBERS = (None, Members(groups=(PILOT,)), Members(("u1",), (PILOT,)), None)


def written(move: Move) -> dict[str, Any]:
    assert move.document is not None
    return deepcopy(dict(move.document))


def users_in(document: Any) -> Any:
    return document["conditions"]["users"]


def through(rollout: Rollout, document: Any, steps: int) -> tuple[Rollout, Any]:
    for _ in range(steps):
        ring = MEMBERS[rollout.place] if rollout.stages[rollout.place + 1].ring else None
        move = onward(rollout, document, members=ring)
        rollout, document = move.rollout, written(move)
    return rollout, document


def test_a_rollout_goes_from_off_to_report_only_to_on() -> None:
    rollout, document = through(begun(), policy(), 1)
    assert (rollout.stage.name, document["state"]) == (
        "Report-only",
        "enabledForReportingButNotEnforced",
    )
    rollout, document = through(rollout, document, 1)
    assert (rollout.stage.name, document["state"]) == ("On", "enabled")
    assert (rollout.status, rollout.next_stage) == (Status.DONE, None)
    assert not differences(document, policy("enabled"))


def test_a_ring_has_its_people_only_and_everybody_comes_at_the_end() -> None:
    rollout, document = through(begun(rings=RINGS), policy(), 2)
    assert rollout.stage.name == "Pilot"
    assert document["state"] == "enabled"
    assert users_in(document)["includeUsers"] == []
    assert users_in(document)["includeGroups"] == [PILOT]
    rollout, document = through(rollout, document, 1)
    assert users_in(document)["includeUsers"] == ["u1"]
    rollout, document = through(rollout, document, 1)
    assert not differences(document, policy("enabled"))


def test_every_stage_excludes_who_is_excluded() -> None:
    rollout, document = begun(rings=RINGS), policy()
    for _ in range(4):
        rollout, document = through(rollout, document, 1)
        assert users_in(document)["excludeUsers"] == [EMERGENCY]


def test_a_policy_that_is_on_is_not_rolled_out() -> None:
    with pytest.raises(InputError, match="which is On; to change a policy that is On, roll out"):
        begun(policy("enabled"))


def test_rings_are_of_people() -> None:
    document = policy()
    workloads = {"includeServicePrincipals": ["ServicePrincipalsInMyTenant"]}
    document["conditions"]["clientApplications"] = workloads
    with pytest.raises(InputError, match="which is about workload identities"):
        begun(document, rings=RINGS)
    assert begun(document).stage.name == "Off"


def test_a_report_only_policy_begins_there() -> None:
    rollout = begun(policy("enabledForReportingButNotEnforced"))
    assert rollout.stage.name == "Report-only"


def test_a_gate_that_is_shut_is_in_the_way() -> None:
    rollout, document = through(begun(), policy(), 1)
    for gate in (each.gate for each in passed(rollout)):
        for outcome in (Outcome.CLOSED, Outcome.UNKNOWN):
            with pytest.raises(GateClosed) as caught:
                onward(rollout, document, results=but(rollout, gate, outcome))
            assert [each.gate for each in caught.value.closed] == [gate]


def test_a_gate_that_nobody_looked_at_is_in_the_way() -> None:
    with pytest.raises(GateClosed) as caught:
        onward(begun(), policy(), results=())
    assert [each.gate for each in caught.value.closed] == [Gate.LOCKOUT, Gate.GAPS]


def test_a_reason_opens_what_it_may_open_and_is_kept() -> None:
    rollout, document = through(begun(approval=True), policy(), 1)
    for gate in (each.gate for each in passed(rollout)):
        results = but(rollout, gate)
        if gate not in OVERRIDABLE:
            with pytest.raises(GateClosed):
                onward(rollout, document, results=results, override="the board demands it")
            continue
        step = onward(rollout, document, results=results, override="the board demands it")
        found = next(each for each in step.rollout.steps[-1].gates if each.gate is gate)
        assert found.outcome is Outcome.OVERRIDDEN
        assert found.details[-1] == "overridden: the board demands it"


def test_a_reason_says_something() -> None:
    rollout, document = through(begun(), policy(), 1)
    with pytest.raises(InputError, match="a reason of at least 10 characters, came `so`"):
        onward(rollout, document, results=but(rollout, Gate.IMPACT), override=" so ")


def test_an_empty_ring_is_refused() -> None:
    rollout, document = through(begun(rings=RINGS), policy(), 1)
    with pytest.raises(InputError, match="people in the ring `Pilot`, came none"):
        onward(rollout, document, members=Members())


def test_what_others_changed_stops_the_next_step() -> None:
    rollout, document = through(begun(), policy(), 1)
    document["grantControls"] = {"operator": "OR", "builtInControls": ["block"]}
    with pytest.raises(PolicyMoved) as caught:
        onward(rollout, document)
    assert "Grant" in caught.value.changes[0]
    with pytest.raises(PolicyMoved):
        undo(rollout, current=document, by=ASTRID, at=LATER)


def test_an_exclusion_that_others_took_away_stops_the_next_step() -> None:
    rollout, document = through(begun(), policy(), 1)
    users_in(document)["excludeUsers"] = []
    with pytest.raises(PolicyMoved):
        onward(rollout, document)


@pytest.mark.parametrize("after", [1, 2, 3])
def test_an_exclusion_that_others_added_survives_every_step(after: int) -> None:
    rollout, document = through(begun(rings=RINGS), policy(), after)
    users_in(document)["excludeGroups"] = ["g9"]
    wanted = document
    for _ in range(4 - after):
        rollout, document = through(rollout, document, 1)
        assert users_in(document)["excludeGroups"] == ["g9"]
    back = step_back(rollout, current=document, by=ASTRID, at=LATER, reason="")
    assert users_in(written(back))["excludeGroups"] == ["g9"]
    undone = undo(back.rollout, current=written(back), by=ASTRID, at=LATER)
    assert users_in(written(undone))["excludeGroups"] == ["g9"]
    assert users_in(wanted)["excludeUsers"] == users_in(written(undone))["excludeUsers"]


def test_undo_gives_back_the_very_policy_from_every_stage() -> None:
    for steps in range(5):
        rollout, document = through(begun(rings=RINGS), policy(), steps)
        move = undo(rollout, current=document, by=ASTRID, at=LATER)
        original = policy()
        del original["modifiedDateTime"]
        assert move.document == original
        assert move.rollout.status is Status.UNDONE


def test_stepping_back_keeps_nobody_out_whatever_others_changed() -> None:
    rollout, document = through(begun(), policy(), 2)
    document["grantControls"] = {"operator": "OR", "builtInControls": ["block"]}
    move = step_back(rollout, current=document, by=BIRGER, at=LATER, reason="", attention="alarm")
    assert move.body(document) == {"state": "enabledForReportingButNotEnforced"}
    assert (move.rollout.stage.name, move.rollout.attention) == ("Report-only", "alarm")
    with pytest.raises(PolicyMoved):
        onward(move.rollout, written(move))


def test_stepping_back_leaves_a_policy_alone_that_somebody_turned_off() -> None:
    rollout, document = through(begun(), policy(), 2)
    document["state"] = "disabled"
    move = step_back(rollout, current=document, by=BIRGER, at=LATER, reason="")
    assert (move.document, move.rollout.stage.name) == (None, "Report-only")


def test_stepping_back_is_for_a_policy_that_is_on() -> None:
    rollout, document = through(begun(), policy(), 1)
    with pytest.raises(RolloutError, match="the rollout stands at Report-only"):
        step_back(rollout, current=document, by=ASTRID, at=LATER, reason="")


def test_after_stepping_back_the_way_is_the_same_again() -> None:
    rollout, document = through(begun(rings=RINGS), policy(), 4)
    move = step_back(rollout, current=document, by=ASTRID, at=LATER, reason="too many calls")
    assert not differences(written(move), policy("enabledForReportingButNotEnforced"))
    rollout, document = through(move.rollout, written(move), 1)
    assert rollout.stage.name == "Pilot"


def test_who_started_a_rollout_cannot_approve_it() -> None:
    with pytest.raises(NotSecondPerson):
        approve(begun(approval=True), current=policy(), by=ASTRID, at=NOON)


def test_an_approval_counts_until_the_policy_becomes_another_one() -> None:
    rollout, document = through(begun(approval=True), policy(), 1)
    assert approval_result(rollout, document).outcome is Outcome.CLOSED
    rollout = approve(rollout, current=document, by=BIRGER, at=NOON)
    assert approval_result(rollout, document).sentence == "Birger has approved it"
    users_in(document)["excludeGroups"] = ["g9"]
    assert "approved again" in approval_result(rollout, document).sentence


def test_an_approval_is_for_one_stage() -> None:
    rollout, document = through(begun(rings=RINGS, approval=True), policy(), 1)
    rollout = approve(rollout, current=document, by=BIRGER, at=NOON)
    rollout, document = through(rollout, document, 1)
    assert approval_result(rollout, document).outcome is Outcome.CLOSED


def test_nothing_moves_after_the_end() -> None:
    over = stop(begun(), by=ASTRID, at=LATER)
    for step in (
        lambda: onward(over, policy()),
        lambda: approve(over, current=policy(), by=BIRGER, at=LATER),
        lambda: undo(over, current=policy(), by=ASTRID, at=LATER),
        lambda: stop(over, by=ASTRID, at=LATER),
        lambda: excuse(over, "u1", by=ASTRID, at=LATER, reason="on parental leave"),
    ):
        with pytest.raises(RolloutError, match=r"is over \(stopped\)"):
            step()
    done, document = through(begun(), policy(), 2)
    with pytest.raises(RolloutError, match="there is no stage after it"):
        advance(done, current=document, results=(), by=ASTRID, at=LATER)


def test_every_step_is_kept_with_the_policy_before_and_after() -> None:
    rollout, document = through(begun(), policy(), 1)
    rollout = excuse(rollout, "U1", by=ASTRID, at=NOON, reason="on parental leave")
    move = onward(rollout, document)
    assert [each.action for each in move.rollout.steps] == [
        Action.START,
        Action.ADVANCE,
        Action.EXCUSE,
        Action.ADVANCE,
    ]
    assert [each.number for each in move.rollout.steps] == [1, 2, 3, 4]
    last = move.rollout.steps[-1]
    assert (last.before, last.after, last.by) == (document, move.document, BIRGER)


def test_a_rollout_is_written_and_read_back() -> None:
    rollout, document = through(begun(rings=RINGS, approval=True), policy(), 2)
    rollout = approve(rollout, current=document, by=BIRGER, at=NOON)
    rollout = excuse(rollout, "u1", by=ASTRID, at=NOON, reason="on parental leave")
    assert rollout_from_json(rollout.to_json()) == rollout


@pytest.mark.parametrize(
    "damage",
    [
        {"format": 2},
        {"place": 9},
        {"status": "x"},
        {"entered": "2026-01-01"},
        {"steps": {}},
        {"desired": None},
    ],
)
def test_a_damaged_rollout_is_told(damage: dict[str, object]) -> None:
    with pytest.raises(InputError, match="expected a"):
        rollout_from_json({**begun().to_json(), **damage})


def test_a_name_stands_for_a_policy_without_one() -> None:
    document = policy()
    del document["displayName"]
    assert start("r1", document, tenant_id="", by=ASTRID, at=NOON).name == document["id"]


def test_an_unknown_gate_result_is_no_pass() -> None:
    extra = GateResult(Gate.HEALTH, Outcome.PASSED, "not asked here")
    move = onward(begun(), policy(), results=[*passed(begun()), extra])
    assert [each.gate for each in move.rollout.steps[-1].gates] == [Gate.LOCKOUT, Gate.GAPS]
