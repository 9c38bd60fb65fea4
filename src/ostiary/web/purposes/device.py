"""Signing in another device by the code that it shows (RFC 8628, checklist DC03 to DC05)."""

from __future__ import annotations

from base64 import b64decode, b64encode

from starlette.responses import Response

from ostiary.model.signin import TokenGrant
from ostiary.oidc.clients import ClientApp
from ostiary.oidc.endpoints import DEVICE_PAGE
from ostiary.oidc.errors import OAuthError, oauth_error
from ostiary.oidc.scopes import ScopeRequest
from ostiary.pages import DeviceFinished, Way
from ostiary.secrecy.sealing import Place
from ostiary.secrecy.secret import Secret
from ostiary.signin.deciding import Decided
from ostiary.signin.device_approvals import DeviceApproval, written_approval
from ostiary.signin.dispatch import Kind, Step
from ostiary.signin.journey import Journey
from ostiary.signin.shown import on_another_device
from ostiary.web.authorized import error_of
from ostiary.web.clients import client_app
from ostiary.web.device_requests import read_device_request
from ostiary.web.error_page import error_page
from ostiary.web.purposes.purpose import Ending
from ostiary.web.received import Received
from ostiary.web.service import Service
from ostiary.web.sessions import keep_session
from ostiary.web.visit import Sought, Visit
from ostiary.web.written import html

_NOBODY = ClientApp("")


def sealed_code(service: Service, journey: Journey, typed: str) -> str:
    """Seal a code for the journey: it is kept nowhere in the clear (checklist DC01)."""
    return b64encode(service.seeds.seal(Secret(typed.encode()), _place(journey))).decode("ascii")


def typed_code(service: Service, journey: Journey) -> str:
    """Give the code that was typed, empty before."""
    if journey.user_code is None:
        return ""
    return service.seeds.open(b64decode(journey.user_code), _place(journey)).reveal().decode()


def _place(journey: Journey) -> Place:
    return Place("interactions", journey.csrf, "user_code")


def _sought(received: Received, journey: Journey) -> Sought | Response:
    service = received.service
    grant = TokenGrant.DEVICE_CODE
    if journey.user_code is None:
        return Sought(_NOBODY, ScopeRequest(""), grant, journey.received)
    found = service.store.device_codes.of_person(typed_code(service, journey))
    app = client_app(service.store, found.client_id) if found else None
    if found is None or app is None:
        return error_page(received, oauth_error(70019))
    asked = read_device_request(found.document)
    return Sought(app, asked.scope, grant, journey.received, claims=asked.claims)


def _finish(visit: Visit, decided: Decided) -> Response:
    """Approve: the device gets its tokens at its next poll, if the policies agree then too."""
    service, account = visit.received.service, visit.account
    if account is None:
        raise RuntimeError("a sign-in ended without anybody")
    kept = keep_session(visit, account, decided)
    shown = on_another_device(visit.journey.shown)
    approval = written_approval(DeviceApproval(shown, visit.address))
    typed = typed_code(service, visit.journey)
    if not service.store.device_codes.approve(typed, account.id, kept.sid, approval):
        return error_page(visit.received, oauth_error(70019))
    service.attempts.signed_in_from(account, visit.address)
    visit.log(decided=decided, session_id=kept.sid)
    return kept.tell(_finished(visit, approved=True))


def _refuse(visit: Visit, step: Step, error: OAuthError | None) -> Response:
    """Tell the device that the person declined; what policies refuse can be tried by another."""
    told = error or error_of(visit, step)
    visit.log(decided=step.decided, code=told.code, failure=told.text)
    if step.kind is Kind.UNANSWERABLE:
        return error_page(visit.received, told)
    visit.received.service.store.device_codes.deny(
        typed_code(visit.received.service, visit.journey)
    )
    return _finished(visit, approved=False)


def _finished(visit: Visit, *, approved: bool) -> Response:
    service = visit.received.service
    client = visit.sought.app.display_name or visit.sought.app.app_id
    page = DeviceFinished(client=client, approved=approved, tenant=service.tenant_name)
    return html(visit.received, page, ())


def _back(visit: Visit, error: OAuthError) -> Way | None:
    """Nobody waits behind this browser: the device asks by itself."""
    return None


DEVICE = Ending(_sought, _finish, _refuse, _back, DEVICE_PAGE)
