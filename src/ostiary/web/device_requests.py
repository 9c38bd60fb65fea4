"""What a device asks for, kept with its code until a person approves it (RFC 8628)."""

from __future__ import annotations

from dataclasses import dataclass

from ostiary.model.json_types import JsonObject, as_strings
from ostiary.oidc.checks.claims import ClaimsRequest
from ostiary.oidc.scopes import ScopeRequest
from ostiary.web.user_tokens import read_scope, written_scope


@dataclass(frozen=True, slots=True)
class DeviceRequest:
    """What a device asked for, and where it asked from; None where nobody can tell.

    MSAL for Python polls without scope and claims, so both are remembered (wire contract 2.2).
    """

    scope: ScopeRequest
    claims: ClaimsRequest
    address: str | None = None
    country: str | None = None


def written_device_request(request: DeviceRequest) -> JsonObject:
    """Write it into the document of a device code."""
    return {
        "scope": written_scope(request.scope),
        "capabilities": sorted(request.claims.capabilities),
        "contexts": list(request.claims.contexts),
        "address": request.address,
        "country": request.country,
    }


def read_device_request(document: JsonObject) -> DeviceRequest:
    """Read what `written_device_request` wrote."""
    claims = ClaimsRequest(
        frozenset(as_strings(document["capabilities"])), tuple(as_strings(document["contexts"]))
    )
    scope = read_scope(document["scope"])
    return DeviceRequest(scope, claims, document["address"], document["country"])
