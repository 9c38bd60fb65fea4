"""Signing in to the admin center and out of it: authorization code with PKCE, state and nonce.

Source: OpenID Connect Core 1.0 section 3.1, RFC 7636, RFC 9700 section 2.1.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ostiary.admin.host import PREFIX, SIGNED_IN, Host
from ostiary.admin.kept_forms import brought, taken_along, where_it_waits
from ostiary.admin.tokens import SignInAgain, Tokens, redeemed, refreshed, scope_of
from ostiary.admin.visit import Person
from ostiary.directory.admin_sessions import AdminSession
from ostiary.directory.interactions import Interaction

SESSION: Final = "__Host-ostiary-admin"
WAY: Final = "__Host-ostiary-admin-way"
"""Binds a sign-in under way to the browser that began it (RFC 9700 section 4.7)."""
_EARLY: Final = 60
"""Seconds before the end of an access token from which a new one is fetched."""
_NOT_KEPT: Final = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


async def begin(
    host: Host, browser: Request, claims: str | None = None, *, form: str = ""
) -> Response:
    """Send the browser to sign in, and back to the page that it wanted.

    `form` is what it sent, sealed: it waits for the person to come back (`kept_forms`).
    """
    way = browser.cookies.get(WAY) or host.randomness.token().reveal()
    nonce, verifier = (host.randomness.token().reveal() for _ in range(2))
    wanted = browser.url.path if browser.method == "GET" else browser.headers.get("referer", "")
    document = {
        "nonce": nonce,
        "verifier": verifier,
        "page": _own_page(wanted, browser.url.query if browser.method == "GET" else ""),
        **taken_along(form),
    }
    state, _ = await run_in_threadpool(host.store.interactions.begin, way, document)
    asked = {
        "client_id": host.client_id,
        "response_type": "code",
        "redirect_uri": host.login_url + SIGNED_IN,
        "response_mode": "query",
        "scope": scope_of(host),
        "state": state,
        "nonce": nonce,
        "code_challenge": urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().strip("="),
        "code_challenge_method": "S256",
        **({"claims": claims} if claims else {}),
    }
    address = f"/{host.tenant_id}/oauth2/v2.0/authorize?{urlencode(asked)}"
    answer = RedirectResponse(address, 303, _NOT_KEPT)
    _set(answer, WAY, way)
    return answer


async def finish(host: Host, browser: Request) -> Response | None:
    """Take the code that came back, and begin a session; None where nothing came of it."""
    query, way = browser.query_params, browser.cookies.get(WAY, "")
    interactions = host.store.interactions
    begun = await run_in_threadpool(interactions.of, query.get("state", ""), way)
    if begun is None or not await run_in_threadpool(interactions.end, begun):
        return None
    code = query.get("code")
    if code is None:
        return None
    try:
        tokens = await redeemed(host, browser, code, str(begun.document["verifier"]))
    except SignInAgain:
        return None
    claims = _claims(host, tokens, begun)
    if claims is None:
        return None
    document = {
        "tokens": tokens.document(),
        "person": _person(claims),
        **await brought(host, str(claims["oid"]), begun.document),
    }
    secret = await run_in_threadpool(host.store.admin_sessions.begin, str(claims["oid"]), document)
    page = where_it_waits(document) or str(begun.document["page"])
    answer = RedirectResponse(page, 303, _NOT_KEPT)
    _set(answer, SESSION, secret)
    return answer


async def sign_out(host: Host, session: AdminSession) -> Response:
    """End the session here, and lead to the end of the one at the sign-in service."""
    await run_in_threadpool(host.store.admin_sessions.end, session)
    hint = Tokens.read(session.document["tokens"]).identity
    query = urlencode({"id_token_hint": hint})
    answer = RedirectResponse(f"/{host.tenant_id}/oauth2/v2.0/logout?{query}", 303, _NOT_KEPT)
    answer.delete_cookie(SESSION, path="/", secure=True, httponly=True, samesite="lax")
    return answer


async def session_of(host: Host, browser: Request) -> AdminSession | None:
    """Give the living session of a browser, None where there is none."""
    secret = browser.cookies.get(SESSION, "")
    if not secret:
        return None
    return await run_in_threadpool(host.store.admin_sessions.of, secret)


async def fresh_tokens(host: Host, browser: Request, session: AdminSession) -> Tokens:
    """Give tokens that are in force a while yet. Raises SignInAgain."""
    tokens = Tokens.read(session.document["tokens"])
    if tokens.expires - host.clock.seconds() > _EARLY:
        return tokens
    newer = await refreshed(host, browser, tokens)
    document = {**session.document, "tokens": newer.document()}
    await run_in_threadpool(host.store.admin_sessions.keep, session, document)
    return newer


def person_of(session: AdminSession) -> Person:
    """Tell who is signed in."""
    kept: dict[str, Any] = session.document["person"]
    return Person(str(kept["id"]), str(kept["name"]), str(kept["userName"]))


def _person(claims: dict[str, Any]) -> dict[str, str]:
    user_name = str(claims.get("preferred_username", ""))
    name = str(claims.get("name") or user_name)
    return {"id": str(claims["oid"]), "name": name, "userName": user_name}


def _claims(host: Host, tokens: Tokens, begun: Interaction) -> dict[str, Any] | None:
    """Read the ID token, None where it is not for us or not of this sign-in."""
    claims = dict(host.tokens.id_token_hint(tokens.identity))
    mine = claims.get("aud") == host.client_id
    nonce = str(claims.get("nonce", "")).encode()
    same = hmac.compare_digest(nonce, str(begun.document["nonce"]).encode())
    return claims if mine and same else None


def _own_page(address: str, query: str) -> str:
    """Keep a page of ours to come back to; anything else leads to the first one."""
    path = "/" + address.partition("://")[2].partition("/")[2] if "://" in address else address
    if not path.startswith(f"{PREFIX}/") or "//" in path or path.startswith(SIGNED_IN):
        return f"{PREFIX}/"
    return f"{path}?{query}" if query else path


def _set(answer: Response, name: str, value: str) -> None:
    answer.set_cookie(name, value, path="/", secure=True, httponly=True, samesite="lax")
