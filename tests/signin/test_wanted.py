"""AZ09, AZ10, AZ16: what a request wants from the user, and what it is told in silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ostiary.oidc.interaction import silent_error
from ostiary.signin.wanted import NO_SESSION, SessionSeen, Wanted, wanted
from tests.oidc.asking import NOW, WEB_REQUEST, accepted

BEFORE = NOW - timedelta(minutes=5)
AFTER = NOW + timedelta(microseconds=1)
LATER = NOW + timedelta(hours=3)
SIGNED_IN = SessionSeen(authenticated=BEFORE, consent_on_record=True)


@pytest.mark.parametrize(
    ("asked", "session", "expected"),
    [
        ({}, NO_SESSION, Wanted.SIGN_IN),
        ({}, SIGNED_IN, None),
        ({}, replace(SIGNED_IN, hinted=False), Wanted.SIGN_IN),
        ({}, replace(SIGNED_IN, consent_on_record=False), Wanted.CONSENT),
        ({}, replace(SIGNED_IN, consent_on_record=False, consented=BEFORE), Wanted.CONSENT),
        ({}, replace(SIGNED_IN, consent_on_record=False, consented=AFTER), None),
        ({"prompt": "login"}, SIGNED_IN, Wanted.NEW_SIGN_IN),
        ({"prompt": "login"}, replace(SIGNED_IN, authenticated=AFTER), None),
        ({"prompt": "consent"}, SIGNED_IN, Wanted.CONSENT),
        ({"prompt": "consent"}, replace(SIGNED_IN, consented=AFTER), None),
        ({"prompt": "select_account"}, SIGNED_IN, Wanted.CHOICE_OF_ACCOUNT),
        ({"prompt": "select_account"}, NO_SESSION, Wanted.CHOICE_OF_ACCOUNT),
        ({"prompt": "select_account"}, replace(SIGNED_IN, account_chosen=AFTER), None),
        ({"max_age": "1"}, SIGNED_IN, Wanted.NEW_SIGN_IN),
        ({"max_age": "0"}, SIGNED_IN, Wanted.NEW_SIGN_IN),
        ({"max_age": "300"}, SIGNED_IN, None),
        ({"max_age": "299"}, SIGNED_IN, Wanted.NEW_SIGN_IN),
        ({"max_age": "10000"}, SIGNED_IN, None),
    ],
)
def test_az10_a_request_wants(
    asked: dict[str, str | None], session: SessionSeen, expected: Wanted | None
) -> None:
    assert wanted(accepted(WEB_REQUEST, **asked), session, now=NOW) is expected


def test_az10_a_new_sign_in_is_not_asked_for_again_however_slow_the_user_is() -> None:
    request = accepted(WEB_REQUEST, prompt="login", max_age="0")
    session = replace(SIGNED_IN, authenticated=AFTER)
    assert wanted(request, session, now=LATER) is None


@pytest.mark.parametrize(
    ("session", "error", "code"),
    [
        (NO_SESSION, "login_required", 50058),
        (replace(SIGNED_IN, hinted=False), "login_required", 50058),
        (replace(SIGNED_IN, consent_on_record=False), "consent_required", 65001),
    ],
)
def test_az09_silence_is_answered_with_what_is_missing(
    session: SessionSeen, error: str, code: int
) -> None:
    request = accepted(WEB_REQUEST, prompt="none")
    want = wanted(request, session, now=NOW)
    assert request.silent
    assert want is not None
    answer = silent_error(want, app_id=request.app.app_id)
    assert (answer.error, answer.code) == (error, code)


def test_az09_too_old_a_sign_in_is_login_required() -> None:
    request = accepted(WEB_REQUEST, prompt="none", max_age="1")
    want = wanted(request, SIGNED_IN, now=NOW)
    assert want is Wanted.NEW_SIGN_IN
    assert silent_error(want, app_id="app").error == "login_required"


def test_az16_a_choice_of_account_has_a_word_of_its_own() -> None:
    answer = silent_error(Wanted.CHOICE_OF_ACCOUNT, app_id="app")
    assert (answer.error, answer.code) == ("account_selection_required", 16000)
