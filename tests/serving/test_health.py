"""`/healthz`, `/readyz` and `/metrics`: who is told what."""

from __future__ import annotations

from collections.abc import Generator
from datetime import timedelta
from pathlib import Path

import pytest

from ostiary.directory.protocols import SYSTEM
from ostiary.secrecy.clock import FixedClock
from ostiary.serving.health import ClockWatch, Health
from tests.secrecy.seeded import START
from tests.serving.observing import Watched, watch
from tests.web.serving import POLICY

GOOD = {"store": "good", "policies": "good", "keys": "good", "clock": "good"}


@pytest.fixture
def watched(tmp_path: Path) -> Generator[Watched]:
    made = watch(tmp_path)
    yield made
    made.served.service.store.close()


class SteadyClock(FixedClock):
    """A clock that may be set while the time goes on by another."""

    def __init__(self) -> None:
        super().__init__(START)
        self.gone = 0.0

    def elapsed(self) -> float:
        return self.gone


def test_it_lives_and_is_ready(watched: Watched) -> None:
    lives = watched.asked_from("198.51.100.9").get("/healthz")
    assert (lives.status_code, lives.json()) == (200, {"status": "alive"})
    ready = watched.asked_from("198.51.100.9").get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"status": "ready", "checks": GOOD})
    assert ready.headers["Cache-Control"] == "no-store"


def test_only_this_host_is_told_the_inside(watched: Watched) -> None:
    told = watched.http.get("/readyz").json()
    revision = watched.served.service.snapshots.current().policies_revision
    assert told["reasons"] == {}
    assert (told["alarm"], told["snapshotRevision"]) == ("", revision)


def test_policies_that_cannot_be_used_are_an_alarm_and_the_last_good_ones_serve(
    watched: Watched,
) -> None:
    broken = {"conditions": {"clientAppTypes": ["all"], "users": {"includeUsers": ["nobody"]}}}
    watched.served.change_policy(POLICY, broken)
    told = watched.http.get("/readyz")
    assert told.status_code == 200
    assert "policies cannot be used" in told.json()["alarm"]


def test_a_store_that_cannot_be_read_is_not_ready(watched: Watched, tmp_path: Path) -> None:
    store = watched.served.service.store
    store.close()
    for each in tmp_path.glob("ostiary.sqlite*"):
        each.unlink()
    (tmp_path / "ostiary.sqlite").mkdir()
    told = watched.http.get("/readyz")
    assert (told.status_code, told.json()["checks"]["store"]) == (503, "failed")
    assert told.json()["reasons"]["store"].startswith("the database failed: ")
    assert "reasons" not in watched.asked_from("198.51.100.9").get("/readyz").json()
    assert watched.http.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    ("set_by", "ready"),
    [
        (timedelta(seconds=-60), True),
        (timedelta(seconds=60), True),
        (timedelta(hours=-1), False),
    ],
)
def test_CK01_a_clock_behind_what_was_logged_is_not_ready(
    watched: Watched, set_by: timedelta, ready: bool
) -> None:
    store = watched.served.service.store
    store.users.modify("5a1f9a40-0000-4000-8000-000000000001", {"city": "Oslo"}, by=SYSTEM)
    watched.served.clock.move(set_by)
    service = watched.served.service
    found = Health(service, ClockWatch(service.clock)).readiness()
    reasons = {each.name: each.reason for each in found.checks if not each.good}
    behind = {"clock": "the clock of this host is 3600 s behind the store"}
    assert reasons == ({} if ready else behind)


@pytest.mark.parametrize("by", [timedelta(hours=1), timedelta(hours=-1)])
def test_CK01_a_clock_that_was_set_is_noticed(by: timedelta) -> None:
    clock = SteadyClock()
    watch = ClockWatch(clock)
    clock.gone += 30
    clock.move(timedelta(seconds=30))
    assert watch.moved() == timedelta(0)
    clock.move(by)
    assert watch.moved() == by


@pytest.mark.parametrize(
    ("peer", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("198.51.100.9", {}, 404),
        ("198.51.100.9", {"X-Forwarded-For": "127.0.0.1"}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "198.51.100.9"}, 404),
        ("::1", {"X-Forwarded-For": "127.0.0.1"}, 404),
        ("::1", {"Forwarded": "for=127.0.0.1"}, 404),
    ],
)
def test_metrics_are_for_this_host_alone(
    watched: Watched, peer: str, headers: dict[str, str], status: int
) -> None:
    # 127.0.0.0/8 are trusted proxies of this tenant, ::1 is not.
    answer = watched.asked_from(peer).get("/metrics", headers=headers)
    assert answer.status_code == status
    assert ("ostiary_sign_ins" in answer.text) is (status == 200)
