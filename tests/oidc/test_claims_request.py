"""AZ15: the claims parameter and acr_values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ostiary.oidc.checks.claims import NO_CLAIMS, ClaimsRequest, claims_request
from ostiary.oidc.errors import OAuthError
from ostiary.oidc.parameters import parameters_of


def read(claims: str = "", acr_values: str = "") -> ClaimsRequest | OAuthError:
    return claims_request(parameters_of(claims=claims, acr_values=acr_values))


# The sample claims of wire contract section 3.
@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ("", NO_CLAIMS),
        (
            '{"access_token":{"xms_cc":{"values":["CP1"]}}}',
            ClaimsRequest(capabilities=frozenset({"cp1"})),
        ),
        (
            '{"access_token":{"nbf":{"essential":true,"value":"1795293342"}}}',
            ClaimsRequest(not_before=1795293342),
        ),
        (
            '{"access_token":{"nbf":{"essential":true,"value":1795293342.5}}}',
            ClaimsRequest(not_before=1795293342),
        ),
        (
            '{"access_token":{"capolids":{"essential":true,"values":["p1","p2"]}}}',
            ClaimsRequest(policies=("p1", "p2")),
        ),
        (
            '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}',
            ClaimsRequest(contexts=("c1",)),
        ),
        (
            '{"id_token":{"acrs":{"value":"c99"}}}',
            ClaimsRequest(contexts=("c99",), id_token=("acrs",)),
        ),
        (
            '{"userinfo":{"name":{"essential":true}},"id_token":{"email":null}}',
            ClaimsRequest(id_token=("email",), userinfo=("name",)),
        ),
        (
            '{"id_token":{"signin_state":null,"tenant_region_sub_scope":null},"x":[1]}',
            ClaimsRequest(id_token=("signin_state", "tenant_region_sub_scope")),
        ),
        ('{"access_token":[],"id_token":7}', NO_CLAIMS),
        ('{"access_token":{"xms_cc":null,"acrs":{"value":3},"nbf":{"value":"x"}}}', NO_CLAIMS),
        (
            '{"access_token":{"acrs":{"values":["c0","c100","C1","c1","1"]}}}',
            ClaimsRequest(contexts=("c1",)),
        ),
    ],
)
def test_az15_known_members_are_read_and_others_ignored(
    claims: str, expected: ClaimsRequest
) -> None:
    assert read(claims) == expected


def test_az15_acr_values_name_authentication_contexts_too() -> None:
    assert read(acr_values="urn:example c7 c1 c7") == ClaimsRequest(contexts=("c7", "c1"))
    both = read('{"access_token":{"acrs":{"value":"c1"}}}', "c2 c1")
    assert both == ClaimsRequest(contexts=("c1", "c2"))


@pytest.mark.parametrize(
    "claims",
    ["{", "[]", "1", '"x"', "null", '{"a":NaN}', '{"a":1,"a":2}', "[" * 16000, '{"a":' * 3000],
)
def test_what_is_no_object_is_invalid(claims: str) -> None:
    refused = read(claims)
    assert isinstance(refused, OAuthError)
    assert (refused.code, refused.error) == (90013, "invalid_request")


@given(st.text())
def test_no_text_breaks_it(claims: str) -> None:
    assert isinstance(read(claims), ClaimsRequest | OAuthError)
