"""No parameter may stand twice (RFC 6749 section 3.1; checklist AZ12)."""

from __future__ import annotations

from ostiary.oidc.errors import OAuthError, oauth_error
from ostiary.oidc.parameters import Parameters

ADDRESSING = frozenset({"client_id", "redirect_uri", "response_mode", "response_type", "state"})
"""What says where and how an error is sent: if one of them is doubtful, nothing is sent."""


def duplicate_parameter(parameters: Parameters) -> OAuthError | None:
    """Find a name that stands twice, one that nobody knows included."""
    repeated = parameters.repeated
    return oauth_error(9000411, name=repeated[0]) if repeated else None


def duplicate_addressing(parameters: Parameters) -> OAuthError | None:
    """Find a second value for where the answer goes."""
    repeated = [name for name in parameters.repeated if name in ADDRESSING]
    return oauth_error(9000411, name=repeated[0]) if repeated else None
