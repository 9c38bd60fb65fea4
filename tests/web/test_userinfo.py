"""The userinfo endpoint: which token opens it, and what it tells (TK03, TK05)."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.directory.protocols import SYSTEM
from tests.web.registered import web_app
from tests.web.serving import ASTRID, Served

URL = "/oidc/userinfo"


def asked(served: Served, token: str) -> Any:
    """Ask with a token in the header."""
    return served.http.get(URL, headers={"Authorization": f"Bearer {token}"})


def challenged(response: Any, error: str, status: int = 401) -> None:
    """Check that a token was not taken."""
    assert response.status_code == status
    assert f'error="{error}"' in response.headers["www-authenticate"]
    assert response.headers["cache-control"] == "no-store"


def test_it_tells_what_the_scopes_say_in_all_three_ways(served: Served) -> None:
    members = {"givenName": "Astrid", "surname": "Moe", "mail": "astrid@fjordvik.example"}
    served.service.store.users.modify(ASTRID, members, by=SYSTEM)
    app = web_app(served)
    body = app.redeem(app.signed_in()).json()
    token = body["access_token"]
    header = {"Authorization": f"Bearer {token}"}
    answers = [
        asked(served, token),
        served.http.post(URL, headers=header),
        served.http.post(URL, data={"access_token": token}),
    ]
    for each in answers:
        assert each.status_code == 200
        assert each.headers["cache-control"] == "no-store"
        assert each.json() == {
            "sub": app.id_claims(body["id_token"])["sub"],
            "name": "Astrid Moe",
            "preferred_username": "astrid@fjordvik.example",
            "given_name": "Astrid",
            "family_name": "Moe",
            "email": "astrid@fjordvik.example",
        }


@pytest.mark.parametrize(
    ("claims", "names"),
    [("", {"sub"}), ('{"userinfo":{"name":{"essential":true}}}', {"sub", "name"})],
)
def test_it_tells_no_more_than_was_asked_for(served: Served, claims: str, names: set[str]) -> None:
    app = web_app(served)
    body = app.redeem(app.signed_in(scope="openid", claims=claims)).json()
    assert names <= set(asked(served, body["access_token"]).json())
    if not claims:
        assert set(asked(served, body["access_token"]).json()) == names


def test_TK05_no_other_token_opens_it(served: Served) -> None:
    app = web_app(served)
    body = app.redeem(app.signed_in()).json()
    for_management = served.by_password().json()["access_token"]
    for token in (body["id_token"], for_management, body["access_token"][:-4] + "AAAA", "x"):
        challenged(asked(served, token), "invalid_token")
    graph = app.asking(
        {"grant_type": "client_credentials", "scope": "https://graph.microsoft.com/.default"}
    )
    challenged(asked(served, graph.json()["access_token"]), "invalid_token")
    without = app.redeem(app.open(scope="User.Read")).json()
    challenged(asked(served, without["access_token"]), "insufficient_scope", 403)


def test_a_token_comes_once_and_never_in_the_query(served: Served) -> None:
    app = web_app(served)
    token = app.redeem(app.signed_in()).json()["access_token"]
    header = {"Authorization": f"Bearer {token}"}
    twice = served.http.post(URL, headers=header, data={"access_token": token})
    challenged(twice, "invalid_request", 400)
    for nothing in (served.http.get(URL), served.http.get(f"{URL}?access_token={token}")):
        assert nothing.status_code == 401
        assert "error" not in nothing.headers["www-authenticate"]


def test_RT06_it_is_closed_to_who_was_disabled(served: Served) -> None:
    app = web_app(served)
    token = app.redeem(app.signed_in()).json()["access_token"]
    served.service.store.users.modify(ASTRID, {"accountEnabled": False}, by=SYSTEM)
    challenged(asked(served, token), "invalid_token")
