"""How a sign-in is shown and how it ends: pages, the answer to the application, the block page."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta
from urllib.parse import urlsplit

from starlette.responses import HTMLResponse, RedirectResponse, Response

from ostiary.factors.kinds import Factor
from ostiary.model.json_types import JsonObject
from ostiary.oidc.decisions import authorize_error
from ostiary.oidc.endpoints import issuer
from ostiary.oidc.errors import OAuthError, description, oauth_error
from ostiary.oidc.responses import Fields, ReplyAddress, error_fields, location, success_fields
from ostiary.pages import (
    Blocked,
    Error,
    FormPost,
    Login,
    Page,
    Password,
    Post,
    Problem,
    RecoveryCode,
    Reference,
    TotpCode,
    render,
    security_headers,
    texts_for,
)
from ostiary.pages import Refusal as PageRefusal
from ostiary.signin.accounts import Account
from ostiary.signin.deciding import Decided
from ostiary.signin.dispatch import Kind, Step
from ostiary.signin.shown import written_shown
from ostiary.signin.wanted import Wanted
from ostiary.web.authorize import SESSION, Visit
from ostiary.web.received import Received
from ostiary.web.user_tokens import written_scope

_SESSION_LASTS = timedelta(hours=24)


def set_cookie(response: Response, name: str, value: str) -> None:
    """Set a cookie that only this host gets, over TLS, and no script reads (SS01)."""
    response.set_cookie(name, value, path="/", secure=True, httponly=True, samesite="lax")


def page_of(visit: Visit, step: Step, problem: Problem | None) -> Page | None:
    """Give the page of a step, None where it has none."""
    app = visit.request.app.display_name or None
    account = visit.journey.name or None
    refusal = PageRefusal(problem) if problem else None
    # INVARIANT: a name that nobody has is asked for its password like any other (EN01).
    choosing = visit.wanted() is Wanted.CHOICE_OF_ACCOUNT
    if step.kind is Kind.LOGIN and (choosing or account is None):
        return Login(form=_form(visit, "name"), app=app, login=account or "", refusal=refusal)
    if step.kind in {Kind.LOGIN, Kind.PASSWORD}:
        return Password(form=_form(visit, "password"), app=app, account=account, refusal=refusal)
    if step.kind is Kind.SECOND_FACTOR:
        return _second(visit, app, account, refusal)
    return _blocked(visit, step) if step.kind is Kind.BLOCKED else None


def _second(
    visit: Visit, app: str | None, account: str | None, refusal: PageRefusal | None
) -> Page:
    factors = visit.account.factors if visit.account else frozenset[Factor]()
    both = {Factor.TOTP, Factor.RECOVERY_CODE} <= factors
    other = _form(visit, "another-way") if both else None
    if Factor.TOTP not in factors or (both and visit.journey.recovery):
        form = _form(visit, "recovery-code")
        return RecoveryCode(form=form, app=app, account=account, refusal=refusal, another_way=other)
    form = _form(visit, "otp")
    return TotpCode(form=form, app=app, account=account, refusal=refusal, another_way=other)


def _blocked(visit: Visit, step: Step) -> Page | None:
    if step.decided is None:
        return None
    decision = step.decided.decision
    error = _error_of(visit, step)
    visit.log(decided=step.decided, code=error.code, failure=error.text)
    names = tuple(
        each.policy.display_name or each.policy.id
        for each in decision.policies
        if each.result == "failure"
    )
    back = Post(visit.request.reply.redirect_uri, _error_fields(visit, error))
    return Blocked(policies=names, reference=_reference(visit, error), return_to=back)


def shown_page(visit: Visit, page: Page) -> Response:
    """Write a page, with its headers."""
    return _html(visit.received, page, (visit.request.reply.redirect_uri,))


def error_page(
    received: Received, error: OAuthError, status: int = 400, *, reply: ReplyAddress | None = None
) -> Response:
    """Tell an error: to the application where it is known, on a page where not (AZ03)."""
    if reply is not None:
        settings = received.service.settings
        own = issuer(settings.login_url, received.service.issuer.authority.tenant_id)
        fields = error_fields(
            reply, error, received.trace, login_url=settings.login_url, issuer=own
        )
        return _sent(received, reply, fields)
    trace = received.trace
    reference = Reference(
        code=error.code,
        request_id=trace.trace_id,
        correlation_id=trace.correlation_id,
        time=trace.at,
        address=received.peer or "",
    )
    page = Error(description=description(error, trace), reference=reference)
    return _html(received, page, (), status)


def denied(visit: Visit, step: Step, error: OAuthError | None = None) -> Response:
    """Tell the application why there is no code."""
    told = error or _error_of(visit, step)
    visit.log(decided=step.decided, code=told.code, failure=told.text)
    return _sent(visit.received, visit.request.reply, _error_fields(visit, told))


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
    response = _sent(
        visit.received,
        request.reply,
        success_fields(request.reply, fields, issuer=_issuer(visit)),
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


def _error_of(visit: Visit, step: Step) -> OAuthError:
    resource = visit.request.scope.resource
    found = authorize_error(step.decided.decision, resource=resource) if step.decided else None
    return found or oauth_error(65001, app=visit.request.app.app_id)


def _error_fields(visit: Visit, error: OAuthError) -> Fields:
    login_url = visit.received.service.settings.login_url
    return error_fields(
        visit.request.reply,
        error,
        visit.received.trace,
        login_url=login_url,
        issuer=_issuer(visit),
    )


def _issuer(visit: Visit) -> str:
    service = visit.received.service
    return issuer(service.settings.login_url, service.issuer.authority.tenant_id)


def _reference(visit: Visit, error: OAuthError) -> Reference:
    trace, facts = visit.received.trace, visit.facts
    return Reference(
        code=error.code,
        request_id=trace.trace_id,
        correlation_id=trace.correlation_id,
        time=trace.at,
        address=visit.address or "",
        app=visit.request.app.display_name or None,
        account=visit.journey.name or None,
        place=facts.country if isinstance(facts.country, str) else None,
        platform=facts.platform,
    )


def _form(visit: Visit, step: str) -> Post:
    return Post(f"/login/{visit.name}/{step}", (("csrf", visit.journey.csrf),))


def _sent(received: Received, reply: ReplyAddress, fields: Fields) -> Response:
    if reply.by_form:
        page = FormPost(form=Post(reply.redirect_uri, fields))
        return _html(received, page, (reply.redirect_uri,))
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return RedirectResponse(location(reply, fields), 303, headers)


def _html(received: Received, page: Page, targets: tuple[str, ...], status: int = 200) -> Response:
    service = received.service
    nonce = b64encode(service.randomness.octets(18)).decode("ascii")
    host = urlsplit(service.settings.login_url).hostname or ""
    headers = security_headers(page, nonce, host=host, form_targets=targets)
    return HTMLResponse(render(page, texts_for(None), nonce), status, headers)
