"""An authorization request: the checks it passes, in order, and what is known afterwards.

Until the application and its redirect URI are known, an error is a page and nothing is sent
anywhere (RFC 9700 section 4.11.2; checklist AZ03). After that every error goes to that redirect
URI and to no other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ostiary.oidc.checks.asked import Asked
from ostiary.oidc.checks.claims import ClaimsRequest, claims_request
from ostiary.oidc.checks.duplicates import duplicate_addressing, duplicate_parameter
from ostiary.oidc.checks.limits import parameter_too_long
from ostiary.oidc.checks.max_age import max_age_of, max_age_refused
from ostiary.oidc.checks.nonce import nonce_missing
from ostiary.oidc.checks.pkce import code_challenge_refused
from ostiary.oidc.checks.prompt import prompt_refused
from ostiary.oidc.checks.redirect_uri import matching_redirect
from ostiary.oidc.checks.request_object import request_object_refused
from ostiary.oidc.checks.response_mode import response_mode_refused, usable_response_mode
from ostiary.oidc.checks.response_type import response_type_of, response_type_refused
from ostiary.oidc.checks.scope import scope_refused
from ostiary.oidc.clients import ClientApp, RedirectUri
from ostiary.oidc.errors import OAuthError, oauth_error
from ostiary.oidc.parameters import Parameters
from ostiary.oidc.resources import ResourceNames
from ostiary.oidc.responses import ReplyAddress
from ostiary.oidc.scopes import ScopeRequest, scope_request

FORM_CHECKS: tuple[Callable[[Parameters], OAuthError | None], ...] = (
    parameter_too_long,  # AZ12
    duplicate_addressing,  # AZ12
)
"""Before anybody is known; told on a page."""

REQUEST_CHECKS: tuple[Callable[[Asked], OAuthError | None], ...] = (
    request_object_refused,  # AZ14
    response_type_refused,  # AZ08
    response_mode_refused,  # AZ08
    code_challenge_refused,  # AZ04
    scope_refused,
    nonce_missing,
    prompt_refused,  # AZ09
    max_age_refused,  # AZ10
)
"""Once application and redirect URI are known; told to the client. `claims` (AZ15) is read last."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error and where it is told: at the client, or on a page where `reply` is None."""

    error: OAuthError
    reply: ReplyAddress | None = None


@dataclass(frozen=True, slots=True)
class AuthorizeRequest:
    """An authorization request that passed all checks.

    `state`, `nonce`, `login_hint`, `id_token_hint` are verbatim. `display`, `ui_locales` and
    `acr_values` ask for what is done where it can be. `client_info`: MSAL wants the account's ids
    beside the answer. `received` has its full resolution: it is compared with times of sign-in.
    """

    app: ClientApp
    redirect: RedirectUri
    reply: ReplyAddress
    response_type: str
    scope: ScopeRequest
    received: datetime
    claims: ClaimsRequest
    prompts: frozenset[str] = frozenset()
    max_age: int | None = None
    nonce: str | None = None
    code_challenge: str | None = None
    login_hint: str | None = None
    domain_hint: str | None = None
    id_token_hint: str | None = None
    display: str | None = None
    ui_locales: tuple[str, ...] = ()
    acr_values: tuple[str, ...] = ()
    client_info: bool = False

    @property
    def silent(self) -> bool:
        """Whether nothing may be shown (`prompt=none`)."""
        return "none" in self.prompts


def authorize_request(
    parameters: Parameters,
    app_by_id: Callable[[str], ClientApp | None],
    names: ResourceNames,
    *,
    tenant: str,
    received: datetime,
) -> AuthorizeRequest | Refusal:
    """Check an authorization request; `tenant` is how the path named the tenant."""
    for form_check in FORM_CHECKS:
        error = form_check(parameters)
        if error is not None:
            return Refusal(error)
    app = _known_app(parameters, app_by_id, tenant)
    if isinstance(app, OAuthError):
        return Refusal(app)
    redirect = matching_redirect(parameters.get("redirect_uri"), app)
    if isinstance(redirect, OAuthError):
        return Refusal(redirect)
    mode = usable_response_mode(parameters, app)
    reply = ReplyAddress(redirect.uri, mode, parameters.get("state"))
    return _checked(Asked(parameters, app, redirect, names), reply, received)


def _known_app(
    parameters: Parameters, app_by_id: Callable[[str], ClientApp | None], tenant: str
) -> ClientApp | OAuthError:
    client_id = parameters.get("client_id")
    if client_id is None:
        return oauth_error(900144, name="client_id")
    app = app_by_id(client_id)
    if app is None:
        return oauth_error(700016, app=client_id, tenant=tenant)
    return app if app.enabled else oauth_error(7000112, app=app.app_id)


def _checked(asked: Asked, reply: ReplyAddress, received: datetime) -> AuthorizeRequest | Refusal:
    error = duplicate_parameter(asked.parameters)
    for check in REQUEST_CHECKS:
        error = error or check(asked)
    if error is not None:
        return Refusal(error, reply)
    scope = scope_request(asked.parameters, asked.names)
    if isinstance(scope, OAuthError):
        return Refusal(scope, reply)
    claims = claims_request(asked.parameters)
    if isinstance(claims, OAuthError):
        return Refusal(claims, reply)
    return _request(asked, reply, scope, claims, received)


def _request(
    asked: Asked,
    reply: ReplyAddress,
    scope: ScopeRequest,
    claims: ClaimsRequest,
    received: datetime,
) -> AuthorizeRequest:
    get, words = asked.parameters.get, asked.parameters.words
    return AuthorizeRequest(
        app=asked.app,
        redirect=asked.redirect,
        reply=reply,
        response_type=response_type_of(asked.parameters),
        scope=scope,
        received=received,
        claims=claims,
        prompts=frozenset(words("prompt")),
        max_age=max_age_of(asked.parameters),
        nonce=get("nonce"),
        code_challenge=get("code_challenge"),
        login_hint=get("login_hint"),
        domain_hint=get("domain_hint"),
        id_token_hint=get("id_token_hint"),
        display=get("display"),
        ui_locales=words("ui_locales"),
        acr_values=words("acr_values"),
        client_info=get("client_info") == "1",
    )
