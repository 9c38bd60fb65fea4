"""Issuing: times, a unique id and a signature are put to the claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ostiary.model.base64url import encoded
from ostiary.secrecy.clock import Clock
from ostiary.secrecy.randomness import Randomness
from ostiary.secrecy.secret import Secret
from ostiary.tokens.claims import (
    AppGrant,
    Authority,
    IdTokenRequest,
    UserGrant,
    app_claims,
    id_claims,
    pairwise_subject,
    user_claims,
)
from ostiary.tokens.signing import Signer

ACCESS_TOKEN_TYPE = "at+jwt"  # noqa: S105  # a media type
ID_TOKEN_TYPE = "JWT"  # noqa: S105  # a media type
ID_TOKEN_LIFE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class AccessTokenLife:
    """How long access tokens live: drawn between two bounds, so that not all expire at once.

    60 to 90 minutes (entra-docs identity-platform/configurable-token-lifetimes); 20 to 28 hours
    where client and resource take part in continuous access evaluation.
    """

    shortest: timedelta = timedelta(minutes=60)
    longest: timedelta = timedelta(minutes=90)
    shortest_continuous: timedelta = timedelta(hours=20)
    longest_continuous: timedelta = timedelta(hours=28)

    @classmethod
    def exactly(cls, life: timedelta) -> AccessTokenLife:
        """Let every access token live for just so long (`--access-token-lifetime`)."""
        return cls(life, life, life, life)

    def draw(self, grant: UserGrant | AppGrant, randomness: Randomness) -> int:
        """Draw the life of a token in seconds."""
        low, high = self.shortest, self.longest
        if grant.long_lived and grant.continuous:
            low, high = self.shortest_continuous, self.longest_continuous
        spread = int((high - low).total_seconds())
        return int(low.total_seconds()) + randomness.below(spread + 1)


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A signed access token, its life in seconds and its claims, for the log."""

    token: Secret[str]
    expires_in: int
    claims: Mapping[str, Any]


class TokenIssuer:
    """Issues the tokens of one tenant.

    It decides nothing: whoever calls it has had the policies asked (TK14).
    """

    def __init__(
        self,
        signer: Signer,
        authority: Authority,
        subjects: Secret[bytes],
        clock: Clock,
        randomness: Randomness,
        *,
        life: AccessTokenLife = AccessTokenLife(),
    ) -> None:
        """Join what issuing needs; subjects are made with `subjects` (`TenantSecret`)."""
        self._signer, self._clock, self._randomness = signer, clock, randomness
        self._life = life
        self._subjects = subjects
        self.authority = authority

    def access_token(self, grant: UserGrant | AppGrant) -> IssuedToken:
        """Issue an access token; raises SigningUnavailable."""
        claims = (
            user_claims(grant, self.authority, self._subjects)
            if isinstance(grant, UserGrant)
            else app_claims(grant, self.authority)
        )
        life = self._life.draw(grant, self._randomness)
        claims |= self._stamp(life)
        return IssuedToken(self._signer.sign(claims, ACCESS_TOKEN_TYPE), life, claims)

    def id_token(self, request: IdTokenRequest) -> Secret[str]:
        """Issue an ID token; raises SigningUnavailable."""
        claims = id_claims(request, self.authority, self._subjects)
        claims |= self._stamp(int(ID_TOKEN_LIFE.total_seconds()))
        return self._signer.sign(claims, ID_TOKEN_TYPE)

    def subject(self, app_id: str, object_id: str) -> str:
        """Give the `sub` by which an application knows a person (TK07)."""
        return pairwise_subject(self._subjects, self.authority, app_id, object_id)

    def _stamp(self, life: int) -> dict[str, Any]:
        now = int(self._clock.seconds())
        unique = encoded(self._randomness.octets(16))
        return {"iat": now, "nbf": now, "exp": now + life, "uti": unique}
