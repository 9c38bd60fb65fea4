"""Signing in at an application that sent an authorization request."""

from __future__ import annotations

from starlette.responses import Response

from ostiary.model.signin import TokenGrant
from ostiary.oidc.authorize import Refusal, authorize_request
from ostiary.oidc.errors import OAuthError
from ostiary.oidc.parameters import Parameters
from ostiary.pages import Post, Way
from ostiary.signin.journey import Journey
from ostiary.web.authorized import answered, denied, error_fields_of
from ostiary.web.catalogue import Known
from ostiary.web.clients import client_app, known_client
from ostiary.web.error_page import error_page
from ostiary.web.purposes.purpose import Ending
from ostiary.web.received import Received
from ostiary.web.trails import Trail
from ostiary.web.visit import Sought, Visit


def _sought(received: Received, journey: Journey) -> Sought | Response:
    """Check the request anew: what it asked for may no longer be allowed."""
    service = received.service
    known = service.catalogue.known()
    request = authorize_request(
        Parameters(journey.parameters),
        lambda app_id: known_client(service, known, app_id),
        known.resources,
        tenant=journey.tenant,
        received=journey.received,
    )
    if isinstance(request, Refusal):
        _trail(journey, known).refused(received, request.error)
        return error_page(received, request.error, reply=request.reply)
    return Sought(
        request.app,
        request.scope,
        TokenGrant.AUTHORIZATION_CODE,
        request.received,
        request.prompts,
        request.max_age,
        request.claims,
        request.redirect.platform,
        frozenset(request.response_type.split()),
        authorize=request,
    )


def _trail(journey: Journey, known: Known) -> Trail:
    """Tell what is known of a request that is refused before anybody signs in."""
    client_id = Parameters(journey.parameters).get("client_id") or ""
    app = known.of(client_app, client_id) if client_id else None
    return Trail(
        TokenGrant.AUTHORIZATION_CODE,
        app.app_id if app else client_id,
        app.display_name if app else "",
        user_name=journey.name,
    )


def _back(visit: Visit, error: OAuthError) -> Way:
    """Without it a command-line tool would wait for ever (wire contract 2.1)."""
    return Post(visit.request.reply.redirect_uri, error_fields_of(visit, error))


APPLICATION = Ending(_sought, answered, denied, _back)
