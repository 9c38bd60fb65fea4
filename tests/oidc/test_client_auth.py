"""TK01: what a request presents, secrets, public clients, federated tokens."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from hashlib import sha256

import pytest

from ostiary.model.signin import TokenGrant
from ostiary.oidc.client_auth import (
    ASSERTION_TYPE,
    ClientMethod,
    Presented,
    ProvenClient,
    Proving,
    presented,
    proven,
    proving,
)
from ostiary.oidc.clients import ClientApp, ClientSecret
from ostiary.oidc.errors import OAuthError
from ostiary.oidc.parameters import Parameters, parameters_of
from ostiary.signin.client_apps import RedirectPlatform
from tests.oidc.asking import EARLIER, LATER, NATIVE, NOW, WEB
from tests.oidc.proving import (
    APP_ID,
    FEDERATED,
    ISSUER,
    OLD,
    SUBJECT,
    Keys,
    claims_of_app,
    header_of_python,
    jwk,
    signed,
    sources,
)

SECRET = "aB8~x.y_z-0123456789:%+"  # noqa: S105  # made up here


def secret(key_id: str, value: str, *, ends: bool = False) -> ClientSecret:
    return ClientSecret(key_id, sha256(value.encode()).digest(), EARLIER, OLD if ends else LATER)


APP = ClientApp(
    APP_ID,
    secrets=(secret("a", "other"), secret("b", SECRET), secret("c", "gone", ends=True)),
)


def basic(text: str) -> str:
    return f"Basic {b64encode(text.encode()).decode()}"


@pytest.mark.parametrize(
    ("form", "authorization", "expected"),
    [
        ({"client_id": "a"}, None, Presented("a")),
        ({"client_id": "a"}, "Bearer x", Presented("a")),
        (
            {"client_id": "a", "client_secret": SECRET},
            None,
            Presented("a", ClientMethod.SECRET_POST, SECRET),
        ),
        ({}, basic("a:s%3A%2B+x"), Presented("a", ClientMethod.SECRET_BASIC, "s:+ x")),
        ({"client_id": "a"}, basic("a:s"), Presented("a", ClientMethod.SECRET_BASIC, "s")),
        ({}, basic("a:"), Presented("a", ClientMethod.SECRET_BASIC, "")),
        (
            {"client_id": "a", "client_assertion": "x", "client_assertion_type": ASSERTION_TYPE},
            None,
            Presented("a", ClientMethod.PRIVATE_KEY, "x"),
        ),
    ],
)
def test_tk01_a_request_presents(
    form: dict[str, str], authorization: str | None, expected: Presented
) -> None:
    assert presented(parameters_of(**form), authorization=authorization) == expected


def test_tk01_an_assertion_may_name_the_client_itself() -> None:
    assertion = signed(header_of_python(), claims_of_app())
    form = parameters_of(client_assertion=assertion, client_assertion_type=ASSERTION_TYPE)
    claim = presented(form)
    assert isinstance(claim, Presented)
    assert claim.client_id == APP_ID


@pytest.mark.parametrize(
    ("form", "authorization", "error", "code"),
    [
        ({}, None, "invalid_request", 900144),
        ({"client_id": "a", "client_secret": "s"}, basic("a:s"), "invalid_request", 9002313),
        (
            {"client_id": "a", "client_secret": "s", "client_assertion": "x"},
            None,
            "invalid_request",
            9002313,
        ),
        ({"client_id": "b"}, basic("a:s"), "invalid_request", 9002313),
        ({"client_id": "a", "client_assertion": "x"}, None, "invalid_request", 90023),
        (
            {"client_assertion": "x", "client_assertion_type": ASSERTION_TYPE},
            None,
            "invalid_request",
            900144,
        ),
        ({}, "Basic !", "invalid_client", 9002313),
        ({}, basic("nobody"), "invalid_client", 9002313),
        ({}, basic(":s"), "invalid_client", 9002313),
        ({}, "Basic /w==", "invalid_client", 9002313),
    ],
)
def test_tk01_other_requests_are_refused(
    form: dict[str, str], authorization: str | None, error: str, code: int
) -> None:
    refused = presented(parameters_of(**form), authorization=authorization)
    assert isinstance(refused, OAuthError)
    assert (refused.error, refused.code) == (error, code)


def test_tk01_credentials_are_not_taken_from_the_query() -> None:
    form = parameters_of(client_id="a")
    msal_node = Parameters((("client-request-id", "guid"),))
    leaked = Parameters((("client_secret", "s"),))
    assert presented(form, query=msal_node) == Presented("a")
    assert isinstance(presented(form, query=leaked), OAuthError)


def test_a_presented_credential_is_not_shown() -> None:
    claim = Presented("a", ClientMethod.SECRET_POST, SECRET)
    assert SECRET not in repr(claim)


def prove(
    claim: Presented, app: ClientApp = APP, need: Proving = Proving.REQUIRED
) -> ProvenClient | OAuthError:
    return proven(claim, app, need, sources(), now=NOW)


@pytest.mark.parametrize("method", [ClientMethod.SECRET_POST, ClientMethod.SECRET_BASIC])
def test_tk01_any_of_the_secrets_counts(method: ClientMethod) -> None:
    assert prove(Presented(APP_ID, method, SECRET)) == ProvenClient(APP, method, "b")
    assert prove(Presented(APP_ID, method, "other")) == ProvenClient(APP, method, "a")


@pytest.mark.parametrize(
    ("app", "value", "code"),
    [
        (APP, "wrong", 7000215),
        (APP, "", 7000215),
        (APP, SECRET + " ", 7000215),
        (APP, "gone", 7000222),
        (FEDERATED, SECRET, 7000215),
    ],
)
def test_tk01_a_wrong_secret_is_invalid_client(app: ClientApp, value: str, code: int) -> None:
    refused = prove(Presented(APP_ID, ClientMethod.SECRET_POST, value), app)
    assert isinstance(refused, OAuthError)
    assert (refused.error, refused.status, refused.code) == ("invalid_client", 401, code)


def test_tk01_a_missing_secret_is_invalid_client_where_one_is_needed() -> None:
    refused = prove(Presented(APP_ID))
    assert isinstance(refused, OAuthError)
    assert (refused.error, refused.status, refused.code) == ("invalid_client", 401, 7000218)


def test_tk01_a_public_client_proves_nothing_and_presents_nothing() -> None:
    claim = Presented(NATIVE.app_id)
    assert prove(claim, NATIVE, Proving.NOT_NEEDED) == ProvenClient(NATIVE, ClientMethod.NONE)
    secretive = replace(claim, method=ClientMethod.SECRET_POST, credential="s")
    refused = prove(secretive, NATIVE, Proving.NOT_NEEDED)
    assert isinstance(refused, OAuthError)
    assert refused.code == 700025


def test_tk01_a_credential_that_is_presented_is_checked_even_where_none_is_needed() -> None:
    refused = prove(Presented(APP_ID, ClientMethod.SECRET_POST, "wrong"), APP, Proving.NOT_NEEDED)
    assert isinstance(refused, OAuthError)
    assert refused.code == 7000215


def test_a_disabled_application_is_refused_whatever_it_presents() -> None:
    refused = prove(
        Presented(APP_ID, ClientMethod.SECRET_POST, SECRET), replace(APP, enabled=False)
    )
    assert isinstance(refused, OAuthError)
    assert refused.code == 7000112


@pytest.mark.parametrize(
    ("app", "grant", "redirect", "expected"),
    [
        (WEB, TokenGrant.AUTHORIZATION_CODE, RedirectPlatform.WEB, Proving.REQUIRED),
        (WEB, TokenGrant.AUTHORIZATION_CODE, RedirectPlatform.SPA, Proving.NOT_NEEDED),
        (WEB, TokenGrant.AUTHORIZATION_CODE, RedirectPlatform.NATIVE, Proving.NOT_NEEDED),
        (WEB, TokenGrant.REFRESH_TOKEN, RedirectPlatform.WEB, Proving.REQUIRED),
        (NATIVE, TokenGrant.AUTHORIZATION_CODE, RedirectPlatform.WEB, Proving.REQUIRED),
        (NATIVE, TokenGrant.DEVICE_CODE, None, Proving.NOT_NEEDED),
        (NATIVE, TokenGrant.REFRESH_TOKEN, None, Proving.NOT_NEEDED),
        (NATIVE, TokenGrant.PASSWORD, None, Proving.NOT_NEEDED),
        (WEB, TokenGrant.DEVICE_CODE, None, Proving.REQUIRED),
        (WEB, TokenGrant.PASSWORD, None, Proving.REQUIRED),
        (NATIVE, TokenGrant.CLIENT_CREDENTIALS, None, Proving.REQUIRED),
        (NATIVE, TokenGrant.ON_BEHALF_OF, None, Proving.REQUIRED),
    ],
)
def test_who_has_to_prove_itself(
    app: ClientApp, grant: TokenGrant, redirect: RedirectPlatform | None, expected: Proving
) -> None:
    assert proving(app, grant, redirect) is expected


def federated(keys: Keys, *, key: str = "issuer", **changes: object) -> ProvenClient | OAuthError:
    claims = claims_of_app(
        iss=ISSUER, sub=SUBJECT, aud="api://AzureADTokenExchange", jti=None, **changes
    )
    assertion = signed({"alg": "RS256", "kid": "k1"}, claims, key)
    claim = Presented(APP_ID, ClientMethod.PRIVATE_KEY, assertion)
    return proven(claim, FEDERATED, Proving.REQUIRED, sources(keys=keys), now=NOW)


def test_tk02_a_token_of_a_named_issuer_counts_as_the_application() -> None:
    keys = Keys(jwk("other"), jwk("issuer", use="sig"))
    expected = ProvenClient(FEDERATED, ClientMethod.FEDERATED, "fic-1")
    assert federated(keys) == expected
    assert federated(keys, exp=NOW.timestamp() + 86400) == expected
    assert keys.asked == [(ISSUER, "k1")] * 2


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"iss": ISSUER + "/"}, 700211),
        ({"sub": SUBJECT.upper()}, 700213),
        ({"aud": "https://elsewhere.example"}, 700212),
        ({"exp": NOW.timestamp() - 3600}, 700024),
    ],
)
def test_tk02_issuer_subject_and_audience_are_exact(changes: dict[str, object], code: int) -> None:
    keys = Keys(jwk("issuer"))
    claims = {
        **claims_of_app(iss=ISSUER, sub=SUBJECT, aud=["api://AzureADTokenExchange"], jti=None),
        **changes,
    }
    claim = Presented(APP_ID, ClientMethod.PRIVATE_KEY, signed({"alg": "RS256"}, claims, "issuer"))
    refused = proven(claim, FEDERATED, Proving.REQUIRED, sources(keys=keys), now=NOW)
    assert isinstance(refused, OAuthError)
    assert (refused.code, keys.asked) == (code, [])


@pytest.mark.parametrize(
    "keys",
    [
        Keys(),
        Keys(jwk("other")),
        Keys(jwk("issuer", use="enc")),
        Keys({**jwk("issuer"), "kty": "oct"}),
        Keys({"kty": "RSA", "n": "AQAB", "e": "AQAB"}),
        Keys({"kty": "RSA", "n": 7}),
    ],
)
def test_tk02_only_a_key_of_the_issuer_counts(keys: Keys) -> None:
    refused = federated(keys)
    assert isinstance(refused, OAuthError)
    assert refused.code == 700027
