"""Signing in to one's own security info, which policies judge as a user action of its own."""

from __future__ import annotations

from typing import Final

from starlette.responses import RedirectResponse, Response

from ostiary.model.signin import TokenGrant, UserAction
from ostiary.oidc.clients import ClientApp
from ostiary.oidc.errors import OAuthError
from ostiary.oidc.scopes import ScopeRequest
from ostiary.pages import Notice, Way
from ostiary.signin.client_apps import RedirectPlatform
from ostiary.signin.deciding import Decided
from ostiary.signin.dispatch import FRESH, Step
from ostiary.signin.journey import Journey
from ostiary.web.authorized import error_of
from ostiary.web.error_page import error_page
from ostiary.web.purposes.purpose import Ending
from ostiary.web.received import Received
from ostiary.web.sessions import keep_session
from ostiary.web.visit import Sought, Visit

METHODS_PAGE: Final = "/account/methods"
MY_SIGN_INS: Final = ClientApp("19db86c3-b2b9-44cc-b339-36da233a3be2", "My Signins")
"""What Entra's log calls the page where people manage their methods."""
PASSWORD_PAGE: Final = f"{METHODS_PAGE}/password"
TO_PASSWORD: Final = ("then", "password")
"""The parameter of a sign-in that leads to the page on which the password is changed."""
TO_CHANGE: Final = ("change", "1")
"""The parameter of a sign-in that is for a change, and so must be a fresh one."""


def sought_at(journey: Journey) -> Sought:
    """Give what is sought at the page of methods."""
    fresh = int(FRESH.total_seconds()) if TO_CHANGE in journey.parameters else None
    return Sought(
        MY_SIGN_INS,
        ScopeRequest(MY_SIGN_INS.app_id),
        TokenGrant.AUTHORIZATION_CODE,
        journey.received,
        max_age=fresh,
        redirect=RedirectPlatform.WEB,
        action=UserAction.REGISTER_SECURITY_INFORMATION,
    )


def _sought(received: Received, journey: Journey) -> Sought | Response:
    return sought_at(journey)


def _finish(visit: Visit, decided: Decided) -> Response:
    account = visit.account
    if account is None:
        raise RuntimeError("a sign-in ended without anybody")
    kept = keep_session(visit, account, decided)
    visit.received.service.attempts.signed_in_from(account, visit.address)
    visit.log(decided=decided, session_id=kept.sid)
    added = visit.journey.registering is not None
    query = f"?notice={Notice.METHOD_ADDED}" if added else ""
    headers = {"Cache-Control": "no-store"}
    page = PASSWORD_PAGE if TO_PASSWORD in visit.journey.parameters else METHODS_PAGE
    return kept.tell(RedirectResponse(f"{page}{query}", 303, headers))


def _refuse(visit: Visit, step: Step, error: OAuthError | None) -> Response:
    told = error or error_of(visit, step)
    visit.log(decided=step.decided, code=told.code, failure=told.text)
    return error_page(visit.received, told)


def _back(visit: Visit, error: OAuthError) -> Way | None:
    """Nobody waits for the answer."""
    return None


SECURITY_INFO = Ending(_sought, _finish, _refuse, _back, METHODS_PAGE)
