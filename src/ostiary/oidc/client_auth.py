"""Who is the application at the token endpoint: what it presents, and whether that is true.

Source: RFC 6749 section 2.3, OpenID Connect Core section 9, wire contract section 2.3, checklist
TK01 and TK02.
"""

from __future__ import annotations

import hmac
from base64 import b64decode
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from hashlib import sha256
from urllib.parse import unquote_plus

from ostiary.model.signin import TokenGrant
from ostiary.oidc.client_assertion import TokenEndpoints, UsedAssertions, certificate_proof
from ostiary.oidc.clients import ClientApp
from ostiary.oidc.errors import OAuthError, oauth_error
from ostiary.oidc.federated import IssuerKeys, federated_proof
from ostiary.oidc.parameters import Parameters
from ostiary.oidc.signed import taken_apart
from ostiary.signin.client_apps import RedirectPlatform

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_CREDENTIALS = ("client_secret", "client_assertion")


class ClientMethod(Enum):
    """How the application proved itself, in the words of OpenID Connect; the last is Entra's."""

    NONE = "none"
    SECRET_POST = "client_secret_post"  # noqa: S105  # a method's name
    SECRET_BASIC = "client_secret_basic"  # noqa: S105  # a method's name
    PRIVATE_KEY = "private_key_jwt"
    FEDERATED = "federated"


class Proving(Enum):
    """Whether a request has to prove which application sends it."""

    REQUIRED = "required"
    NOT_NEEDED = "not needed"


@dataclass(frozen=True, slots=True)
class Presented:
    """What a request says of its application, unproven; `credential` never to be logged."""

    client_id: str
    method: ClientMethod = ClientMethod.NONE
    credential: str = ""

    def __repr__(self) -> str:
        """Leave the credential out."""
        return f"Presented({self.client_id!r}, {self.method})"


@dataclass(frozen=True, slots=True)
class ProvenClient:
    """An application that is who it says; `key_id` names the credential, '' for none."""

    app: ClientApp
    method: ClientMethod
    key_id: str = ""


@dataclass(frozen=True, slots=True)
class ProofSources:
    """What proofs are checked against besides the application."""

    audiences: TokenEndpoints
    used: UsedAssertions
    issuer_keys: IssuerKeys


def presented(
    form: Parameters, *, authorization: str | None = None, query: Parameters | None = None
) -> Presented | OAuthError:
    """Read which application a request says it is from, and what it presents.

    `form` is the body, `authorization` the header. Credentials in the query are refused, and two of
    them at once (RFC 6749 section 2.3).
    """
    if query is not None and any(query.get(name) is not None for name in _CREDENTIALS):
        return oauth_error(9002313, detail="credentials do not belong into the query")
    basic = _basic(authorization)
    if isinstance(basic, OAuthError):
        return basic
    ways = [basic, *(form.get(name) for name in _CREDENTIALS)]
    if sum(each is not None for each in ways) > 1:
        return oauth_error(9002313, detail="it authenticates the client in more than one way")
    client_id = form.get("client_id")
    if basic is None:
        return _in_form(form, client_id)
    if client_id not in {None, basic.client_id}:
        return oauth_error(9002313, detail="it names two clients")
    return basic


def _in_form(form: Parameters, client_id: str | None) -> Presented | OAuthError:
    secret, assertion = (form.get(name) for name in _CREDENTIALS)
    if assertion is not None:
        return _asserted(form, client_id, assertion)
    if client_id is None:
        return oauth_error(900144, name="client_id")
    if secret is not None:
        return Presented(client_id, ClientMethod.SECRET_POST, secret)
    return Presented(client_id)


def _asserted(form: Parameters, client_id: str | None, assertion: str) -> Presented | OAuthError:
    if form.get("client_assertion_type") != ASSERTION_TYPE:
        return oauth_error(90023, detail="the client_assertion_type is not supported")
    if client_id is None:
        # RFC 7521 section 4.2: the assertion itself names the client then.
        token = taken_apart(assertion)
        client_id = token.string("sub") if token is not None else None
    if client_id is None:
        return oauth_error(900144, name="client_id")
    return Presented(client_id, ClientMethod.PRIVATE_KEY, assertion)


