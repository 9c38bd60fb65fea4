"""Who may do what in Graph: delegated scopes, application permissions, directory roles.

A delegated call needs one of the scopes *and* the user one of the roles: the less of both counts.
An application's own call needs one of the application permissions. Sources: the permission tables
of the Graph reference; entra-docs role-based-access-control/permissions-reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from ostiary.administration.required_contexts import ProtectedAction
from ostiary.analysis.lint_stage import GLOBAL_ADMINISTRATOR
from ostiary.graph.step_up import step_up
from ostiary.http.calls import Call
from ostiary.http.errors import ApiError

Together: TypeAlias = frozenset[str]
"""Permissions that are needed all at once."""

CONDITIONAL_ACCESS_ADMINISTRATOR: Final = "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9"
SECURITY_ADMINISTRATOR: Final = "194ae4cb-b126-40b2-bd5b-6091b380977d"
SECURITY_READER: Final = "5d6b6bb7-de71-4623-b4af-96380a352509"
SECURITY_OPERATOR: Final = "5f2222b1-57c3-48ba-8ad5-d4759f1fde6f"
GLOBAL_READER: Final = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
REPORTS_READER: Final = "4a5d8f65-41da-4de4-8968-e035b65339cf"
USER_ADMINISTRATOR: Final = "fe930be7-5e62-47db-91af-98c3a49a38b1"

POLICY_WRITERS: Final = frozenset(
    {GLOBAL_ADMINISTRATOR, CONDITIONAL_ACCESS_ADMINISTRATOR, SECURITY_ADMINISTRATOR}
)
POLICY_READERS: Final = POLICY_WRITERS | {SECURITY_READER, SECURITY_OPERATOR, GLOBAL_READER}
LOG_READERS: Final = POLICY_READERS - {CONDITIONAL_ACCESS_ADMINISTRATOR} | {REPORTS_READER}
USER_WRITERS: Final = frozenset({GLOBAL_ADMINISTRATOR, USER_ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Allowed:
    """What an operation needs. `roles` None: any member of the tenant, no role needed.

    `delegated` and `application` list alternatives; an empty `application` lets no application in.
    """

    delegated: tuple[Together, ...]
    application: tuple[Together, ...]
    roles: frozenset[str] | None
    action: ProtectedAction | None = None

    def doing(self, action: ProtectedAction) -> Allowed:
        """Give it for an action that can be protected."""
        return replace(self, action=action)

    def refusal(self, call: Call) -> ApiError | None:
        """Tell why a caller may not."""
        token = call.token
        if token.of_application:
            return None if _any(self.application, token.roles) else _denied(self.application)
        if not _any(self.delegated, token.scopes):
            return _denied(self.delegated)
        if self.roles is not None and not self.roles & call.directory_roles:
            return ApiError(
                403,
                "Authorization_RequestDenied",
                "Insufficient privileges to complete the operation.",
            )
        return step_up(call, self.action) if self.action else None

    def described(self) -> Mapping[str, Any]:
        """Give it for the document of the API, and for the matrix of roles and operations."""
        return {
            "delegated": [sorted(each) for each in self.delegated],
            "application": [sorted(each) for each in self.application],
            "roles": None if self.roles is None else sorted(self.roles),
            **({"protectedAction": self.action.value} if self.action else {}),
        }


def together(*permissions: str) -> Together:
    """Name permissions that are needed all at once."""
    return frozenset(permissions)


def _any(alternatives: tuple[Together, ...], held: frozenset[str]) -> bool:
    folded = {each.casefold() for each in held}
    return any({each.casefold() for each in needed} <= folded for needed in alternatives)


def _denied(alternatives: tuple[Together, ...]) -> ApiError:
    named = " or ".join(", ".join(sorted(each)) for each in alternatives) or "a signed-in user"
    return ApiError(
        403,
        "Authorization_RequestDenied",
        f"Insufficient privileges to complete the operation: it needs {named}.",
    )


def either(*permissions: str) -> tuple[Together, ...]:
    """Name permissions of which one is enough."""
    return tuple(frozenset({each}) for each in permissions)


READ_POLICIES: Final = Allowed(
    either("Policy.Read.All", "Policy.Read.ConditionalAccess"),
    either("Policy.Read.All", "Policy.Read.ConditionalAccess"),
    POLICY_READERS,
)
WRITE_POLICIES: Final = Allowed(
    (together("Policy.Read.All", "Policy.ReadWrite.ConditionalAccess", "Application.Read.All"),),
    (together("Policy.Read.All", "Policy.ReadWrite.ConditionalAccess", "Application.Read.All"),),
    POLICY_WRITERS,
)
WRITE_LOCATIONS: Final = Allowed(
    (together("Policy.Read.All", "Policy.ReadWrite.ConditionalAccess"),),
    (together("Policy.Read.All", "Policy.ReadWrite.ConditionalAccess"),),
    POLICY_WRITERS,
)
_EVALUATING: Final = either(
    "Policy.Read.ConditionalAccess", "Policy.Read.All", "Policy.ReadWrite.ConditionalAccess"
)
EVALUATE: Final = Allowed(_EVALUATING, _EVALUATING, POLICY_READERS)
_PROVING: Final = (together("Policy.Read.All", "Directory.Read.All"),)
READ_PROOFS: Final = Allowed(_PROVING, _PROVING, POLICY_READERS)
"""Proofs, lint and coverage (ours) tell of policies, and of people, groups and their methods."""
READ_CONTEXTS: Final = READ_POLICIES
WRITE_CONTEXTS: Final = Allowed(
    either("Policy.ReadWrite.ConditionalAccess"),
    either("Policy.ReadWrite.ConditionalAccess"),
    POLICY_WRITERS,
)
_READING_STRENGTHS: Final = either(
    "Policy.Read.All",
    "Policy.ReadWrite.ConditionalAccess",
    "Policy.ReadWrite.AuthenticationMethod",
)
_WRITING_STRENGTHS: Final = either(
    "Policy.ReadWrite.ConditionalAccess", "Policy.ReadWrite.AuthenticationMethod"
)
READ_STRENGTHS: Final = Allowed(_READING_STRENGTHS, _READING_STRENGTHS, POLICY_READERS)
WRITE_STRENGTHS: Final = Allowed(_WRITING_STRENGTHS, _WRITING_STRENGTHS, POLICY_WRITERS)
_READING_ROLES: Final = either(
    "RoleManagement.Read.Directory", "RoleManagement.ReadWrite.Directory", "Directory.Read.All"
)
READ_PROTECTED_ACTIONS: Final = Allowed(_READING_ROLES, _READING_ROLES, POLICY_READERS)
_PROTECTING: Final = (
    together("Policy.ReadWrite.ConditionalAccess", "RoleManagement.ReadWrite.Directory"),
)
PROTECT_ACTIONS: Final = Allowed(_PROTECTING, (), POLICY_WRITERS).doing(ProtectedAction.PROTECT)
REQUIRE_MFA: Final = WRITE_LOCATIONS.doing(ProtectedAction.UPDATE_POLICY)
DECLARE_EMERGENCY: Final = Allowed(
    (together("Policy.Read.All", "Policy.ReadWrite.ConditionalAccess"),),
    (),
    frozenset({GLOBAL_ADMINISTRATOR}),
)
"""Who is left out of the policies, and what counts as a drill of theirs: people, and few."""
_READING_SERVER: Final = either("Organization.Read.All", "Directory.Read.All")
READ_SERVER: Final = Allowed(_READING_SERVER, _READING_SERVER, POLICY_READERS)
READ_LOGS: Final = Allowed(either("AuditLog.Read.All"), either("AuditLog.Read.All"), LOG_READERS)
VERIFY_LOGS: Final = Allowed(
    either("AuditLog.Read.All"),
    either("AuditLog.Read.All"),
    frozenset({GLOBAL_ADMINISTRATOR, SECURITY_ADMINISTRATOR, SECURITY_READER, GLOBAL_READER}),
)
"""Reading the whole log at once costs: not everybody who reads some of it."""
_OWN: Final = either("User.Read", "User.Read.All", "User.ReadWrite.All", "Directory.Read.All")
READ_ME: Final = Allowed(_OWN, (), None)
REVOKE_OWN: Final = Allowed(either("User.ReadWrite", "User.ReadWrite.All"), (), None)
READ_ORGANIZATION: Final = Allowed(
    either("User.Read", "Organization.Read.All", "Directory.Read.All"),
    either("Organization.Read.All", "Directory.Read.All"),
    None,
)
_USERS: Final = either(
    "User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"
)
READ_USERS: Final = Allowed(_USERS, _USERS, None)
WRITE_USERS: Final = Allowed(
    either("User.ReadWrite.All"), either("User.ReadWrite.All"), USER_WRITERS
)
_GROUPS: Final = either(
    "Group.Read.All", "Group.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"
)
READ_GROUPS: Final = Allowed(_GROUPS, _GROUPS, None)
_APPLICATIONS: Final = either(
    "Application.Read.All",
    "Application.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
)
READ_APPLICATIONS: Final = Allowed(_APPLICATIONS, _APPLICATIONS, None)
