"""RT06: what each event ends, cookie by cookie and token by token.

Source: entra-docs identity-platform/refresh-tokens, token revocation; read for Ostiary in
docs/decisions/0016-sign-in-protocols.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from ostiary.directory.protocols import SYSTEM
from ostiary.factors.kinds import Factor, ShownFactor
from ostiary.secrecy.secret import Secret
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
    """Sign in by a password to an application that keeps a secret."""
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


def refreshes(signed_in: SignedIn) -> bool:
    """Whether the refresh token is still good; one that is not is told to sign in again."""
    response = signed_in.refresh()
    if response.status_code != 200:
        assert response.json()["error_codes"] == [50173], signed_in.name
    return response.status_code == 200


def change_password(served: Served, _: object) -> None:
    """The person changes the password."""
    by = served.service.store
    hashed = served.service.attempts.passwords.hash(Secret("another correct horse battery"))
    by.passwords.set(ASTRID, hashed, by=SYSTEM)


def reset_own_password(served: Served, _: object) -> None:
    """The person sets a new password with a pass of the help desk, in a sign-in of its own."""
    store = served.service.store
    document = {"shown": written_shown((ShownFactor(Factor.ACCESS_PASS, served.clock.now()),))}
    _, session = store.sessions.begin(ASTRID, document, lasts=DAY, idle=DAY)
    store.passwords.set(ASTRID, "hash", by=SYSTEM, keep_sid=session.sid)


def reset_password(served: Served, _: object) -> None:
    """An administrator resets the password."""
    served.service.store.passwords.reset(ASTRID, "hash", by=SYSTEM)


def revoke(served: Served, _: object) -> None:
    """The person or an administrator revokes the sign-ins."""
    served.service.store.users.revoke_sessions(ASTRID, by=SYSTEM)


def sign_out(served: Served, signed_in: SignedIn) -> None:
    """The person signs out of this session."""
    served.http.cookies.set(SESSION, signed_in.cookie, domain="localhost.local", path="/")
    url = f"/{TENANT}/oauth2/v2.0/logout"
    assert served.http.get(url, params={"id_token_hint": signed_in.hint}).status_code == 200
    served.http.cookies.clear()


def disable(served: Served, _: object) -> None:
    """The account is blocked."""
    served.service.store.users.modify(ASTRID, {"accountEnabled": False}, by=SYSTEM)


def delete(served: Served, _: object) -> None:
    """The account is deleted."""
    served.service.store.users.delete(ASTRID, by=SYSTEM)


PASSWORD_COOKIE, PASSWORD_TOKEN = "password cookie", "password token"
OTHER_COOKIE, OTHER_TOKEN = "other cookie", "other token"
CONFIDENTIAL = "confidential token"
COLUMNS = (PASSWORD_COOKIE, PASSWORD_TOKEN, OTHER_COOKIE, OTHER_TOKEN, CONFIDENTIAL)
NEW_PASSWORD = (False, False, True, True, True)
NOTHING = (False, False, False, False, False)
STAYS_ALIVE: dict[Callable[[Served, Any], None], tuple[bool, ...]] = {
    change_password: NEW_PASSWORD,
    reset_own_password: NEW_PASSWORD,
    reset_password: NEW_PASSWORD,
    revoke: NOTHING,
    sign_out: (False, True, False, True, True),
    disable: NOTHING,
    delete: NOTHING,
}


@pytest.mark.parametrize("event", STAYS_ALIVE, ids=lambda each: each.__name__)
def test_RT06_what_an_event_ends(served: Served, event: Callable[[Served, Any], None]) -> None:
    password, passkey, confidential = by_password(served), by_passkey(served), at_web_app(served)
    assert all(holds(served, each) for each in (password, passkey))
    served.clock.move(timedelta(seconds=1))
    for each in (password, passkey) if event is sign_out else (password,):
        event(served, each)
    found = (
        holds(served, password),
        refreshes(password),
        holds(served, passkey),
        refreshes(passkey),
        refreshes(confidential),
    )
    assert dict(zip(COLUMNS, found, strict=True)) == dict(
        zip(COLUMNS, STAYS_ALIVE[event], strict=True)
    )


def test_RT06_signing_out_of_one_session_leaves_the_others(served: Served) -> None:
    mine, other = by_password(served), by_passkey(served)
    sign_out(served, mine)
    assert not holds(served, mine)
    assert holds(served, other)
    assert other.refresh().status_code == 200


def test_RT06_who_changes_the_password_goes_on_where_it_was_changed(served: Served) -> None:
    mine, other = by_password(served), by_password(served)
    store = served.service.store
    session = store.sessions.of(mine.cookie)
    assert session is not None
    served.clock.move(timedelta(seconds=1))
    store.passwords.set(ASTRID, "hash", by=SYSTEM, keep_sid=session.sid)
    served.clock.move(timedelta(seconds=1))
    assert holds(served, mine)
    assert refreshes(mine)
    assert not holds(served, other)
    assert not refreshes(other)
    sign_out(served, mine)
    served.clock.move(timedelta(seconds=40))
    assert not holds(served, mine)