def _basic(authorization: str | None) -> Presented | OAuthError | None:
    """Read HTTP Basic; other schemes say nothing of the client here.

    Id and secret are form-encoded inside of it (RFC 6749 section 2.3.1).
    """
    scheme, _, encoded = (authorization or "").strip().partition(" ")
    if scheme.casefold() != "basic":
        return None
    try:
        text = b64decode(encoded.strip(), validate=True).decode("utf-8")
        name, colon, secret = text.partition(":")
        client_id, password = (unquote_plus(part, errors="strict") for part in (name, secret))
    except ValueError:
        return oauth_error(9002313, error="invalid_client", detail="unreadable credentials")
    if not colon or not client_id:
        return oauth_error(9002313, error="invalid_client", detail="unreadable credentials")
    return Presented(client_id, ClientMethod.SECRET_BASIC, password)


def proving(
    app: ClientApp,
    grant: TokenGrant,
    redirect: RedirectPlatform | None,
    *,
    proved_before: bool = False,
) -> Proving:
    """Tell whether a request has to be proven; `redirect` as in `client_app_type`.

    An application may be both: a code that went to a mobile or single-page address is redeemed
    without a secret, one that went to a web address is not (entra-docs
    identity-platform/msal-client-applications). Without a redirect URI *Allow public client flows*
    decides. `proved_before`: the refresh token was given to a client that proved itself, which it
    has to do again (RFC 6749 section 6).
    """
    if proved_before or grant in {TokenGrant.CLIENT_CREDENTIALS, TokenGrant.ON_BEHALF_OF}:
        return Proving.REQUIRED
    if redirect is None:
        return Proving.NOT_NEEDED if app.public_flows else Proving.REQUIRED
    return Proving.REQUIRED if redirect is RedirectPlatform.WEB else Proving.NOT_NEEDED


def proven(
    claim: Presented, app: ClientApp, need: Proving, sources: ProofSources, *, now: datetime
) -> ProvenClient | OAuthError:
    """Check what was presented. A credential that is presented is always checked."""
    if not app.enabled:
        return oauth_error(7000112, app=app.app_id)
    if claim.method is ClientMethod.NONE:
        if need is Proving.REQUIRED:
            return oauth_error(7000218)
        return ProvenClient(app, ClientMethod.NONE)
    if not app.has_credentials and need is Proving.NOT_NEEDED:
        return oauth_error(700025)
    if claim.method is ClientMethod.PRIVATE_KEY:
        return _by_assertion(claim, app, sources, now)
    key_id = _secret_key_id(claim.credential, app, now)
    return key_id if isinstance(key_id, OAuthError) else ProvenClient(app, claim.method, key_id)


def _secret_key_id(secret: str, app: ClientApp, now: datetime) -> str | OAuthError:
    """Find the secret among those of the application; all are compared, in constant time."""
    digest = sha256(secret.encode("utf-8", "surrogatepass")).digest()
    same = [each for each in app.secrets if hmac.compare_digest(each.sha256, digest)]
    for each in same:
        if each.starts <= now < each.ends:
            return each.key_id
    return oauth_error(
        7000222 if any(each.ends <= now for each in same) else 7000215, app=app.app_id
    )


def _by_assertion(
    claim: Presented, app: ClientApp, sources: ProofSources, now: datetime
) -> ProvenClient | OAuthError:
    """Tell own assertions from those of other issuers by `iss`."""
    token = taken_apart(claim.credential)
    if token is None:
        return oauth_error(700027, detail="it is malformed, or not signed by RS256 or PS256")
    if token.string("iss") == app.app_id or not app.federated:
        method = ClientMethod.PRIVATE_KEY
        key_id = certificate_proof(token, app, sources.audiences, sources.used, now=now)
    else:
        method = ClientMethod.FEDERATED
        key_id = federated_proof(token, app, sources.issuer_keys, now=now)
    return key_id if isinstance(key_id, OAuthError) else ProvenClient(app, method, key_id)
