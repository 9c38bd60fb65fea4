"""Checking a signed token whatever it is: algorithm, header, type, key, signature.

Every consumer of a JWT goes through `verified` (checklist TK04). What a header says of keys
(`jku`, `x5u`, `jwk`) is never used: a key is one that we hold already.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from ostiary.model.json_types import is_object
from ostiary.tokens.errors import Refusal, TokenRefused

LONGEST_TOKEN = 64 * 1024
_LONGEST_HEADER = 16 * 1024
"""A header may hold a chain of certificates (`x5c` of MSAL for Node)."""

FindKey = Callable[[Mapping[str, Any]], RSAKey | None]
"""Gives the key for a header, out of those we hold."""


class _Registry(jws.JWSRegistry):
    max_header_length = _LONGEST_HEADER
    max_payload_length = LONGEST_TOKEN


@dataclass(frozen=True, slots=True)
class Verified:
    """A token whose signature is right: its header and its claims, not yet looked at."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]


def verified(
    token: str, find_key: FindKey, *, algorithms: tuple[str, ...], types: tuple[str | None, ...]
) -> Verified:
    """Check the signature of a token; raises TokenRefused.

    `types` are the values of `typ` that are taken, in lower case; None stands for an absent one.
    """
    header = header_of(token)
    if header.get("alg") not in algorithms:
        raise TokenRefused(Refusal.ALGORITHM, f"expected one of {', '.join(algorithms)}")
    if "crit" in header or "b64" in header:
        raise TokenRefused(
            Refusal.HEADER, "the header asks for an extension that is not understood"
        )
    if _type(header) not in types:
        raise TokenRefused(Refusal.TYPE, "the token is of another type")
    key = find_key(header)
    if key is None:
        raise TokenRefused(Refusal.UNKNOWN_KEY, "the token is signed with a key that is not known")
    registry = _Registry(algorithms=list(algorithms), strict_check_header=False)
    try:
        signed = jws.deserialize_compact(token, key, list(algorithms), registry)
    except JoseError:
        raise TokenRefused(Refusal.SIGNATURE, "the signature is not right") from None
    return Verified(header, _object(signed.payload or b""))


def header_of(token: str) -> Mapping[str, Any]:
    """Read the header of a token that nobody has checked yet; raises TokenRefused."""
    parts = token.split(".")
    if len(token) > LONGEST_TOKEN or not token.isascii() or len(parts) != 3:
        raise _malformed()
    return _object(_decoded(parts[0]))


def _type(header: Mapping[str, Any]) -> str | None:
    """Give `typ` in lower case without `application/` (RFC 7515, 4.1.9)."""
    written = header.get("typ")
    return written.casefold().removeprefix("application/") if isinstance(written, str) else None


def _decoded(part: str) -> bytes:
    if not part or len(part) > 2 * _LONGEST_HEADER or set(part) & {"+", "/", "="}:
        raise _malformed()
    try:
        return base64.b64decode(part + "=" * (-len(part) % 4), b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise _malformed() from None


def _object(octets: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(octets)
    except (ValueError, RecursionError):
        raise _malformed() from None
    if not is_object(value):
        raise _malformed()
    return value


def _malformed() -> TokenRefused:
    return TokenRefused(Refusal.MALFORMED, "this is no signed token")


@dataclass(frozen=True, slots=True)
class Lifetime:
    """The times that a token must be in force at, in seconds since 1970, and the skew allowed."""

    now: float
    skew: float = 60

    def require(self, claims: Mapping[str, Any]) -> None:
        """Check `exp`, `nbf` and `iat`, which may have fractions; raises TokenRefused.

        MSAL for Python sends floats in client assertions (wire contract, 2.3).
        """
        if self.now - self.skew >= numeric_date(claims, "exp"):
            raise TokenRefused(Refusal.EXPIRED, "the token has expired")
        self.require_begun(claims)

    def require_begun(self, claims: Mapping[str, Any]) -> None:
        """Check `nbf` and `iat` alone; raises TokenRefused."""
        for name in ("nbf", "iat"):
            if name in claims and numeric_date(claims, name) > self.now + self.skew:
                raise TokenRefused(Refusal.NOT_YET, f"`{name}` is in the future")


def numeric_date(claims: Mapping[str, Any], name: str) -> float:
    """Give a NumericDate (RFC 7519, 2); raises TokenRefused where it is missing or no number.

    Python reads `NaN` in JSON too, which would be neither past nor to come.
    """
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TokenRefused(Refusal.CLAIMS, f"expected a time in `{name}`")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise TokenRefused(Refusal.CLAIMS, f"expected a time in `{name}`")
    return number
