"""How the answer travels: query, fragment or form (checklist AZ08).

Source: OAuth 2.0 Multiple Response Type Encoding Practices sections 2.1 and 3, Form Post Response
Mode.
"""

from __future__ import annotations

from ostiary.oidc.checks.asked import Asked
from ostiary.oidc.checks.response_type import response_type_of
from ostiary.oidc.clients import ClientApp
from ostiary.oidc.errors import OAuthError, oauth_error
from ostiary.oidc.parameters import Parameters


def default_response_mode(parameters: Parameters) -> str:
    """Give the mode of a request that names none: tokens never travel in a query."""
    carries_token = {"id_token", "token"} & set(response_type_of(parameters).split())
    return "fragment" if carries_token else "query"


def response_mode_refused(asked: Asked) -> OAuthError | None:
    """Refuse a mode that the application does not have, and `query` for tokens."""
    mode = asked.parameters.get("response_mode")
    if mode is None or _allowed(mode, asked.parameters, asked.app):
        return None
    return oauth_error(70007, name=mode)


def usable_response_mode(parameters: Parameters, app: ClientApp) -> str:
    """Give the mode in which anything can be told to the client: the one asked for if allowed."""
    mode = parameters.get("response_mode")
    if mode is not None and _allowed(mode, parameters, app):
        return mode
    return default_response_mode(parameters)


def _allowed(mode: str, parameters: Parameters, app: ClientApp) -> bool:
    if mode not in app.response_modes:
        return False
    return mode != "query" or default_response_mode(parameters) == "query"
