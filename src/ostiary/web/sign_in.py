"""The endpoints of a sign-in in a browser: begin it, show its step, take a form."""

from __future__ import annotations

from dataclasses import replace

from starlette.responses import RedirectResponse, Response

from ostiary.directory.interactions import Interaction
from ostiary.factors.kinds import Factor, ShownFactor
from ostiary.factors.kinds import Refused as FactorRefused
from ostiary.factors.limits import TRIES_IN_A_SIGN_IN
from ostiary.oidc.authorities import authority_of
from ostiary.oidc.authorize import Refusal, authorize_request
from ostiary.oidc.errors import oauth_error
from ostiary.oidc.interaction import silent_error
from ostiary.oidc.parameters import Parameters
from ostiary.pages import Problem
from ostiary.secrecy.secret import Secret
from ostiary.signin.accounts import account_named, account_of
from ostiary.signin.attempts import PasswordAnswer
from ostiary.signin.dispatch import Kind
from ostiary.signin.journey import Journey, read_journey
from ostiary.signin.shown import read_shown
from ostiary.web.authorize import BROWSER, SESSION, Visit
from ostiary.web.authorized import answered, denied
from ostiary.web.clients import client_app
from ostiary.web.error_page import error_page
from ostiary.web.hints import following_hint
from ostiary.web.own_forms import from_own_page
from ostiary.web.received import Received
from ostiary.web.refusal import accepted
from ostiary.web.replies import page_of, shown_page
from ostiary.web.written import set_cookie


def begin(received: Received) -> Response:
    """Take an authorization request; what it says is checked before anything is shown."""
    service = received.service
    accepted(authority_of(received.path["tenant"], service.names))
    parameters = received.form if received.method == "POST" else received.query
    if not isinstance(parameters, Parameters):
        return error_page(received, parameters)
    journey = Journey(
        received.path["tenant"],
        parameters.pairs,
        received.at,
        service.randomness.token().reveal(),
        name=parameters.get("login_hint") or "",
    )
    journey = following_hint(
        received, _with_session(received, journey), parameters.get("id_token_hint")
    )
    visit = _visit(received, journey, "")
    if isinstance(visit, Response):
        return visit
    if visit.request.silent:
        return _silent(visit)
    browser = received.cookies.get(BROWSER) or service.randomness.token().reveal()
    name, _ = service.store.interactions.begin(browser, journey.document())
    response = RedirectResponse(f"/login/{name}", 303, {"Cache-Control": "no-store"})
    set_cookie(response, BROWSER, browser)
    return response


def show(received: Received) -> Response:
    """Show the step that is next, or answer the application."""
    found = _under_way(received)
    if isinstance(found, Response):
        return found
    interaction, visit = found
    return _shown(interaction, visit, None)


def take(received: Received) -> Response:
    """Take the form of a step: it only adds to the journey, and the next request decides."""
    found = _under_way(received)
    if isinstance(found, Response):
        return found
    interaction, visit = found
    form = accepted(received.form)
    if not from_own_page(received, form, visit.journey.csrf):
        return error_page(
            received, oauth_error(90023, detail="the form is not from this page"), 403
        )
    step = _STEPS.get(received.path["step"])
    if step is None:
        return error_page(received, oauth_error(90023, detail="there is no such step"), 404)
    problem, journey = step(visit, form)
    kept = received.service.store.interactions.keep(interaction, journey.document())
    if kept is None:
        return error_page(received, oauth_error(90023, detail="the step was taken already"))
    if problem is not None:
        return _shown(kept, replace(visit, journey=journey), problem)
    return RedirectResponse(f"/login/{visit.name}", 303, {"Cache-Control": "no-store"})


def _shown(interaction: Interaction, visit: Visit, problem: Problem | None) -> Response:
    step = visit.step()
    if step.forget and visit.journey.shown:
        journey = replace(visit.journey, shown=())
        kept = visit.received.service.store.interactions.keep(interaction, journey.document())
        if kept is not None:
            return _shown(kept, replace(visit, journey=journey), problem)
    if step.kind is Kind.DONE and step.decided is not None:
        if not visit.received.service.store.interactions.end(interaction):
            return error_page(visit.received, oauth_error(90023, detail="it was answered already"))
        return answered(visit, step.decided)
    page = page_of(visit, step, problem)
    return shown_page(visit, page) if page is not None else denied(visit, step)


def _silent(visit: Visit) -> Response:
    """Answer `prompt=none`: a code, or why a page would be needed."""
    step, want = visit.step(), visit.wanted()
    if step.kind is Kind.DONE and step.decided is not None:
        return answered(visit, step.decided)
    if want is not None:
        return denied(visit, step, silent_error(want, app_id=visit.request.app.app_id))
    return denied(visit, step)


