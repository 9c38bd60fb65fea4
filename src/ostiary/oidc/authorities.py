"""The first segment of every path: which tenant, or any, a client signs in to.

Source: entra-docs identity-platform/v2-protocols (tenant, verified domain, organizations, common).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ostiary.oidc.errors import OAuthError, oauth_error


class AuthorityKind(Enum):
    """One tenant by id or domain, or whichever the user belongs to."""

    TENANT = "tenant"
    ORGANIZATIONS = "organizations"
    COMMON = "common"


@dataclass(frozen=True, slots=True)
class TenantNames:
    """The names of the tenant of this server: its id and its verified domains, lower case."""

    tenant_id: str
    domains: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Authority:
    """A path segment that was understood; `segment` as it is written in addresses."""

    kind: AuthorityKind
    segment: str
    tenant_id: str

    @property
    def names_tenant(self) -> bool:
        """Whether the client named a tenant, rather than leaving it to the user's account."""
        return self.kind is AuthorityKind.TENANT


_SHARED = {"organizations": AuthorityKind.ORGANIZATIONS, "common": AuthorityKind.COMMON}


def authority_of(segment: str, names: TenantNames) -> Authority | OAuthError:
    """Read a path segment, in any case; az writes all of it in lower case.

    A domain stands for its tenant and is written as the id from then on. Anything else, the
    personal accounts of `consumers` included, is AADSTS90002.
    """
    folded = segment.casefold()
    shared = _SHARED.get(folded)
    if shared is not None:
        return Authority(shared, folded, names.tenant_id)
    if folded == names.tenant_id.casefold() or folded in names.domains:
        return Authority(AuthorityKind.TENANT, names.tenant_id, names.tenant_id)
    return oauth_error(90002, tenant=segment)
