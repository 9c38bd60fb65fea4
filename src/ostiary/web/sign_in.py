"""The endpoints of a sign-in in a browser: begin it, show its step, take a form."""

from __future__ import annotations

from dataclasses import replace

from starlette.responses import RedirectResponse, Response

from ostiary.directory.errors import SignInsEnded
from ostiary.directory.interactions import Interaction
from ostiary.model.signin import TokenGrant
from ostiary.oidc.authorities import authority_of
from ostiary.oidc.errors import oauth_error
from ostiary.oidc.interaction import silent_error
from ostiary.oidc.parameters import Parameters
from ostiary.pages import Refusal
from ostiary.signin.accounts import account_named, account_of
from ostiary.signin.deciding import Decided
from ostiary.signin.dispatch import Kind, Step
from ostiary.signin.journey import Journey, Purpose, read_journey
from ostiary.signin.shown import read_shown
from ostiary.web.error_page import error_page
from ostiary.web.hints import hinted_name
from ostiary.web.own_forms import from_own_page
from ostiary.web.purposes import ENDINGS
from ostiary.web.received import Received
from ostiary.web.refusal import Refused, accepted
from ostiary.web.replies import page_of, shown_page
from ostiary.web.sessions import known_sessions
from ostiary.web.steps import STEPS
from ostiary.web.steps.terms import terms_file
from ostiary.web.still_counting import still_counting
from ostiary.web.trails import Trail
from ostiary.web.visit import BROWSER, Visit
from ostiary.web.written import set_cookie

_STEPS = {each.name: each for each in STEPS}
_AT_ONCE = frozenset({Kind.DONE, Kind.UNANSWERABLE})


def begin(received: Received) -> Response:
    """Take an authorization request; what it says is checked before anything is shown."""
    try:
        accepted(authority_of(received.path["tenant"], received.service.names))
        parameters = accepted(received.form if received.method == "POST" else received.query)
    except Refused as refused:
        Trail(TokenGrant.AUTHORIZATION_CODE).refused(received, refused.error)
        raise
    return begun(received, new_journey(received, Purpose.APPLICATION, parameters))


def begin_device(received: Received) -> Response:
    """Open the page on which a person types the code of another device."""
    parameters = received.query
    if not isinstance(parameters, Parameters):
        return error_page(received, parameters)
    return begun(received, new_journey(received, Purpose.DEVICE, parameters))


def begin_forward(received: Received) -> Response:
    """Sign in somebody whom a proxy sent here: `request` is what we gave it for this browser."""
    return begun(received, new_journey(received, Purpose.FORWARD, accepted(received.query)))


def new_journey(received: Received, purpose: Purpose, parameters: Parameters) -> Journey:
    """Make a journey that goes on with what the browser's session has shown."""
    service = received.service
    journey = Journey(
        received.path.get("tenant", service.issuer.authority.tenant_id),
        parameters.pairs,
        received.at,
        service.randomness.token().reveal(),
        purpose=purpose,
        name=hinted_name(received, parameters.get("id_token_hint"))
        or parameters.get("login_hint")
        or "",
    )
    known = _with_session(received, journey)
    return known.challenged_anew(service.randomness, received.at)


def begun(received: Received, journey: Journey) -> Response:
    """Keep a journey for this browser, and lead to its first step."""
    service = received.service
    visit = visit_of(received, journey)
    if isinstance(visit, Response):
        return visit
    if visit.sought.authorize is not None and visit.request.silent:
        return _silent(visit)
    browser = received.cookies.get(BROWSER) or service.randomness.token().reveal()
    name, _ = service.store.interactions.begin(browser, journey.document())
    response = _to_step(name)
    set_cookie(response, BROWSER, browser)
    return response


def show(received: Received) -> Response:
    """Show the step that is next, or answer the application."""
    found = _under_way(received)
    if isinstance(found, Response):
        return found
    interaction, visit = found
    return _shown(interaction, visit, None)


def show_terms_file(received: Received) -> Response:
    """Hand out the document of the terms that are owed in this sign-in."""
    found = _under_way(received)
    if isinstance(found, Response):
        return found
    visit = found[1]
    missing = oauth_error(90023, detail="there is no such document")
    return terms_file(visit, visit.step()) or error_page(visit.received, missing, 404)


