"""AZ11 and the three ways an answer travels."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest

from ostiary.oidc.authorities import Authority, AuthorityKind
from ostiary.oidc.discovery import discovery_document
from ostiary.oidc.endpoints import issuer
from ostiary.oidc.errors import Trace, oauth_error
from ostiary.oidc.responses import ReplyAddress, error_fields, location, success_fields

LOGIN = "https://localhost:8443"
TENANT = "aaaabbbb-0000-cccc-1111-dddd2222eeee"
ISSUER = issuer(LOGIN, TENANT)
TRACE = Trace("t", "c", datetime(2026, 1, 1, tzinfo=UTC))
STATE = "a b&c=d+%20\u00e9<>\"'"


@pytest.mark.parametrize("mode", ["query", "form_post", "fragment"])
def test_az11_iss_is_the_issuer_of_discovery_in_success_and_error(mode: str) -> None:
    authority = Authority(AuthorityKind.TENANT, TENANT, TENANT)
    reply = ReplyAddress("https://app.example/cb", mode, STATE)
    document = discovery_document(authority, login_url=LOGIN)
    success = success_fields(reply, (("code", "x"),), issuer=ISSUER)
    failure = error_fields(reply, oauth_error(50058), TRACE, login_url=LOGIN, issuer=ISSUER)
    assert success == (("code", "x"), ("state", STATE), ("iss", document["issuer"]))
    assert failure[-2:] == (("state", STATE), ("iss", document["issuer"]))


@pytest.mark.parametrize(
    ("uri", "mode", "start"),
    [
        ("https://app.example/cb", "query", "https://app.example/cb?code=x&"),
        ("https://app.example/cb?t=a", "query", "https://app.example/cb?t=a&code=x&"),
        ("https://app.example/cb?t=a", "fragment", "https://app.example/cb?t=a#code=x&"),
        ("msal-example://auth", "query", "msal-example://auth?code=x&"),
    ],
)
def test_the_address_of_a_redirect(uri: str, mode: str, start: str) -> None:
    reply = ReplyAddress(uri, mode, STATE)
    address = location(reply, success_fields(reply, (("code", "x"),), issuer=ISSUER))
    parts = urlsplit(address)
    carried = dict(parse_qsl(parts.fragment or parts.query))
    assert address.startswith(start)
    assert carried["state"] == STATE
    assert not reply.by_form


def test_an_error_has_what_msal_prints() -> None:
    reply = ReplyAddress("http://localhost:1", "form_post")
    error = oauth_error(53003, error="access_denied")
    assert reply.by_form
    assert error_fields(reply, error, TRACE, login_url=LOGIN, issuer=ISSUER) == (
        ("error", "access_denied"),
        (
            "error_description",
            "AADSTS53003: Access has been blocked by Conditional Access policies. The access "
            "policy does not allow token issuance.\r\nTrace ID: t\r\nCorrelation ID: c\r\n"
            "Timestamp: 2026-01-01 00:00:00Z",
        ),
        ("error_uri", "https://localhost:8443/error?code=53003"),
        ("suberror", "message_only"),
        ("iss", ISSUER),
    )
