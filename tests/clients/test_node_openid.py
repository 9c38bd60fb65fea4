"""Strict OpenID Connect clients: they compare, verify and refuse by the letter of the standards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.driving import Driver, needs_node, node_client
from tests.clients.serving import Served
from tests.clients.tenant import DAEMON, WEB, WEB_REDIRECT

pytestmark = needs_node


@pytest.fixture(params=["openid", "oauth4webapi"])
def strict(request: pytest.FixtureRequest, served: Served, tmp_path: Path) -> Iterator[Driver]:
    """Give each of the clients."""
    with node_client(f"{request.param}.mjs", served, tmp_path) as driver:
        yield driver


@pytest.mark.parametrize("how", ["post", "basic"])
def test_code_with_pkce_and_nonce_then_refresh_and_userinfo(
    strict: Driver, served: Served, how: str
) -> None:
    person = served.person()
    found = strict.ask(
        "code",
        clientId=WEB,
        secret=served.filled.web_secret,
        how=how,
        redirectUri=WEB_REDIRECT,
        scope="openid profile email offline_access",
        browser=strict.browser(person.answers(), keep=True),
    )
    assert found.get("claims", {}).get("preferred_username") == person.name, found
    assert found["claims"]["iss"] == f"{served.authority}/v2.0"
    assert found["claims"]["aud"] == WEB
    assert found["more"]["sub"] == found["claims"]["sub"] == found["again"]["sub"]


@pytest.mark.parametrize("how", ["post", "basic"])
def test_client_credentials(strict: Driver, served: Served, how: str) -> None:
    secret = served.filled.daemon_secret
    found = strict.ask("credentials", clientId=DAEMON, secret=secret, how=how)
    assert (found["appid"], found["idtyp"]) == (DAEMON, "app"), found
    wrong = strict.ask("credentials", clientId=DAEMON, secret="wrong", how=how)  # noqa: S106
    assert wrong["raised"] == "WWWAuthenticateChallengeError", wrong
