"""`nonce`: needed where an ID token comes straight from the authorization endpoint.

Source: OpenID Connect Core sections 3.2.2.1 and 3.3.2.11.
"""

from __future__ import annotations

from ostiary.oidc.checks.asked import Asked
from ostiary.oidc.checks.response_type import response_type_of
from ostiary.oidc.errors import OAuthError, oauth_error


def nonce_missing(asked: Asked) -> OAuthError | None:
    """Demand a nonce for the implicit and the hybrid flow."""
    if "id_token" not in response_type_of(asked.parameters).split():
        return None
    return oauth_error(900144, name="nonce") if asked.parameters.get("nonce") is None else None
