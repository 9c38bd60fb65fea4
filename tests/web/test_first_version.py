"""The first version of the protocol: a resource apart, and numbers as strings."""

from __future__ import annotations

from typing import Any

from tests.web.browsing import REDIRECT, VERIFIER, Browser
from tests.web.serving import AZ, DAEMON_APP, TENANT, Served
from tests.web.test_token import claims_of

MANAGEMENT = "https://management.core.windows.net/"


def token(served: Served, form: dict[str, str]) -> Any:
    """Ask the token endpoint of the first version."""
    return served.http.post(f"/{TENANT}/oauth2/token", data=form)


def check(body: dict[str, Any]) -> None:
    """Check what only the first version says."""
    assert body["resource"] == MANAGEMENT
    assert "scope" not in body or body["scope"] == "user_impersonation"
    for name in ("expires_in", "expires_on", "not_before", "ext_expires_in"):
        assert body[name].isdecimal()
    assert int(body["expires_on"]) == int(body["not_before"]) + int(body["expires_in"])


def test_an_application_names_its_resource_apart(served: Served) -> None:
    form = {"grant_type": "client_credentials", "resource": MANAGEMENT}
    form |= {"client_id": DAEMON_APP, "client_secret": served.daemon_secret}
    response = token(served, form)
    check(response.json())
    assert claims_of(response)["aud"] == MANAGEMENT


def test_a_browser_signs_in_and_refreshes(served: Served) -> None:
    browser = Browser(served)
    asked = {"client_id": AZ, "response_type": "code", "redirect_uri": REDIRECT}
    browser.open(**asked, scope="", resource=MANAGEMENT).fill(login="astrid@fjordvik.example")
    browser.fill(passwd="correct horse battery staple")  # noqa: S106  # a test's
    form = {"grant_type": "authorization_code", "client_id": AZ, "redirect_uri": REDIRECT}
    form |= {"code": browser.answer["code"], "code_verifier": VERIFIER, "resource": MANAGEMENT}
    response = token(served, form)
    body = response.json()
    check(body)
    assert claims_of(response)["aud"] == MANAGEMENT
    assert "id_token" in body
    again = {"grant_type": "refresh_token", "refresh_token": body["refresh_token"]}
    check(token(served, {**again, "client_id": AZ, "resource": MANAGEMENT}).json())
