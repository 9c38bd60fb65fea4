"""Forward authentication: a reverse proxy asks about every request whether it may pass.

The session at a host stands on the person's session here and on nothing else, and the policies are
asked each time: whoever signs out, is disabled or loses the right is out at the next request.
Decided in docs/decisions/0028-forward-authentication.md.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from starlette.responses import PlainTextResponse, Response

from ostiary.factors.kinds import Factor
from ostiary.model.signin import TokenGrant, UserIdentity
from ostiary.oidc.clients import ClientApp
from ostiary.oidc.endpoints import FORWARD_SIGN_IN, LOGOUT
from ostiary.oidc.errors import OAuthError
from ostiary.oidc.parameters import Parameters, decoded
from ostiary.signin.accounts import Account, account_of
from ostiary.signin.belonging import belonging
from ostiary.signin.client_apps import RedirectPlatform
from ostiary.signin.deciding import Wish, decided, risk_of, sign_in_of
from ostiary.signin.devices import device_named
from ostiary.signin.journey import Journey, Purpose
from ostiary.signin.request_facts import Asking, request_facts
from ostiary.signin.shown import device_shown, proofs, read_shown
from ostiary.signin.terms import acceptances_of, accepted_terms
from ostiary.web.belonging import unassigned
from ostiary.web.clients import client_app
from ostiary.web.forward_hosts import (
    BROWSER,
    LASTS,
    SESSION,
    SIGN_OUT,
    SIGNED_IN,
    ForwardRequest,
    browser_hash,
    code_client,
    forward_apps,
    opened,
    sealed,
)
from ostiary.web.forward_requests import Forwarded, NotTold, forwarded
from ostiary.web.not_now import NOT_NOW, not_now
from ostiary.web.received import Received
from ostiary.web.sessions import STAYS
from ostiary.web.still_counting import still_counting
from ostiary.web.written import drop_cookie, set_cookie

_JUST: Final = timedelta(seconds=15)
"""Who signed in so short a while ago and still may not pass is told, not sent round in circles."""
_MOST_GROUPS: Final = 150
_GRANT: Final = TokenGrant.AUTHORIZATION_CODE
_NO_STORE: Final = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class _Passing:
    """Whoever a session at a host stands for; `granted` tells whether the policies let him pass."""

    account: Account
    granted: bool
    just_signed_in: bool


def forward_auth(received: Received) -> Response:
    """Answer a proxy: 200 with who it is, a redirect to sign in, or 403."""
    try:
        asked = forwarded(received)
        app = _app_of(received, asked.origin)
        if asked.place == SIGNED_IN:
            return _signed_in(received, asked, app)
        if asked.place == SIGN_OUT:
            return _signed_out(received, asked)
        passing = _passing(received, asked, app)
    except NotTold as error:
        return _refused(error.message)
    except NOT_NOW as error:
        return not_now(received, error)
    if passing is None or not passing.granted:
        return _sent_to_sign_in(received, asked, app, passing)
    return Response(
        status_code=200, headers={**_NO_STORE, **_headers(received, passing.account, app)}
    )


def _app_of(received: Received, origin: str) -> ClientApp:
    """Give the application of a host. Raises NotTold."""
    known = received.known
    app_id = known.of(forward_apps).get(origin)
    app = known.of(client_app, app_id) if app_id else None
    if app is None or not app.enabled:
        raise NotTold(
            f"expected exactly one application, enabled, with the redirect URI {origin}{SIGNED_IN}"
        )
    return app


def _passing(received: Received, asked: Forwarded, app: ClientApp) -> _Passing | None:
    """Give who asks, None where nobody is signed in any more."""
    service = received.service
    store, now = service.store, service.clock.now()
    cookie = received.cookies.get(SESSION, "")
    session = store.forward_sessions.of(cookie, asked.origin) if cookie else None
    living = store.sessions.living(session.sid) if session else None
    if session is None or living is None or session.app_id != app.app_id:
        return None
    account = account_of(store, session.user_id)
    journey = Journey(
        service.issuer.authority.tenant_id,
        (),
        received.at,
        "",
        purpose=Purpose.FORWARD,
        user_id=session.user_id,
        shown=read_shown(living.document["shown"]),
        session_id=living.sid,
    )
    shown = still_counting(store, journey, account).shown
    if account is None or not shown:
        return None
    # The certificate of a device is shown to the sign-in service alone: a header that says so here
    # may be the client's own.
    device_id = session.device_id or device_shown(shown)
    facts = request_facts(
        received.headers,
        received.peer,
        Asking(app.app_id, _GRANT, RedirectPlatform.WEB, device_id),
        proxies=service.settings.proxies,
        countries=service.settings.countries,
        device=device_named(store, device_id) if device_id else None,
    )
    known = received.known
    held = proofs(shown, {*account.factors, Factor.PASSWORD}, now)
    held = replace(held, accepted_terms=accepted_terms(known.of(acceptances_of, account.id), now))
    wish = Wish(
        client_id=app.app_id,
        resource=app.app_id,
        grant=_GRANT,
        client_name=app.display_name,
        scopes=(),
        confidential=app.has_credentials,
    )
    risk = known.of(risk_of, account.id)
    sign_in = sign_in_of(risk, UserIdentity(account.id), wish, facts, held)
    answer = decided(service.snapshots.current(), sign_in)
    granted = answer.granted and not account.must_change_password
    granted = granted and unassigned(known, account.id, (app.app_id,)) is None
    return _Passing(account, granted, now - session.created < _JUST)


def _sent_to_sign_in(
    received: Received, asked: Forwarded, app: ClientApp, passing: _Passing | None
) -> Response:
    """Lead a browser to the sign-in; tell anything else that it is not signed in."""
    if passing is not None and passing.just_signed_in:
        return _refused(
            "signed in, and still the policies do not let this request pass; it may come from"
            " another address than the sign-in did"
        )
    if not asked.navigates:
        return PlainTextResponse("not signed in\n", 401 if passing is None else 403, _NO_STORE)
    service, cookie = received.service, received.cookies.get(BROWSER, "")
    fresh = "" if cookie else service.randomness.token().reveal()
    request = ForwardRequest(
        app.app_id,
        asked.origin,
        "/" if asked.place.startswith("/.ostiary/") else asked.path,
        browser_hash(cookie or fresh),
        service.clock.now() + LASTS,
    )
    url = f"{service.settings.login_url}{FORWARD_SIGN_IN}?request={sealed(service, request)}"
    response = _redirect(asked, url)
    if fresh:
        set_cookie(response, BROWSER, fresh)
    return response


def _signed_in(received: Received, asked: Forwarded, app: ClientApp) -> Response:
    """Take the code that a browser brings back, and begin the session at the host."""
    service, query = received.service, decoded(asked.query)
    told = Parameters() if isinstance(query, OAuthError) else query
    request = opened(service, told.get("state") or "")
    cookie = received.cookies.get(BROWSER, "")
    if request is None or not request.is_of(cookie) or request.origin != asked.origin:
        return _refused(
            "this sign-in was not begun in this browser, or too long ago; allow cookies, try again"
        )
    store, client = service.store, code_client(app.app_id)
    code = store.codes.redeem(told.get("code") or "", client, request.redirect_uri).code
    living = store.sessions.living(code.sid) if code and code.sid else None
    if code is None or living is None or code.document.get("browser") != request.browser:
        return _refused("this sign-in was used already, or has ended; open the page again")
    device = code.document.get("device")
    secret = store.forward_sessions.begin(
        app.app_id,
        asked.origin,
        code.user_id,
        living.sid,
        device_id=device if isinstance(device, str) else None,
        lasts=living.expires - service.clock.now(),
    )
    response = _redirect(asked, f"{asked.origin}{request.path}")
    stays = living.document.get("stays") is True
    set_cookie(response, SESSION, secret, lasts=STAYS if stays else None)
    return response


def _signed_out(received: Received, asked: Forwarded) -> Response:
    """End the session at the host and lead to where the person signs out of all of it."""
    cookie = received.cookies.get(SESSION, "")
    if cookie:
        received.service.store.forward_sessions.end(cookie)
    tenant_id = received.service.issuer.authority.tenant_id
    response = _redirect(asked, f"{received.service.settings.login_url}/{tenant_id}{LOGOUT}")
    drop_cookie(response, SESSION)
    return response


def _redirect(asked: Forwarded, url: str) -> Response:
    """Redirect; nginx takes only 401 and is configured to send the browser on."""
    headers = {**_NO_STORE, "Location": url, "Referrer-Policy": "no-referrer"}
    return Response(status_code=401 if asked.by_401 else 302, headers=headers)


def _refused(why: str) -> Response:
    return PlainTextResponse(f"{why}\n", 403, _NO_STORE)


def _headers(received: Received, account: Account, app: ClientApp) -> dict[str, str]:
    """Say who it is. Every header is always there, so that none of a client's own gets through."""
    roles = received.known.of(belonging, account.id, app.app_id).roles
    groups = sorted(received.service.store.groups.all_groups_of(account.id))
    return {
        "Remote-User": _written(account.name),
        "Remote-Name": _written(account.display_name),
        "Remote-Email": _written(account.email or ""),
        "Remote-User-Id": account.id,
        "Remote-Roles": _written(",".join(roles)),
        "Remote-Groups": ",".join(groups) if len(groups) <= _MOST_GROUPS else "",
    }


def _written(text: str) -> str:
    """Write a text as the octets of UTF-8, without anything that could end the header."""
    plain = "".join(each for each in text if unicodedata.category(each) not in {"Cc", "Cs"})
    return plain.strip().encode("utf-8").decode("latin-1")
