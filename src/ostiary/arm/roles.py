"""Azure roles: what each allows, and what a caller holds at a scope.

Source: azure-docs role-based-access-control/built-in-roles, scope-overview. A directory role
counts for nothing here, that of a Global Administrator neither (elevate-access-global-admin).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Any, Final

from ostiary.http.calls import Call
from ostiary.http.errors import ApiError
from ostiary.model.json_types import as_object

_IMPERSONATION: Final = "user_impersonation"
"""The one delegated permission of the API (azure-docs rest/api/azure, register your client)."""


@dataclass(frozen=True, slots=True)
class AzureRole:
    """A built-in role: actions it allows but for those taken out again."""

    id: str
    name: str
    actions: tuple[str, ...]
    not_actions: tuple[str, ...] = ()

    def allows(self, action: str) -> bool:
        """Tell whether it allows an action; `*` stands for anything, case does not count."""
        folded = action.casefold()
        allowed = any(fnmatchcase(folded, each.casefold()) for each in self.actions)
        return allowed and not any(
            fnmatchcase(folded, each.casefold()) for each in self.not_actions
        )


OWNER: Final = AzureRole("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "Owner", ("*",))
CONTRIBUTOR: Final = AzureRole(
    "b24988ac-6180-42a0-ab88-20f7382dd24c",
    "Contributor",
    ("*",),
    (
        "Microsoft.Authorization/*/Delete",
        "Microsoft.Authorization/*/Write",
        "Microsoft.Authorization/elevateAccess/Action",
    ),
)
READER: Final = AzureRole("acdd72a7-3385-48ef-bd42-f606fba81ae7", "Reader", ("*/read",))
USER_ACCESS_ADMINISTRATOR: Final = AzureRole(
    "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
    "User Access Administrator",
    ("*/read", "Microsoft.Authorization/*", "Microsoft.Support/*"),
)
ROLES: Final[Mapping[str, AzureRole]] = MappingProxyType(
    {each.id: each for each in (OWNER, CONTRIBUTOR, READER, USER_ACCESS_ADMINISTRATOR)}
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whoever has a token may call; the handler shows only what he may see."""

    def refusal(self, call: Call) -> ApiError | None:
        """Refuse only whose application may not call for him."""
        return _not_delegated(call)

    def described(self) -> Mapping[str, Any]:
        """Give it for the document of the API."""
        return {"signedIn": True}


@dataclass(frozen=True, slots=True)
class Action:
    """An action, at the scope that a template names with the parts of the path."""

    action: str
    scope: str = "/subscriptions/{subscription}"

    def refusal(self, call: Call) -> ApiError | None:
        """Refuse who holds no role that allows the action there."""
        undelegated = _not_delegated(call)
        if undelegated is not None:
            return undelegated
        scope = self.scope.format_map(call.path)
        if any(role.allows(self.action) for role in held_at(call, scope)):
            return None
        name, principal = call.actor.name, call.token.object_id
        return ApiError(
            403,
            "AuthorizationFailed",
            f"The client '{name}' with object id '{principal}' does not have authorization to "
            f"perform action '{self.action}' over scope '{scope}' or the scope is invalid. If "
            "access was recently granted, please refresh your credentials.",
        )

    def described(self) -> Mapping[str, Any]:
        """Give it for the document of the API."""
        return {"action": self.action, "scope": self.scope}


def _not_delegated(call: Call) -> ApiError | None:
    """Refuse an application that calls for a person without his, or an administrator's, consent."""
    if call.token.of_application or _IMPERSONATION in call.token.scopes:
        return None
    return ApiError(
        403,
        "AuthorizationFailed",
        f"The application may not call for the user: the access token lacks `{_IMPERSONATION}`.",
    )


def held_at(call: Call, scope: str) -> list[AzureRole]:
    """Give the roles that the caller holds at a scope, there or above it."""
    asked = f"{scope.casefold().rstrip('/')}/"
    return [role for at, role in _held(call) if asked.startswith(f"{at.rstrip('/')}/")]


def scopes_seen(call: Call) -> frozenset[str]:
    """Give the scopes at which the caller holds any role; they and what is above can be seen."""
    return frozenset(at for at, _ in _held(call))


def _held(call: Call) -> Iterator[tuple[str, AzureRole]]:
    for each in call.store.azure.assignments(principals_of(call)):
        properties = as_object(each.document.get("properties"))
        role = ROLES.get(str(properties.get("roleDefinitionId")).rpartition("/")[2])
        if role is not None:
            yield str(properties.get("scope")).casefold(), role


def principals_of(call: Call) -> frozenset[str]:
    """Give the caller and every group he is in, nested ones too."""
    principal = call.token.object_id
    return call.store.groups.all_groups_of(principal) | {principal.casefold()}
