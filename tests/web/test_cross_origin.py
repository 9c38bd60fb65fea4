"""CS07: scripts of a registered single-page application read its tokens, and nobody else's do."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.browsing import VERIFIER
from tests.web.registered import APP, web_app
from tests.web.serving import TENANT, Served
from tests.web.test_token import refused

TOKEN = f"/{TENANT}/oauth2/v2.0/token"
SPA, ORIGIN = "https://board.example/app", "https://board.example"


def registered(served: Served) -> Any:
    """Register an application that is a single page too."""
    return web_app(served, spa={"redirectUris": [SPA]})


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        (ORIGIN, True),
        ("https://board.example:444", False),
        ("http://board.example", False),
        ("https://timesheet.example", False),
        ("https://evil.example", False),
        ("null", False),
        ("", False),
    ],
)
@pytest.mark.parametrize("path", [TOKEN, "/oidc/userinfo"])
def test_CS07_only_registered_origins_may_read(
    served: Served, path: str, origin: str, allowed: bool
) -> None:
    registered(served)
    headers = {"Origin": origin, "Access-Control-Request-Headers": "content-type, x y, x-a"}
    for response in (
        served.http.options(path, headers=headers),
        served.http.post(path, data={}, headers=headers),
    ):
        assert (response.headers.get("access-control-allow-origin") == origin) is allowed
        assert response.headers.get("access-control-allow-origin") != "*"
        assert "access-control-allow-credentials" not in response.headers
        assert "Origin" in response.headers["vary"]
    before = served.http.options(path, headers=headers)
    asked = before.headers.get("access-control-allow-headers")
    assert asked == ("content-type, x-a" if allowed else None)


def test_CS07_what_is_public_may_be_read_by_everybody(served: Served) -> None:
    for path in (
        f"/{TENANT}/v2.0/.well-known/openid-configuration",
        f"/{TENANT}/discovery/v2.0/keys",
    ):
        assert served.http.get(path).headers["access-control-allow-origin"] == "*"


def test_a_single_page_redeems_its_code_across_origins_without_a_secret(served: Served) -> None:
    app = registered(served)
    browser = app.signed_in(redirect_uri=SPA, scope="openid offline_access User.Read")
    form = {"grant_type": "authorization_code", "client_id": APP, "redirect_uri": SPA}
    form |= {"code": browser.answer["code"], "code_verifier": VERIFIER}
    refused(served.token(form), 9002327, "invalid_request")
    response = served.token(form, Origin=ORIGIN)
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == ORIGIN
    again = {"grant_type": "refresh_token", "client_id": APP}
    again |= {"refresh_token": response.json()["refresh_token"]}
    refused(served.token(again), 9002327, "invalid_request")
    assert served.token(again, Origin=ORIGIN).status_code == 200


def test_TK11_what_is_not_there_is_not_advertised(served: Served) -> None:
    path = f"/{TENANT}/v2.0/.well-known/openid-configuration"
    document = served.http.get(path).json()
    assert not {"introspection_endpoint", "revocation_endpoint"} & set(document)
