"""Claims challenges in the form the clients were measured with (wire contract, 3)."""

from __future__ import annotations

import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ostiary.tokens.challenges import ClaimsChallenge
from tests.tokens.issuing import AUTHORITY


@pytest.mark.parametrize(
    ("challenge", "text"),
    [
        (
            ClaimsChallenge(issued_from=1795293342),
            '{"access_token":{"nbf":{"essential":true,"value":"1795293342"}}}',
        ),
        (
            ClaimsChallenge(policies=["p1", "p2"]),
            '{"access_token":{"capolids":{"essential":true,"values":["p1","p2"]}}}',
        ),
        (
            ClaimsChallenge(context="c1"),
            '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}',
        ),
    ],
)
def test_a_challenge_is_written_as_entra_writes_it(challenge: ClaimsChallenge, text: str) -> None:
    assert challenge.to_json() == text


@given(
    st.builds(
        ClaimsChallenge,
        issued_from=st.none() | st.integers(0, 2**33),
        policies=st.lists(st.uuids().map(str), max_size=3),
        context=st.none() | st.integers(1, 99).map(lambda n: f"c{n}"),
    )
)
def test_both_alphabets_of_base64_read_the_header(challenge: ClaimsChallenge) -> None:
    header = challenge.to_header(AUTHORITY)
    found = re.fullmatch(
        r'Bearer realm="", authorization_uri="https://localhost:8443/common/oauth2/authorize", '
        r'error="insufficient_claims", claims="([^"]+)"',
        header,
    )
    assert found is not None
    claims = found[1]
    assert base64.b64decode(claims, validate=True) == base64.urlsafe_b64decode(claims)
    assert base64.b64decode(claims).decode() == challenge.to_json()
