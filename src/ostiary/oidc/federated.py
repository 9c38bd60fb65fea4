"""An application proves itself by a token of another issuer (workload identity federation).

Source: entra-docs workload-id/workload-identity-federation; Graph federatedIdentityCredential.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from ostiary.model.json_types import JsonObject
from ostiary.oidc.clients import ClientApp
from ostiary.oidc.errors import OAuthError, oauth_error
from ostiary.oidc.signed import SignedClaims, key_of_jwk, signed_by, time_fault

_MOST_KEYS = 20


class IssuerKeysUnavailable(Exception):
    """The keys of an issuer could not be fetched, so nothing of it is believed."""


class IssuerKeys(Protocol):
    """Finds the public keys of an issuer; asked only for issuers that an administrator named."""

    def keys_of(self, issuer: str, key_id: str | None) -> Sequence[JsonObject]:
        """Give the issuer's JWKs, those of `key_id` where it is given; none where none is found.

        Raises IssuerKeysUnavailable.
        """
        ...


def federated_proof(
    token: SignedClaims, app: ClientApp, keys: IssuerKeys, *, now: datetime
) -> str | OAuthError:
    """Give the key id of the federated credential that a token of another issuer matches.

    Issuer, subject and audience are compared before any key is looked for. Such a token may be
    used again while it lasts: the clients read it from a file.
    """
    issuer, subject = token.string("iss") or "", token.string("sub") or ""
    of_issuer = [each for each in app.federated if each.issuer == issuer]
    if not of_issuer:
        return oauth_error(700211, issuer=issuer)
    of_subject = [each for each in of_issuer if each.subject == subject]
    if not of_subject:
        return oauth_error(700213, subject=subject)
    matching = [each for each in of_subject if each.audience in token.audiences]
    if not matching:
        return oauth_error(700212, audience=" ".join(token.audiences))
    fault = time_fault(token, now=now)
    if fault is not None:
        return oauth_error(700024, detail=fault)
    try:
        signed = _signed_by_issuer(token, issuer, keys)
    except IssuerKeysUnavailable:
        return oauth_error(700027, detail=f"the keys of the issuer {issuer} could not be fetched")
    if not signed:
        return oauth_error(700027, detail="no key of the issuer fits the signature")
    return matching[0].key_id


def _signed_by_issuer(token: SignedClaims, issuer: str, keys: IssuerKeys) -> bool:
    key_id = token.header.get("kid")
    found = keys.keys_of(issuer, key_id if isinstance(key_id, str) else None)
    usable = [jwk for jwk in found[:_MOST_KEYS] if jwk.get("use", "sig") == "sig"]
    return any((key := key_of_jwk(jwk)) is not None and signed_by(token, key) for jwk in usable)
