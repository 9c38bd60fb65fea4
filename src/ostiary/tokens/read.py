"""Reading our own tokens back: access tokens at resources, ID tokens as hints."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from joserfc.jwk import RSAKey

from ostiary.model.json_types import as_strings
from ostiary.secrecy.clock import Clock
from ostiary.tokens.claims import CONTINUOUS, MULTIFACTOR, Authority, TokenVersion
from ostiary.tokens.errors import Refusal, TokenRefused
from ostiary.tokens.issue import ACCESS_TOKEN_TYPE, ID_TOKEN_TYPE
from ostiary.tokens.keys import SigningKeys
from ostiary.tokens.rsa_keys import public_half
from ostiary.tokens.signed import Lifetime, Verified, verified
from ostiary.tokens.signing import ALGORITHM


@dataclass(frozen=True, slots=True)
class AccessToken:
    """An access token that is in force, as a resource reads it."""

    claims: Mapping[str, Any]

    @property
    def object_id(self) -> str:
        """The user's or the service principal's object id."""
        return str(self.claims.get("oid", ""))

    @property
    def app_id(self) -> str:
        """The client that got the token."""
        return str(self.claims.get("appid") or self.claims.get("azp") or "")

    @property
    def of_application(self) -> bool:
        """Whether it stands for a workload identity, not for a person."""
        return self.claims.get("idtyp") == "app"

    @property
    def scopes(self) -> frozenset[str]:
        """Delegated permissions."""
        return frozenset(str(self.claims.get("scp", "")).split())

    @property
    def roles(self) -> frozenset[str]:
        """Application permissions."""
        return frozenset(as_strings(self.claims.get("roles")))

    @property
    def role_ids(self) -> frozenset[str]:
        """Template ids of directory roles."""
        return frozenset(as_strings(self.claims.get("wids")))

    @property
    def contexts(self) -> frozenset[str]:
        """Authentication contexts that were satisfied."""
        return frozenset(as_strings(self.claims.get("acrs")))

    @property
    def multifactor(self) -> bool:
        """Whether the person signed in with multifactor authentication."""
        return MULTIFACTOR in as_strings(self.claims.get("amr"))

    @property
    def continuous(self) -> bool:
        """Whether the client handles claims challenges."""
        return CONTINUOUS in as_strings(self.claims.get("xms_cc"))

    @property
    def issued(self) -> int:
        """When it was issued, in seconds since 1970."""
        return int(self.claims.get("iat", 0))

    @property
    def factors(self) -> tuple[str, ...]:
        """What the person had shown, as the issuer wrote it."""
        return tuple(as_strings(self.claims.get("xms_factors")))

    @property
    def flow(self) -> str | None:
        """The transfer method that the sign-in began with, None for an ordinary one."""
        flow = self.claims.get("xms_flow")
        return flow if isinstance(flow, str) else None

    @property
    def device_id(self) -> str | None:
        """The registered device that the sign-in was made on, None where nobody can tell."""
        device = self.claims.get("deviceid")
        return device if isinstance(device, str) else None

    @property
    def address(self) -> str | None:
        """Where the sign-in was made, None where nobody could tell."""
        address = self.claims.get("ipaddr")
        return address if isinstance(address, str) else None

    @property
    def session_id(self) -> str | None:
        """The session it comes from; None for workload identities."""
        session = self.claims.get("sid")
        return session if isinstance(session, str) else None


class TokenReader:
    """Reads tokens of one tenant, with the keys as they stand at the moment."""

    def __init__(self, keys: Callable[[], SigningKeys], authority: Authority, clock: Clock) -> None:
        """Take the keys from `keys` each time."""
        self._keys, self._clock = keys, clock
        self._issuers = frozenset(authority.issuer(version) for version in TokenVersion)

    def access_token(self, token: str, audiences: frozenset[str]) -> AccessToken:
        """Read a bearer token of a resource that goes by `audiences`; raises TokenRefused."""
        claims = self._verified(token, ACCESS_TOKEN_TYPE).claims
        self._require_issuer(claims)
        _require_audience(claims, audiences)
        Lifetime(self._clock.seconds()).require(claims)
        return AccessToken(claims)

    def id_token_hint(self, token: str) -> Mapping[str, Any]:
        """Read an ID token that is given back as a hint, whichever client it was for.

        It may have expired (OIDC RP-Initiated Logout 1.0, 2). Raises TokenRefused.
        """
        claims = self._verified(token, ID_TOKEN_TYPE).claims
        self._require_issuer(claims)
        Lifetime(self._clock.seconds()).require_begun(claims)
        return claims

    def _verified(self, token: str, token_type: str) -> Verified:
        types = (token_type.casefold(),)
        return verified(token, self._key_of, algorithms=(ALGORITHM,), types=types)

    def _key_of(self, header: Mapping[str, Any]) -> RSAKey | None:
        wanted = header.get("kid")
        found = next((key for key in self._keys() if key.kid == wanted), None)
        return _public(found.modulus, found.exponent) if found else None

    def _require_issuer(self, claims: Mapping[str, Any]) -> None:
        if claims.get("iss") not in self._issuers:
            raise TokenRefused(Refusal.ISSUER, "the token was issued by another authority")


def _require_audience(claims: Mapping[str, Any], audiences: frozenset[str]) -> None:
    """Take exactly one audience, as a text (TK06); a slash at its end makes no difference."""
    audience = claims.get("aud")
    known = {each.rstrip("/") for each in audiences}
    if not isinstance(audience, str) or audience.rstrip("/") not in known:
        raise TokenRefused(Refusal.AUDIENCE, "the token is for another resource")


_public = lru_cache(maxsize=16)(public_half)