def _visit(received: Received, journey: Journey, name: str) -> Visit | Response:
    service = received.service
    request = authorize_request(
        Parameters(journey.parameters),
        lambda app_id: client_app(service.store, app_id),
        service.resources,
        tenant=journey.tenant,
        received=journey.received,
    )
    if isinstance(request, Refusal):
        return error_page(received, request.error, reply=request.reply)
    account = account_of(service.store, journey.user_id) if journey.user_id else None
    return Visit(received, request, journey, name, account)


def _under_way(received: Received) -> tuple[Interaction, Visit] | Response:
    name, browser = received.path["name"], received.cookies.get(BROWSER, "")
    interaction = received.service.store.interactions.of(name, browser)
    if interaction is None:
        return error_page(received, oauth_error(90023, detail="this sign-in is over"))
    visit = _visit(received, read_journey(interaction.document), name)
    return visit if isinstance(visit, Response) else (interaction, visit)


def _with_session(received: Received, journey: Journey) -> Journey:
    """Go on with what the browser's session has shown, if its account still stands."""
    store = received.service.store
    session = store.sessions.of(received.cookies.get(SESSION, ""))
    account = account_of(store, session.user_id) if session else None
    if session is None or account is None or not account.enabled:
        hinted = account_named(store, journey.name) if journey.name else None
        return replace(journey, user_id=hinted.id if hinted else None)
    return replace(
        journey,
        user_id=account.id,
        name=account.name,
        shown=read_shown(session.document["shown"]),
        session_id=session.sid,
    )


def _login(visit: Visit, form: Parameters) -> tuple[Problem | None, Journey]:
    name = (form.get("login") or "").strip()
    if not name:
        return Problem.LOGIN_MISSING, visit.journey
    account = account_named(visit.received.service.store, name)
    same = account is not None and account.id == visit.journey.user_id
    now = visit.received.service.clock.now()
    journey = replace(
        visit.journey,
        # INVARIANT: a name nobody has goes on to the password like any other (EN01).
        user_id=account.id if account else None,
        name=name,
        shown=visit.journey.shown if same else (),
        session_id=visit.journey.session_id if same else None,
        chosen=now,
    )
    return None, journey


def _password(visit: Visit, form: Parameters) -> tuple[Problem | None, Journey]:
    service, journey = visit.received.service, visit.journey
    typed = form.get("passwd")
    if typed is None:
        return Problem.PASSWORD_MISSING, journey
    answer = service.attempts.password(visit.account, Secret(typed), visit.address)
    if answer is not PasswordAnswer.RIGHT or visit.account is None:
        visit.log(code=answer.value, failure=oauth_error(50126).text)
        return Problem.SIGN_IN_FAILED, journey
    if visit.account.must_change_password:
        # Fail closed: a password that has to be changed opens nothing until it was (AADSTS50055).
        visit.log(code=50055, failure=oauth_error(50055).text)
        return Problem.SIGN_IN_FAILED, journey
    shown = ShownFactor(Factor.PASSWORD, service.clock.now())
    others = tuple(each for each in journey.shown if each.factor is not Factor.PASSWORD)
    return None, replace(journey, shown=(*others, shown), tries=0)


def _otp(visit: Visit, form: Parameters) -> tuple[Problem | None, Journey]:
    if visit.account is None:
        return Problem.SIGN_IN_FAILED, visit.journey
    found = visit.received.service.attempts.totp(visit.account, form.get("otp") or "")
    return _second(visit, found, Problem.CODE_WRONG)


def _recovery_code(visit: Visit, form: Parameters) -> tuple[Problem | None, Journey]:
    if visit.account is None:
        return Problem.SIGN_IN_FAILED, visit.journey
    typed = form.get("recovery_code") or ""
    found = visit.received.service.attempts.recovery_code(visit.account, typed)
    return _second(visit, found, Problem.RECOVERY_CODE_WRONG)


def _second(
    visit: Visit, found: ShownFactor | FactorRefused, problem: Problem
) -> tuple[Problem | None, Journey]:
    """Add a second factor; after some failures the first is asked for again (MF03)."""
    journey = visit.journey
    if not _after_password(journey):
        return Problem.SIGN_IN_FAILED, journey
    if isinstance(found, ShownFactor):
        return None, replace(journey, shown=(*journey.shown, found), tries=0)
    visit.log(code=500121, failure=f"{found.reason.value} {found.detail}".strip())
    tries = journey.tries + 1
    if tries >= TRIES_IN_A_SIGN_IN:
        return Problem.TOO_MANY_TRIES, replace(journey, shown=(), tries=0)
    return problem, replace(journey, tries=tries)


def _after_password(journey: Journey) -> bool:
    return any(each.factor is Factor.PASSWORD for each in journey.shown)


def _another_way(visit: Visit, form: Parameters) -> tuple[Problem | None, Journey]:
    return None, replace(visit.journey, recovery=not visit.journey.recovery)


_STEPS = {
    "name": _login,
    "password": _password,
    "otp": _otp,
    "recovery-code": _recovery_code,
    "another-way": _another_way,
}
