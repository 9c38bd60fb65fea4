"""The token endpoint: the form, the client, the grant, and the answer in Entra's JSON."""

from __future__ import annotations

from ostiary.directory.families import Family, Use
from ostiary.model.signin import TokenGrant
from ostiary.oidc.authorities import authority_of
from ostiary.oidc.checks.redirect_uri import matching_redirect
from ostiary.oidc.client_auth import presented, proven, proving
from ostiary.oidc.clients import ClientApp
from ostiary.oidc.errors import oauth_error
from ostiary.oidc.grants import grant_asked
from ostiary.oidc.parameters import Parameters
from ostiary.oidc.token_response import TokenResponse
from ostiary.signin.client_apps import RedirectPlatform
from ostiary.web.calls import TokenCall
from ostiary.web.clients import known_client
from ostiary.web.received import Received
from ostiary.web.refusal import Refused, accepted
from ostiary.web.token_grants import GRANTS
from ostiary.web.trails import Trail
from ostiary.web.user_tokens import redirect_of


def token(received: Received) -> TokenResponse:
    """Answer a token request; a refusal is logged with what is known then. Raises Refused."""
    trail = Trail()
    try:
        return _token(received, trail)
    except Refused as refused:
        trail.refused(received, refused.error)
        raise


def _token(received: Received, trail: Trail) -> TokenResponse:
    service, tenant = received.service, received.path["tenant"]
    authority = accepted(authority_of(tenant, received.known.names))
    form, query = accepted(received.form), accepted(received.query)
    asked = accepted(grant_asked(form))
    trail.grant, trail.client_id = asked.grant, form.get("client_id") or ""
    trail.user_name = form.get("username") or ""
    authorization = received.headers.get("authorization")
    claim = accepted(presented(form, authorization=authorization, query=query))
    trail.client_id = claim.client_id
    app = known_client(service, received.known, claim.client_id)
    if app is None:
        raise Refused(oauth_error(700016, app=claim.client_id, tenant=tenant))
    trail.client_id, trail.client_name = app.app_id, app.display_name
    refreshing = asked.grant is TokenGrant.REFRESH_TOKEN
    family = received.refreshed(app.app_id).family if refreshing else None
    trail.redirect = redirect = _redirect(form, app, asked.grant, family)
    if redirect is RedirectPlatform.SPA and not received.headers.get("origin"):
        raise Refused(oauth_error(9002327))
    proved_before = family is not None and family.use is Use.FORGIVING
    need = proving(app, asked.grant, redirect, proved_before=proved_before)
    sources = service.proof_sources(received.known.names)
    client = accepted(proven(claim, app, need, sources, now=service.clock.now()))
    grant = GRANTS.get(asked.grant)
    if grant is None:
        raise Refused(oauth_error(70003, name=form.get("grant_type") or ""))
    return grant(TokenCall(received, form, authority, asked.grant, client, trail, redirect))


def _redirect(
    form: Parameters, app: ClientApp, grant: TokenGrant, family: Family | None
) -> RedirectPlatform | None:
    """Tell by which kind of redirect URI the sign-in went, as far as there was one."""
    if grant is TokenGrant.AUTHORIZATION_CODE:
        return accepted(matching_redirect(form.get("redirect_uri"), app)).platform
    return redirect_of(family.document) if family else None