def take(received: Received) -> Response:
    """Take the form of a step: it only adds to the journey, and then is decided afresh."""
    found = _under_way(received)
    if isinstance(found, Response):
        return found
    interaction, visit = found
    received, form = visit.received, accepted(received.form)
    if not from_own_page(received, form, visit.journey.csrf):
        return error_page(
            received, oauth_error(90023, detail="the form is not from this page"), 403
        )
    step, due = _STEPS.get(received.path["step"]), visit.step()
    if step is None:
        return error_page(received, oauth_error(90023, detail="there is no such step"), 404)
    if not step.takes(visit, due):
        return _to_step(visit.name)
    if due.forget:
        # The page may have been shown when less was asked: nothing old goes on with a new proof.
        visit = replace(visit, journey=replace(visit.journey, shown=()))
    taken = step.take(visit, due, form)
    service = received.service
    if taken.declined is not None:
        service.store.interactions.end(interaction)
        return ENDINGS[visit.journey.purpose].refuse(visit, due, taken.declined)
    journey = taken.journey.challenged_anew(service.randomness, service.clock.now())
    kept = service.store.interactions.keep(interaction, journey.document())
    if kept is None:
        return error_page(received, oauth_error(90023, detail="the step was taken already"))
    return _after(received, kept, journey, visit.name, taken.refusal, taken.wait)


def _after(
    received: Received,
    kept: Interaction,
    journey: Journey,
    name: str,
    refusal: Refusal | None,
    wait: int,
) -> Response:
    """Ask again, end the sign-in, or lead to the page of the next step."""
    visit = visit_of(received, journey, name)
    if isinstance(visit, Response):
        return visit
    if refusal is not None or visit.step().kind in _AT_ONCE:
        return _shown(kept, visit, refusal, wait=wait)
    return _to_step(name)


def _shown(
    interaction: Interaction, visit: Visit, refusal: Refusal | None, *, wait: int = 0
) -> Response:
    due, store = visit.step(), visit.received.service.store
    ending = ENDINGS[visit.journey.purpose]
    if due.forget and visit.journey.shown:
        journey = replace(visit.journey, shown=())
        kept = store.interactions.keep(interaction, journey.document())
        if kept is not None:
            return _shown(kept, replace(visit, journey=journey), refusal, wait=wait)
    if due.kind is Kind.DONE and due.decided is not None:
        if not store.interactions.end(interaction):
            return error_page(visit.received, oauth_error(90023, detail="it was answered already"))
        return _finished(visit, due.decided)
    page = page_of(visit, due, refusal)
    if page is not None:
        return shown_page(visit, page, wait=wait)
    store.interactions.end(interaction)
    return ending.refuse(visit, due, None)


def _finished(visit: Visit, answer: Decided) -> Response:
    try:
        return ENDINGS[visit.journey.purpose].finish(visit, answer)
    except SignInsEnded:
        error = oauth_error(50173)
        visit.log(decided=answer, code=error.code, failure=error.text)
        return error_page(visit.received, error)


def _silent(visit: Visit) -> Response:
    """Answer `prompt=none`: a code, or why a page would be needed."""
    due: Step = visit.step(silent=True)
    want, ending = visit.wanted(), ENDINGS[visit.journey.purpose]
    if due.kind is Kind.DONE and due.decided is not None:
        return _finished(visit, due.decided)
    error = silent_error(want, app_id=visit.sought.app.app_id) if want is not None else None
    return ending.refuse(visit, due, error)


def visit_of(received: Received, journey: Journey, name: str = "") -> Visit | Response:
    """Give the visit of a journey, or the answer to a request that can no longer be served."""
    sought = ENDINGS[journey.purpose].sought(received, journey)
    if isinstance(sought, Response):
        return sought
    store = received.service.store
    account = account_of(store, journey.user_id) if journey.user_id else None
    return Visit(received, sought, still_counting(store, journey, account), name, account)


def _under_way(received: Received) -> tuple[Interaction, Visit] | Response:
    name, browser = received.path["name"], received.cookies.get(BROWSER, "")
    interaction = received.service.store.interactions.of(name, browser)
    if interaction is None:
        return error_page(received, oauth_error(90023, detail="this sign-in is over"))
    journey = read_journey(interaction.document)
    asked = Parameters(journey.parameters).get("ui_locales")
    visit = visit_of(replace(received, ui_locales=asked), journey, name)
    return visit if isinstance(visit, Response) else (interaction, visit)


def _with_session(received: Received, journey: Journey) -> Journey:
    """Go on with what the session of the hinted account has shown, else with the latest one."""
    known = known_sessions(received)
    hint = journey.name.strip().casefold()
    mine = [each for each in known if not hint or each.account.name.casefold() == hint]
    if not mine:
        hinted = account_named(received.service.store, hint) if hint else None
        return replace(journey, user_id=hinted.id if hinted else None)
    latest = mine[0]
    return replace(
        journey,
        user_id=latest.account.id,
        name=latest.account.name,
        shown=read_shown(latest.session.document["shown"]),
        session_id=latest.session.sid,
    )


def _to_step(name: str) -> RedirectResponse:
    return RedirectResponse(f"/login/{name}", 303, {"Cache-Control": "no-store"})
