"""TK02: certificates, as MSAL for Python and for Node use them, and everything that is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ostiary.oidc.client_auth import (
    ClientMethod,
    Presented,
    ProvenClient,
    Proving,
    proven,
)
from ostiary.oidc.clients import ClientApp, ClientCertificate
from ostiary.oidc.errors import OAuthError
from ostiary.oidc.signed import taken_apart
from tests.oidc.asking import EARLIER, LATER, NOW
from tests.oidc.proving import (
    APP,
    APP_ID,
    LOGIN,
    OLD,
    TENANT,
    TOKEN_URL,
    Used,
    base64url,
    certificate,
    chain,
    claims_of_app,
    header_of_python,
    signed,
    sources,
    thumbprint,
    thumbprint_s256,
)


def prove(
    assertion: str, used: Used | None = None, app: ClientApp = APP
) -> ProvenClient | OAuthError:
    claim = Presented(APP_ID, ClientMethod.PRIVATE_KEY, assertion)
    return proven(claim, app, Proving.REQUIRED, sources(used), now=NOW)


def code(assertion: str, app: ClientApp = APP) -> int:
    refused = prove(assertion, app=app)
    assert isinstance(refused, OAuthError)
    assert (refused.error, refused.status) == ("invalid_client", 401)
    return refused.code


ACCEPTED = ProvenClient(APP, ClientMethod.PRIVATE_KEY, "cert-1")


@pytest.mark.parametrize(
    "header",
    [
        header_of_python(),
        header_of_python(x5t=thumbprint("app").rstrip("=")),
        {"alg": "PS256", "x5t#S256": thumbprint_s256("app"), "x5c": chain("app")},
        {"alg": "PS256", "typ": "client-authentication+jwt", "x5t#S256": thumbprint_s256("app")},
        {"alg": "RS256", "x5c": chain("app")},
        {"alg": "PS256", "x5t#S256": thumbprint_s256("app"), "x5c": chain("app", lines=64)},
        header_of_python(kid="anything", jku="https://evil.example", x5u="https://evil.example"),
    ],
)
def test_tk02_the_headers_of_both_msal_are_accepted(header: dict[str, object]) -> None:
    assert prove(signed(header, claims_of_app())) == ACCEPTED


@pytest.mark.parametrize(
    "audience",
    [
        TOKEN_URL,
        TOKEN_URL + "/",
        TOKEN_URL.upper(),
        f"{LOGIN}/{TENANT}/oauth2/token",
        f"{LOGIN}/fjordvik.example/oauth2/v2.0/token",
        f"{LOGIN}/organizations/oauth2/v2.0/token",
        f"{LOGIN}/common/oauth2/v2.0/token",
        f"{LOGIN}/{TENANT}/v2.0",
        [TOKEN_URL],
    ],
)
def test_tk02_the_token_endpoint_has_several_spellings(audience: object) -> None:
    assert prove(signed(header_of_python(), claims_of_app(aud=audience))) == ACCEPTED


AT = NOW.timestamp()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"aud": "https://evil.example/token"}, 700027),
        ({"aud": f"{LOGIN}/{TENANT}/oauth2/v2.0/authorize"}, 700027),
        ({"aud": [TOKEN_URL, "https://evil.example"]}, 700027),
        ({"aud": None}, 700027),
        ({"aud": 7}, 700027),
        ({"iss": "other"}, 700021),
        ({"sub": "other"}, 700021),
        ({"sub": None}, 700021),
        ({"exp": None}, 700024),
        ({"exp": AT - 61}, 700024),
        ({"exp": AT + 661}, 700024),
        ({"exp": str(AT + 60)}, 700024),
        ({"exp": True}, 700024),
        ({"exp": 10**400}, 700024),
        ({"nbf": AT + 61}, 700024),
        ({"iat": AT + 61}, 700024),
        ({"iat": "now"}, 700024),
        ({"jti": None}, 700027),
        ({"jti": ""}, 700027),
        ({"jti": 7}, 700027),
        ({"jti": "j" * 257}, 700027),
    ],
)
def test_tk02_each_claim_is_checked(changes: dict[str, object], expected: int) -> None:
    assert code(signed(header_of_python(), claims_of_app(**changes))) == expected


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "RS256", "typ": "JWT"},
        header_of_python(x5t=thumbprint("other")),
        header_of_python(**{"x5t#S256": thumbprint_s256("other")}),
        header_of_python(x5t=7),
        header_of_python(x5t=""),
        {"alg": "RS256", "x5c": chain("other")},
        {"alg": "RS256", "x5c": []},
        header_of_python(alg="none"),
        header_of_python(alg="HS256"),
        header_of_python(alg="RS384"),
        header_of_python(alg="ES256"),
        header_of_python(alg=None),
        header_of_python(alg=["RS256"]),
        header_of_python(typ="at+jwt"),
        header_of_python(typ=7),
        header_of_python(crit=["exp"]),
    ],
)
def test_tk02_the_key_is_ours_and_the_algorithm_from_our_list(header: dict[str, object]) -> None:
    assert code(signed(header, claims_of_app())) == 700027


def test_tk02_a_signature_by_another_key_is_refused() -> None:
    assert code(signed(header_of_python(), claims_of_app(), key="other")) == 700027
    offered = header_of_python(x5c=chain("other"))
    assert code(signed(offered, claims_of_app(), key="other")) == 700027


def test_tk02_an_assertion_counts_once() -> None:
    used = Used()
    assertion = signed(header_of_python(), claims_of_app())
    assert prove(assertion, used) == ACCEPTED
    again = prove(assertion, used)
    assert isinstance(again, OAuthError)
    assert again.code == 700027
    assert used.seen == {(APP_ID, "jti-1"): NOW + timedelta(seconds=720)}


def test_tk02_a_forged_assertion_does_not_use_up_a_real_one() -> None:
    used = Used()
    prove(signed(header_of_python(), claims_of_app(), key="other"), used)
    assert used.seen == {}


@pytest.mark.parametrize(
    "certificates",
    [
        (),
        (ClientCertificate("old", certificate("app"), EARLIER, OLD),),
        (ClientCertificate("new", certificate("app"), LATER, LATER),),
        (ClientCertificate("broken", b"no certificate", EARLIER, LATER),),
    ],
)
def test_tk02_a_certificate_counts_while_it_is_valid(
    certificates: tuple[ClientCertificate, ...],
) -> None:
    app = replace(APP, certificates=certificates)
    assert code(signed(header_of_python(), claims_of_app()), app) == 700027


def test_tk02_with_two_certificates_the_header_says_which() -> None:
    other = ClientCertificate("cert-2", certificate("other"), EARLIER, LATER)
    app = replace(APP, certificates=(*APP.certificates, other))
    header = header_of_python(x5t=thumbprint("other"))
    result = prove(signed(header, claims_of_app(), key="other"), app=app)
    assert result == ProvenClient(app, ClientMethod.PRIVATE_KEY, "cert-2")


HEADERS = st.dictionaries(
    st.sampled_from(["alg", "typ", "kid", "jku", "jwk", "x5u", "x5t", "x5t#S256", "x5c", "crit"]),
    st.one_of(
        st.sampled_from(["none", "None", "HS256", "RS256", "PS256", "JWT", "at+jwt"]),
        st.text(max_size=20),
        st.lists(st.text(max_size=5), max_size=2),
        st.just({"kty": "oct", "k": "AAAA"}),
    ),
)


@given(header=HEADERS)
def test_tk04_no_forged_header_is_believed(header: dict[str, object]) -> None:
    parts = (json.dumps(header), json.dumps(claims_of_app()))
    unsigned = ".".join(base64url(part.encode()) for part in parts)
    for signature in ("", "AAAA", base64url(b"\x00" * 256)):
        assert isinstance(prove(f"{unsigned}.{signature}"), OAuthError)


@given(st.text())
def test_tk04_no_text_breaks_it(text: str) -> None:
    assert isinstance(prove(text), OAuthError)


@pytest.mark.parametrize(
    "text", ["", "a.b", "a.b.c", "...", "a" * 20000, "e30.e30.e30.e30", "\u00e9.e30.e30"]
)
def test_what_is_no_jwt_is_not_taken_apart(text: str) -> None:
    assert taken_apart(text) is None


@pytest.mark.parametrize(
    ("changes", "good"),
    [
        ({"iat": NOW.timestamp() - 1}, False),
        ({"iat": NOW.timestamp()}, True),
        ({"iat": None, "nbf": NOW.timestamp() - 1}, False),
        ({"iat": None, "exp": NOW.timestamp() + 599}, False),
        ({"iat": None, "exp": NOW.timestamp() + 600}, True),
    ],
)
def test_CC05_an_assertion_from_before_a_restore_is_not_believed(
    changes: dict[str, object], good: bool
) -> None:
    assertion = signed(header_of_python(), claims_of_app(**changes))
    found = prove(assertion, Used(since=NOW))
    assert (found == ACCEPTED) is good
    if isinstance(found, OAuthError):
        assert "before the data was restored" in found.text
