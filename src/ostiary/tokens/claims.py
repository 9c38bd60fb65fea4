"""What a token says: the claims of Microsoft Entra, for people and for workload identities.

Names and meanings: entra-docs identity-platform/access-token-claims-reference,
id-token-claims-reference, optional-claims-reference; the wire contract, 2.3.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from ostiary.model.base64url import encoded
from ostiary.secrecy.hashing import keyed_digest
from ostiary.secrecy.secret import Secret

ORDINARY_USER_ROLE = "b79fbf4d-3ef9-4689-8143-76b194e85509"
"""In `wids` of every user, beside the directory roles."""
ORDINARY_ACR = "1"
MOST_GROUPS = 200
"""In one token (entra-docs identity-platform/access-token-claims-reference)."""
CONTINUOUS = "cp1"
"""In `xms_cc`: the client can handle a claims challenge."""
MULTIFACTOR = "mfa"
"""In `amr`: what was shown was multifactor authentication."""

_AMR: Mapping[str, str] = {
    "password": "pwd",
    "softwareOath": "otp",
    "hardwareOath": "otp",
    "fido2": "fido",
    "windowsHelloForBusiness": "fido",
    "x509CertificateMultiFactor": "rsa",
    "x509CertificateSingleFactor": "rsa",
    "temporaryAccessPassOneTime": "tap",
    "temporaryAccessPassMultiUse": "tap",
    "microsoftAuthenticatorPush": "swk",
    "deviceBasedPush": "swk",
    "sms": "sms",
    "voice": "tel",
    "federatedSingleFactor": "fed",
    "federatedMultiFactor": "fed",
}
"""Graph's authenticationMethodModes -> `amr` (RFC 8176; `fido` as Entra; `tap` is ours)."""


class TokenVersion(Enum):
    """`ver`: the form that the resource asks for (`requestedAccessTokenVersion`)."""

    V1 = "1.0"
    V2 = "2.0"


class ClientProof(Enum):
    """How the client proved itself: `appidacr`, `azpacr`."""

    PUBLIC = "0"
    SECRET = "1"  # noqa: S105  # the value of a claim
    CERTIFICATE = "2"


@dataclass(frozen=True, slots=True)
class Authority:
    """Who issues: the public URL of the sign-in service, without a slash, and the tenant."""

    url: str
    tenant_id: str

    def issuer(self, version: TokenVersion) -> str:
        """Give `iss`; relying parties compare it byte for byte with discovery."""
        suffix = "v2.0" if version is TokenVersion.V2 else ""
        return f"{self.url}/{self.tenant_id}/{suffix}"


@dataclass(frozen=True, slots=True)
class TokenClient:
    """The application that gets the token."""

    app_id: str
    display_name: str = ""
    proof: ClientProof = ClientProof.PUBLIC


@dataclass(frozen=True, slots=True)
class TokenResource:
    """The application the token is for; `identifier` is the URI by which it was asked for.

    A token of version 1.0 carries the URI as `aud`, one of version 2.0 the application id.
    """

    app_id: str
    identifier: str
    version: TokenVersion = TokenVersion.V1

    @property
    def audience(self) -> str:
        """Give `aud`: always exactly one resource (checklist TK06)."""
        return self.app_id if self.version is TokenVersion.V2 else self.identifier


@dataclass(frozen=True, slots=True)
class Person:
    """The user a token speaks of. `role_ids` are template ids of active directory roles."""

    object_id: str
    principal_name: str
    display_name: str = ""
    role_ids: tuple[str, ...] = ()
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Belonging:
    """The roles that a person has in an application, and the groups that it is told of.

    `ask` is the address where they are asked for, if they are too many for a token.
    """

    roles: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    ask: str = ""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """How and when the person signed in. `methods` are Graph's authenticationMethodModes.

    `contexts` are the authentication contexts that are satisfied (`c1` to `c99`, `p1`).
    """

    methods: frozenset[str]
    multifactor: bool
    at: datetime
    session_id: str
    contexts: frozenset[str] = frozenset()
    acr: str = ORDINARY_ACR
    address: str | None = None
    device_id: str | None = None

    @property
    def amr(self) -> tuple[str, ...]:
        """Give `amr`: what was shown, and `mfa` where it was multifactor."""
        shown = sorted({_AMR[method] for method in self.methods if method in _AMR})
        return (*shown, MULTIFACTOR) if self.multifactor else tuple(shown)


@dataclass(frozen=True, slots=True)
class UserGrant:
    """An access token for a person.

    `continuous`: the client announced that it handles claims challenges. `long_lived`: the
    resource takes part in continuous access evaluation too, so the token may live for a day.
    `policies` is the version of the policies that were asked. `factors` and `flow` tell what was
    shown and how it came here, for a request on behalf of the person (`xms_factors`, `xms_flow`).
    """

    person: Person
    signed_in: SignedIn
    client: TokenClient
    resource: TokenResource
    scopes: tuple[str, ...]
    belonging: Belonging = Belonging()
    continuous: bool = False
    long_lived: bool = False
    policies: str | None = None
    factors: tuple[str, ...] = ()
    flow: str | None = None


@dataclass(frozen=True, slots=True)
class AppGrant:
    """An access token for a workload identity: application permissions only (TK10).

    `managed_resource` is the Azure resource that a managed identity is, or belongs to.
    """

    principal_id: str
    client: TokenClient
    resource: TokenResource
    roles: tuple[str, ...] = ()
    role_ids: tuple[str, ...] = ()
    continuous: bool = False
    long_lived: bool = False
    policies: str | None = None
    managed_resource: str = ""


