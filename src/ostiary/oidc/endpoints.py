"""The addresses of the login service: one list for the router and for the discovery document.

Paths: wire contract section 2. They start at the configured public URL, never at a Host header
(checklist CS08).
"""

from __future__ import annotations

from dataclasses import dataclass

AUTHORIZE = "/oauth2/v2.0/authorize"
TOKEN = "/oauth2/v2.0/token"  # noqa: S105  # a path
DEVICE_CODE = "/oauth2/v2.0/devicecode"
LOGOUT = "/oauth2/v2.0/logout"
KEYS = "/discovery/v2.0/keys"
CONFIGURATION = "/v2.0/.well-known/openid-configuration"
AUTHORIZE_V1 = "/oauth2/authorize"
TOKEN_V1 = "/oauth2/token"  # noqa: S105  # a path
DEVICE_CODE_V1 = "/oauth2/devicecode"
LOGOUT_V1 = "/oauth2/logout"
USERINFO = "/oidc/userinfo"
"""Under no tenant, as at Microsoft Graph in Entra."""
IMDS_TOKEN = "/metadata/identity/oauth2/token"  # noqa: S105  # a path
APP_SERVICE_TOKEN = "/msi/token"  # noqa: S105  # a path
"""Of managed identities, on a listener of their own."""
FORWARD_AUTH = "/forward-auth"
"""What proxies ask about every request of theirs."""
FORWARD_SIGN_IN = "/forward-sign-in"
"""Where they send a browser that nobody signed in with."""
DEVICE_PAGE = "/device"
"""Where a person types the code of another device; short, and under no tenant."""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The addresses under one authority segment; `login_url` without a slash at its end."""

    login_url: str
    segment: str

    def at(self, path: str) -> str:
        """Give the absolute address of one of the paths above."""
        return f"{self.login_url}/{self.segment}{path}"


def issuer(login_url: str, tenant_id: str) -> str:
    """Give the `iss` of everything this service signs, and of authorization responses (RFC 9207).

    Strict clients compare it byte for byte with the discovery document (wire contract section 2).
    """
    return f"{login_url}/{tenant_id}/v2.0"
