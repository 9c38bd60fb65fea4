"""Access tokens for Graph: where they come from, and what a token says of itself.

`azure.identity` is an extra of the package; whatever it offers fits `AzureTokens`.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from typing import Any, Final, Protocol

from ostiary.entra.errors import SignInNeeded
from ostiary.model.json_types import JsonObject, as_object, as_strings

_CLAIMS: Final = re.compile(r'claims="([A-Za-z0-9+/=_-]+)"')


class Tokens(Protocol):
    """Gives access tokens, and renews them by itself."""

    def token(self, claims: str | None = None) -> str:
        """Give a token; `claims` (JSON) are what a challenge asks for. Raises SignInNeeded."""
        ...


class AzureCredential(Protocol):
    """What all credentials of azure-identity have in common (`azure.core` TokenCredential)."""

    def get_token(self, *scopes: str, claims: str | None = None, **options: Any) -> Any:
        """Give a token with `token` and `expires_on`."""
        ...


@dataclass(frozen=True, slots=True)
class AzureTokens:
    """Tokens of a credential of azure-identity, which keeps and renews them itself."""

    credential: AzureCredential
    scope: str

    def token(self, claims: str | None = None) -> str:
        """Give a token. Raises SignInNeeded."""
        # Only a client that says it can take claims challenges gets them, and tokens that live
        # long because they can be revoked (entra-docs conditional-access/concept-continuous-
        # access-evaluation, client capabilities).
        options = {"claims": claims} if claims is not None else {}
        try:
            found = self.credential.get_token(self.scope, enable_cae=True, **options)
        except Exception as error:
            # azure-identity is an extra, so that its classes of errors cannot be named here.
            if type(error).__module__.partition(".")[0] not in {"azure", "msal"}:
                raise
            said = str(error).strip().splitlines()
            raise SignInNeeded(
                f"expected a token for {self.scope}, the credential gave none:"
                f" {said[0] if said else type(error).__name__}",
                hint="sign in again, for example with `az login`, or choose another --credential",
            ) from error
        return str(found.token)


@dataclass(frozen=True, slots=True)
class GivenToken:
    """A token that somebody else got; it cannot be renewed."""

    text: str

    def token(self, claims: str | None = None) -> str:
        """Give the token. Raises SignInNeeded where a challenge wants another one."""
        if claims is not None:
            raise SignInNeeded(
                "the token that was given is not enough: a claims challenge asks for"
                f" {claims[:300]}",
                hint="get a token that meets it (`az account get-access-token --scope …`,"
                " after `az login --claims-challenge …`), or use another --credential",
            )
        return self.text


def challenged(header: str) -> str | None:
    """Read the claims of a challenge in `WWW-Authenticate` as JSON text; None: it is none.

    Source: entra-docs identity-platform/claims-challenge: base64, and some clients take base64url.
    """
    found = _CLAIMS.search(header)
    if found is None:
        return None
    try:
        text = _decoded(found[1])
        return text if as_object(json.loads(text)) else None
    except ValueError:
        return None


def said_by(token: str) -> JsonObject | None:
    """Give the claims of a token without trusting them; None where it is opaque.

    Only for advice: whether a permission is held, Graph decides.
    """
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        return as_object(json.loads(_decoded(parts[1]))) or None
    except ValueError:
        return None


def permissions_in(token: str) -> frozenset[str] | None:
    """Give the permissions that a token says it carries; None where nobody can tell."""
    claims = said_by(token)
    if claims is None or not ({"scp", "roles"} & set(claims)):
        return None
    return frozenset({*str(claims.get("scp") or "").split(), *as_strings(claims.get("roles"))})


def of_application(token: str) -> bool:
    """Tell whether a token is an application's own (no user in it)."""
    claims = said_by(token) or {}
    return "scp" not in claims and claims.get("idtyp") != "user"


def _decoded(text: str) -> str:
    padded = text.translate(str.maketrans("-_", "+/")).rstrip("=")
    return base64.b64decode(padded + "=" * (-len(padded) % 4), validate=True).decode("utf-8")
