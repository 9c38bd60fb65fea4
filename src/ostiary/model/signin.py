"""One sign-in: the facts that conditions read and the proofs that controls read."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Final, TypeAlias


class Missing(Enum):
    """`MISSING`: nobody can tell this fact. Never the same as None, which means "not set"."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING


class TokenGrant(Enum):
    """How the token is asked for."""

    AUTHORIZATION_CODE = "authorization_code"
    REFRESH_TOKEN = "refresh_token"  # noqa: S105  # a grant's name
    PASSWORD = "password"  # noqa: S105  # a grant's name
    DEVICE_CODE = "device_code"
    CLIENT_CREDENTIALS = "client_credentials"
    MANAGED_IDENTITY = "managed_identity"
    ON_BEHALF_OF = "on_behalf_of"


@dataclass(frozen=True, slots=True)
class UserIdentity:
    """A person signing in; the two external members override the directory's own."""

    user_id: str
    external_type: str | None = None
    external_tenant: str | None = None


@dataclass(frozen=True, slots=True)
class WorkloadIdentity:
    """A service principal asking for its own token, by object id or application id."""

    principal_id: str


Identity: TypeAlias = UserIdentity | WorkloadIdentity


class UserAction(Enum):
    """Tasks that policies can target beside resources, in the words of What If."""

    REGISTER_SECURITY_INFORMATION = "registerSecurityInformation"
    REGISTER_OR_JOIN_DEVICES = "registerOrJoinDevices"


@dataclass(frozen=True, slots=True)
class Resources:
    """Applications a token is asked for; `scopes` None: scopes play no part."""

    app_ids: tuple[str, ...] = ()
    scopes: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class AuthenticationContext:
    """A step-up request for one authentication context (`c1` to `c99`)."""

    value: str


Target: TypeAlias = Resources | UserAction | AuthenticationContext

PropertyValue: TypeAlias = str | bool | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Device:
    """A registered device: lower-case property name -> value. Absent properties are null.

    `recorded` names the properties that the source tells of (a log tells of few): nobody knows the
    others. None: the source tells of all.
    """

    properties: tuple[tuple[str, PropertyValue], ...] = ()
    recorded: frozenset[str] | None = None

    def get(self, name: str) -> PropertyValue:
        """Give the value of a property by its lower-case name, None where it is null."""
        for key, value in self.properties:
            if key == name:
                return value
        return None

    @property
    def is_compliant(self) -> bool:
        """Whether device management holds it compliant; says nothing means no."""
        return self.get("iscompliant") is True

    @property
    def is_hybrid_joined(self) -> bool:
        """Whether it is Microsoft Entra hybrid joined."""
        return str(self.get("trusttype") or "").casefold() == "serverad"


@dataclass(frozen=True, slots=True)
class AcceptedTerms:
    """One acceptance of terms of use, whole days ago, on a device or on none in particular."""

    agreement_id: str
    days_ago: int = 0
    device_id: str | None = None


@dataclass(frozen=True, slots=True)
class Proofs:
    """What has been shown in this sign-in or its session, and what the user could still show.

    `registered_methods` None: whatever is asked for is registered (the convention of the
    conformance suite). Minutes count since the last full authentication.
    """

    methods: frozenset[str] = frozenset()
    mfa: bool = False
    mfa_registered: bool = True
    registered_methods: frozenset[str] | None = None
    home_mfa: bool = False
    home_methods: frozenset[str] = frozenset()
    home_identity_provider: str = "entra"
    fido2_aaguid: str | None = None
    x509_issuer_ski: str | None = None
    x509_policy_oids: frozenset[str] = frozenset()
    minutes_since_authentication: float = 0
    accepted_terms: tuple[AcceptedTerms, ...] = ()
    custom_factors: frozenset[str] = frozenset()
    password_changed: bool = False
    approved_application: bool = False
    compliant_application: bool = False


@dataclass(frozen=True, slots=True)
class Client:
    """The application that asks for the token."""

    app_id: str | None = None
    confidential: bool = False
    response_types: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SignIn:
    """One attempt to get a token. MISSING marks facts that nobody recorded.

    `country` None: the address maps to no country; `country_known` False: nobody looked, as in a
    request of What If; MISSING: somebody did, and the log does not tell.
    `device` None: the device is not registered. Risk levels are Graph's words, `none` for none.
    What If does not `follow_dependencies`.
    """

    identity: Identity
    target: Target | Missing = field(default_factory=Resources)
    client_app_type: str | Missing | None = None
    platform: str | Missing | None = None
    address: str | Missing | None = None
    country: str | Missing | None = None
    country_known: bool = False
    device: Device | Missing | None = None
    sign_in_risk: str | Missing = "none"
    user_risk: str | Missing = "none"
    service_principal_risk: str | Missing = "none"
    insider_risk: str | Missing = "none"
    agent_risk: str | Missing = "none"
    authentication_flow: str | Missing | None = None
    original_transfer_method: str | None = None
    grant: TokenGrant = TokenGrant.AUTHORIZATION_CODE
    interactive: bool = True
    direct_connect_eligible: bool = False
    follow_dependencies: bool = True
    client: Client = field(default_factory=Client)
    proofs: Proofs = field(default_factory=Proofs)

    @property
    def legacy_client(self) -> bool:
        """Whether the client speaks a protocol that cannot ask the user for anything."""
        return self.client_app_type in {"exchangeActiveSync", "easSupported", "other"}

    @property
    def can_prompt(self) -> bool:
        """Whether the user can be asked for something in answer to this request.

        Workload identities are nobody, legacy clients and the password grant show no page
        (entra-docs conditional-access/policy-block-legacy-authentication;
        identity-platform/v2-oauth-ropc).
        """
        person = isinstance(self.identity, UserIdentity)
        return person and not self.legacy_client and self.grant is not TokenGrant.PASSWORD
