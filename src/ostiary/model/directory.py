"""Who and what exists in a tenant, as the engine sees it. Frozen; nothing here decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import TypeAlias

from ostiary.model.addresses import AddressRange

Attributes: TypeAlias = Mapping[str, tuple[str, ...]]
"""Custom security attributes: `<Set>_<Attribute>` in lower case -> its values."""

EMPTY: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class User:
    """A user account. `external_type` is None for an ordinary member; `home_tenant` of guests."""

    id: str
    display_name: str = ""
    principal_name: str = ""
    user_type: str = "Member"
    enabled: bool = True
    external_type: str | None = None
    home_tenant: str | None = None
    is_agent: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A group; `members` holds ids of users, groups and service principals, None: not exported."""

    id: str
    display_name: str = ""
    members: tuple[str, ...] | None = None
    dynamic: bool = False
    role_assignable: bool | None = None


@dataclass(frozen=True, slots=True)
class RoleAssignment:
    """An active assignment of a directory role to a user or a role-assignable group."""

    role_id: str
    principal_id: str
    scope: str | None = "/"
    """The directory scope; None: the export does not tell."""
    built_in: bool = True


class PrincipalKind(Enum):
    """What a service principal stands for, as far as Conditional Access tells them apart."""

    APPLICATION = "Application"
    MANAGED_IDENTITY = "ManagedIdentity"
    AGENT_IDENTITY = "ServiceIdentity"


@dataclass(frozen=True, slots=True)
class ServicePrincipal:
    """The object of a workload identity in this tenant."""

    id: str
    app_id: str
    display_name: str = ""
    owner_tenant: str | None = None
    kind: PrincipalKind = PrincipalKind.APPLICATION
    sign_in_audience: str | None = None
    attributes: Attributes | None = None
    """None: the export does not have them."""


@dataclass(frozen=True, slots=True)
class Application:
    """A resource that policies can target, by its application (client) id."""

    app_id: str
    display_name: str = ""
    attributes: Attributes | None = None
    """None: the export does not have them."""


@dataclass(frozen=True, slots=True)
class NamedLocation:
    """An IP named location (`ranges`) or a countries location (`countries`, upper case)."""

    id: str
    display_name: str = ""
    trusted: bool = False
    ranges: tuple[AddressRange, ...] = ()
    countries: frozenset[str] = frozenset()
    unknown_countries: bool = False
    understood: bool = True
    """False for kinds whose membership an address cannot tell (compliant network, service tag)."""


@dataclass(frozen=True, slots=True)
class CombinationLimit:
    """Which FIDO2 models or certificates count for some combinations of a strength."""

    combinations: frozenset[frozenset[str]]
    aaguids: frozenset[str] = frozenset()
    issuer_skis: frozenset[str] = frozenset()
    policy_oids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AuthenticationStrength:
    """Acceptable sets of authentication methods; one set has to be contained in what was used."""

    id: str
    display_name: str
    combinations: tuple[frozenset[str], ...]
    limits: tuple[CombinationLimit, ...] = ()
    built_in: bool = False


@dataclass(frozen=True, slots=True)
class Agreement:
    """Terms of use; `reaccept_days` None: accepted once for ever."""

    id: str
    display_name: str = ""
    reaccept_days: int | None = None
    per_device: bool = False


@dataclass(frozen=True, slots=True)
class Registration:
    """The authentication methods a user has registered (`reports/authenticationMethods`)."""

    user_id: str
    mfa: bool | None
    methods: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class InboundTrust:
    """Which claims of a home tenant this tenant accepts for its external users."""

    mfa: bool = False
    compliant_device: bool = False
    hybrid_joined_device: bool = False


class BaselineScopes(Enum):
    """How requests that ask only for baseline scopes meet *All resources* with exclusions.

    Source: entra-docs conditional-access/concept-enforcement-resource-exclusions.
    """

    ENFORCED = "enforced"
    LEGACY = "legacy"
    CUSTOMIZED = "customized"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a tenant has configured outside its policies, and what Ostiary knows of the services."""

    emergency_access: frozenset[str] = frozenset()
    baseline_scopes: BaselineScopes = BaselineScopes.ENFORCED
    baseline_app: str | None = None
    inbound_trust: Mapping[str, InboundTrust] = field(default_factory=lambda: MappingProxyType({}))
    mfa_trusted_ips: tuple[AddressRange, ...] = ()
    suites: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    early_dependencies: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    scope_audiences: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def trust_of(self, tenant: str | None) -> InboundTrust:
        """Give the trust for a home tenant: its own entry, otherwise the default one."""
        own = self.inbound_trust.get(tenant or "")
        return own or self.inbound_trust.get("default") or InboundTrust()


@dataclass(frozen=True, slots=True)
class Directory:
    """One tenant without its policies. Ids are lower case; every mapping is by id.

    `role_assignments` None: the export has none at all, so who holds a role is unknown.
    `role_names` are the names of roles, as far as they are known.
    """

    tenant_id: str = ""
    users: Mapping[str, User] = field(default_factory=lambda: MappingProxyType({}))
    groups: Mapping[str, Group] = field(default_factory=lambda: MappingProxyType({}))
    role_assignments: tuple[RoleAssignment, ...] | None = None
    role_names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    service_principals: Mapping[str, ServicePrincipal] = field(
        default_factory=lambda: MappingProxyType({})
    )
    applications: Mapping[str, Application] = field(default_factory=lambda: MappingProxyType({}))
    named_locations: Mapping[str, NamedLocation] = field(
        default_factory=lambda: MappingProxyType({})
    )
    strengths: Mapping[str, AuthenticationStrength] = field(
        default_factory=lambda: MappingProxyType({})
    )
    agreements: Mapping[str, Agreement] = field(default_factory=lambda: MappingProxyType({}))
    registrations: Mapping[str, Registration] = field(default_factory=lambda: MappingProxyType({}))
    settings: Settings = field(default_factory=Settings)

    @property
    def has_people(self) -> bool:
        """Whether the export says anything of users or groups."""
        return bool(self.users or self.groups)
