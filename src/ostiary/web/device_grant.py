"""The device code grant: the request of a device, and its polls (RFC 8628, wire contract 2.2)."""

from __future__ import annotations

from dataclasses import replace

from ostiary.directory.device_codes import INTERVAL, LIFETIME, Poll
from ostiary.model.signin import TokenGrant
from ostiary.oidc.authorities import authority_of
from ostiary.oidc.checks.claims import claims_request
from ostiary.oidc.checks.duplicates import duplicate_parameter
from ostiary.oidc.checks.limits import parameter_too_long
from ostiary.oidc.device import DeviceAuthorization, Polled, poll_error
from ostiary.oidc.endpoints import DEVICE_PAGE
from ostiary.oidc.errors import oauth_error
from ostiary.oidc.scopes import scope_request
from ostiary.oidc.token_response import TokenResponse
from ostiary.signin.accounts import account_of
from ostiary.signin.deciding import DEVICE_CODE_FLOW
from ostiary.signin.device_approvals import read_approval
from ostiary.signin.request_facts import Asking
from ostiary.signin.user_codes import count_request
from ostiary.web.calls import TokenCall
from ostiary.web.clients import client_app
from ostiary.web.device_requests import (
    DeviceRequest,
    read_device_request,
    written_device_request,
)
from ostiary.web.received import Received
from ostiary.web.refusal import Refused, accepted
from ostiary.web.user_tokens import (
    SignedInUser,
    issue,
    judged,
    living,
    new_family,
    require_standing,
)


def device_authorization(received: Received) -> DeviceAuthorization:
    """Begin the sign-in of a device: a code for it, and one for its user. Raises Refused."""
    service, tenant = received.service, received.path["tenant"]
    accepted(authority_of(tenant, service.names))
    form = accepted(received.form)
    fault = parameter_too_long(form) or duplicate_parameter(form)
    if fault is not None:
        raise Refused(fault)
    client_id = form.get("client_id")
    if client_id is None:
        raise Refused(oauth_error(900144, name="client_id"))
    app = client_app(service.store, client_id)
    if app is None:
        raise Refused(oauth_error(700016, app=client_id, tenant=tenant))
    if not app.enabled:
        raise Refused(oauth_error(7000112, app=app.app_id))
    facts = received.facts(Asking(app.app_id, TokenGrant.DEVICE_CODE))
    request = DeviceRequest(
        accepted(scope_request(form, service.resources)),
        accepted(claims_request(form)),
        facts.address if isinstance(facts.address, str) else None,
        facts.country if isinstance(facts.country, str) else None,
    )
    count_request(service.store, request.address)
    codes = service.store.device_codes
    device, person = codes.issue(app.app_id, written_device_request(request))
    return DeviceAuthorization(
        user_code=person,
        device_code=device,
        verification_uri=f"{service.settings.login_url}{DEVICE_PAGE}",
        expires_in=int(LIFETIME.total_seconds()),
        interval=INTERVAL,
    )


def device_code(call: TokenCall) -> TokenResponse:
    """Answer a poll: tokens once a person approved, if the policies allow what he showed (DC05).

    The scope is that of the device's request: MSAL for Python polls without it. Authentication
    contexts may be asked for by either: azure-identity sends the claims of a challenge with its
    polls alone. Only tokens use the approval up: a refusal leaves it until the code expires.
    """
    service = call.service
    presented = call.form.get("device_code") or call.form.get("code") or ""
    asked = accepted(claims_request(call.form)).contexts
    answer = service.store.device_codes.poll(presented, call.client.app.app_id, asked)
    if answer.poll is Poll.UNKNOWN:
        # Entra's word (entra-docs identity-platform/v2-oauth2-device-code, expected errors).
        raise Refused(oauth_error(70000, error=answer.poll.value))
    code = answer.code
    if code is None or code.approval is None:
        raise Refused(poll_error(Polled(answer.poll.value)))
    request, approval = read_device_request(code.document), read_approval(code.approval)
    account = account_of(service.store, code.user_id or "")
    call.trail.who, call.trail.scope = account, request.scope
    call.trail.session_id = code.sid
    user = SignedInUser(
        living(account, code.created),
        approval.shown,
        request.scope,
        code.sid or "",
        replace(request.claims, contexts=tuple(dict.fromkeys((*request.claims.contexts, *asked)))),
        original_flow=DEVICE_CODE_FLOW,
    )
    issued = issue(call, judged(call, user))
    with service.store.transaction() as together:
        issued.log(together)
        require_standing(call, issued.granted, together)
        if not together.device_codes.redeem(code):
            call.trail.logged = False  # its row goes back with the transaction
            raise Refused(poll_error(Polled(Poll.EXPIRED.value)))
        family = new_family(call, issued.granted, together)
    return issued.response(family)
