"""How a sign-in ends: a code for the application and a session for the browser, or why neither."""

from __future__ import annotations

from datetime import timedelta

from starlette.responses import Response

from ostiary.model.json_types import JsonObject
from ostiary.oidc.decisions import authorize_error
from ostiary.oidc.endpoints import issuer
from ostiary.oidc.errors import OAuthError, oauth_error
from ostiary.oidc.responses import Fields, error_fields, success_fields
from ostiary.signin.accounts import Account
from ostiary.signin.deciding import Decided
from ostiary.signin.dispatch import Step
from ostiary.signin.shown import written_shown
from ostiary.web.authorize import SESSION, Visit
from ostiary.web.user_tokens import written_scope
from ostiary.web.written import sent, set_cookie

_SESSION_LASTS = timedelta(hours=24)


def denied(visit: Visit, step: Step, error: OAuthError | None = None) -> Response:
    """Tell the application why there is no code."""
    told = error or error_of(visit, step)
    visit.log(decided=step.decided, code=told.code, failure=told.text)
    return sent(visit.received, visit.request.reply, error_fields_of(visit, told))


def answered(visit: Visit, decided: Decided) -> Response:
    """Begin or go on with the session, issue a code, and hand it to the application."""
    service, account, request = visit.received.service, visit.account, visit.request
    if account is None:
        raise RuntimeError("a sign-in ended without anybody")
    shown = written_shown(visit.journey.shown)
    sid, cookie = _session(visit, account, shown)
    document = {
        "shown": shown,
        "scope": written_scope(request.scope),
        "nonce": request.nonce,
        "challenge": request.code_challenge,
        "contexts": list(request.claims.contexts),
    }
    code = service.store.codes.issue(
        request.app.app_id, request.redirect.uri, account.id, document, sid=sid
    )
    service.attempts.signed_in_from(account, visit.address)
    visit.log(decided=decided, session_id=sid)
    fields = (("code", code), ("session_state", sid))
    response = sent(
        visit.received,
        request.reply,
        success_fields(request.reply, fields, issuer=own_issuer(visit)),
    )
    if cookie is not None:
        set_cookie(response, SESSION, cookie)
    return response


def _session(visit: Visit, account: Account, shown: list[JsonObject]) -> tuple[str, str | None]:
    """Go on with the session, or begin a new one where something new was shown (SS02)."""
    sessions = visit.received.service.store.sessions
    known = sessions.living(visit.journey.session_id) if visit.journey.session_id else None
    if known is not None and known.user_id == account.id and known.document["shown"] == shown:
        return known.sid, None
    document = {"shown": shown}
    secret, made = sessions.begin(account.id, document, lasts=_SESSION_LASTS, idle=_SESSION_LASTS)
    return made.sid, secret


def error_of(visit: Visit, step: Step) -> OAuthError:
    """Give why the policies, or the missing consent, refuse a sign-in."""
    resource = visit.request.scope.resource
    found = authorize_error(step.decided.decision, resource=resource) if step.decided else None
    return found or oauth_error(65001, app=visit.request.app.app_id)


def error_fields_of(visit: Visit, error: OAuthError) -> Fields:
    """Give an error as the application gets it."""
    login_url = visit.received.service.settings.login_url
    return error_fields(
        visit.request.reply,
        error,
        visit.received.trace,
        login_url=login_url,
        issuer=own_issuer(visit),
    )


def own_issuer(visit: Visit) -> str:
    """Give the `iss` of answers (RFC 9207)."""
    service = visit.received.service
    return issuer(service.settings.login_url, service.issuer.authority.tenant_id)
