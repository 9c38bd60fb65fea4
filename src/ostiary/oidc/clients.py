"""What the protocol has to know of an application: addresses, allowed forms, credentials."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ostiary.signin.client_apps import RedirectPlatform

CODE_ONLY = frozenset({"code"})
ALL_RESPONSE_MODES = frozenset({"query", "fragment", "form_post"})


@dataclass(frozen=True, slots=True)
class RedirectUri:
    """One registered redirect URI and the platform it stands under."""

    uri: str
    platform: RedirectPlatform


@dataclass(frozen=True, slots=True)
class ClientSecret:
    """A client secret as it is kept: the SHA-256 of a random value that was shown once."""

    key_id: str
    sha256: bytes
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """A certificate the application signs with, as DER."""

    key_id: str
    der: bytes
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class FederatedCredential:
    """A token of another issuer that counts as this application.

    All three are compared exactly, case included (Graph's federatedIdentityCredential).
    """

    key_id: str
    issuer: str
    subject: str
    audience: str = "api://AzureADTokenExchange"


@dataclass(frozen=True, slots=True)
class ClientApp:
    """An application that asks for tokens.

    `public_flows`: *Allow public client flows* (isFallbackPublicClient). `response_types` in
    canonical form (`code`, `id_token`, `code id_token`). `proof_key_optional` lets a confidential
    client leave out PKCE even without a nonce.
    """

    app_id: str
    display_name: str = ""
    enabled: bool = True
    redirect_uris: tuple[RedirectUri, ...] = ()
    public_flows: bool = False
    response_types: frozenset[str] = CODE_ONLY
    response_modes: frozenset[str] = ALL_RESPONSE_MODES
    proof_key_optional: bool = False
    secrets: tuple[ClientSecret, ...] = ()
    certificates: tuple[ClientCertificate, ...] = ()
    federated: tuple[FederatedCredential, ...] = ()

    @property
    def has_credentials(self) -> bool:
        """Whether it was ever given anything to prove itself with, expired or not."""
        return bool(self.secrets or self.certificates or self.federated)
