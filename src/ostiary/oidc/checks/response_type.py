"""Which response types an application may ask for (checklist AZ08, K3)."""

from __future__ import annotations

from ostiary.oidc.checks.asked import Asked
from ostiary.oidc.errors import OAuthError, oauth_error
from ostiary.oidc.parameters import Parameters

_PARTS = ("code", "id_token")


def response_type_of(parameters: Parameters) -> str:
    """Give the response type with its words in canonical order: their order means nothing.

    Source: OAuth 2.0 Multiple Response Type Encoding Practices section 3. Words that are no part of
    a response type stay at the end, for the check to refuse.
    """
    words = parameters.words("response_type")
    known = [part for part in _PARTS if part in words]
    return " ".join([*known, *(word for word in words if word not in _PARTS)])


def response_type_refused(asked: Asked) -> OAuthError | None:
    """Refuse `token` always, and what is not switched on for the application."""
    response_type = response_type_of(asked.parameters)
    words = response_type.split()
    if not words:
        return oauth_error(900144, name="response_type")
    if "token" in words:
        return oauth_error(700051)
    if not set(words) <= set(_PARTS):
        return oauth_error(70005, name=response_type)
    if response_type in asked.app.response_types:
        return None
    return oauth_error(700054) if "id_token" in words else oauth_error(70005, name=response_type)
