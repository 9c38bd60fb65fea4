"""An application proves itself by a certificate: private_key_jwt as Entra takes it.

Source: RFC 7523, entra-docs identity-platform/certificate-credentials, wire contract section 2.3
(what MSAL for Python and for Node send), checklist TK02.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha1, sha256
from typing import Protocol

from cryptography import x509

from ostiary.model.json_types import is_list
from ostiary.oidc import endpoints
from ostiary.oidc.authorities import TenantNames
from ostiary.oidc.clients import ClientApp, ClientCertificate
from ostiary.oidc.errors import OAuthError, oauth_error
from ostiary.oidc.signed import (
    SKEW_SECONDS,
    SignedClaims,
    signed_by,
    time_fault,
    unpadded_base64url,
    usable_key,
)

LONGEST_SECONDS = 600
_LONGEST_JTI = 256
_WITHOUT_KEY = "the key was not found by its thumbprint, or the signature is not by it"


class UsedAssertions(Protocol):
    """Remembers which assertions were used; one memory for all processes (checklist TK02)."""

    def first_use(self, client_id: str, jti: str, *, until: datetime) -> bool:
        """Record a use; False if that id was recorded before. `until`: it may be forgotten then."""
        ...

    def remembered_since(self) -> datetime | None:
        """Give since when uses are remembered, None: always. A restore forgets those before it."""
        ...


@dataclass(frozen=True, slots=True)
class TokenEndpoints:
    """The addresses that an assertion may be meant for."""

    login_url: str
    names: TenantNames

    def accept(self, audience: str) -> bool:
        """Whether an audience is our token endpoint, in any of its spellings, or our issuer."""
        return audience.rstrip("/").casefold() in {each.casefold() for each in self._spellings()}

    def _spellings(self) -> Iterator[str]:
        for segment in (self.names.tenant_id, *self.names.domains, "organizations", "common"):
            at = endpoints.Endpoints(self.login_url, segment).at
            yield at(endpoints.TOKEN)
            yield at(endpoints.TOKEN_V1)
        yield endpoints.issuer(self.login_url, self.names.tenant_id)


def certificate_proof(
    token: SignedClaims,
    app: ClientApp,
    audiences: TokenEndpoints,
    used: UsedAssertions,
    *,
    now: datetime,
) -> str | OAuthError:
    """Give the key id of the certificate that signed a valid assertion of this application.

    The use is recorded last, so that nobody can use up the assertions of others.
    """
    if {token.string(name) for name in ("iss", "sub")} != {app.app_id}:
        return oauth_error(700021)
    if len(token.audiences) != 1 or not audiences.accept(token.audiences[0]):
        return oauth_error(700027, detail="the audience is not this token endpoint")
    fault = time_fault(token, now=now, longest=LONGEST_SECONDS)
    if fault is not None:
        return oauth_error(700024, detail=fault)
    jti = token.string("jti")
    if not jti or len(jti) > _LONGEST_JTI:
        return oauth_error(700027, detail="it has no usable jti")
    certificate = _signing_certificate(token, app, now)
    if certificate is None:
        return oauth_error(700027, detail=_WITHOUT_KEY)
    since = used.remembered_since()
    if since is not None and _made(token) < since.timestamp():
        return oauth_error(700027, detail="it was made before the data was restored")
    until = now + timedelta(seconds=LONGEST_SECONDS + 2 * SKEW_SECONDS)
    if not used.first_use(app.app_id, jti, until=until):
        return oauth_error(700027, detail="it was used before")
    return certificate.key_id


def _signing_certificate(
    token: SignedClaims, app: ClientApp, now: datetime
) -> ClientCertificate | None:
    valid = (each for each in app.certificates if each.starts <= now < each.ends)
    return next((each for each in valid if _named(token, each) and _signed(token, each)), None)


def _named(token: SignedClaims, certificate: ClientCertificate) -> bool:
    """Tell whether the header means this certificate: by all the names it gives, at least one.

    `x5c` only names: the certificate in it counts for nothing unless it is the registered one.
    """
    header, der = token.header, certificate.der
    wanted = {
        "x5t": sha1(der, usedforsecurity=False).digest(),
        "x5t#S256": sha256(der).digest(),
        "x5c": der,
    }
    given = [name for name in wanted if name in header]
    return bool(given) and all(_octets(name, header[name]) == wanted[name] for name in given)


def _octets(name: str, value: object) -> bytes | None:
    if name == "x5c":
        value = value[0] if is_list(value) and value else None
        value = _as_base64url(value) if isinstance(value, str) else None
    return unpadded_base64url(value) if isinstance(value, str) else None


def _as_base64url(text: str) -> str:
    """Rewrite the base64 of an `x5c` (RFC 7515 section 4.1.6).

    MSAL for Python leaves the line breaks of the PEM file in.
    """
    return "".join(text.split()).replace("+", "-").replace("/", "_")


def _signed(token: SignedClaims, certificate: ClientCertificate) -> bool:
    try:
        public = x509.load_der_x509_certificate(certificate.der).public_key()
    except ValueError:
        return False
    key = usable_key(public)
    return key is not None and signed_by(token, key)


def _made(token: SignedClaims) -> float:
    """Give when an assertion was made, at the earliest."""
    times = (token.time(name) for name in ("iat", "nbf"))
    said = next((each for each in times if each is not None), None)
    return (token.time("exp") or 0) - LONGEST_SECONDS if said is None else said
