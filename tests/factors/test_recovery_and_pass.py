"""MF05, MF06: recovery codes and Temporary Access Passes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ostiary.factors import access_pass, recovery_codes
from ostiary.factors.access_pass import AccessPass, AccessPassPolicy, AccessPassShown
from ostiary.factors.kinds import Factor, Refusal, Refused, ShownFactor
from ostiary.factors.recovery_codes import RecoveryCodeShown
from ostiary.model.errors import InputError
from ostiary.secrecy.passwords import Passwords
from ostiary.secrecy.secret import Secret
from tests.secrecy.seeded import START, SeededRandomness

HOUR = timedelta(hours=1)
CODES, PLAIN = recovery_codes.make("alice", randomness=SeededRandomness(), now=START)
PASSWORDS = Passwords(SeededRandomness(), memory_kib=64, passes=1)


def test_MF05_there_are_ten_codes_of_120_bits_kept_as_digests() -> None:
    assert len({each.reveal() for each in PLAIN}) == len(CODES.digests) == 10
    for each in PLAIN:
        letters = each.reveal().replace("-", "")
        assert len(letters) * 5 == 120
        assert not any(letters in digest for digest in CODES.digests)


def test_MF05_each_code_is_good_once_and_the_others_stay_good() -> None:
    codes = CODES
    for number, each in enumerate(PLAIN):
        outcome = recovery_codes.check(codes, each.reveal(), now=START)
        assert isinstance(outcome, RecoveryCodeShown)
        assert outcome.shown == ShownFactor(Factor.RECOVERY_CODE, START)
        codes = outcome.codes
        assert len(codes.digests) == 9 - number
        again = recovery_codes.check(codes, each.reveal(), now=START)
        assert again == Refused(Refusal.WRONG)


def test_MF05_new_codes_end_the_old_ones() -> None:
    fresh, _ = recovery_codes.make("alice", randomness=SeededRandomness(2), now=START)
    assert all(
        recovery_codes.check(fresh, each.reveal(), now=START) == Refused(Refusal.WRONG)
        for each in PLAIN
    )


def test_a_code_may_be_typed_as_it_is_read() -> None:
    plain = PLAIN[0].reveal()
    for typed in (plain.lower(), plain.replace("-", " "), plain.replace("0", "O"), f" {plain} "):
        assert isinstance(recovery_codes.check(CODES, typed, now=START), RecoveryCodeShown)


@pytest.mark.parametrize("typed", ["", "-", "x" * 10**6, PLAIN[0].reveal()[:-1], "\ud800"])
def test_what_is_no_code_is_wrong(typed: str) -> None:
    outcome = recovery_codes.check(CODES, typed, now=START)
    assert isinstance(outcome, Refused)
    assert outcome.reason is Refusal.WRONG


def made(
    policy: AccessPassPolicy | None = None,
    *,
    life: timedelta | None = None,
    once: bool = True,
    starts_in: timedelta = timedelta(),
) -> tuple[AccessPass, Secret[str]]:
    return access_pass.make(
        "alice",
        policy or AccessPassPolicy(),
        created_by="admin",
        passwords=PASSWORDS,
        randomness=SeededRandomness(),
        now=START,
        life=life,
        once=once,
        starts_at=START + starts_in,
    )


MANY = AccessPassPolicy(once_only=False)


def tried(held: AccessPass, typed: Secret[str], after: timedelta) -> AccessPassShown | Refused:
    return held.check(typed, passwords=PASSWORDS, now=START + after)


def test_MF06_a_pass_is_good_once_within_its_hour() -> None:
    held, text = made()
    assert text.reveal() not in repr(held)
    outcome = tried(held, text, HOUR - timedelta(seconds=1))
    assert isinstance(outcome, AccessPassShown)
    assert outcome.shown.factor is Factor.ACCESS_PASS_ONCE
    assert tried(outcome.access_pass, text, timedelta()) == Refused(Refusal.ALREADY_USED)
    assert not outcome.access_pass.is_usable(START)


def test_MF06_a_pass_for_several_uses_is_good_until_it_expires() -> None:
    held, text = made(MANY, once=False)
    first = tried(held, text, timedelta())
    assert isinstance(first, AccessPassShown)
    assert first.shown.factor is Factor.ACCESS_PASS
    assert isinstance(tried(first.access_pass, text, timedelta(minutes=59)), AccessPassShown)
    assert tried(first.access_pass, text, HOUR) == Refused(Refusal.EXPIRED)


def test_MF06_a_pass_is_not_good_before_it_starts() -> None:
    held, text = made(starts_in=2 * HOUR)
    assert tried(held, text, HOUR) == Refused(Refusal.NOT_YET_VALID)
    assert isinstance(tried(held, text, 2 * HOUR), AccessPassShown)
    assert held.expires_at == START + 3 * HOUR


def test_MF06_a_wrong_pass_tells_nothing_of_the_right_one() -> None:
    held, text = made()
    wrong = Secret(text.reveal().swapcase())
    assert tried(held, wrong, timedelta()) == Refused(Refusal.WRONG)
    assert tried(held, wrong, 9 * HOUR) == Refused(Refusal.WRONG)
    assert tried(replace(held, user_id="bob"), wrong, timedelta()) == Refused(Refusal.WRONG)


@pytest.mark.parametrize(
    ("life", "sentence"),
    [
        (timedelta(minutes=9), "expected a pass for 10 to 480 minutes, came 9"),
        (timedelta(hours=9), "expected a pass for 10 to 480 minutes, came 540"),
    ],
)
def test_MF06_a_pass_keeps_to_the_policy(life: timedelta, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        made(life=life)
    assert str(caught.value) == sentence


def test_MF06_several_uses_need_a_policy_that_allows_them() -> None:
    with pytest.raises(InputError, match="expected a one-time pass"):
        made(once=False)


@pytest.mark.parametrize(("wanted", "length"), [(1, 8), (12, 12), (99, 48)])
def test_the_length_of_a_pass_stays_within_that_of_entra(wanted: int, length: int) -> None:
    assert len(made(AccessPassPolicy(length=wanted))[1].reveal()) == length
