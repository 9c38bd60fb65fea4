"""A JWT that a client hands in: taken apart strictly, its signature verified by a key we chose.

Source: RFC 7515, RFC 7519, RFC 8725. Nothing in the header ever brings a key along: `jku`, `x5u`,
`jwk` and `x5c` are not looked up (checklist TK02, TK04).
"""

from __future__ import annotations

import math
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from joserfc import jws
from joserfc.jwk import RSAKey

from ostiary.model.json_types import JsonObject
from ostiary.oidc.json_text import json_object

ALGORITHMS = frozenset({"RS256", "PS256"})
_REGISTRY = jws.JWSRegistry(algorithms=sorted(ALGORITHMS))
TYPES = frozenset({"", "jwt", "client-authentication+jwt"})
"""The values of `typ`, folded; an access token that says so is none (checklist TK05)."""
LONGEST = 16384
SKEW_SECONDS = 60
"""By how much clocks may differ (checklist CK01)."""
_KEY_BITS = (2048, 8192)
"""Smaller keys are weak, larger ones cost too much time."""


@dataclass(frozen=True, slots=True)
class SignedClaims:
    """Header and claims of a JWT whose signature was *not* verified yet."""

    text: str
    header: JsonObject
    claims: JsonObject

    def string(self, name: str) -> str | None:
        """Give a claim that is a string, None where it is absent or anything else."""
        value = self.claims.get(name)
        return value if isinstance(value, str) else None

    def time(self, name: str) -> float | None:
        """Give a NumericDate; MSAL Python writes fractions of seconds."""
        value = self.claims.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        return float(value) if _in_range(value) else None

    @property
    def audiences(self) -> tuple[str, ...]:
        """The audience, one or several; anything but strings makes none."""
        value = self.claims.get("aud")
        listed: list[object] = value if isinstance(value, list) else [value]  # pyright: ignore[reportUnknownVariableType]  # JSON
        return tuple(each for each in listed if isinstance(each, str))


def _in_range(value: float) -> bool:
    return -1e12 < value < 1e12 and (isinstance(value, int) or math.isfinite(value))


def taken_apart(text: str) -> SignedClaims | None:
    """Take a compact JWS apart; None for what is none or may not be one.

    Refused with everything malformed: algorithms beside RS256 and PS256, critical extensions,
    tokens of other types.
    """
    parts = text.split(".")
    if len(text) > LONGEST or len(parts) != 3:
        return None
    header, claims = (_object(part) for part in parts[:2])
    if header is None or claims is None or "crit" in header:
        return None
    algorithm, kind = header.get("alg"), header.get("typ", "")
    if not isinstance(algorithm, str) or not isinstance(kind, str):
        return None
    if algorithm not in ALGORITHMS or kind.casefold() not in TYPES:
        return None
    return SignedClaims(text, header, claims)


def _object(part: str) -> JsonObject | None:
    octets = unpadded_base64url(part)
    return None if octets is None else json_object(octets)


def unpadded_base64url(text: str) -> bytes | None:
    """Decode base64url with or without its padding, None for anything else.

    MSAL Python pads `x5t` (wire contract section 2.3).
    """
    bare = text.rstrip("=")
    if not bare.replace("-", "").replace("_", "").isalnum() or not bare.isascii():
        return None
    try:
        return urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    except ValueError:
        return None


def signed_by(token: SignedClaims, key: RSAKey) -> bool:
    """Verify the signature with one key, by the algorithm of the header (from our list).

    joserfc's own reader of a JWS allows a header of 512 bytes, too little for an `x5c`.
    """
    message, _, encoded = token.text.rpartition(".")
    signature = unpadded_base64url(encoded)
    if signature is None:
        return False
    algorithm = _REGISTRY.get_alg(str(token.header["alg"]))
    return algorithm.verify(message.encode("ascii"), signature, key)


def usable_key(public: object) -> RSAKey | None:
    """Give an RSA public key of a sensible size to verify with, None for any other key."""
    if not isinstance(public, RSAPublicKey) or not _KEY_BITS[0] <= public.key_size <= _KEY_BITS[1]:
        return None
    return RSAKey.import_key(public)


def key_of_jwk(jwk: JsonObject) -> RSAKey | None:
    """Read the public key of a JWK (RFC 7518 section 6.3.1), None where it is no usable RSA key."""
    modulus, exponent = (_number(jwk.get(name)) for name in ("n", "e"))
    if jwk.get("kty") != "RSA" or modulus is None or exponent is None:
        return None
    try:
        return usable_key(RSAPublicNumbers(exponent, modulus).public_key())
    except ValueError:
        return None


def _number(value: object) -> int | None:
    octets = unpadded_base64url(value) if isinstance(value, str) else None
    return None if octets is None else int.from_bytes(octets, "big")


def time_fault(token: SignedClaims, *, now: datetime, longest: float | None = None) -> str | None:
    """Say why a token does not count now, None where it does.

    `longest`: how many seconds ahead the end may lie.
    """
    at, expires = now.timestamp(), token.time("exp")
    if expires is None:
        return "it has no expiry time"
    if expires + SKEW_SECONDS <= at:
        return "it has expired"
    if longest is not None and expires - SKEW_SECONDS > at + longest:
        return f"it lasts longer than {longest:g} seconds"
    for name in ("nbf", "iat"):
        if name not in token.claims:
            continue
        starts = token.time(name)
        if starts is None or starts > at + SKEW_SECONDS:
            return "it is not valid yet"
    return None