@dataclass(frozen=True, slots=True)
class IdTokenRequest:
    """An ID token for a client. `access_token` and `code` go with it where it names them."""

    person: Person
    signed_in: SignedIn
    client: TokenClient
    scopes: frozenset[str]
    nonce: str | None = None
    access_token: Secret[str] | None = None
    code: Secret[str] | None = None
    belonging: Belonging = Belonging()
    version: TokenVersion = TokenVersion.V2


def user_claims(grant: UserGrant, authority: Authority, subjects: Secret[bytes]) -> dict[str, Any]:
    """Give the claims of an access token for a person, but for its times and its `uti`."""
    person, signed_in = grant.person, grant.signed_in
    subject = pairwise_subject(subjects, authority, grant.resource.app_id, person.object_id)
    return _present(
        {
            **_common(grant, authority),
            "idtyp": "user",
            "oid": person.object_id,
            "sub": subject,
            "scp": " ".join(grant.scopes),
            "wids": [*person.role_ids, ORDINARY_USER_ROLE],
            "name": person.display_name,
            **_names(person, grant.resource.version),
            **_belonging(grant.belonging),
            **_authentication(signed_in),
            "ipaddr": signed_in.address,
            "deviceid": signed_in.device_id,
            "xms_factors": list(grant.factors),
            "xms_flow": grant.flow,
        }
    )


def app_claims(grant: AppGrant, authority: Authority) -> dict[str, Any]:
    """Give the claims of an access token for a workload identity, but for times and `uti`.

    `sub` is the object id, as in Entra: nobody's privacy is at stake.
    """
    return _present(
        {
            **_common(grant, authority),
            "roles": list(grant.roles),
            "idtyp": "app",
            "oid": grant.principal_id,
            "sub": grant.principal_id,
            "wids": list(grant.role_ids),
            "xms_mirid": grant.managed_resource,
        }
    )


def id_claims(
    request: IdTokenRequest, authority: Authority, subjects: Secret[bytes]
) -> dict[str, Any]:
    """Give the claims of an ID token, but for its times and its `uti`."""
    person, client = request.person, request.client
    profile, email = "profile" in request.scopes, "email" in request.scopes
    return _present(
        {
            "aud": client.app_id,
            "iss": authority.issuer(request.version),
            "ver": request.version.value,
            "tid": authority.tenant_id,
            "oid": person.object_id,
            "sub": pairwise_subject(subjects, authority, client.app_id, person.object_id),
            "name": person.display_name if profile else "",
            **(_names(person, request.version) if profile else {}),
            "email": person.email if email else None,
            **_belonging(request.belonging),
            **_authentication(request.signed_in),
            "auth_time": int(request.signed_in.at.timestamp()),
            "nonce": request.nonce,
            "at_hash": half_hash(request.access_token),
            "c_hash": half_hash(request.code),
        }
    )


def pairwise_subject(
    subjects: Secret[bytes], authority: Authority, app_id: str, object_id: str
) -> str:
    """Give `sub`: the same person is another to each application (OIDC Core, 8.1; TK07).

    It follows from the object id, so an account that is made anew is somebody else.
    """
    digest = keyed_digest(subjects, authority.tenant_id, app_id, object_id)
    return encoded(bytes.fromhex(digest))


def half_hash(value: Secret[str] | None) -> str | None:
    """Give `at_hash` or `c_hash`: the left half of the SHA-256 (OIDC Core, 3.1.3.6)."""
    if value is None:
        return None
    digest = hashlib.sha256(value.reveal().encode("ascii")).digest()
    return encoded(digest[: len(digest) // 2])


def _common(grant: UserGrant | AppGrant, authority: Authority) -> dict[str, Any]:
    resource, client = grant.resource, grant.client
    first = resource.version is TokenVersion.V1
    return {
        "aud": resource.audience,
        "iss": authority.issuer(resource.version),
        "ver": resource.version.value,
        "tid": authority.tenant_id,
        "appid" if first else "azp": client.app_id,
        "appidacr" if first else "azpacr": client.proof.value,
        "app_displayname": client.display_name if first else "",
        "xms_cc": [CONTINUOUS] if grant.continuous else [],
        "xms_policies": grant.policies,
    }


def _belonging(of: Belonging) -> dict[str, Any]:
    """Give `roles` and `groups`; of too many groups only where to ask for them.

    Source: access-token-claims-reference, groups overage claim.
    """
    if len(of.groups) <= MOST_GROUPS:
        return {"roles": list(of.roles), "groups": list(of.groups)}
    return {
        "roles": list(of.roles),
        "_claim_names": {"groups": "src1"},
        "_claim_sources": {"src1": {"endpoint": of.ask}},
    }


def _authentication(signed_in: SignedIn) -> dict[str, Any]:
    return {
        "amr": list(signed_in.amr),
        "acr": signed_in.acr,
        "acrs": sorted(signed_in.contexts),
        "sid": signed_in.session_id,
    }


def _names(person: Person, version: TokenVersion) -> dict[str, str]:
    if version is TokenVersion.V1:
        return {"upn": person.principal_name, "unique_name": person.principal_name}
    return {"preferred_username": person.principal_name}


def _present(claims: dict[str, Any]) -> dict[str, Any]:
    """Leave out what says nothing."""
    return {name: value for name, value in claims.items() if value not in (None, "", [])}
