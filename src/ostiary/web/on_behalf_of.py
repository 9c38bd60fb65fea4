"""On-behalf-of: an API asks for a token at another API, for the person who called it.

Source: RFC 7523, entra-docs identity-platform/v2-oauth2-on-behalf-of-flow.
"""

from __future__ import annotations

from ostiary.model.signin import MISSING
from ostiary.oidc.checks.claims import claims_request
from ostiary.oidc.errors import OAuthError, oauth_error
from ostiary.oidc.scopes import scope_request
from ostiary.oidc.token_response import TokenResponse
from ostiary.signin.accounts import account_of
from ostiary.signin.origins import issued_at
from ostiary.signin.shown import read_factor_words
from ostiary.signin.void import void_since
from ostiary.tokens.errors import Refusal, TokenRefused
from ostiary.tokens.read import AccessToken
from ostiary.web.bearers import access_token_for
from ostiary.web.calls import TokenCall
from ostiary.web.refusal import Refused, accepted
from ostiary.web.user_tokens import SignedInUser, judged, living, token_response


def on_behalf_of(call: TokenCall) -> TokenResponse:
    """Exchange an access token for the calling API for one at another API.

    The policies judge what the person had shown when he signed in, where, and on which device:
    nobody can be asked here, so that a claims challenge travels back through the API to his
    application.
    """
    service = call.service
    call.trail.scope = scope = accepted(scope_request(call.form, service.resources))
    claims = accepted(claims_request(call.form))
    assertion = accepted(_assertion(call))
    account = account_of(service.store, assertion.object_id)
    call.trail.who, call.trail.session_id = account, assertion.session_id
    call.trail.original_flow = assertion.flow
    call.trail.device_id, call.trail.address = assertion.device_id, assertion.address or MISSING
    account = living(account, issued_at(assertion))
    if void_since(service.store, assertion, account.standing) is not None:
        raise Refused(oauth_error(50173))
    user = SignedInUser(
        account,
        read_factor_words(assertion.factors),
        scope,
        assertion.session_id or "",
        claims,
        original_flow=assertion.flow,
        device_id=assertion.device_id,
    )
    return token_response(call, judged(call, user))


def _assertion(call: TokenCall) -> AccessToken | OAuthError:
    """Read the person's token: one for this very application, that is in force."""
    try:
        found = access_token_for(
            call.service, call.form.get("assertion") or "", call.client.app.app_id
        )
    except TokenRefused as refused:
        if refused.reason is Refusal.EXPIRED:
            return oauth_error(500133)
        return oauth_error(50013, detail="it is no access token for this application")
    if found.of_application or not found.factors:
        return oauth_error(7000114, app=call.client.app.app_id)
    return found
