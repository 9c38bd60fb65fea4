"""The admin center at the token endpoint: codes and refresh tokens become tokens for Graph."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from ostiary.admin.host import SIGNED_IN, Host
from ostiary.admin.inside import asked
from ostiary.model.json_types import JsonObject, as_strings


class SignInAgain(Exception):  # not a failure: what has to happen next
    """The person has to sign in again; `claims` is what the sign-in is then asked for, if any."""

    def __init__(self, claims: str | None = None) -> None:
        """Say with what."""
        super().__init__("sign in again")
        self.claims = claims


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a sign-in gave; `expires` in seconds since 1970."""

    access: str
    refresh: str
    identity: str
    expires: int

    def document(self) -> JsonObject:
        """Write them, to be sealed."""
        return {
            "access": self.access,
            "refresh": self.refresh,
            "identity": self.identity,
            "expires": self.expires,
        }

    @property
    def role_ids(self) -> frozenset[str]:
        """Template ids of the person's directory roles, as the access token tells them.

        Read without a check: the token came from the token endpoint, and Graph checks it again.
        """
        payload = self.access.split(".")[1]
        claims = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return frozenset(as_strings(claims.get("wids")))

    @classmethod
    def read(cls, document: JsonObject) -> Tokens:
        """Read what `document` wrote."""
        return cls(
            str(document["access"]),
            str(document["refresh"]),
            str(document["identity"]),
            int(document["expires"]),
        )


def scope_of(host: Host) -> str:
    """Give the scope: an ID token, a refresh token, and all that Graph consented to."""
    return f"openid profile offline_access {host.graph_url}/.default"


async def redeemed(host: Host, browser: Request, code: str, verifier: str) -> Tokens:
    """Redeem a code. Raises SignInAgain."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": host.login_url + SIGNED_IN,
        "code_verifier": verifier,
    }
    return await _asked(host, browser, form)


async def refreshed(host: Host, browser: Request, tokens: Tokens) -> Tokens:
    """Get newer tokens; the policies are asked anew. Raises SignInAgain."""
    form = {"grant_type": "refresh_token", "refresh_token": tokens.refresh}
    return await _asked(host, browser, form)


async def _asked(host: Host, browser: Request, form: Mapping[str, str]) -> Tokens:
    own = {
        "client_id": host.client_id,
        "client_secret": host.client_secret.reveal(),
        "scope": scope_of(host),
        "claims": '{"access_token":{"xms_cc":{"values":["cp1"]}}}',
    }
    path = f"/{host.tenant_id}/oauth2/v2.0/token"
    answer = await asked(host.sign_in, host.login_url, browser, "POST", path, data={**form, **own})
    body: dict[str, Any] = answer.json()
    if answer.status_code != 200:
        claims = body.get("claims")
        raise SignInAgain(claims if isinstance(claims, str) else None)
    expires = int(host.clock.seconds()) + int(body["expires_in"])
    return Tokens(body["access_token"], body["refresh_token"], body["id_token"], expires)
