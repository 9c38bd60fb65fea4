"""BF02, BF04: failures lock a factor for longer and longer, and end it at a hundred."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ostiary.factors.limits import (
    FACTOR_LIMIT,
    FRESH,
    MOST_FAILURES,
    TRIES_IN_A_SIGN_IN,
    FailureCounter,
    FailureLimit,
    Standing,
)
from tests.secrecy.seeded import START

LIMIT = FailureLimit()
LONGEST = timedelta(hours=1)


def after(failures: int, limit: FailureLimit = LIMIT) -> tuple[FailureCounter, datetime]:
    """Fail so often, waiting each time until the lock ends; give the counter and the time."""
    counter, now = FRESH, START
    for _ in range(failures):
        now = max(now, counter.locked_until or now)
        assert limit.standing(counter, now) is Standing.OPEN
        counter = limit.count(counter, now)
    return counter, now


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(9, 0), (10, 60), (11, 120), (12, 240), (15, 1920), (16, 3600), (60, 3600)],
)
def test_BF01_ten_failures_lock_for_a_minute_and_each_more_for_twice_as_long(
    failures: int, seconds: int
) -> None:
    counter, now = after(failures)
    locked = (counter.locked_until or now) - now
    assert locked == timedelta(seconds=seconds)
    standing = LIMIT.standing(counter, now)
    assert standing is (Standing.LOCKED if seconds else Standing.OPEN)
    assert LIMIT.standing(counter, now + locked) is Standing.OPEN


@pytest.mark.parametrize("limit", [LIMIT, FACTOR_LIMIT])
def test_BF02_a_hundred_failures_in_a_row_disable_a_factor_for_good(limit: FailureLimit) -> None:
    counter, now = after(MOST_FAILURES, limit)
    assert limit.standing(counter, now + timedelta(days=3650)) is Standing.DISABLED
    assert limit.standing(FRESH, now) is Standing.OPEN  # set up anew


def test_BF02_a_factor_is_open_for_the_last_of_a_hundred_tries() -> None:
    counter, now = after(MOST_FAILURES - 1)
    assert LIMIT.standing(counter, now + LONGEST) is Standing.OPEN


@given(st.integers(1, 300))
def test_BF04_of_many_tries_at_once_ten_are_checked(parallel: int) -> None:
    """Each is counted before it is checked, in a transaction: so their checks may overlap."""
    counter, checked = FRESH, 0
    for _ in range(parallel):
        if LIMIT.standing(counter, START) is Standing.OPEN:
            counter = LIMIT.count(counter, START)
            checked += 1
    assert checked == min(parallel, 10)


@given(st.lists(st.sampled_from(["fail", "repeat", "wait"]), max_size=150))
def test_BF01_the_count_is_that_of_the_new_guesses(tries: list[str]) -> None:
    counter, now, guesses = FRESH, START, 0
    for each in tries:
        if each == "wait":
            now += LONGEST
        if each == "wait" or LIMIT.standing(counter, now) is not Standing.OPEN:
            continue
        counter = LIMIT.count(counter, now)
        guesses += each == "fail"
        if each == "repeat":
            counter = LIMIT.give_back(counter, now)
        assert counter.failures == guesses
        assert (LIMIT.standing(counter, now) is Standing.OPEN) is (guesses < 10)


def test_giving_back_never_goes_below_nothing() -> None:
    assert LIMIT.give_back(FRESH, START) == FRESH


def test_MF03_five_tries_in_one_sign_in_and_a_lock_after_five_failures() -> None:
    counter, now = after(TRIES_IN_A_SIGN_IN, FACTOR_LIMIT)
    assert FACTOR_LIMIT.standing(counter, now) is Standing.LOCKED
    assert TRIES_IN_A_SIGN_IN == 5
