"""Which directory roles each operation on the directory asks for; None: any member (AD02)."""

from __future__ import annotations

from ostiary.graph.permissions import (
    GLOBAL_ADMINISTRATOR,
    GLOBAL_READER,
    SECURITY_ADMINISTRATOR,
    SECURITY_OPERATOR,
    SECURITY_READER,
    USER_ADMINISTRATOR,
)

AUTHENTICATION = "c4e39bd9-1100-46d3-8c65-fb160da0071f"
PRIVILEGED_AUTHENTICATION = "7be44c8a-adaf-4e2a-84d6-ab2649e08a13"
GROUPS_ADMINISTRATOR = "fdd7a751-b60b-444a-984c-02652fe8fa1c"
PRIVILEGED_ROLE = "e8611ab8-c189-46e8-94e1-60213ab1f814"


def roles(*held: str) -> frozenset[str]:
    """Give roles, with the Global Administrator, who may do everything."""
    return frozenset({GLOBAL_ADMINISTRATOR, *held})


USERS = roles(USER_ADMINISTRATOR)
METHODS = roles(AUTHENTICATION, PRIVILEGED_AUTHENTICATION)
ROLES = roles(PRIVILEGED_ROLE)
GROUPS = roles(GROUPS_ADMINISTRATOR, USER_ADMINISTRATOR, PRIVILEGED_ROLE)
APPLICATIONS = roles(
    "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",  # Application Administrator
    "158c047a-c907-4556-b7ef-446551a6b5f7",  # Cloud Application Administrator
)
CONSENT = APPLICATIONS | ROLES
DELETING = USERS | GROUPS | APPLICATIONS
DOMAINS = roles("8329153b-31d0-4727-b945-745eb3bc5f31")  # Domain Name Administrator
_PEOPLE = ("me", "users/{id}")
_DELETED = "directory/deletedItems/{id}"
_GRANTS = "oauth2PermissionGrants"
_APP_ROLES = (
    *(f"{each}/{{id}}/appRoleAssignments" for each in ("users", "groups", "servicePrincipals")),
    "servicePrincipals/{id}/appRoleAssignedTo",
)
_COMPLIANCE = (
    "3a2c62db-5318-420d-8d74-23affee5d9d5",  # Intune Administrator
    "11451d60-acb2-45eb-a7d6-43d0f0125c13",  # Windows 365 Administrator
)
VOUCHING = roles(*_COMPLIANCE)
DEVICES = VOUCHING | {"7698a772-787b-4ac8-901f-60d6b08affd2"}  # Cloud Device Administrator
_OF_DEVICE = tuple(f"devices/{{id}}/{each}" for each in ("registeredOwners", "registeredUsers"))
_CREDENTIALS = ("addPassword", "removePassword", "addKey", "removeKey")
_OWNED = ("applications/{id}/owners", "servicePrincipals/{id}/owners")
RISK_WRITERS = roles(SECURITY_ADMINISTRATOR, SECURITY_OPERATOR)
RISK_READERS = RISK_WRITERS | {SECURITY_READER, GLOBAL_READER}
_RISKY = tuple(f"identityProtection/{each}" for each in ("riskyUsers", "riskyServicePrincipals"))
_FEDERATED = "applications/{id}/federatedIdentityCredentials"
_MANAGEMENT = "roleManagement/directory"
_METHODS_OF = "users/{id}/authentication"
_KINDS = ("fido2Methods", "softwareOathMethods", "temporaryAccessPassMethods")
DIRECTORY: dict[str, frozenset[str] | None] = {
    "POST users": USERS,
    "DELETE users/{id}": USERS,
    f"POST {_METHODS_OF}/temporaryAccessPassMethods": METHODS,
    **{
        f"GET {_METHODS_OF}/{each}": METHODS | {GLOBAL_READER}
        for each in (
            "methods",
            "passwordMethods",
            *_KINDS,
            *(f"{kind}/{{method}}" for kind in _KINDS),
        )
    },
    **{f"DELETE {_METHODS_OF}/{kind}/{{method}}": METHODS for kind in _KINDS},
    f"POST {_METHODS_OF}/requireReregistration": METHODS,
    "GET users/{id}/signInSessions": USERS | METHODS | RISK_READERS,
    "POST groups": GROUPS,
    "PATCH groups/{id}": GROUPS,
    "DELETE groups/{id}": GROUPS,
    "POST groups/{id}/members/$ref": GROUPS,
    "DELETE groups/{id}/members/{member}/$ref": GROUPS,
    "GET groups/{id}/transitiveMembers": None,
    "POST directoryObjects/getByIds": None,
    **{
        f"POST {kind}/{{id}}/{each}": None
        for kind in ("users", "groups", "directoryObjects")
        for each in ("getMemberGroups", "getMemberObjects", "checkMemberGroups")
    },
    f"POST {_MANAGEMENT}/roleAssignments": ROLES,
    f"DELETE {_MANAGEMENT}/roleAssignments/{{id}}": ROLES,
    "POST directoryRoles": ROLES,
    "POST directoryRoles/{id}/members/$ref": ROLES,
    "POST me/revokeSignInSessions": None,
    "DELETE directoryRoles/{id}/members/{member}/$ref": ROLES,
    **{
        f"GET {each}": None
        for each in (
            f"{_MANAGEMENT}/roleAssignments",
            f"{_MANAGEMENT}/roleAssignments/{{id}}",
            f"{_MANAGEMENT}/roleDefinitions",
            f"{_MANAGEMENT}/roleDefinitions/{{id}}",
            "directoryRoleTemplates",
            "directoryRoleTemplates/{id}",
            "directoryRoles",
            "directoryRoles/{id}",
            "directoryRoles/{id}/members",
        )
    },
    "POST devices": VOUCHING,
    "PATCH devices/{id}": DEVICES,
    "DELETE devices/{id}": DEVICES,
    **{f"POST {each}/$ref": DEVICES for each in _OF_DEVICE},
    **{f"DELETE {each}/{{person}}/$ref": DEVICES for each in _OF_DEVICE},
    **{
        f"GET {each}": None
        for each in (
            "devices",
            "devices/{id}",
            *_OF_DEVICE,
            *_OWNED,
            "groups/{id}/owners",
            "servicePrincipals/{id}/ownedObjects",
            *(
                f"{whose}/{each}"
                for whose in ("me", "users/{id}")
                for each in ("ownedObjects", "ownedDevices", "registeredDevices")
            ),
            _FEDERATED,
            f"{_FEDERATED}/{{key}}",
        )
    },
    "PUT users/{id}/manager/$ref": USERS,
    "DELETE users/{id}/manager/$ref": USERS,
    "PATCH organization/{id}": roles(),
    "PATCH identity/conditionalAccess/emergencyAccess": roles(),
    "POST identity/conditionalAccess/emergencyAccess/accounts/{id}/beginDrill": roles(),
    "POST domains": DOMAINS,
    "POST domains/{id}/verify": DOMAINS,
    "PATCH domains/{id}": DOMAINS,
    "DELETE domains/{id}": DOMAINS,
    **{
        f"GET {each}": None
        for each in (
            "organization/{id}",
            "domains",
            "domains/{id}",
            *(f"{whose}/{each}" for whose in _PEOPLE for each in ("manager", "directReports")),
            *(
                f"{whose}/{each}"
                for whose in ("me", "groups/{id}", "servicePrincipals/{id}", "devices/{id}")
                for each in ("memberOf", "transitiveMemberOf")
            ),
        )
    },
    f"POST {_DELETED}/restore": DELETING,
    f"DELETE {_DELETED}": DELETING,
    **{
        f"GET {each}": DELETING | {GLOBAL_READER}
        for each in (
            _DELETED,
            *(
                f"directory/deletedItems/microsoft.graph.{kind}"
                for kind in ("user", "group", "application", "servicePrincipal")
            ),
        )
    },
    f"POST {_GRANTS}": CONSENT,
    f"PATCH {_GRANTS}/{{id}}": CONSENT,
    f"DELETE {_GRANTS}/{{id}}": CONSENT,
    **{f"POST {each}": CONSENT for each in _APP_ROLES},
    **{f"DELETE {each}/{{assignment}}": CONSENT for each in _APP_ROLES},
    **{
        f"GET {each}": None
        for path in _APP_ROLES
        for each in (
            path,
            f"{path}/{{assignment}}",
            _GRANTS,
            f"{_GRANTS}/{{id}}",
            f"users/{{id}}/{_GRANTS}",
            f"servicePrincipals/{{id}}/{_GRANTS}",
        )
    },
    "POST groups/{id}/owners/$ref": GROUPS,
    "DELETE groups/{id}/owners/{owner}/$ref": GROUPS,
    **dict.fromkeys(
        (
            "POST applications",
            "PATCH applications/{id}",
            "DELETE applications/{id}",
            *(
                f"POST {kind}/{{id}}/{each}"
                for kind in ("applications", "servicePrincipals")
                for each in _CREDENTIALS
            ),
            *(f"POST {each}/$ref" for each in _OWNED),
            *(f"DELETE {each}/{{owner}}/$ref" for each in _OWNED),
            f"POST {_FEDERATED}",
            f"PATCH {_FEDERATED}/{{key}}",
            f"DELETE {_FEDERATED}/{{key}}",
            "POST servicePrincipals",
            "PATCH servicePrincipals/{id}",
            "DELETE servicePrincipals/{id}",
        ),
        APPLICATIONS,
    ),
    **{
        f"{each}": RISK_READERS for path in _RISKY for each in (f"GET {path}", f"GET {path}/{{id}}")
    },
    **{
        f"POST {path}/{each}": RISK_WRITERS
        for path in _RISKY
        for each in ("confirmCompromised", "dismiss")
    },
}
READING = {
    "POST directoryObjects/getByIds",
    *(name for name in DIRECTORY if name.endswith(("MemberGroups", "MemberObjects"))),
}
"""What is asked by POST and changes nothing."""
