"""MF01 and BF04: of one code, and of many guesses, at once at two servers on one store."""

from __future__ import annotations

from itertools import count, cycle
from typing import Any

from ostiary.factors.kinds import ShownFactor
from ostiary.secrecy.secret import Secret
from ostiary.secrecy.turns import TooManyAtOnce
from ostiary.signin.accounts import account_of
from ostiary.signin.attempts import PasswordAnswer
from tests.web.parallel import responses_at_once
from tests.web.serving import ASTRID, OFFICE, PASSWORD, Served


def test_MF01_of_one_code_at_two_servers_at_once_one_counts(pair: tuple[Served, Served]) -> None:
    one, two = pair
    one.enrol()
    code, servers = one.otp(), cycle([one.service, two.service])
    account = account_of(one.service.store, ASTRID)
    assert account is not None

    def show() -> Any:
        return next(servers).methods.totp(account, code)

    found = responses_at_once(4, show)
    assert [isinstance(each, ShownFactor) for each in found].count(True) == 1


def test_BF04_of_many_guesses_at_two_servers_at_once_ten_are_checked(
    pair: tuple[Served, Served],
) -> None:
    servers, numbers = cycle(each.service for each in pair), count()
    account = account_of(pair[0].service.store, ASTRID)

    def guess() -> Any:
        typed = Secret(f"wrong {next(numbers)}")
        try:
            return next(servers).attempts.password(account, typed, OFFICE)
        except TooManyAtOnce:
            return None  # sent away before it was counted or checked (DS03)

    found = responses_at_once(200, guess)
    assert found.count(PasswordAnswer.WRONG) == 10
    assert set(found) <= {PasswordAnswer.WRONG, PasswordAnswer.LOCKED, None}
    right = pair[1].service.attempts.password(account, Secret(PASSWORD), OFFICE)
    assert right is PasswordAnswer.LOCKED
