"""AZ04 and AZ05: the verifier at the token endpoint."""

from __future__ import annotations

import pytest

from ostiary.oidc.checks.pkce import code_verifier_refused
from tests.oidc.asking import CHALLENGE, VERIFIER


def test_az05_the_verifier_of_the_rfc_fits_its_challenge() -> None:
    assert code_verifier_refused(VERIFIER, CHALLENGE) is None
    assert code_verifier_refused(None, None) is None


@pytest.mark.parametrize(
    ("verifier", "challenge"),
    [
        (VERIFIER, None),
        (None, CHALLENGE),
        (VERIFIER[:-1] + "l", CHALLENGE),
        (VERIFIER[:42], CHALLENGE),
        ("a" * 129, CHALLENGE),
        (VERIFIER[:-1] + "!", CHALLENGE),
        (VERIFIER + "\n", CHALLENGE),
        (CHALLENGE, CHALLENGE),
        ("", CHALLENGE),
    ],
)
def test_az05_anything_else_is_invalid_grant(verifier: str | None, challenge: str | None) -> None:
    error = code_verifier_refused(verifier, challenge)
    assert error is not None
    assert (error.error, error.status) == ("invalid_grant", 400)
