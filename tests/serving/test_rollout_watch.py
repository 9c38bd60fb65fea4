"""A policy that makes too many sign-ins fail is put back to report-only by itself, and told of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ostiary.administration.rollouts import STEPPED_BACK
from ostiary.directory import policy_health
from ostiary.directory.alerts import Channel
from ostiary.directory.policy_health import PolicyHealth
from ostiary.directory.protocols import SYSTEM
from ostiary.oidc.error_codes import INTERRUPTS
from ostiary.serving.rollout_watch import WATCHED, RolloutWatch
from tests.web.rolled_out import Rolling, ready
from tests.web.serving import ELSEWHERE, OFFICE, PLACES, POLICY, Served, serve
from tests.web.test_graph_policy_history import Graph

ON, REPORT_ONLY = "enabled", "enabledForReportingButNotEnforced"


@pytest.fixture
def graph(tmp_path: Path) -> Iterator[Graph]:
    """A tenant that can roll policies out."""
    made = serve(tmp_path)
    yield ready(made)
    made.service.store.close()


def watch(served: Served) -> RolloutWatch:
    """Give what the server's job runs."""
    service = served.service
    return RolloutWatch(service.store, service.snapshots, service.health)


def signed_in(served: Served, fine: int, refused: int) -> None:
    """Sign in from the office, where nothing is asked for, and from elsewhere, which is blocked."""
    served.clock.move(timedelta(seconds=2))
    for address, times in ((OFFICE, fine), (ELSEWHERE, refused)):
        served.address = address
        for _ in range(times):
            served.by_password()
    served.address = OFFICE


def on(graph: Graph, policy: str = PLACES, **settings: object) -> Rolling:
    """Roll a policy out to everybody."""
    rolling = Rolling(graph, policy, **{"blocked": None, **settings})
    rolling.advanced()
    rolling.advanced()
    return rolling


def met(graph: Graph, rolling: Rolling) -> tuple[int, int]:
    """Ask how many sign-ins met the policy, and how many failed."""
    found = graph("GET", f"{rolling.path}/health").json()
    return found["signIns"], found["failed"]


def test_too_many_failures_put_the_policy_back_with_an_alert(graph: Graph) -> None:
    served = graph.apis.served
    store = served.service.store
    rolling = on(graph, failedLeast=3)
    signed_in(served, 2, 2)
    assert watch(served).run() == 0  # a quarter of nothing is no pattern
    assert rolling.policy["state"] == ON
    signed_in(served, 1, 1)
    assert met(graph, rolling) == (3, 3)  # in the office the policy does not apply
    assert watch(served).run() == 1
    assert rolling.policy["state"] == REPORT_ONLY
    told = graph("GET", rolling.path).json()
    assert (told["stage"]["name"], told["status"]) == ("Report-only", "running")
    assert "3 of 3 sign-ins that met the policy failed" in told["attention"]
    assert told["steps"][-1]["by"]["name"] == "Ostiary"
    (alert,) = store.alerts.claim(Channel.WEBHOOK)
    assert (alert.document["type"], alert.document["failed"]) == (STEPPED_BACK, 3)
    assert alert.document["policy"] == {"id": PLACES, "displayName": "Only from the office"}
    (row,) = store.audit.newest(activity="Step rollout of policy back", limit=5)
    assert row.row["actor"]["kind"] == "system"
    assert (watch(served).run(), store.alerts.claim(Channel.WEBHOOK)) == (0, [])
    # On again, what failed before counts no more.
    served.clock.move(timedelta(seconds=1))
    rolling.etag = graph("GET", rolling.path).headers["etag"]
    rolling.advanced()
    assert met(graph, rolling) == (0, 0)
    assert watch(served).run() == 0


def test_whoever_is_asked_for_a_second_factor_has_not_failed(graph: Graph) -> None:
    served = graph.apis.served
    rolling = on(graph, POLICY, failedLeast=1)
    served.clock.move(timedelta(seconds=2))
    for _ in range(3):
        assert served.by_password().status_code == 400
    assert met(graph, rolling) == (3, 0)
    assert watch(served).run() == 0


def test_what_is_none_of_its_business_is_left_alone(graph: Graph) -> None:
    served = graph.apis.served
    store = served.service.store
    rolling = on(graph, failedLeast=1)
    signed_in(served, 0, 1)
    store.policies.modify(PLACES, {"state": "disabled"}, by=SYSTEM)
    assert watch(served).run() == 0
    assert rolling.policy["state"] == "disabled"
    served.policy(ON, PLACES)
    served.clock.move(WATCHED)
    assert watch(served).run() == 0
    damaged = {"id": "0", "policyId": "x", "displayName": "damaged", "status": "running"}
    store.rollouts.create(damaged, by=SYSTEM)
    served.clock.move(-WATCHED)
    assert watch(served).run() == 1


@pytest.mark.parametrize("under_way", [0, 2, 1_000])
def test_what_is_counted_in_parts_comes_to_the_same(
    graph: Graph, under_way: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy_health, "_UNDER_WAY", under_way)
    served = graph.apis.served
    store = served.service.store
    health = PolicyHealth(store, INTERRUPTS)
    began = served.clock.now() + timedelta(seconds=1)
    assert health.since(PLACES, began) == (0, 0)
    served.policy(ON, PLACES)
    for number in range(1, 4):
        signed_in(served, 1, 2)
        assert health.since(PLACES.upper(), began) == (2 * number, 2 * number)
    assert PolicyHealth(store, INTERRUPTS).since(PLACES, began) == (6, 6)
    later = served.clock.now() + timedelta(seconds=1)
    assert health.since(PLACES, later) == (0, 0)
