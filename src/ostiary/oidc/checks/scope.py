"""`scope`: one resource that exists, and `openid` where an ID token is asked for."""

from __future__ import annotations

from ostiary.oidc.checks.asked import Asked
from ostiary.oidc.checks.response_type import response_type_of
from ostiary.oidc.errors import OAuthError, oauth_error
from ostiary.oidc.scopes import scope_request


def scope_refused(asked: Asked) -> OAuthError | None:
    """Refuse what cannot be asked for, and an ID token without `openid`."""
    request = scope_request(asked.parameters, asked.names)
    if isinstance(request, OAuthError):
        return request
    if "id_token" in response_type_of(asked.parameters).split() and not request.openid:
        return oauth_error(70011, scope="openid", detail="an ID token needs it")
    return None
