"""The page of a step, and the page of a block."""

from __future__ import annotations

from starlette.responses import Response

from ostiary.oidc.errors import OAuthError
from ostiary.pages import Blocked, Link, Page, Reference, Refusal
from ostiary.signin.dispatch import Kind, Step
from ostiary.web.authorized import error_of
from ostiary.web.purposes import ENDINGS
from ostiary.web.steps import STEPS
from ostiary.web.visit import Visit
from ostiary.web.written import html


def page_of(visit: Visit, due: Step, refusal: Refusal | None) -> Page | None:
    """Give the page of a step, None where it has none."""
    if due.kind is Kind.BLOCKED:
        return _blocked(visit, due)
    for each in STEPS:
        if each.shows(visit, due):
            return each.page(visit, due, refusal)
    return None


def shown_page(visit: Visit, page: Page, *, wait: int = 0) -> Response:
    """Write a page; with `wait`, tell that there were too many tries (429)."""
    target = visit.sought.target
    targets = (target,) if target else ()
    response = html(visit.received, page, targets, 429 if wait else 200)
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response


def _blocked(visit: Visit, due: Step) -> Page | None:
    if due.decided is None:
        return None
    error = error_of(visit, due)
    visit.log(decided=due.decided, code=error.code, failure=error.text)
    ending = ENDINGS[visit.journey.purpose]
    return Blocked(
        policies=due.decided.blocked_by,
        reference=_reference(visit, error),
        return_to=ending.back(visit, error),
        # A link where it would be the first form: that is the one that goes forward.
        switch_account=Link(ending.begin) if ending.begin else visit.form("switch-account"),
        tenant=visit.received.service.tenant_name,
    )


def _reference(visit: Visit, error: OAuthError) -> Reference:
    trace, facts = visit.received.trace, visit.facts
    return Reference(
        code=error.code,
        request_id=trace.trace_id,
        correlation_id=trace.correlation_id,
        time=trace.at,
        address=visit.address or "",
        app=visit.sought.app.display_name or None,
        account=visit.journey.name or None,
        place=facts.country if isinstance(facts.country, str) else None,
        platform=facts.platform,
    )
