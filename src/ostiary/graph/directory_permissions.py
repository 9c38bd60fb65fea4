"""Who may change the directory through Graph: permissions and roles as the reference lists them.

Sources: the permission tables of the Graph reference; entra-docs
role-based-access-control/permissions-reference. Roles that read are `None`: members may.
"""

from __future__ import annotations

from typing import Final

from ostiary.analysis.lint_stage import GLOBAL_ADMINISTRATOR
from ostiary.graph.permissions import (
    GLOBAL_READER,
    POLICY_READERS,
    POLICY_WRITERS,
    SECURITY_ADMINISTRATOR,
    SECURITY_OPERATOR,
    SECURITY_READER,
    USER_ADMINISTRATOR,
    USER_WRITERS,
    Allowed,
    either,
)

AUTHENTICATION_ADMINISTRATOR: Final = "c4e39bd9-1100-46d3-8c65-fb160da0071f"
PRIVILEGED_AUTHENTICATION_ADMINISTRATOR: Final = "7be44c8a-adaf-4e2a-84d6-ab2649e08a13"
PRIVILEGED_ROLE_ADMINISTRATOR: Final = "e8611ab8-c189-46e8-94e1-60213ab1f814"
GROUPS_ADMINISTRATOR: Final = "fdd7a751-b60b-444a-984c-02652fe8fa1c"
APPLICATION_ADMINISTRATOR: Final = "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"
CLOUD_APPLICATION_ADMINISTRATOR: Final = "158c047a-c907-4556-b7ef-446551a6b5f7"
INTUNE_ADMINISTRATOR: Final = "3a2c62db-5318-420d-8d74-23affee5d9d5"
CLOUD_DEVICE_ADMINISTRATOR: Final = "7698a772-787b-4ac8-901f-60d6b08affd2"
WINDOWS_365_ADMINISTRATOR: Final = "11451d60-acb2-45eb-a7d6-43d0f0125c13"
DOMAIN_NAME_ADMINISTRATOR: Final = "8329153b-31d0-4727-b945-745eb3bc5f31"
ROLE_MANAGEMENT: Final = "RoleManagement.ReadWrite.Directory"

ROLE_WRITERS: Final = frozenset({GLOBAL_ADMINISTRATOR, PRIVILEGED_ROLE_ADMINISTRATOR})
GROUP_WRITERS: Final = frozenset({GLOBAL_ADMINISTRATOR, GROUPS_ADMINISTRATOR, USER_ADMINISTRATOR})
APPLICATION_WRITERS: Final = frozenset(
    {GLOBAL_ADMINISTRATOR, APPLICATION_ADMINISTRATOR, CLOUD_APPLICATION_ADMINISTRATOR}
)
METHOD_WRITERS: Final = frozenset(
    {
        GLOBAL_ADMINISTRATOR,
        AUTHENTICATION_ADMINISTRATOR,
        PRIVILEGED_AUTHENTICATION_ADMINISTRATOR,
    }
)
METHOD_READERS: Final = METHOD_WRITERS | {GLOBAL_READER}


def both(*permissions: str, roles: frozenset[str] | None) -> Allowed:
    """Declare that one of the permissions is needed, delegated or an application's own."""
    return Allowed(either(*permissions), either(*permissions), roles)


