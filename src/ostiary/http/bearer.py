"""The bearer token of a request: is it ours, for this API, in force, and does it still stand?

RFC 6750; continuous access evaluation as in `ostiary.signin.continuous`.
"""

from __future__ import annotations

from ostiary.http.calls import Asked
from ostiary.http.errors import ApiError
from ostiary.signin.continuous import Caller
from ostiary.tokens.errors import TokenRefused
from ostiary.tokens.read import AccessToken

INVALID = "InvalidAuthenticationToken"


def caller_of(asked: Asked) -> AccessToken:
    """Give the token of a request. Raises ApiError (401) with exactly one Bearer challenge."""
    scheme, _, text = asked.headers.get("authorization", "").partition(" ")
    if scheme.casefold() != "bearer" or not text.strip():
        raise _refused(asked, "Access token is empty.", "")
    server = asked.server
    try:
        token = server.tokens.access_token(text.strip(), server.audiences)
    except TokenRefused as error:
        # The reason is for the log: a client learns only that the token is invalid.
        raise _refused(asked, "Access token validation failure.", "invalid_token") from error
    _require_standing(asked, token)
    return token


def _require_standing(asked: Asked, token: AccessToken) -> None:
    server = asked.server
    found = server.judge.judge(Caller(token, asked.headers, asked.peer))
    if found is None:
        return
    raise ApiError(
        401,
        INVALID,
        "Continuous access evaluation resulted in challenge with result: InteractionRequired "
        f"and code: {found.why}",
        headers={"WWW-Authenticate": found.challenge.to_header(server.authority)},
    )


def _refused(asked: Asked, message: str, error: str) -> ApiError:
    uri = f"{asked.server.urls.login}/common/oauth2/authorize"
    parts = ['realm=""', f'authorization_uri="{uri}"']
    if error:
        parts.append(f'error="{error}"')
    return ApiError(
        401, INVALID, message, headers={"WWW-Authenticate": f"Bearer {', '.join(parts)}"}
    )
