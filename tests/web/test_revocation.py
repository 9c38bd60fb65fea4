"""RT06: what ends a sign-in ends every session and every refresh token that came of it.

Stricter than Entra in two places (docs/decisions/0016-sign-in-protocols.md): a changed password
ends sign-ins without a password too, and signing out ends the tokens of the session.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from ostiary.directory.protocols import SYSTEM
from ostiary.factors.kinds import Factor, ShownFactor
from ostiary.signin.shown import written_shown
from tests.web.browsing import Browser
from tests.web.registered import web_app
from tests.web.serving import ASTRID, TENANT, Served

SESSION = "__Host-ostiary-session"
DAY = timedelta(days=1)


@dataclass
class SignedIn:
    """One sign-in: its cookie, and how it refreshes; `hint` is its ID token."""

    name: str
    cookie: str
    refresh: Callable[[], Any]
    hint: str


def by_password(served: Served) -> SignedIn:
    """Sign in to the Azure CLI by a password."""
    body = Browser(served).signed_in().redeem().json()
    return of(served, "password", body, lambda: served.refreshed(body["refresh_token"]))


def by_passkey(served: Served) -> SignedIn:
    """Sign in to the Azure CLI in a session that a passkey began."""
    shown = written_shown((ShownFactor(Factor.PASSKEY, served.clock.now()),))
    document = {"shown": shown, "stays": False}
    sessions = served.service.store.sessions
    secret, _ = sessions.begin(ASTRID, document, lasts=DAY, idle=DAY)
    served.http.cookies.set(SESSION, secret, domain="localhost.local", path="/")
    body = Browser(served).open().redeem().json()
    return of(served, "passkey", body, lambda: served.refreshed(body["refresh_token"]))


def at_web_app(served: Served) -> SignedIn:
    """Sign in to an application that keeps a secret."""
    app = web_app(served)
    body = app.redeem(app.signed_in()).json()
    form = {"grant_type": "refresh_token", "refresh_token": body["refresh_token"]}
    return of(served, "confidential", body, lambda: app.asking(form))


def of(served: Served, name: str, body: dict[str, Any], refresh: Callable[[], Any]) -> SignedIn:
    """Take the cookie out of the browser."""
    cookie = next(each.value for each in served.http.cookies.jar if each.name == SESSION)
    served.http.cookies.clear()
    return SignedIn(name, cookie, refresh, body["id_token"])


def holds(served: Served, signed_in: SignedIn) -> bool:
    """Whether the session's cookie still signs in."""
    served.http.cookies.set(SESSION, signed_in.cookie, domain="localhost.local", path="/")
    answer = Browser(served).open(prompt="none").answer
    served.http.cookies.clear()
    return "code" in answer


def change_password(served: Served, _: SignedIn) -> None:
    """The person changes the password, or resets a forgotten one."""
    served.service.store.passwords.set(ASTRID, "hash", by=SYSTEM)


def reset_password(served: Served, _: SignedIn) -> None:
    """An administrator resets the password."""
    served.service.store.passwords.reset(ASTRID, "hash", by=SYSTEM)


def revoke(served: Served, _: SignedIn) -> None:
    """The person or an administrator revokes the sign-ins."""
    served.service.store.users.revoke_sessions(ASTRID, by=SYSTEM)


def sign_out(served: Served, signed_in: SignedIn) -> None:
    """The person signs out of this session."""
    served.http.cookies.set(SESSION, signed_in.cookie, domain="localhost.local", path="/")
    url = f"/{TENANT}/oauth2/v2.0/logout"
    assert served.http.get(url, params={"id_token_hint": signed_in.hint}).status_code == 200
    served.http.cookies.clear()


def disable(served: Served, _: SignedIn) -> None:
    """The account is blocked."""
    served.service.store.users.modify(ASTRID, {"accountEnabled": False}, by=SYSTEM)


def delete(served: Served, _: SignedIn) -> None:
    """The account is deleted."""
    served.service.store.users.delete(ASTRID, by=SYSTEM)


EVENTS = (change_password, reset_password, revoke, sign_out, disable, delete)


@pytest.mark.parametrize("event", EVENTS, ids=lambda each: each.__name__)
def test_RT06_every_sign_in_ends(served: Served, event: Callable[[Served, SignedIn], None]) -> None:
    all_of_them = [by_password(served), by_passkey(served), at_web_app(served)]
    assert all(holds(served, each) for each in all_of_them)
    served.clock.move(timedelta(seconds=1))
    for each in all_of_them:
        if event is sign_out or each is all_of_them[0]:
            event(served, each)
    for each in all_of_them:
        assert not holds(served, each), each.name
        response = each.refresh()
        assert response.status_code == 400
        assert response.json()["error_codes"] == [50173], each.name


def test_RT06_signing_out_of_one_session_leaves_the_others(served: Served) -> None:
    mine, other = by_password(served), by_passkey(served)
    sign_out(served, mine)
    assert not holds(served, mine)
    assert holds(served, other)
    assert other.refresh().status_code == 200
