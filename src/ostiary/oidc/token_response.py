"""A successful token response, field by field as the clients need it (wire contract 2.3)."""

from __future__ import annotations

import json
from dataclasses import dataclass

from ostiary.model.base64url import encoded

FAMILY = "1"
"""The family of Microsoft's own public clients, which share their refresh tokens (`foci`)."""


@dataclass(frozen=True, slots=True)
class AccountInfo:
    """The two ids by which MSAL knows an account: object id and tenant id."""

    object_id: str
    tenant_id: str

    def client_info(self) -> str:
        """Give `client_info`: base64url of JSON, without padding."""
        text = json.dumps({"uid": self.object_id, "utid": self.tenant_id}, separators=(",", ":"))
        return encoded(text.encode("ascii"))


@dataclass(frozen=True, slots=True)
class TokenResponse:
    """The tokens of one answer; None leaves a member out.

    `scope` as `scopes.returned_scope` gives it, '' for an application's own token. `account` is
    told whether or not MSAL asked for it: without it a client falls back on `sub`. `resource` is
    what the token is for, `issued` when, in seconds since 1970: the first version of the protocol
    tells both.
    """

    access_token: str
    expires_in: int
    scope: str = ""
    refresh_token: str | None = None
    id_token: str | None = None
    account: AccountInfo | None = None
    in_family: bool = False
    resource: str = ""
    issued: int = 0

    def body(self) -> dict[str, object]:
        """Give the JSON."""
        return {name: value for name, value in self._members().items() if value is not None}

    def first_version_body(self) -> dict[str, object]:
        """Give the JSON of the first version: it names the resource, and writes times as strings.

        Source: entra-docs azure-ad-for-developers/v1-protocols-oauth-code, successful response.
        """
        times = {
            "expires_on": self.issued + self.expires_in,
            "not_before": self.issued,
            "expires_in": self.expires_in,
            "ext_expires_in": self.expires_in,
        }
        written = {name: str(value) for name, value in times.items()}
        return {**self.body(), "resource": self.resource, **written}

    def _members(self) -> dict[str, object | None]:
        return {
            "token_type": "Bearer",
            "scope": self.scope or None,
            "expires_in": self.expires_in,
            "ext_expires_in": self.expires_in,
            "access_token": self.access_token,
            "refresh_token": self.refresh_token,
            "id_token": self.id_token,
            "client_info": self.account.client_info() if self.account else None,
            "foci": FAMILY if self.in_family and self.refresh_token else None,
        }

    def __repr__(self) -> str:
        """Leave the tokens out."""
        return f"TokenResponse(scope={self.scope!r}, expires_in={self.expires_in})"


TOKEN_HEADERS = {"Cache-Control": "no-store", "Pragma": "no-cache"}
"""What every answer with a token is sent with (RFC 6749 section 5.1; checklist TK03)."""
