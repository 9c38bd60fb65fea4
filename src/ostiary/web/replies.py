"""How the steps of a sign-in are shown: the page of each, and the page of a block."""

from __future__ import annotations

from starlette.responses import Response

from ostiary.factors.kinds import Factor
from ostiary.oidc.errors import OAuthError
from ostiary.pages import (
    Blocked,
    Login,
    Page,
    Password,
    Post,
    Problem,
    RecoveryCode,
    Reference,
    TotpCode,
)
from ostiary.pages import Refusal as PageRefusal
from ostiary.signin.dispatch import Kind, Step
from ostiary.signin.wanted import Wanted
from ostiary.web.authorize import Visit
from ostiary.web.authorized import error_fields_of, error_of
from ostiary.web.written import html


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
    error = error_of(visit, step)
    visit.log(decided=step.decided, code=error.code, failure=error.text)
    names = tuple(
        each.policy.display_name or each.policy.id
        for each in step.decided.explained().policies
        if each.result == "failure"
    )
    back = Post(visit.request.reply.redirect_uri, error_fields_of(visit, error))
    return Blocked(policies=names, reference=_reference(visit, error), return_to=back)


def shown_page(visit: Visit, page: Page) -> Response:
    """Write a page, with its headers."""
    return html(visit.received, page, (visit.request.reply.redirect_uri,))


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
