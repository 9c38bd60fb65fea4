"""Signing in to a host behind a reverse proxy, for which the host's own application stands."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from ostiary.model.signin import TokenGrant
from ostiary.oidc.errors import OAuthError, oauth_error
from ostiary.oidc.parameters import Parameters
from ostiary.oidc.scopes import ScopeRequest
from ostiary.pages import Way
from ostiary.signin.client_apps import RedirectPlatform
from ostiary.signin.deciding import Decided
from ostiary.signin.dispatch import Step
from ostiary.signin.journey import Journey
from ostiary.web.authorized import error_of
from ostiary.web.belonging import unassigned
from ostiary.web.clients import client_app
from ostiary.web.error_page import error_page
from ostiary.web.forward_hosts import ForwardRequest, code_client, forward_apps, opened
from ostiary.web.purposes.purpose import Ending
from ostiary.web.received import Received
from ostiary.web.sessions import keep_session
from ostiary.web.visit import Sought, Visit


def _request(received: Received, journey: Journey) -> ForwardRequest | None:
    text = Parameters(journey.parameters).get("request") or ""
    return opened(received.service, text)


def _sought(received: Received, journey: Journey) -> Sought | Response:
    """Look at the host anew: its application may have gone since the browser was sent."""
    request, known = _request(received, journey), received.service.catalogue.known()
    app = known.of(client_app, request.app_id) if request else None
    if request is None or app is None or known.of(forward_apps).get(request.origin) != app.app_id:
        return error_page(received, oauth_error(90023, detail="this sign-in is over"))
    if not app.enabled:
        return error_page(received, oauth_error(7000112, app=app.app_id))
    return Sought(
        app,
        ScopeRequest(app.app_id),
        TokenGrant.AUTHORIZATION_CODE,
        journey.received,
        redirect=RedirectPlatform.WEB,
        leads_to=request.redirect_uri,
    )


def _finish(visit: Visit, decided: Decided) -> Response:
    """Send the browser back with a code that only this host's next request can use."""
    received, account = visit.received, visit.account
    request = _request(received, visit.journey)
    if account is None or request is None:
        raise RuntimeError("a sign-in ended without anybody, or without a host")
    error = unassigned(received.known, account.id, (request.app_id,))
    if error is not None:
        visit.log(decided=decided, code=error.code, failure=error.text)
        return error_page(received, error, 403)
    kept = keep_session(visit, account, decided)
    document = {"browser": request.browser, "device": visit.facts.device_id}
    with received.service.store.transaction() as together:
        together.users.require_standing(account.id, account.standing)
        code = together.codes.issue(
            code_client(request.app_id), request.redirect_uri, account.id, document, sid=kept.sid
        )
    received.service.attempts.signed_in_from(account, visit.address)
    visit.log(decided=decided, session_id=kept.sid)
    state = Parameters(visit.journey.parameters).get("request") or ""
    target = f"{request.redirect_uri}?{urlencode({'code': code, 'state': state})}"
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return kept.tell(RedirectResponse(target, 303, headers))


def _refuse(visit: Visit, step: Step, error: OAuthError | None) -> Response:
    told = error or error_of(visit, step)
    visit.log(decided=step.decided, code=told.code, failure=told.text)
    return error_page(visit.received, told)


def _back(visit: Visit, error: OAuthError) -> Way | None:
    """Nobody waits for the answer: the proxy asks about every request anew."""
    return None


FORWARD = Ending(_sought, _finish, _refuse, _back)
