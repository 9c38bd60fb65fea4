"""Decisions of the engine as errors of either endpoint."""

from __future__ import annotations

import pytest

from ostiary.model.decision import Outcome, Ruling
from ostiary.oidc.decisions import authorize_error, interactive_code, token_error
from ostiary.oidc.errors import OAuthError

ARM = "797f4846-ba00-4fd7-ba43-dac1f8f63013"
CLAIMS = '{"access_token":{"capolids":{"essential":true,"values":["p1"]}}}'


def decision(outcome: Outcome, code: int, word: str | None, *, claims: str | None = None) -> Ruling:
    return Ruling(outcome, code, (), {}, "failure", (), oauth_error=word, claims=claims)


def told(error: OAuthError | None) -> tuple[int, str, str, str | None]:
    assert error is not None
    return error.code, error.error, error.suberror, error.claims


GRANT = decision(Outcome.GRANT, 0, None)
REFRESH_OWES_MFA = decision(Outcome.INTERRUPT, 50076, "interaction_required", claims=CLAIMS)
PASSWORD_OWES_MFA = decision(Outcome.BLOCK, 50076, "invalid_grant")
OWES_REGISTRATION = decision(Outcome.INTERRUPT, 50079, "interaction_required", claims=CLAIMS)
BLOCKED_BROWSER = decision(Outcome.BLOCK, 53003, "access_denied")
BLOCKED_REFRESH = decision(Outcome.BLOCK, 53003, "invalid_grant")
TOO_OLD = decision(Outcome.INTERRUPT, 70043, "invalid_grant", claims=CLAIMS)
NOT_COMPLIANT = decision(Outcome.BLOCK, 53000, "invalid_grant")


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        (REFRESH_OWES_MFA, (50076, "interaction_required", "basic_action", CLAIMS)),
        (PASSWORD_OWES_MFA, (50076, "invalid_grant", "basic_action", None)),
        (OWES_REGISTRATION, (50079, "interaction_required", "basic_action", CLAIMS)),
        (BLOCKED_BROWSER, (53003, "invalid_grant", "message_only", None)),
        (BLOCKED_REFRESH, (53003, "invalid_grant", "message_only", None)),
        (TOO_OLD, (70043, "invalid_grant", "token_expired", CLAIMS)),
        (NOT_COMPLIANT, (53000, "invalid_grant", "additional_action", None)),
    ],
)
def test_the_token_endpoint_tells(what: Ruling, expected: tuple[int, str, str, str | None]) -> None:
    assert told(token_error(what, resource=ARM)) == expected


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        (REFRESH_OWES_MFA, (50074, "interaction_required", "basic_action", None)),
        (OWES_REGISTRATION, (50072, "interaction_required", "basic_action", None)),
        (BLOCKED_BROWSER, (53003, "access_denied", "message_only", None)),
        (TOO_OLD, (70044, "interaction_required", "token_expired", None)),
    ],
)
def test_the_authorization_endpoint_tells(
    what: Ruling, expected: tuple[int, str, str, str | None]
) -> None:
    assert told(authorize_error(what, resource=ARM)) == expected


def test_a_granted_sign_in_is_no_error() -> None:
    assert token_error(GRANT, resource=ARM) is None
    assert authorize_error(GRANT, resource=ARM) is None


def test_an_interactive_code_is_told_as_the_token_endpoint_tells_it() -> None:
    asked_on_a_page = decision(Outcome.INTERRUPT, 70044, "interaction_required", claims=CLAIMS)
    assert told(token_error(asked_on_a_page, resource=ARM))[0] == 70043


def test_the_sentence_names_the_resource_by_application_id() -> None:
    error = token_error(REFRESH_OWES_MFA, resource=ARM)
    assert error is not None
    assert ARM in error.text


@pytest.mark.parametrize(("code", "twin"), [(50076, 50074), (50079, 50072), (53003, 53003)])
def test_the_code_of_an_interactive_sign_in(code: int, twin: int) -> None:
    assert interactive_code(code) == twin
