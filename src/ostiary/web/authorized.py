"""How a sign-in ends: a code for the application and a session for the browser, or why neither."""

from __future__ import annotations

from starlette.responses import Response

from ostiary.oidc.decisions import authorize_error
from ostiary.oidc.endpoints import issuer
from ostiary.oidc.errors import OAuthError, oauth_error
from ostiary.oidc.responses import Fields, error_fields, success_fields
from ostiary.oidc.scopes import ScopeRequest, with_claims
from ostiary.oidc.token_response import AccountInfo
from ostiary.secrecy.secret import Secret
from ostiary.signin.accounts import Account, person_of
from ostiary.signin.deciding import Decided
from ostiary.signin.dispatch import Step
from ostiary.signin.shown import signed_in, written_shown
from ostiary.tokens.claims import IdTokenRequest, TokenClient
from ostiary.web.belonging import told_of, unassigned
from ostiary.web.sessions import keep_session
from ostiary.web.user_tokens import written_scope
from ostiary.web.visit import Visit
from ostiary.web.written import sent


def denied(visit: Visit, step: Step, error: OAuthError | None = None) -> Response:
    """Tell the application why there is no code."""
    told = error or error_of(visit, step)
    visit.log(decided=step.decided, code=told.code, failure=told.text)
    return sent(visit.received, visit.request.reply, error_fields_of(visit, told))


def answered(visit: Visit, decided: Decided) -> Response:
    """Begin or go on with the session, and hand the application what it asked for."""
    service, account, request = visit.received.service, visit.account, visit.request
    if account is None:
        raise RuntimeError("a sign-in ended without anybody")
    sought = visit.sought
    known, used = service.catalogue.known(), (sought.app.app_id, sought.scope.resource)
    error = None if visit.hinted else oauth_error(50058)
    error = error or unassigned(known, account.id, used)
    if error is not None:
        visit.log(decided=decided, code=error.code, failure=error.text)
        return sent(visit.received, request.reply, error_fields_of(visit, error))
    session = keep_session(visit, account, decided)
    fields = _issued(visit, account, decided, session.sid)
    service.attempts.signed_in_from(account, visit.address)
    visit.log(decided=decided, session_id=session.sid)
    response = sent(
        visit.received,
        request.reply,
        success_fields(request.reply, fields, issuer=own_issuer(visit)),
    )
    return session.tell(response)


def _issued(visit: Visit, account: Account, decided: Decided, sid: str) -> Fields:
    """Make what the response type names: a code, an ID token, or both."""
    service, request = visit.received.service, visit.request
    asked = request.response_type.split()
    fields: list[tuple[str, str]] = []
    code = None
    if "code" in asked:
        document = {
            "shown": written_shown(visit.journey.shown),
            "scope": written_scope(_scope(visit)),
            "nonce": request.nonce,
            "challenge": request.code_challenge,
            "contexts": list(request.claims.contexts),
        }
        with service.store.transaction() as together:
            together.users.require_standing(account.id, account.standing)
            code = together.codes.issue(
                request.app.app_id, request.redirect.uri, account.id, document, sid=sid
            )
        fields.append(("code", code))
    if "id_token" in asked:
        fields.append(("id_token", _id_token(visit, account, decided, sid, code)))
    if request.client_info:
        known = AccountInfo(account.id, service.issuer.authority.tenant_id)
        fields.append(("client_info", known.client_info()))
    return (*fields, ("session_state", sid))


def _scope(visit: Visit) -> ScopeRequest:
    claims = visit.request.claims
    return with_claims(visit.request.scope, (*claims.id_token, *claims.userinfo))


def _id_token(visit: Visit, account: Account, decided: Decided, sid: str, code: str | None) -> str:
    """Sign an ID token for the browser; it names the code that goes with it (OIDC Core, 3.3.2.11).

    There is no access token that could tell the rest, so it holds the claims of its scopes.
    """
    service, request = visit.received.service, visit.request
    service.keys.ensure()
    how = signed_in(
        visit.journey.shown, session_id=sid, contexts=decided.contexts, address=visit.address
    )
    return service.issuer.id_token(
        IdTokenRequest(
            person_of(account, decided.snapshot.roles),
            how,
            TokenClient(request.app.app_id, request.app.display_name),
            _scope(visit).oidc,
            request.nonce,
            code=Secret(code) if code is not None else None,
            belonging=told_of(
                service.catalogue.known(),
                account.id,
                request.app.app_id,
                service.settings.graph_url,
            ),
        )
    ).reveal()


def error_of(visit: Visit, step: Step) -> OAuthError:
    """Give why the policies, or the missing consent, refuse a sign-in."""
    resource = visit.sought.scope.resource
    found = authorize_error(step.decided.decision, resource=resource) if step.decided else None
    return found or oauth_error(65001, app=visit.sought.app.app_id)


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
