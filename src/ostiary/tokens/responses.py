"""The answer of the token endpoint when all went well (wire contract, 2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ostiary.secrecy.secret import Secret
from ostiary.tokens.issue import IssuedToken

HEADERS = {"Cache-Control": "no-store", "Pragma": "no-cache"}
"""On every answer of the token endpoint (RFC 6749, 5.1; checklist TK03)."""


@dataclass(frozen=True, slots=True)
class TokenResponse:
    """Tokens on their way to a client.

    `scope` must hold the words that the client asked with, `…/.default` literally among them:
    MSAL for Python looks its cache up with them. A workload identity gets neither ID token nor
    refresh token nor `client_info`.
    """

    access: IssuedToken
    scope: str
    id_token: Secret[str] | None = None
    refresh_token: Secret[str] | None = None
    client_info: str | None = None
    family: bool = False
    """Whether the refresh token serves every client of Microsoft's family (`foci`)."""

    def to_json(self) -> dict[str, Any]:
        """Give the body, secrets revealed."""
        body: dict[str, Any] = {
            "token_type": "Bearer",
            "scope": self.scope,
            "expires_in": self.access.expires_in,
            "ext_expires_in": self.access.expires_in,
            "access_token": self.access.token.reveal(),
        }
        for name, secret in (("refresh_token", self.refresh_token), ("id_token", self.id_token)):
            if secret is not None:
                body[name] = secret.reveal()
        if self.client_info:
            body["client_info"] = self.client_info
        if self.family and self.refresh_token is not None:
            body["foci"] = "1"
        return body
