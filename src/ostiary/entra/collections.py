"""What is pulled of a tenant: each member of a tenant document, and where Graph has it.

Of users, devices and the like only the members that decide anything are asked for: less personal
data, and far shorter answers. Policies are read from beta: what v1.0 does not know of a policy it
leaves out of the answer in silence, and a policy without its condition means something else. Users
and service principals are too: only beta tells which of them are agents.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from ostiary.entra import permissions
from ostiary.entra.permissions import Need
from ostiary.tenant.documents import POLICIES, ROLE_ASSIGNMENTS

_PAGE: Final = "999"
_CONDITIONAL_ACCESS: Final = "/beta/identity/conditionalAccess"


@dataclass(frozen=True, slots=True)
class Pulled:
    """One collection: its member of the tenant document, its path in Graph, who may read it.

    `delegated_only`: Graph lets no application of its own read it.
    """

    key: str
    path: str
    need: Need
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    delegated_only: bool = False


def _paged(*members: str) -> dict[str, str]:
    return {"$select": ",".join(members), "$top": _PAGE}


COLLECTIONS: Final = (
    Pulled(POLICIES, f"{_CONDITIONAL_ACCESS}/policies", permissions.READ_POLICIES),
    Pulled("namedLocations", f"{_CONDITIONAL_ACCESS}/namedLocations", permissions.READ_POLICIES),
    Pulled(
        "authenticationContextClassReferences",
        f"{_CONDITIONAL_ACCESS}/authenticationContextClassReferences",
        permissions.READ_POLICIES,
    ),
    Pulled(
        "authenticationStrengthPolicies",
        "/beta/policies/authenticationStrengthPolicies",
        permissions.READ_POLICIES,
        {"$expand": "combinationConfigurations"},
    ),
    Pulled(
        "agreements",
        "/v1.0/identityGovernance/termsOfUse/agreements",
        permissions.READ_AGREEMENTS,
        delegated_only=True,
    ),
    Pulled(
        "users",
        "/beta/users",
        permissions.READ_USERS,
        _paged(
            "id",
            "displayName",
            "userPrincipalName",
            "userType",
            "accountEnabled",
            "creationType",
            "externalUserState",
        ),
    ),
    Pulled(
        "groups",
        "/v1.0/groups",
        permissions.READ_GROUPS,
        _paged(
            "id",
            "displayName",
            "description",
            "groupTypes",
            "isAssignableToRole",
            "mailEnabled",
            "mailNickname",
            "membershipRule",
            "securityEnabled",
        ),
    ),
    Pulled(
        ROLE_ASSIGNMENTS,
        "/v1.0/roleManagement/directory/roleAssignments",
        permissions.READ_ROLES,
        {"$expand": "roleDefinition"},
    ),
    Pulled(
        "servicePrincipals",
        "/beta/servicePrincipals",
        permissions.READ_APPLICATIONS,
        _paged(
            "id",
            "appId",
            "displayName",
            "servicePrincipalType",
            "appOwnerOrganizationId",
            "accountEnabled",
            "signInAudience",
            "servicePrincipalNames",
            "replyUrls",
            "tags",
        ),
    ),
    Pulled(
        "applications",
        "/v1.0/applications",
        permissions.READ_APPLICATIONS,
        _paged(
            "id",
            "appId",
            "displayName",
            "signInAudience",
            "identifierUris",
            "isFallbackPublicClient",
            "api",
            "appRoles",
            "publicClient",
            "requiredResourceAccess",
            "spa",
            "web",
        ),
    ),
    Pulled(
        "devices",
        "/v1.0/devices",
        permissions.READ_DEVICES,
        _paged(
            "id",
            "deviceId",
            "displayName",
            "accountEnabled",
            "isCompliant",
            "isManaged",
            "manufacturer",
            "model",
            "operatingSystem",
            "operatingSystemVersion",
            "physicalIds",
            "profileType",
            "systemLabels",
            "trustType",
            "deviceOwnership",
            "extensionAttributes",
            "mdmAppId",
        ),
    ),
    Pulled(
        "userRegistrationDetails",
        "/v1.0/reports/authenticationMethods/userRegistrationDetails",
        permissions.READ_LOGS,
    ),
)
KEYS: Final = tuple(each.key for each in COLLECTIONS)
