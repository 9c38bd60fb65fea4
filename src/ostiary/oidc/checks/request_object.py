"""Request objects are not supported, and never fetched (OpenID Connect Core section 6; AZ14)."""

from __future__ import annotations

from ostiary.oidc.checks.asked import Asked
from ostiary.oidc.errors import OAuthError, oauth_error

_REFUSED = {
    "request": "request_not_supported",
    "request_uri": "request_uri_not_supported",
    "registration": "registration_not_supported",
}


def request_object_refused(asked: Asked) -> OAuthError | None:
    """Refuse the parameters that would replace the request by another."""
    for name, error in _REFUSED.items():
        if asked.parameters.get(name) is not None:
            return oauth_error(90023, error=error, detail=f"{name} is not supported")
    return None
