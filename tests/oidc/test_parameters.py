"""Reading queries and forms."""

from __future__ import annotations

import pytest

from ostiary.oidc.checks.duplicates import duplicate_parameter
from ostiary.oidc.errors import OAuthError
from ostiary.oidc.parameters import Parameters, decoded


def test_a_form_is_read_in_order_with_its_repetitions() -> None:
    assert decoded(b"a=1&b=%C3%A9+x&a=&c") == Parameters(
        (("a", "1"), ("b", "\u00e9 x"), ("a", ""), ("c", ""))
    )


def test_an_empty_parameter_counts_as_left_out() -> None:
    assert Parameters((("scope", ""),)).get("scope") is None


@pytest.mark.parametrize("body", [b"a=%FF", b"a=\xc3\xa9", "&".join(["a=1"] * 101)])
def test_what_cannot_be_read_is_malformed(body: str | bytes) -> None:
    refused = decoded(body)
    assert isinstance(refused, OAuthError)
    assert (refused.code, refused.error) == (9002313, "invalid_request")


def test_az12_a_second_value_is_a_duplicate_even_if_empty() -> None:
    error = duplicate_parameter(Parameters((("grant_type", "password"), ("grant_type", ""))))
    assert error is not None
    assert (error.code, error.error) == (9000411, "invalid_request")
    assert "'grant_type'" in error.text
