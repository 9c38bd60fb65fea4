"""BF01: who guesses from afar does not lock out the user, and a repeated mistake counts once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from ostiary.factors.familiar import FamiliarPlace, place_of, remembered
from ostiary.factors.limits import MOST_FAILURES, Standing
from ostiary.factors.smart_lockout import (
    PasswordFailures,
    Place,
    SmartLockout,
    wrong_password_digest,
)
from ostiary.secrecy.secret import Secret
from tests.secrecy.seeded import START

LOCKOUT = SmartLockout()
HOME, AFAR = Place.FAMILIAR, Place.UNFAMILIAR
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass
class Account:
    """A user whose right password is `right`, and whoever tries others."""

    failures: PasswordFailures = field(default_factory=PasswordFailures)
    now: datetime = START
    checked: list[str] = field(default_factory=list[str])

    def tries(self, password: str, place: Place) -> Standing:
        standing = LOCKOUT.standing(self.failures, place, self.now)
        if standing is Standing.OPEN:
            self.failures = LOCKOUT.count(self.failures, place, self.now)
            self.checked.append(password)
            if password == "right":  # noqa: S105  # of this test
                self.failures = LOCKOUT.succeeded(self.failures, place)
            else:
                self.failures = LOCKOUT.failed(self.failures, place, password, self.now)
        return standing


def test_BF01_ten_different_passwords_lock_the_place_they_come_from() -> None:
    account = Account()
    standings = [account.tries(f"wrong {n}", AFAR) for n in range(11)]
    assert standings == [Standing.OPEN] * 10 + [Standing.LOCKED]
    assert account.tries("right", HOME) is Standing.OPEN
    assert account.tries("right", AFAR) is Standing.LOCKED
    account.now += timedelta(seconds=60)
    assert account.tries("right", AFAR) is Standing.OPEN


def test_BF01_the_last_three_wrong_passwords_do_not_count_again() -> None:
    account = Account()
    for _ in range(40):
        for n in range(3):
            assert account.tries(f"old {n}", HOME) is Standing.OPEN
    assert account.failures.familiar.failures == 3
    account.tries("old 3", HOME)  # the first is forgotten now
    account.tries("old 0", HOME)
    assert account.failures.familiar.failures == 5


def test_BF01_a_repeated_mistake_does_not_lock_at_the_threshold() -> None:
    account = Account()
    for n in range(9):
        account.tries(f"wrong {n}", HOME)
    assert account.tries("wrong 8", HOME) is Standing.OPEN  # the tenth try, and the same as before
    assert account.tries("right", HOME) is Standing.OPEN
    assert account.failures.familiar.failures == 0


def test_BF01_a_sign_in_at_home_gives_no_new_guesses_elsewhere() -> None:
    account = Account()
    for n in range(10):
        account.tries(f"wrong {n}", AFAR)
    account.tries("right", HOME)
    assert account.tries("wrong 10", AFAR) is Standing.LOCKED


def test_BF02_both_places_together_allow_a_hundred_failures() -> None:
    account = Account()
    for n in range(1000):
        for place in Place:
            account.tries(f"{place} {n}", place)
        account.now += HOUR
    assert len(account.checked) == MOST_FAILURES
    assert {LOCKOUT.standing(account.failures, place, account.now) for place in Place} == {
        Standing.DISABLED
    }
    account.failures = PasswordFailures()  # a new password
    assert account.tries("right", HOME) is Standing.OPEN


class AnAttackerAndAUser(RuleBasedStateMachine):
    """Whatever comes from afar, the user at home signs in with few mistakes."""

    def __init__(self) -> None:
        super().__init__()
        self.account, self.mistakes, self.guesses = Account(), 0, 0

    @rule(password=st.sampled_from(["a", "b", "c", "d", "e", "f"]) | st.text(max_size=3))
    def guess_from_afar(self, password: str) -> None:
        if password != "right":  # noqa: S105  # of this test
            before = len(self.account.checked)
            self.account.tries(password, AFAR)
            self.guesses += len(self.account.checked) - before

    @rule()
    def mistake_at_home(self) -> None:
        if self.mistakes < 9:
            self.mistakes += 1
            self.account.tries(f"mistake {self.mistakes}", HOME)

    @rule()
    def sign_in_at_home(self) -> None:
        assert self.account.tries("right", HOME) is Standing.OPEN
        self.mistakes = 0

    @rule(minutes=st.integers(0, 90))
    def wait(self, minutes: int) -> None:
        self.account.now += timedelta(minutes=minutes)

    @invariant()
    def the_user_is_not_locked_out(self) -> None:
        failures, now = self.account.failures, self.account.now
        assert LOCKOUT.standing(failures, HOME, now) is Standing.OPEN

    @invariant()
    def new_guesses_from_afar_are_few(self) -> None:
        assert self.account.failures.unfamiliar.failures <= 70
        assert len(self.account.failures.wrong) <= 3


TestBF01AnAttackerFromAfarCannotLockTheUserOut = AnAttackerAndAUser.TestCase


def test_a_wrong_password_is_known_again_by_a_keyed_digest() -> None:
    key = Secret(b"k" * 32)
    one = wrong_password_digest(key, "alice", Secret("caf\u00e9"))
    assert one == wrong_password_digest(key, "alice", Secret("cafe\u0301"))
    assert one != wrong_password_digest(key, "bob", Secret("caf\u00e9"))
    assert one != wrong_password_digest(Secret(b"o" * 32), "alice", Secret("caf\u00e9"))
    assert len(wrong_password_digest(key, "alice", Secret("\ud800" * 10**6))) == 64


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.200", HOME),  # the same network
        ("::ffff:192.0.2.9", HOME),
        ("192.0.3.1", AFAR),
        ("2001:db8:1:2ff::9", HOME),
        ("2001:db8:1:300::9", AFAR),
        ("::1", AFAR),
        ("0.0.0.1", AFAR),
        (None, AFAR),
        ("nowhere", AFAR),
    ],
)
def test_BF01_a_place_is_familiar_after_a_sign_in_from_its_network(
    address: str | None, place: Place
) -> None:
    places = remembered((), "192.0.2.1", START)
    places = remembered(places, "2001:db8:1:200::1", START)
    assert place_of(places, address, START + DAY) is place


def test_BF01_a_place_is_forgotten_after_ninety_days_and_only_twenty_are_kept() -> None:
    places = remembered((), "192.0.2.1", START)
    assert place_of(places, "192.0.2.1", START + 90 * DAY) is HOME
    assert place_of(places, "192.0.2.1", START + 91 * DAY) is AFAR
    assert remembered(places, None, START) == places
    for n in range(40):
        places = remembered(places, f"198.51.{n}.1", START)
    assert len(places) == 20
    assert places[0] == FamiliarPlace("198.51.39.0/24", START)
    again = remembered(places, "198.51.39.77", START + DAY)
    assert len(again) == 20
    assert again[0].last_seen == START + DAY


@given(st.text(max_size=20) | st.ip_addresses().map(str))
def test_any_address_has_a_place(address: str) -> None:
    places = remembered((), address, START)
    assert place_of(places, address, START) is (HOME if places else AFAR)
