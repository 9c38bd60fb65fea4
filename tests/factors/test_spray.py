"""BF03: one password on a thousand users is throttled, and one risk event."""

from __future__ import annotations

from datetime import timedelta

from ostiary.factors.kinds import RiskEvent
from ostiary.factors.smart_lockout import Place
from ostiary.factors.spray import (
    ADDRESS_LIMIT,
    TENANT_LIMIT,
    SprayLimit,
    SprayWindow,
    tenant_applies,
)
from tests.secrecy.seeded import START

SECOND = timedelta(seconds=1)


def sprayed(limit: SprayLimit, tries: int) -> tuple[int, list[RiskEvent]]:
    """Try one password on so many users within a window; give the checked tries and the events."""
    window, checked, events = None, 0, list[RiskEvent]()
    for n in range(tries):
        now = START + n * SECOND / 10
        if limit.is_throttled(window, now):
            continue
        window, event = limit.failed(window, now)
        checked += 1
        events += [event] if event else []
    return checked, events


def test_BF03_one_password_on_a_thousand_users_is_throttled_with_one_risk_event() -> None:
    assert sprayed(ADDRESS_LIMIT, 1000) == (100, [RiskEvent.PASSWORD_SPRAY])
    assert sprayed(TENANT_LIMIT, 3000) == (1000, [RiskEvent.PASSWORD_SPRAY])


def test_BF03_a_full_window_says_when_it_ends_and_then_a_new_one_begins() -> None:
    limit = SprayLimit(2, timedelta(seconds=10))
    window: SprayWindow | None = None
    assert limit.wait(window, START) == 0
    for _ in range(2):
        window, _ = limit.failed(window, START)
    assert limit.wait(window, START + 4 * SECOND) == 6
    assert limit.wait(window, START + 9.9 * SECOND) == 1
    assert not limit.is_throttled(window, START + 10 * SECOND)
    window, event = limit.failed(window, START + 10 * SECOND)
    assert (window, event) == (SprayWindow(START + 10 * SECOND, 1), None)


def test_BF03_tries_under_way_when_the_window_fills_raise_no_second_event() -> None:
    window: SprayWindow | None = None
    events = list[RiskEvent | None]()
    for _ in range(5):
        window, event = SprayLimit(2).failed(window, START)
        events.append(event)
    assert events == [None, RiskEvent.PASSWORD_SPRAY, None, None, None]


def test_CK01_clocks_that_differ_share_a_window_and_one_far_ahead_does_not_hold_for_ever() -> None:
    limit = SprayLimit(2)
    window, _ = limit.failed(None, START)
    window, event = limit.failed(window, START - 60 * SECOND)
    assert event is RiskEvent.PASSWORD_SPRAY
    assert limit.is_throttled(window, START)
    assert not limit.is_throttled(window, START - timedelta(hours=1))


def test_BF03_a_spray_on_the_tenant_keeps_nobody_out_at_home() -> None:
    assert [tenant_applies(place) for place in Place] == [False, True]