READ_METHODS: Final = both(
    "UserAuthenticationMethod.Read.All",
    "UserAuthenticationMethod.ReadWrite.All",
    roles=METHOD_READERS,
)
WRITE_METHODS: Final = both("UserAuthenticationMethod.ReadWrite.All", roles=METHOD_WRITERS)
READ_ROLES: Final = both(
    "RoleManagement.Read.Directory",
    ROLE_MANAGEMENT,
    "Directory.Read.All",
    "Directory.ReadWrite.All",
    roles=None,
)
WRITE_ROLES: Final = both(ROLE_MANAGEMENT, roles=ROLE_WRITERS)
# Which of the roles is enough depends on the group: see `ranks.require_group_rank`.
WRITE_GROUPS: Final = both(
    "Group.ReadWrite.All", "Directory.ReadWrite.All", roles=GROUP_WRITERS | ROLE_WRITERS
)
WRITE_MEMBERS: Final = both(
    "GroupMember.ReadWrite.All",
    "Group.ReadWrite.All",
    "Directory.ReadWrite.All",
    roles=GROUP_WRITERS | ROLE_WRITERS,
)
WRITE_APPLICATIONS: Final = both(
    "Application.ReadWrite.All", "Directory.ReadWrite.All", roles=APPLICATION_WRITERS
)
# Entra's roles for admin consent; who gives permissions of the tenant's own services, and which:
# `ranks.require_app_role_grantable`.
CONSENT_WRITERS: Final = APPLICATION_WRITERS | {PRIVILEGED_ROLE_ADMINISTRATOR}
READ_GRANTS: Final = both(
    "DelegatedPermissionGrant.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
    roles=None,
)
WRITE_GRANTS: Final = both(
    "DelegatedPermissionGrant.ReadWrite.All", "Directory.ReadWrite.All", roles=CONSENT_WRITERS
)
READ_APP_ROLES: Final = both(
    "Application.Read.All",
    "Application.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
    roles=None,
)
ASSIGN_APP_ROLES: Final = both("AppRoleAssignment.ReadWrite.All", roles=CONSENT_WRITERS)
COMPLIANCE_WRITERS: Final = frozenset(
    {GLOBAL_ADMINISTRATOR, INTUNE_ADMINISTRATOR, WINDOWS_365_ADMINISTRATOR}
)
"""Who may say what a device is: whether it is compliant, managed, whose it is."""
DEVICE_WRITERS: Final = COMPLIANCE_WRITERS | {CLOUD_DEVICE_ADMINISTRATOR}
_AS_USER: Final = either("Directory.AccessAsUser.All")
READ_DEVICES: Final = both(
    "Device.Read.All", "Directory.Read.All", "Directory.ReadWrite.All", roles=None
)
CREATE_DEVICES: Final = Allowed(_AS_USER, (), COMPLIANCE_WRITERS)
WRITE_DEVICES: Final = Allowed(
    _AS_USER, either("Device.ReadWrite.All", "Directory.ReadWrite.All"), DEVICE_WRITERS
)
WRITE_ORGANIZATION: Final = both(
    "Organization.ReadWrite.All", roles=frozenset({GLOBAL_ADMINISTRATOR})
)
READ_DOMAINS: Final = both(
    "Domain.Read.All",
    "Domain.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
    roles=None,
)
WRITE_DOMAINS: Final = both(
    "Domain.ReadWrite.All", roles=frozenset({GLOBAL_ADMINISTRATOR, DOMAIN_NAME_ADMINISTRATOR})
)
DELETED_WRITERS: Final = USER_WRITERS | GROUP_WRITERS | APPLICATION_WRITERS | ROLE_WRITERS
# What a deleted object is decides what it really takes: see `deleted_objects`.
READ_DELETED: Final = both(
    "User.Read.All",
    "User.ReadWrite.All",
    "Group.Read.All",
    "Group.ReadWrite.All",
    "Application.Read.All",
    "Application.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
    roles=DELETED_WRITERS | {GLOBAL_READER},
)
WRITE_DELETED: Final = both(
    "User.ReadWrite.All",
    "Group.ReadWrite.All",
    "Application.ReadWrite.All",
    "Directory.ReadWrite.All",
    roles=DELETED_WRITERS,
)
# Graph lets no application of its own read or write terms of use.
READ_AGREEMENTS: Final = Allowed(
    either("Agreement.Read.All", "Agreement.ReadWrite.All"), (), POLICY_READERS
)
WRITE_AGREEMENTS: Final = Allowed(either("Agreement.ReadWrite.All"), (), POLICY_WRITERS)
READ_ACCEPTANCES: Final = Allowed(
    either("AgreementAcceptance.Read.All", "Agreement.ReadWrite.All"), (), POLICY_READERS
)
READ_OWN_ACCEPTANCES: Final = Allowed(
    either("AgreementAcceptance.Read", "AgreementAcceptance.Read.All"), (), None
)
RISK_WRITERS: Final = frozenset({GLOBAL_ADMINISTRATOR, SECURITY_ADMINISTRATOR, SECURITY_OPERATOR})
RISK_READERS: Final = RISK_WRITERS | {SECURITY_READER, GLOBAL_READER}
_RISKY: Final = {"user": "IdentityRiskyUser", "servicePrincipal": "IdentityRiskyServicePrincipal"}
READ_RISKS: Final = {
    kind: both(f"{name}.Read.All", f"{name}.ReadWrite.All", roles=RISK_READERS)
    for kind, name in _RISKY.items()
}
WRITE_RISKS: Final = {
    kind: both(f"{name}.ReadWrite.All", roles=RISK_WRITERS) for kind, name in _RISKY.items()
}
