"""Which permissions each operation of Graph asks for, written from the reference's tables.

The first rule whose pattern fits an operation counts. Alternatives are parted by blanks, `+` joins
what is needed together; `delegated` and `application` differ only where both are given.
Source: the permission tables of the Graph reference.
"""

from __future__ import annotations

import re

_USERS = "User.Read.All User.ReadWrite.All Directory.Read.All Directory.ReadWrite.All"
_GROUPS = "Group.Read.All Group.ReadWrite.All Directory.Read.All Directory.ReadWrite.All"
_APPS = "Application.Read.All Application.ReadWrite.All Directory.Read.All Directory.ReadWrite.All"
_WRITE_APPS = "Application.ReadWrite.All Directory.ReadWrite.All"
_GRANTS = "DelegatedPermissionGrant.ReadWrite.All"
_CA = "Policy.ReadWrite.ConditionalAccess"
_STRENGTH = f"{_CA} Policy.ReadWrite.AuthenticationMethod"
_ROLES = "RoleManagement.Read.Directory RoleManagement.ReadWrite.Directory Directory.Read.All"
_DEVICES = "Device.Read.All Directory.Read.All Directory.ReadWrite.All"
_METHODS = "UserAuthenticationMethod.ReadWrite.All"
_STRENGTHS = "(identity/conditionalAccess/authenticationStrength|policies/authenticationStrength)"
_AGREEMENTS = "identityGovernance/termsOfUse/agreements"
RULES: tuple[tuple[str, str] | tuple[str, str, str], ...] = (
    ("GET me/agreementAcceptances", "AgreementAcceptance.Read AgreementAcceptance.Read.All", ""),
    ("POST me/revokeSignInSessions", "User.ReadWrite User.ReadWrite.All", ""),
    ("GET me.*", "User.Read User.Read.All User.ReadWrite.All Directory.Read.All", ""),
    ("GET users/{id}/authentication/.*", f"UserAuthenticationMethod.Read.All {_METHODS}"),
    (".* users/{id}/authentication/.*", _METHODS),
    ("GET .*/oauth2PermissionGrants", f"{_GRANTS} Directory.Read.All Directory.ReadWrite.All"),
    ("GET oauth2PermissionGrants.*", f"{_GRANTS} Directory.Read.All Directory.ReadWrite.All"),
    (".* oauth2PermissionGrants.*", f"{_GRANTS} Directory.ReadWrite.All"),
    ("(POST|DELETE) .*/appRoleAssign.*", "AppRoleAssignment.ReadWrite.All"),
    ("GET (users|groups)/{id}/appRoleAssign.*", _APPS),
    ("GET users(/{id})?(/(owned|registered|manager|directReports|signIn).*)?(/.count)?", _USERS),
    ("(POST|PATCH|PUT|DELETE) users(/{id})?(/(revoke|manager).*)?", "User.ReadWrite.All"),
    (
        "(POST|DELETE) groups/{id}/members.*",
        "GroupMember.ReadWrite.All Group.ReadWrite.All Directory.ReadWrite.All",
    ),
    (
        "(POST|PATCH|DELETE) groups(/{id})?(/owners.*)?",
        "Group.ReadWrite.All Directory.ReadWrite.All",
    ),
    (r"GET directoryRole.*", f"{_ROLES} Directory.ReadWrite.All"),
    ("GET roleManagement/directory/role.*", f"{_ROLES} Directory.ReadWrite.All"),
    ("GET roleManagement/directory/resource.*", _ROLES),
    (
        "PATCH roleManagement/directory/resource.*",
        f"{_CA}+RoleManagement.ReadWrite.Directory",
        "",
    ),
    (".* (directoryRoles|roleManagement).*", "RoleManagement.ReadWrite.Directory"),
    (
        f"GET {_AGREEMENTS}/{{id}}/acceptances",
        "AgreementAcceptance.Read.All Agreement.ReadWrite.All",
        "",
    ),
    (f"GET {_AGREEMENTS}.*", "Agreement.Read.All Agreement.ReadWrite.All", ""),
    (f".* {_AGREEMENTS}.*", "Agreement.ReadWrite.All", ""),
    ("GET devices/{id}/(transitiveM|m)emberOf.*", _GROUPS),
    ("GET devices.*", _DEVICES),
    ("POST devices", "Directory.AccessAsUser.All", ""),
    (
        ".* devices.*",
        "Directory.AccessAsUser.All",
        "Device.ReadWrite.All Directory.ReadWrite.All",
    ),
    (
        "GET organization.*",
        "User.Read Organization.Read.All Directory.Read.All",
        "Organization.Read.All Directory.Read.All",
    ),
    ("PATCH organization.*", "Organization.ReadWrite.All"),
    (
        "GET domains.*",
        "Domain.Read.All Domain.ReadWrite.All Directory.Read.All Directory.ReadWrite.All",
    ),
    (".* domains.*", "Domain.ReadWrite.All"),
    (
        "GET identityProtection/riskyUsers.*",
        "IdentityRiskyUser.Read.All IdentityRiskyUser.ReadWrite.All",
    ),
    (".* identityProtection/riskyUsers.*", "IdentityRiskyUser.ReadWrite.All"),
    (
        "GET identityProtection/risky.*",
        "IdentityRiskyServicePrincipal.Read.All IdentityRiskyServicePrincipal.ReadWrite.All",
    ),
    (".* identityProtection/risky.*", "IdentityRiskyServicePrincipal.ReadWrite.All"),
    ("(GET auditLogs|GET reports|POST identity/conditionalAccess/impact)/.*", "AuditLog.Read.All"),
    ("POST auditLogs/directoryAudits/verify", "AuditLog.Read.All"),
    (f"GET {_STRENGTHS}.*", f"Policy.Read.All {_STRENGTH}"),
    (f".* {_STRENGTHS}.*", _STRENGTH),
    (
        ".* identity/conditionalAccess/(policies/verdict|proofs/.*|lint|coverage|.*/gates)",
        "Policy.Read.All+Directory.Read.All",
    ),
    ("POST .*/rollouts/{id}/approve", f"Policy.Read.All+{_CA}+Application.Read.All", ""),
    (".*/(evaluate|impact)", f"Policy.Read.ConditionalAccess Policy.Read.All {_CA}"),
    ("GET admin/ostiary/.*", "Organization.Read.All Directory.Read.All"),
    ("(PATCH|POST) .*/emergencyAccess.*", f"Policy.Read.All+{_CA}", ""),
    (
        "GET (identity/conditionalAccess|policies)/.*",
        "Policy.Read.All Policy.Read.ConditionalAccess",
    ),
    (".*(authenticationContext|conditionalAccess/deletedItems).*", _CA),
    (
        ".* (identity/conditionalAccess/namedLocations|policies/mandatory).*",
        f"Policy.Read.All+{_CA}",
    ),
    (".* identity/conditionalAccess/.*", f"Policy.Read.All+{_CA}+Application.Read.All"),
    ("GET (applications|servicePrincipals)(?!.*emberOf).*", _APPS),
    (
        "(POST|PATCH|PUT|DELETE) (applications|servicePrincipals)(?!.*Member(Groups|Objects)).*",
        _WRITE_APPS,
    ),
    (
        "GET directory/deletedItems/{id}",
        f"{_APPS} Group.Read.All Group.ReadWrite.All User.Read.All User.ReadWrite.All",
    ),
    ("GET directory/deletedItems/microsoft.graph.user", _USERS),
    ("GET directory/deletedItems/microsoft.graph.group", _GROUPS),
    ("GET directory/deletedItems/microsoft.graph.(application|servicePrincipal)", _APPS),
    (
        ".* directory/deletedItems/.*",
        "Application.ReadWrite.All Directory.ReadWrite.All Group.ReadWrite.All User.ReadWrite.All",
    ),
    (".*(groups|emberOf|MemberGroups|MemberObjects|getByIds|appRoleAssign).*", _GROUPS),
)


def permissions_of(operation: str) -> tuple[list[frozenset[str]], list[frozenset[str]]]:
    """Give the alternatives of an operation, delegated and of applications."""
    rule = next(each for each in RULES if re.fullmatch(each[0], operation))
    delegated, application = rule[1], rule[2] if len(rule) == 3 else rule[1]
    return _alternatives(delegated), _alternatives(application)


def _alternatives(written: str) -> list[frozenset[str]]:
    return [frozenset(each.split("+")) for each in written.split()]
