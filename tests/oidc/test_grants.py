"""Token requests by grant, device codes, and what a token response has."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode

import pytest

from ostiary.model.signin import TokenGrant
from ostiary.oidc.device import DeviceAuthorization, Polled, poll_error
from ostiary.oidc.errors import OAuthError
from ostiary.oidc.grants import GRANT_TYPES, GrantType, grant_asked
from ostiary.oidc.parameters import Parameters, parameters_of
from ostiary.oidc.token_response import AccountInfo, TokenResponse

DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
ON_BEHALF_OF = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def test_tk14_the_table_has_every_grant_of_the_token_endpoint() -> None:
    assert {each.grant for each in GRANT_TYPES} == set(TokenGrant) - {TokenGrant.MANAGED_IDENTITY}


# Fields seen, wire contract section 2.3.
@pytest.mark.parametrize(
    ("form", "grant"),
    [
        (
            {"grant_type": "authorization_code", "code": "c", "redirect_uri": "u"},
            TokenGrant.AUTHORIZATION_CODE,
        ),
        ({"grant_type": "refresh_token", "refresh_token": "r"}, TokenGrant.REFRESH_TOKEN),
        ({"grant_type": "client_credentials", "scope": "s"}, TokenGrant.CLIENT_CREDENTIALS),
        ({"grant_type": "client_credentials", "resource": "s"}, TokenGrant.CLIENT_CREDENTIALS),
        ({"grant_type": DEVICE, "code": "d", "device_code": "d"}, TokenGrant.DEVICE_CODE),
        ({"grant_type": "device_code", "device_code": "d"}, TokenGrant.DEVICE_CODE),
        ({"grant_type": "password", "username": "u", "password": "p"}, TokenGrant.PASSWORD),
        (
            {
                "grant_type": ON_BEHALF_OF,
                "assertion": "a",
                "requested_token_use": "on_behalf_of",
            },
            TokenGrant.ON_BEHALF_OF,
        ),
    ],
)
def test_every_client_asks_in_its_way(form: dict[str, str], grant: TokenGrant) -> None:
    asked = grant_asked(parameters_of(**form))
    assert isinstance(asked, GrantType)
    assert asked.grant is grant


@pytest.mark.parametrize(
    ("pairs", "code", "error"),
    [
        ((), 900144, "invalid_request"),
        ((("grant_type", "implicit"),), 70003, "unsupported_grant_type"),
        ((("grant_type", "password"), ("grant_type", "password")), 9000411, "invalid_request"),
        ((("grant_type", "password"), ("username", "u")), 900144, "invalid_request"),
        ((("grant_type", "authorization_code"), ("code", "c")), 900144, "invalid_request"),
        ((("grant_type", "client_credentials"),), 900144, "invalid_request"),
        ((("grant_type", DEVICE),), 900144, "invalid_request"),
        (
            (
                ("grant_type", "password"),
                ("username", "u"),
                ("password", "p" * 4097),
            ),
            90013,
            "invalid_request",
        ),
        (
            (
                ("grant_type", ON_BEHALF_OF),
                ("assertion", "a"),
                ("requested_token_use", "x"),
            ),
            90023,
            "invalid_request",
        ),
    ],
)
def test_az12_other_forms_are_refused(
    pairs: tuple[tuple[str, str], ...], code: int, error: str
) -> None:
    refused = grant_asked(Parameters(pairs))
    assert isinstance(refused, OAuthError)
    assert (refused.code, refused.error) == (code, error)


@pytest.mark.parametrize(
    ("polled", "code", "word"),
    [
        (Polled.PENDING, 70016, "authorization_pending"),
        (Polled.TOO_SOON, 50196, "slow_down"),
        (Polled.DECLINED, 65004, "authorization_declined"),
        (Polled.EXPIRED, 70019, "expired_token"),
    ],
)
def test_a_poll_is_told_in_the_words_clients_know(polled: Polled, code: int, word: str) -> None:
    error = poll_error(polled)
    assert (error.code, error.error, error.status) == (code, word, 400)


def test_the_message_of_a_device_code_is_that_of_entra() -> None:
    body = DeviceAuthorization("ABCD1234", "secret", "https://localhost:8443/device", 900, 5).body()
    assert body == {
        "user_code": "ABCD1234",
        "device_code": "secret",
        "verification_uri": "https://localhost:8443/device",
        "expires_in": 900,
        "interval": 5,
        "message": "To sign in, use a web browser to open the page https://localhost:8443/device "
        "and enter the code ABCD1234 to authenticate.",
    }


def test_a_user_gets_all_members_that_clients_read() -> None:
    account = AccountInfo("oid-1", "tid-1")
    body = TokenResponse("at", 3600, "s", "rt", "it", account, in_family=True).body()
    info = str(body.pop("client_info"))
    assert body == {
        "token_type": "Bearer",
        "scope": "s",
        "expires_in": 3600,
        "ext_expires_in": 3600,
        "access_token": "at",
        "refresh_token": "rt",
        "id_token": "it",
        "foci": "1",
    }
    assert json.loads(urlsafe_b64decode(info + "=" * (-len(info) % 4))) == {
        "uid": "oid-1",
        "utid": "tid-1",
    }


def test_an_application_gets_its_token_and_nothing_else() -> None:
    assert TokenResponse("at", 3600).body() == {
        "token_type": "Bearer",
        "expires_in": 3600,
        "ext_expires_in": 3600,
        "access_token": "at",
    }


def test_a_response_is_not_shown_with_its_tokens() -> None:
    assert repr(TokenResponse("secret-token", 1)) == "TokenResponse(scope='', expires_in=1)"
