"""Steps in a tenant over a network: killed between any two steps, lost answers, other people."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ostiary.analysis.policy_difference import differences
from ostiary.entra.errors import AnswerLost
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject
from ostiary.rollout.carrying import Desk
from ostiary.rollout.errors import (
    JournalTaken,
    PolicyMoved,
    RolloutError,
    StepUnfinished,
)
from ostiary.rollout.journal import Journal, Record
from ostiary.rollout.machine import Move, approve, step_back, stop
from ostiary.rollout.state import Rollout, Status
from tests.rollout.cases import ASTRID, BIRGER, EMERGENCY, NOON, begun, onward, policy
from tests.rollout.disk_target import POINTS, DiskTarget, step

ROOT = Path(__file__).parents[2]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A policy that is Off, and a rollout of it that has begun."""
    target = DiskTarget(tmp_path)
    target.put(policy())
    Desk(Journal(tmp_path), target).begin(begun())
    return tmp_path


def kept(place: Path) -> Record:
    """Give the last record of the rollout."""
    return Journal(place).latest()[0]


def now(place: Path) -> JsonObject:
    """Give the policy."""
    return DiskTarget(place).policy("")


def desk(place: Path, **target: Any) -> Desk:
    return Desk(Journal(place), DiskTarget(place, **target))


def forward(place: Path, **target: Any) -> Rollout:
    """Take the next step."""
    current = now(place)
    record = kept(place)
    return desk(place, **target).take(record, onward(record.rollout, current), current)


@pytest.mark.parametrize("point", POINTS)
def test_a_process_killed_anywhere_loses_nothing(place: Path, point: str) -> None:
    command = [sys.executable, "-m", "tests.rollout.disk_target", str(place), point]
    killed = subprocess.run(command, cwd=ROOT, check=False)  # noqa: S603  # our own program
    assert killed.returncode == -9
    while kept(place).rollout.status is Status.RUNNING:
        step(place)
    assert not differences(policy("enabled"), now(place))
    assert [each.stage for each in kept(place).rollout.steps] == [0, 1, 2]


@pytest.mark.parametrize("point", POINTS[1:4])
def test_after_a_crash_nothing_goes_on_before_it_is_resumed(place: Path, point: str) -> None:
    _crash(place, point)
    record = kept(place)
    for again in (
        lambda: desk(place).take(record, Move(record.rollout), now(place)),
        lambda: desk(place).keep(record, stop(record.rollout, by=ASTRID, at=NOON)),
    ):
        with pytest.raises(StepUnfinished, match="begun and not finished"):
            again()
    rollout = desk(place).resume(record)
    assert (rollout.place, kept(place).done) == (1, True)
    assert desk(place).resume(kept(place)) == rollout


def test_a_change_by_somebody_else_after_a_crash_is_not_overwritten(place: Path) -> None:
    _crash(place, "before the change")
    theirs = policy(excludeUsers=[EMERGENCY, "u7"])
    DiskTarget(place).put(theirs)
    with pytest.raises(PolicyMoved, match="u7"):
        desk(place).resume(kept(place))
    assert now(place) == theirs
    rollout = forward(place)
    assert rollout.place == 1
    assert now(place)["conditions"]["users"]["excludeUsers"] == [EMERGENCY, "u7"]


def test_an_exclusion_added_after_the_change_but_before_the_resuming_survives(place: Path) -> None:
    _crash(place, "after the change")
    theirs = {**policy("enabledForReportingButNotEnforced", excludeUsers=[EMERGENCY, "u7"])}
    DiskTarget(place).put(theirs)
    assert desk(place).resume(kept(place)).place == 1
    forward(place)
    assert now(place)["conditions"]["users"]["excludeUsers"] == [EMERGENCY, "u7"]


def test_a_lost_answer_is_looked_after(place: Path) -> None:
    assert forward(place, lose_answers=True).place == 1
    assert kept(place).done


def test_a_lost_request_can_be_resumed(place: Path) -> None:
    with pytest.raises(AnswerLost):
        forward(place, lose_requests=True)
    assert not differences(policy(), now(place))
    assert desk(place).resume(kept(place)).place == 1
    assert now(place)["state"] == "enabledForReportingButNotEnforced"


def test_a_refused_change_leaves_the_rollout_where_it_was(place: Path) -> None:
    def refuse(point: str) -> None:
        if point == "before the change":
            raise InputError("the permission is missing")

    with pytest.raises(InputError, match="the permission is missing"):
        forward(place, at=refuse)
    assert (kept(place).rollout, kept(place).done) == (begun(), True)
    assert forward(place).place == 1


def test_two_people_cannot_take_the_same_step(place: Path) -> None:
    record, current = kept(place), now(place)
    move = onward(record.rollout, current)
    desk(place).take(record, move, current)
    with pytest.raises(JournalTaken):
        desk(place).take(record, move, current)
    agreed = approve(record.rollout, current=current, by=BIRGER, at=NOON)
    with pytest.raises(JournalTaken):
        desk(place).keep(record, agreed)
    assert kept(place).rollout.place == 1


def test_a_policy_has_one_rollout_at_a_time(place: Path) -> None:
    with pytest.raises(RolloutError, match="under way already"):
        desk(place).begin(begun())
    record = kept(place)
    desk(place).keep(record, stop(record.rollout, by=ASTRID, at=NOON))
    assert kept(place).rollout.status is Status.STOPPED


def test_a_step_that_has_nothing_to_write_is_kept(place: Path) -> None:
    forward(place)
    forward(place)
    DiskTarget(place).put(policy("disabled"))
    record, current = kept(place), now(place)
    move = step_back(record.rollout, current=current, by=ASTRID, at=NOON, reason="")
    assert desk(place).take(record, move, current).place == 1
    assert (now(place), kept(place).done) == (current, True)


def test_a_damaged_journal_is_told(place: Path) -> None:
    file = next((place / ".ostiary/rollouts/r1").glob("*.json"))
    for text, said in (("{", "expected JSON"), ("[]", "expected a record of a rollout")):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match=said):
            Journal(place).latest()


def test_there_is_no_journal_yet(tmp_path: Path) -> None:
    assert Journal(tmp_path).latest() == []
    assert Journal(tmp_path).last("r1") is None


class _Crashed(BaseException):
    """A process that ends at once."""


def _crash(place: Path, point: str) -> None:
    def die_at(passed: str) -> None:
        if passed == point:
            raise _Crashed

    with pytest.raises(_Crashed):
        step(place, die_at)
