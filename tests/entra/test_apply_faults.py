"""A plan applied to a Graph without transactions, while everything that can go wrong does.

Killed between any two requests, before and after each; answers lost, refused with 5xx, throttled;
reads that lag behind: always resumed to the very end, nothing made twice, no exclusion lost.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ostiary.policycode.apply import Applied, InMemory, apply_plan
from ostiary.policycode.changes import Plan
from ostiary.policycode.errors import ChangedMeanwhile, PlanStale
from ostiary.policycode.journal import open_journal
from ostiary.policycode.undoing import inverse, roll_back
from ostiary.schema.state import Collection
from tests.entra.faults import (
    Fault,
    Killed,
    answering,
    failed_answer,
    killed_after,
    killed_before,
    lost_answer,
    lost_request,
    meanwhile,
    throttled,
)
from tests.entra.memory_graph import MemoryGraph, endpoint_of
from tests.entra.plans import GUARDED, LIFEBOAT, LIFEBOATS, one, plan_for, policy, tenant

CHANGES = 11
"""Requests that change something, in a run in which nothing goes wrong."""
NUMBERS = range(1, CHANGES + 1)


def run(graph: MemoryGraph, plan: Plan, path: Path, *faults: tuple[int, Fault]) -> Applied:
    """Apply a plan, or go on with it, as one process."""
    endpoint, proxy, _ = endpoint_of(graph)
    proxy.faults = list(faults)
    with open_journal(path, plan, resume=path.exists()) as journal:
        done = apply_plan(plan, endpoint, journal)
        journal.end("applied")
        return done


@cache
def at_last() -> dict[str, Any]:
    """Give what a tenant says once the plan is applied and nothing went wrong."""
    graph = tenant()
    endpoint, proxy, waits = endpoint_of(graph)
    done = apply_plan(plan_for(graph), endpoint, InMemory())
    assert (done.differing, proxy.counted, waits.seconds) == ((), CHANGES, [])
    return graph.said()


def exclusions_hold(graph: MemoryGraph) -> bool:
    """Tell whether the lifeboats are left out of every policy, whatever it says by now."""
    return all(
        LIFEBOAT in each["conditions"]["users"]["excludeUsers"]
        and LIFEBOATS in each["conditions"]["users"]["excludeGroups"]
        for each in graph.state.all(Collection.POLICIES).values()
    )


def test_every_kind_of_step_is_taken_in_order() -> None:
    said = at_last()
    assert said["groups"] == ["Lifeboats", "Pilot"]
    assert {each["displayName"] for each in said["namedLocations"]} == {"Head office", "Harbour"}
    names = [each["displayName"] for each in said["policies"]]
    assert sorted(names) == [GUARDED, "MFA for all"]
    guarded = next(each for each in said["policies"] if each["displayName"] == GUARDED)
    assert guarded["conditions"]["locations"]["excludeLocations"] == ["<Harbour>"]
    assert guarded["conditions"]["users"]["includeGroups"] == ["<Pilot>"]
    (keys,) = said["authenticationStrength/policies"]
    assert len(keys["combinationConfigurations"]) == 1


@pytest.mark.parametrize("kill", [killed_before, killed_after])
@pytest.mark.parametrize("number", NUMBERS)
def test_killed_between_any_two_steps_it_is_resumed(
    number: int, kill: Fault, tmp_path: Path
) -> None:
    graph = tenant()
    plan, path = plan_for(graph), tmp_path / "journal"
    with pytest.raises(Killed):
        run(graph, plan, path, (number, kill))
    assert exclusions_hold(graph)
    assert run(graph, plan, path).differing == ()
    assert graph.said() == at_last()


@pytest.mark.parametrize("number", NUMBERS)
def test_killed_again_at_each_step_it_still_arrives(number: int, tmp_path: Path) -> None:
    graph = tenant()
    plan, path = plan_for(graph), tmp_path / "journal"
    kills = 0
    while True:
        try:
            run(graph, plan, path, (1 + number % 2, killed_after))
            break
        except Killed:
            kills += 1
            assert exclusions_hold(graph)
    assert graph.said() == at_last()
    assert kills >= CHANGES // 2


@pytest.mark.parametrize(
    "fault",
    [lost_request, lost_answer, failed_answer, answering(500), answering(503), throttled()],
)
@pytest.mark.parametrize("number", NUMBERS)
def test_a_lost_answer_makes_nothing_twice(number: int, fault: Fault, tmp_path: Path) -> None:
    graph = tenant()
    done = run(graph, plan_for(graph), tmp_path / "journal", (number, fault))
    assert (done.differing, graph.said()) == ((), at_last())


@pytest.mark.parametrize("lag", [1, 2, 4])
@pytest.mark.parametrize("fault", [None, lost_answer, killed_after])
def test_a_graph_that_lags_behind_is_waited_for(
    lag: int, fault: Fault | None, tmp_path: Path
) -> None:
    for number in NUMBERS if fault else NUMBERS[:1]:
        graph = tenant()
        graph.lag = lag
        plan, path = plan_for(graph), tmp_path / f"journal{number}"
        faults = [(number, fault)] if fault else []
        try:
            done = run(graph, plan, path, *faults)
        except Killed:
            done = run(graph, plan, path)
        assert (done.differing, graph.said()) == ((), at_last())


def changed_behind_us(graph: MemoryGraph, name: str) -> Callable[[], None]:
    def change() -> None:
        found = one(graph.state, name)
        kind = next(k for k, objects in graph.state.objects.items() if found in objects.values())
        graph.state = graph.state.put(kind, {**found, "displayName": f"{name}, theirs"})

    return change


@pytest.mark.parametrize("name", ["Head office", "MFA for all", "Old", "Old pier"])
def test_what_somebody_else_changed_before_is_not_touched(name: str, tmp_path: Path) -> None:
    graph = tenant()
    plan = plan_for(graph)
    changed_behind_us(graph, name)()
    before = graph.said()
    with pytest.raises(PlanStale, match=f"`{name}` was changed"):
        run(graph, plan, tmp_path / "journal")
    assert graph.said() == before


@pytest.mark.parametrize(("name", "number"), [("MFA for all", 3), ("Old", 8), ("Old pier", 2)])
def test_what_somebody_else_changes_meanwhile_is_not_touched(
    name: str, number: int, tmp_path: Path
) -> None:
    graph = tenant()
    plan, path = plan_for(graph), tmp_path / "journal"
    with pytest.raises(ChangedMeanwhile, match=f"`{name}` was changed by somebody else"):
        run(graph, plan, path, (number, meanwhile(changed_behind_us(graph, name))))
    one(graph.state, f"{name}, theirs")
    assert exclusions_hold(graph)
    with pytest.raises(ChangedMeanwhile):
        run(graph, plan, path)


def test_a_policy_of_the_name_that_somebody_makes_meanwhile_is_not_taken(tmp_path: Path) -> None:
    graph = tenant()
    plan = plan_for(graph)

    def theirs() -> None:
        document = {"id": "9e000000-0000-4000-8000-00000000abcd", **policy(GUARDED)}
        graph.state = graph.state.put(Collection.POLICIES, document)

    with pytest.raises(ChangedMeanwhile, match=f"1 objects are called `{GUARDED}`"):
        run(graph, plan, tmp_path / "journal", (3, meanwhile(theirs)))


def test_a_plan_that_was_applied_is_no_error_and_sends_nothing(tmp_path: Path) -> None:
    graph = tenant()
    plan = plan_for(graph)
    run(graph, plan, tmp_path / "one")
    endpoint, proxy, _ = endpoint_of(graph)
    done = apply_plan(plan, endpoint, InMemory())
    assert (done.already, len(done.ids), proxy.counted) == (True, 4, 0)


def test_a_plan_is_taken_back_as_it_came(tmp_path: Path) -> None:
    graph = tenant()
    before = graph.said()
    plan = plan_for(graph)
    done = run(graph, plan, tmp_path / "journal")
    undo = inverse(plan, done.ids, made="2026-03-02T00:00:00Z")
    assert run(graph, undo, tmp_path / "undo").differing == ()
    assert graph.said() == before


@pytest.mark.parametrize("number", NUMBERS)
def test_what_was_begun_is_taken_back(number: int, tmp_path: Path) -> None:
    graph = tenant()
    before, path = graph.said(), tmp_path / "journal"
    plan = plan_for(graph)
    with pytest.raises(Killed):
        run(graph, plan, path, (number, killed_after))
    endpoint, _, _ = endpoint_of(graph)
    with open_journal(path, plan, resume=True) as journal:
        roll_back(journal, endpoint, made="2026-03-02T00:00:00Z")
    assert graph.said() == before
