"""The two protocols by which a workload asks for the token of its managed identity.

The instance metadata service (IMDS) answers whoever asks from an address that the identity was
given to; App Service's endpoint whoever knows the secret of the identity, which is its
IDENTITY_HEADER. Both fail closed: an identity without a caller answers nobody. Sources: entra-docs
managed-identities-azure-resources/how-to-use-vm-token (request, errors), azure-docs
app-service/overview-managed-identity (REST endpoint); the wire contract, section 3.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from starlette.responses import JSONResponse, Response

from ostiary.model.errors import OstiaryError
from ostiary.oidc.endpoints import APP_SERVICE_TOKEN, IMDS_TOKEN
from ostiary.oidc.errors import OAuthError
from ostiary.oidc.parameters import Parameters
from ostiary.tokens.issue import IssuedToken
from ostiary.web.managed_identities import ManagedIdentity, identity_token, managed_identity
from ostiary.web.received import Received
from ostiary.web.refusal import Refused

_OLDEST_IMDS: Final = "2018-02-01"
_VERSION: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_APP_SERVICE_HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {"2019-08-01": "x-identity-header", "2017-09-01": "secret"}
)
_SELECTORS: Final[Mapping[str, Callable[[ManagedIdentity], str]]] = MappingProxyType(
    {
        "client_id": lambda identity: identity.client_id,
        "clientid": lambda identity: identity.client_id,
        "object_id": lambda identity: identity.id,
        "principal_id": lambda identity: identity.id,
        "msi_res_id": lambda identity: identity.resource_id,
        "mi_res_id": lambda identity: identity.resource_id,
    }
)
_SPOKEN_FOR: Final = ("x-forwarded-for", "forwarded")
_NO_STORE: Final = {"Cache-Control": "no-store"}


class IdentityRefused(OstiaryError):
    """A request for the token of a managed identity that is refused, before a protocol says it."""

    code = "identityRefused"

    def __init__(self, message: str, *, error: str = "invalid_request", status: int = 400) -> None:
        """Say why, with OAuth's word for it."""
        super().__init__(message)
        self.error, self.status = error, status


def imds_token(received: Received) -> Response:
    """Answer the instance metadata protocol."""
    try:
        _require_metadata(received)
        parameters = _parameters(received)
        version = parameters.get("api-version") or ""
        if _VERSION.fullmatch(version) is None or version < _OLDEST_IMDS:
            raise IdentityRefused(
                f"Expected `api-version` {_OLDEST_IMDS} or later, came `{version[:40]}`"
            )
        return _answered(received, parameters, _of_address(received))
    except IdentityRefused as refused:
        return _imds_error(refused.status, refused.error, refused.message)
    except Refused as refused:
        return _imds_error(400, refused.error.error, _text(refused.error))


def app_service_token(received: Received) -> Response:
    """Answer the App Service protocol."""
    try:
        parameters = _parameters(received)
        version = parameters.get("api-version") or ""
        header = _APP_SERVICE_HEADERS.get(version)
        if header is None:
            known = "` or `".join(_APP_SERVICE_HEADERS)
            raise IdentityRefused(f"Expected `api-version` `{known}`, came `{version[:40]}`")
        return _answered(received, parameters, _of_secret(received, header))
    except IdentityRefused as refused:
        return _app_service_error(refused.status, refused.message)
    except Refused as refused:
        return _app_service_error(400, _text(refused.error))


ROUTES: Final[tuple[tuple[str, Callable[[Received], Response]], ...]] = (
    (IMDS_TOKEN, imds_token),
    # @azure/identity puts a slash at the end (wire contract section 3).
    (f"{IMDS_TOKEN}/", imds_token),
    (APP_SERVICE_TOKEN, app_service_token),
    (f"{APP_SERVICE_TOKEN}/", app_service_token),
)


def _require_metadata(received: Received) -> None:
    """Refuse what a server-side request forgery sends, or a proxy hands on."""
    if received.headers.get("metadata", "").casefold() != "true":
        raise IdentityRefused("Required metadata header not specified")
    if any(each in received.headers for each in _SPOKEN_FOR):
        raise IdentityRefused("A request with `X-Forwarded-For` came through a proxy: refused")


def _parameters(received: Received) -> Parameters:
    query = received.query
    if isinstance(query, OAuthError):
        raise IdentityRefused("The query cannot be read")
    if query.repeated:
        raise IdentityRefused(f"`{query.repeated[0][:40]}` stands more than once in the query")
    return query


def _of_address(received: Received) -> list[ManagedIdentity]:
    """Give the identities of whoever asks from the address of the connection."""
    callers = received.service.store.identity_callers
    try:
        found = callers.standing_at(received.peer or "")
    except ValueError:
        found = frozenset[str]()
    return _living(received, found)


def _of_secret(received: Received, header: str) -> list[ManagedIdentity]:
    secret = received.headers.get(header, "")
    found = received.service.store.identity_callers.with_secret(secret) if secret else None
    if found is None:
        raise IdentityRefused(f"The header `{header}` is not that of an identity", status=401)
    return _living(received, (found.principal_id,))


def _living(received: Received, principal_ids: Iterable[str]) -> list[ManagedIdentity]:
    known = (received.known.of(managed_identity, each) for each in sorted(principal_ids))
    return [each for each in known if each is not None]


def _answered(
    received: Received, parameters: Parameters, identities: list[ManagedIdentity]
) -> Response:
    resource = parameters.get("resource")
    if resource is None:
        raise IdentityRefused("Required audience parameter not specified")
    identity = _chosen(parameters, identities)
    issued = identity_token(received, identity, resource)
    return JSONResponse(_body(identity, issued, resource), headers=_NO_STORE)


def _chosen(parameters: Parameters, identities: list[ManagedIdentity]) -> ManagedIdentity:
    """Give the identity that is meant: the one selected, the system-assigned one, or the only one.

    One that is not the caller's is told apart from none by nobody.
    """
    asked = [each for each in _SELECTORS if parameters.get(each) is not None]
    if len(asked) > 1:
        raise IdentityRefused(f"Expected one of `{asked[0]}` and `{asked[1]}`, came both")
    if asked:
        wanted, told = (parameters.get(asked[0]) or "").casefold(), _SELECTORS[asked[0]]
        found = [each for each in identities if told(each).casefold() == wanted]
    else:
        found = [each for each in identities if not each.user_assigned] or identities
    if not found:
        raise IdentityRefused("Identity not found")
    if len(found) > 1:
        raise IdentityRefused(
            "Multiple user assigned identities exist, please specify the clientId / resourceId of"
            " the identity in the token request"
        )
    return found[0]


def _body(identity: ManagedIdentity, issued: IssuedToken, resource: str) -> dict[str, Any]:
    """Numbers are texts, as both protocols write them."""
    return {
        "access_token": issued.token.reveal(),
        "client_id": identity.client_id,
        "expires_in": str(issued.expires_in),
        "expires_on": str(issued.claims["exp"]),
        "ext_expires_in": str(issued.expires_in),
        "not_before": str(issued.claims["nbf"]),
        "resource": resource,
        "token_type": "Bearer",
    }


def _text(error: OAuthError) -> str:
    return f"AADSTS{error.code}: {error.text}"


def _imds_error(status: int, error: str, message: str) -> Response:
    body = {"error": error, "error_description": message}
    return JSONResponse(body, status, _NO_STORE)


def _app_service_error(status: int, message: str) -> Response:
    return JSONResponse({"statusCode": status, "message": message}, status, _NO_STORE)
