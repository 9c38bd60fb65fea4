"""The userinfo endpoint: what an application may know of the person who signed in.

Source: OpenID Connect Core section 5.3, RFC 6750 sections 2 and 3; entra-docs
identity-platform/userinfo (the access token is one for Microsoft Graph).
"""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from ostiary.oidc.first_party import GRAPH
from ostiary.oidc.parameters import Parameters
from ostiary.oidc.token_response import TOKEN_HEADERS
from ostiary.signin.accounts import Account
from ostiary.tokens.errors import TokenRefused
from ostiary.tokens.read import AccessToken
from ostiary.web.bearers import access_token_for, bearer_of
from ostiary.web.received import Received

_PROFILE = (("given_name", "givenName"), ("family_name", "surname"))


def userinfo(received: Received) -> Response:
    """Give the claims of the scopes that an access token holds; only such a token opens it (TK05).

    It comes in the header, or in the form of a POST, and in one of both.
    """
    presented = _presented(received)
    if len(presented) > 1:
        return _refused(received, 400, "invalid_request", "the token comes in more than one way")
    if not presented:
        return _refused(received, 401)
    try:
        token = access_token_for(received.service, presented[0], GRAPH)
    except TokenRefused:
        return _refused(received, 401, "invalid_token", "it is no access token for userinfo")
    account = bearer_of(received.service, token)
    if account is None:
        return _refused(received, 401, "invalid_token", "it is not in force any more")
    if "openid" not in token.scopes:
        return _refused(received, 403, "insufficient_scope", "the scope openid is missing")
    return JSONResponse(_claims(received, token, account), headers=TOKEN_HEADERS)


def _presented(received: Received) -> tuple[str, ...]:
    scheme, _, token = received.headers.get("authorization", "").strip().partition(" ")
    in_header = token.strip() if scheme.casefold() == "bearer" else ""
    form = received.form if received.method == "POST" else Parameters()
    in_form = form.get("access_token") if isinstance(form, Parameters) else None
    return tuple(each for each in (in_header, in_form) if each)


def _claims(received: Received, token: AccessToken, account: Account) -> dict[str, str]:
    """Give the claims; `sub` is that of the application's ID tokens (OIDC Core, 5.3.2)."""
    service = received.service
    claims: dict[str, str | None] = {"sub": service.issuer.subject(token.app_id, account.id)}
    if "profile" in token.scopes:
        found = service.store.users.get(account.id)
        claims |= {"name": account.display_name, "preferred_username": account.name}
        if found is not None:
            claims |= {name: found.document.get(member) for name, member in _PROFILE}
    if "email" in token.scopes:
        claims["email"] = account.email
    return {name: value for name, value in claims.items() if value}


def _refused(received: Received, status: int, error: str = "", text: str = "") -> Response:
    challenge = f'Bearer realm="{received.service.settings.login_url}"'
    if error:
        challenge += f', error="{error}", error_description="{text}"'
    headers = {**TOKEN_HEADERS, "WWW-Authenticate": challenge}
    body = {"error": error, "error_description": text} if error else {}
    return JSONResponse(body, status, headers)
