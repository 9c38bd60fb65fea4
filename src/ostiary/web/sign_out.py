"""Signing out: by an application's request, or by the person's own word.

Source: OpenID Connect RP-Initiated Logout 1.0 (checklist SS06); entra-docs
identity-platform/v2-protocols-oidc, send a sign-out request.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from ostiary.oidc.authorities import authority_of
from ostiary.oidc.checks.duplicates import duplicate_parameter
from ostiary.oidc.checks.limits import parameter_too_long
from ostiary.oidc.checks.redirect_uri import matching_redirect
from ostiary.oidc.clients import ClientApp
from ostiary.oidc.endpoints import LOGOUT
from ostiary.oidc.errors import OAuthError, oauth_error
from ostiary.oidc.parameters import Parameters
from ostiary.oidc.responses import ReplyAddress, location
from ostiary.pages import Post, SignedOut, SignOutConfirmation
from ostiary.tokens.errors import TokenRefused
from ostiary.web.clients import client_app
from ostiary.web.error_page import error_page
from ostiary.web.own_forms import from_own_page
from ostiary.web.received import Received
from ostiary.web.refusal import Refused, accepted
from ostiary.web.sessions import Kept, Known, known_sessions
from ostiary.web.visit import SESSION
from ostiary.web.written import drop_cookie, html

CONFIRMED = "/logout"
"""Where the confirmation is posted."""


@dataclass(frozen=True, slots=True)
class SignOut:
    """What was asked for: `user_id` is whom the hint names, `target` where to go afterwards.

    The target is an address that the application registered, and None where nobody knows which
    application asks.
    """

    user_id: str | None = None
    app: ClientApp | None = None
    target: str | None = None
    state: str | None = None
    ui_locales: str | None = None

    @property
    def address(self) -> str | None:
        """Where the browser goes in the end, with the state verbatim."""
        if self.target is None or self.state is None:
            return self.target
        return location(ReplyAddress(self.target, "query"), (("state", self.state),))


def sign_out(received: Received) -> Response:
    """End the browser's session where its own ID token says so; ask on a page where none does."""
    names = received.service.names
    accepted(authority_of(received.path["tenant"], names))
    cookie = received.cookies.get(SESSION, "")
    parameters = received.form if received.method == "POST" else received.query
    if isinstance(parameters, OAuthError):
        return error_page(received, parameters)
    if received.method == "POST" and not cookie:
        # Another site's form brings no cookie of ours (SameSite=Lax); following a link does.
        path = f"/{received.path['tenant']}{LOGOUT}"
        return RedirectResponse(
            f"{path}?{urlencode(parameters.pairs)}", 303, {"Cache-Control": "no-store"}
        )
    try:
        asked = _asked(received, parameters)
    except Refused as refused:
        return error_page(received, refused.error)
    known = known_sessions(received)
    hinted = tuple(each for each in known if each.account.id == asked.user_id)
    if hinted or not known:
        return _ended(received, asked, hinted)
    return _confirmation(received, asked, known, cookie)


def confirmed(received: Received) -> Response:
    """Take the answer to the question on our page."""
    form, cookie = accepted(received.form), received.cookies.get(SESSION, "")
    if not cookie or not from_own_page(received, form, _csrf(cookie)):
        error = oauth_error(90023, detail="the form is not from this page")
        return error_page(received, error, 403)
    try:
        asked = _asked(received, form)
    except Refused as refused:
        return error_page(received, refused.error)
    return _ended(received, asked, known_sessions(received))


def _asked(received: Received, parameters: Parameters) -> SignOut:
    fault = parameter_too_long(parameters) or duplicate_parameter(parameters)
    if fault is not None:
        raise Refused(fault)
    hint, client_id = parameters.get("id_token_hint"), parameters.get("client_id")
    user_id = None
    if hint is not None:
        user_id, audience = _hinted(received, hint)
        if client_id is not None and client_id.casefold() != audience.casefold():
            detail = "the ID token is another application's"
            raise Refused(oauth_error(90013, name="client_id", detail=detail))
        client_id = audience
    if client_id is None:
        # INVARIANT: without an application there is no registered address, and no way there.
        return SignOut(ui_locales=parameters.get("ui_locales"))
    app = client_app(received.service.store, client_id)
    if app is None:
        tenant = received.service.names.tenant_id
        raise Refused(oauth_error(700016, app=client_id, tenant=tenant))
    target = parameters.get("post_logout_redirect_uri")
    if target is not None:
        target = accepted(matching_redirect(target, app)).uri
    return SignOut(user_id, app, target, *map(parameters.get, ("state", "ui_locales")))


def _hinted(received: Received, hint: str) -> tuple[str, str]:
    """Read whom and which application an ID token names; it may have expired."""
    try:
        claims = received.service.reader.id_token_hint(hint)
    except TokenRefused:
        detail = "it is no ID token of this service"
        raise Refused(oauth_error(90013, name="id_token_hint", detail=detail)) from None
    return str(claims.get("oid", "")), str(claims.get("aud", ""))


def _confirmation(
    received: Received, asked: SignOut, known: tuple[Known, ...], cookie: str
) -> Response:
    hidden = [("csrf", _csrf(cookie))]
    if asked.app is not None:
        hidden.append(("client_id", asked.app.app_id))
    if asked.target is not None:
        hidden.append(("post_logout_redirect_uri", asked.target))
    if asked.state is not None:
        hidden.append(("state", asked.state))
    if asked.ui_locales is not None:
        hidden.append(("ui_locales", asked.ui_locales))
    names = ", ".join(each.account.name for each in known)
    page = SignOutConfirmation(form=Post(CONFIRMED, tuple(hidden)), account=names)
    return html(received, page, (asked.target,) if asked.target else ())


def _ended(received: Received, asked: SignOut, ending: tuple[Known, ...]) -> Response:
    """End sessions with all that began in them, and send the browser on."""
    for each in ending:
        actor = each.account.actor(received.address or "", received.trace.correlation_id)
        received.service.store.sessions.end(each.session.sid, by=actor)
    if asked.address is None:
        response = html(received, SignedOut(), ())
    else:
        headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
        response = RedirectResponse(asked.address, 303, headers)
    left = known_sessions(received)
    if not left:
        drop_cookie(response, SESSION)
        return response
    stays = left[0].session.document.get("stays") is True
    return Kept("", ".".join(each.secret for each in left), stays).tell(response)


def _csrf(cookie: str) -> str:
    """Give the value that only a page made for this session knows."""
    return sha256(b"sign out " + cookie.encode("utf-8", "surrogatepass")).hexdigest()
