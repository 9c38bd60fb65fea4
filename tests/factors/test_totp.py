"""MF01, MF02: codes of an authenticator app are good once, and only with their own seed."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyotp.totp import TOTP

from ostiary.factors.kinds import Factor, Refusal, Refused, ShownFactor
from ostiary.factors.totp import (
    SEED_BYTES,
    TotpMethod,
    TotpShown,
    check,
    confirm,
    enrol,
)
from ostiary.secrecy.kek import Purpose
from ostiary.secrecy.sealing import Sealer, SealError
from tests.secrecy.seeded import START, SeededRandomness, some_keys

SEALER = Sealer(some_keys(), Purpose.TOTP_SEEDS, SeededRandomness())
MADE = enrol(
    "alice",
    account="alice@contoso.example",
    issuer="Contoso",
    sealer=SEALER,
    randomness=SeededRandomness(),
    now=START,
)
APP = TOTP(MADE.key.reveal())
METHOD = replace(MADE.method, confirmed_at=START)
STEP = timedelta(seconds=30)


def code(steps: int = 0) -> str:
    return APP.at(START + steps * STEP)


def tried(typed: str, method: TotpMethod = METHOD, drift: int = 1) -> TotpShown | Refused:
    return check(method, typed, sealer=SEALER, now=START, drift=drift)


def test_the_codes_are_those_of_rfc_6238() -> None:
    seed = base64.b32encode(b"12345678901234567890").decode()
    assert TOTP(seed, digits=8).at(59) == "94287082"  # RFC 6238, appendix B


@pytest.mark.parametrize(
    ("steps", "right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_code_is_right_one_step_before_and_after(steps: int, right: bool) -> None:
    outcome = tried(code(steps))
    assert isinstance(outcome, TotpShown) is right
    if isinstance(outcome, TotpShown):
        assert outcome.shown == ShownFactor(Factor.TOTP, START)
        assert outcome.method.last_step == int(START.timestamp()) // 30 + steps


def test_in_the_strict_mode_only_the_code_of_now_is_right() -> None:
    outcomes = [tried(code(steps), drift=0) for steps in (-1, 0, 1)]
    assert [isinstance(each, TotpShown) for each in outcomes] == [False, True, False]


def test_spaces_in_a_code_are_no_matter() -> None:
    assert isinstance(tried(f" {code()[:3]} {code()[3:]} "), TotpShown)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "\uff11" * 6, "12345\0"])
def test_what_is_no_code_is_wrong(typed: str) -> None:
    assert tried(typed) == Refused(Refusal.WRONG, "not six digits")


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(-2, 2)), min_size=1, max_size=12))
def test_MF01_no_code_is_accepted_twice_nor_an_older_one_after(
    tries: list[tuple[int, int]],
) -> None:
    method, now, accepted = METHOD, START, list[int]()
    for later, drift in tries:
        now += later * STEP / 2
        step = int(now.timestamp()) // 30 + drift
        outcome = check(method, APP.generate_otp(step), sealer=SEALER, now=now)
        if isinstance(outcome, TotpShown):
            method = outcome.method
            accepted.append(step)
    assert accepted == sorted(set(accepted))


def test_MF01_a_code_is_spent_for_the_whole_window() -> None:
    first = tried(code())
    assert isinstance(first, TotpShown)
    for now in (START, START + STEP):
        again = check(first.method, code(), sealer=SEALER, now=now)
        assert again == Refused(Refusal.ALREADY_USED)
    older = check(first.method, code(-1), sealer=SEALER, now=START)
    assert older == Refused(Refusal.ALREADY_USED)
    assert isinstance(check(first.method, code(1), sealer=SEALER, now=START), TotpShown)


def test_MF02_a_seed_has_160_bits_and_is_not_readable_where_it_is_kept() -> None:
    seed = base64.b32decode(MADE.key.reveal())
    assert len(seed) == SEED_BYTES == 20
    assert seed not in MADE.method.sealed_seed
    assert MADE.key.reveal() not in repr(MADE)
    other = enrol(
        "alice", account="a", issuer="C", sealer=SEALER, randomness=SeededRandomness(2), now=START
    )
    assert other.key != MADE.key


def test_MF02_a_seed_copied_to_another_user_does_not_open() -> None:
    with pytest.raises(SealError, match="belongs elsewhere"):
        tried(code(), replace(METHOD, user_id="mallory"))


def test_a_method_opens_nothing_until_its_first_code_was_typed() -> None:
    assert tried(code(), MADE.method) == Refused(Refusal.NOT_CONFIRMED)
    assert confirm(MADE.method, "000000", sealer=SEALER, now=START) == Refused(Refusal.WRONG)
    confirmed = confirm(MADE.method, code(), sealer=SEALER, now=START)
    assert isinstance(confirmed, TotpShown)
    assert confirmed.method.confirmed_at == START
    assert tried(code(), confirmed.method) == Refused(Refusal.ALREADY_USED)
    assert isinstance(tried(code(1), confirmed.method), TotpShown)


def test_the_app_reads_account_and_issuer() -> None:
    uri = MADE.uri.reveal()
    assert uri.startswith("otpauth://totp/Contoso:alice%40contoso.example?secret=")
    assert "issuer=Contoso" in uri
