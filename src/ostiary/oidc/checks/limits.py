"""How long a parameter may be, and which characters it may have (checklist AZ12, DS01)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from ostiary.oidc.errors import OAuthError, oauth_error
from ostiary.oidc.parameters import Parameters

MOST_BYTES: Mapping[str, int] = MappingProxyType(
    {
        "client_id": 128,
        "redirect_uri": 2048,
        "state": 4096,
        "nonce": 4096,
        "scope": 8192,
        "claims": 16384,
        "id_token_hint": 16384,
        "login_hint": 1024,
        "assertion": 16384,
        "client_assertion": 16384,
    }
)
OTHER_BYTES = 4096
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
"""A state with a line break would not come back verbatim from a form (HTML normalises it)."""


def parameter_too_long(parameters: Parameters) -> OAuthError | None:
    """Find a value that is too long or has control characters."""
    for name, value in parameters.pairs:
        most = MOST_BYTES.get(name, OTHER_BYTES)
        if len(value.encode("utf-8", "surrogatepass")) > most:
            return oauth_error(90013, name=name, detail=f"it is longer than {most} bytes")
        if name in MOST_BYTES and _CONTROL.search(value):
            return oauth_error(90013, name=name, detail="it has control characters")
    return None
