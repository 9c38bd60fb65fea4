"""Claims challenges: what a resource or the token endpoint asks a client to come back with.

Sources: entra-docs identity-platform/claims-challenge, app-resilience-continuous-access-evaluation;
the wire contract, 3 (continuous access evaluation) and semantics, 2.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ostiary.tokens.claims import Authority


@dataclass(frozen=True, slots=True)
class ClaimsChallenge:
    """What an access token must satisfy.

    `issued_from`: it must be newer than this (seconds since 1970), because something was revoked.
    `policies`: ids of the policies that ask for more. `context`: an authentication context.
    """

    issued_from: int | None = None
    policies: Sequence[str] = ()
    context: str | None = None

    def to_json(self) -> str:
        """Give the JSON text that stands as a string in `claims` of a token error."""
        asked: dict[str, Any] = {}
        if self.issued_from is not None:
            asked["nbf"] = {"essential": True, "value": str(self.issued_from)}
        if self.policies:
            asked["capolids"] = {"essential": True, "values": list(self.policies)}
        if self.context is not None:
            asked["acrs"] = {"essential": True, "value": self.context}
        return json.dumps({"access_token": asked}, separators=(",", ":"))

    def to_header(self, authority: Authority) -> str:
        """Give `WWW-Authenticate` for a resource that answers 401.

        Base64 with padding: Python reads the alphabet of URLs, Node the standard one, and our
        texts come out alike in both. INVARIANT: sent only in answer to a token with `cp1`.
        """
        claims = base64.b64encode(self.to_json().encode("ascii")).decode()
        uri = f"{authority.url}/common/oauth2/authorize"
        return (
            f'Bearer realm="", authorization_uri="{uri}", '
            f'error="insufficient_claims", claims="{claims}"'
        )
