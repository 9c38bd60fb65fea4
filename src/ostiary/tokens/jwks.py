"""The published keys: `/{tenant}/discovery/v2.0/keys`."""

from __future__ import annotations

from typing import Any

from ostiary.tokens.keys import KeyState, SigningKeys

CACHE_SECONDS = 3600
CACHE_CONTROL = f"public, max-age={CACHE_SECONDS}"
_ORDER = (KeyState.ACTIVE, KeyState.NEXT, KeyState.RETIRED)


def jwks(keys: SigningKeys) -> dict[str, Any]:
    """Give the JSON Web Key Set (RFC 7517): public members only, the active key first."""
    ordered = sorted(keys, key=lambda key: (_ORDER.index(key.state), key.kid))
    return {
        "keys": [
            {
                "kty": "RSA",
                "use": "sig",
                "alg": "RS256",
                "kid": key.kid,
                "n": key.modulus,
                "e": key.exponent,
            }
            for key in ordered
        ]
    }
