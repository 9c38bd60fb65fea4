"""Jobs: when each is due, and that one that fails stops nothing."""

from __future__ import annotations

from datetime import timedelta

from ostiary.secrecy.clock import FixedClock
from ostiary.serving.jobs import Job, Jobs
from tests.secrecy.seeded import START


def _untold(name: str, error: Exception) -> None:
    """Hear of no failure: there has to be none."""
    raise AssertionError(name) from error


def test_each_job_runs_at_its_interval() -> None:
    clock, ran = FixedClock(START), list[str]()
    often = Job("often", timedelta(seconds=5), lambda: ran.append("often"))
    seldom = Job("seldom", timedelta(minutes=1), lambda: ran.append("seldom"))
    jobs = Jobs((often, seldom), clock, _untold)
    assert jobs.run_due() == ["often", "seldom"]
    assert jobs.run_due() == []
    clock.move(timedelta(seconds=5))
    assert jobs.run_due() == ["often"]
    clock.move(timedelta(seconds=55))
    assert jobs.run_due() == ["often", "seldom"]
    assert ran == ["often", "seldom", "often", "often", "seldom"]


def test_a_clock_that_was_set_back_makes_every_job_due() -> None:
    clock = FixedClock(START)
    jobs = Jobs((Job("it", timedelta(hours=1), lambda: None),), clock, _untold)
    jobs.run_due()
    clock.move(timedelta(days=-1))
    assert jobs.run_due() == ["it"]


def test_a_job_that_fails_is_told_and_tried_again() -> None:
    clock, told = FixedClock(START), list[str]()

    def broken() -> None:
        raise RuntimeError("the disk is full")

    jobs = Jobs(
        (Job("broken", timedelta(seconds=1), broken), Job("whole", timedelta(1), lambda: None)),
        clock,
        lambda name, error: told.append(f"{name}: {error}"),
    )
    assert jobs.run_due() == ["broken", "whole"]
    clock.move(timedelta(seconds=1))
    assert jobs.run_due() == ["broken"]
    assert told == ["broken: the disk is full"] * 2
