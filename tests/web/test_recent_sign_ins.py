"""What came of the sign-ins of late: the same as the log itself tells, however it is counted."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from ostiary.directory import kept_blocks
from ostiary.directory.retention import forget_sign_ins
from ostiary.directory.sign_ins import Asked
from tests.web.calling import GRAPH_SCOPE, Apis, called
from tests.web.serving import ELSEWHERE, PLACES, POLICY, Served

ROOT = "/v1.0/identity/conditionalAccess"


@pytest.fixture(params=[True, False], ids=["blocks", "tail"])
def apis(served: Served, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Apis:
    """A tenant with sign-ins of ten days, decided by policies that changed meanwhile."""
    if request.param:
        monkeypatch.setattr(kept_blocks, "BLOCK", 4)
        monkeypatch.setattr(kept_blocks, "_UNDER_WAY", 2)
    made = called(served)
    states = ("disabled", "enabledForReportingButNotEnforced", "enabled")
    for day in range(10):
        served.policy(states[day % 3], PLACES)
        served.policy(states[(day + 1) % 2], POLICY)
        served.address = ELSEWHERE if day % 2 else "203.0.113.7"
        served.by_password()
        served.by_password(word="wrong")
        served.as_daemon()
        served.clock.move(timedelta(days=1))
    served.policy("disabled", PLACES)
    served.policy("disabled", POLICY)
    served.address = "203.0.113.7"
    return made


def ask(apis: Apis, name: str) -> dict[str, Any]:
    """Ask as Astrid does."""
    token = apis.sign_in(GRAPH_SCOPE)["access_token"]
    answer = apis.call(apis.graph, token, f"{ROOT}/{name}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def by_the_log(apis: Apis, span: timedelta) -> list[dict[str, Any]]:
    """Give the sign-ins since the full hour before a span."""
    log, now = apis.served.service.store.sign_ins, apis.served.clock.now()
    since = (now - span).replace(minute=0, second=0, microsecond=0)
    return log.as_graph(log.find(Asked(since=since), limit=1000))


def test_effects_are_what_each_policy_came_to(apis: Apis) -> None:
    found = dict[str, Any]()
    for _ in range(2):  # the second time from what was kept
        found = ask(apis, "recentEffects")
        logged = by_the_log(apis, timedelta(days=7))
        counted: dict[str, Counter[str]] = {}
        for each in logged:
            for policy in each["appliedConditionalAccessPolicies"]:
                counted.setdefault(policy["id"], Counter())[policy["result"]] += 1
        assert found["signIns"] == len(logged)
        assert {each["id"] for each in found["value"]} == set(counted) == {POLICY, PLACES}
        for each in found["value"]:
            mine = counted[each["id"]]
            assert each["signIns"] == mine.total()
            for word in ("success", "failure", "reportOnlySuccess", "reportOnlyFailure"):
                assert each[word] == mine[word], (each["id"], word)
            assert each["reportOnlyInterrupted"] == mine["reportOnlyInterrupted"]
    assert sum(each["failure"] for each in found["value"]) > 0
    assert sum(each["reportOnlyFailure"] for each in found["value"]) > 0


def test_outcomes_are_those_of_a_day(apis: Apis) -> None:
    apis.served.clock.move(timedelta(hours=-1))
    found = ask(apis, "recentOutcomes")
    now = apis.served.clock.now()
    log = apis.served.service.store.sign_ins
    logged = log.as_graph(log.find(Asked(since=now - timedelta(hours=24)), limit=1000))
    counted = Counter(
        (each["conditionalAccessStatus"], each["status"]["errorCode"]) for each in logged
    )
    told = {
        (each["conditionalAccessStatus"], each["errorCode"]): each["signIns"]
        for each in found["value"]
    }
    assert told == counted
    assert found["signIns"] == len(logged) == 4


def test_AU06_what_retention_deletes_leaves_the_blocks_too(apis: Apis) -> None:
    service = apis.served.service
    impacts, now = service.impacts, apis.served.clock.now()
    while impacts.effects.keep_up(2) or impacts.blocks.keep_up(2):
        pass
    before = ask(apis, "recentEffects")
    forget_sign_ins(service.store, now - timedelta(days=3))
    impacts.keep_up()
    oldest = service.store.sign_ins.extent()
    assert oldest is not None
    for kept in (impacts.effects, impacts.blocks):
        assert all(each.oldest >= kept_blocks.microseconds(oldest.oldest) for each in kept.kept())
    after = ask(apis, "recentEffects")
    assert 0 < after["signIns"] < before["signIns"]
    forget_sign_ins(service.store, now + timedelta(days=1))
    impacts.keep_up()
    assert [*impacts.effects.kept(), *impacts.blocks.kept()] == []


def test_blocks_are_for_their_owner_alone(apis: Apis) -> None:
    impacts = apis.served.service.impacts
    impacts.keep_up()
    for block in (*impacts.effects.kept(), *impacts.blocks.kept()):
        assert block.path.stat().st_mode & 0o077 == 0
        assert block.path.parent.stat().st_mode & 0o077 == 0
