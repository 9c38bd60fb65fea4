"""DS03: as many passwords are checked at once as there are processors, and few wait."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from ostiary.secrecy.passwords import Passwords
from ostiary.secrecy.secret import Secret
from ostiary.secrecy.turns import TooManyAtOnce, Turns
from tests.secrecy.seeded import SeededRandomness


def test_DS03_no_more_work_at_once_than_allowed_and_who_waits_gets_a_turn() -> None:
    turns, most, now = Turns(at_once=2, waiting=20), [0], [0]
    counting = threading.Lock()

    def work() -> None:
        with turns.turn():
            with counting:
                now[0] += 1
                most[0] = max(most[0], now[0])
            with counting:
                now[0] -= 1

    with ThreadPoolExecutor(8) as pool:
        for each in [pool.submit(work) for _ in range(200)]:
            each.result()
    assert most[0] <= 2
    assert turns.waiting == 0


def test_DS03_a_full_queue_sends_away() -> None:
    turns, began, end = Turns(at_once=1, waiting=0), threading.Event(), threading.Event()

    def hold() -> None:
        with turns.turn():
            began.set()
            end.wait()

    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(hold)
        began.wait()
        with pytest.raises(TooManyAtOnce, match="too many passwords"), turns.turn():
            pass
        end.set()
        held.result()
    with turns.turn():
        pass


def test_who_has_a_turn_needs_no_second_one() -> None:
    passwords = Passwords(SeededRandomness(), memory_kib=64, turns=Turns(at_once=1, waiting=0))
    with passwords.turns.turn():
        stored = passwords.hash(Secret("correct horse battery staple"))
        assert passwords.check(stored, Secret("correct horse battery staple")).right


def test_DS03_passwords_take_turns() -> None:
    turns = Turns(at_once=1, waiting=0)
    passwords = Passwords(SeededRandomness(), memory_kib=64, turns=turns)
    with ThreadPoolExecutor(1) as pool, turns.turn():
        for each in (passwords.hash, passwords.check_nobody):
            with pytest.raises(TooManyAtOnce):
                pool.submit(each, Secret("x" * 20)).result()
