"""What a caller may do at a scope: the roles that he holds there, or above it, himself or by group.

Source: azure-docs role-based-access-control/overview (how Azure determines access), scope-overview.
A directory role counts for nothing here, that of a Global Administrator neither
(elevate-access-global-admin).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ostiary.arm.azure_roles import ROOT, AzureRole, role_id_of, role_of
from ostiary.arm.scopes import folded_scope, scopes_above
from ostiary.http.calls import Call
from ostiary.http.errors import ApiError
from ostiary.model.json_types import as_object

_IMPERSONATION: Final = "user_impersonation"
"""The one delegated permission of the API (azure-docs rest/api/azure, register your client)."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whoever has a token may call; the handler shows only what he may see."""

    def refusal(self, call: Call) -> ApiError | None:
        """Refuse only whose application may not call for him."""
        return not_delegated(call)

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
        return refusal_of(call, self.action, self.scope.format_map(call.path))

    def described(self) -> Mapping[str, Any]:
        """Give it for the document of the API."""
        return {"action": self.action, "scope": self.scope}


def refusal_of(call: Call, action: str, scope: str) -> ApiError | None:
    """Refuse who, or whose application, may not do an action at a scope; None where he may."""
    return not_delegated(call) or unauthorized(call, action, scope)


def not_delegated(call: Call) -> ApiError | None:
    """Refuse an application that calls for a person without his, or an administrator's, consent."""
    if call.token.of_application or _IMPERSONATION in call.token.scopes:
        return None
    return ApiError(
        403,
        "AuthorizationFailed",
        f"The application may not call for the user: the access token lacks `{_IMPERSONATION}`.",
    )


def unauthorized(call: Call, action: str, scope: str) -> ApiError | None:
    """Give the refusal of an action at a scope, None where a role of the caller allows it."""
    if may(call, action, scope):
        return None
    name, principal = call.actor.name, call.token.object_id
    return ApiError(
        403,
        "AuthorizationFailed",
        f"The client '{name}' with object id '{principal}' does not have authorization to "
        f"perform action '{action}' over scope '{scope}' or the scope is invalid. If "
        "access was recently granted, please refresh your credentials.",
    )


def may(call: Call, action: str, scope: str) -> bool:
    """Tell whether a role of the caller allows an action at a scope."""
    return any(role.allows(action) for role in held_at(call, scope))


def held_at(call: Call, scope: str) -> list[AzureRole]:
    """Give the roles that the caller holds at a scope, there or above it."""
    above = scopes_above(call.store, call.server.tenant_id, scope)
    return [role for at, role in _held(call) if at in above]


def sees(call: Call, scopes: Iterable[str]) -> frozenset[str]:
    """Give those of some scopes at, above or in which the caller holds any role."""
    seen = {at for at, _ in _held(call)}
    tenant = call.server.tenant_id
    found: set[str] = set()
    for each in scopes:
        inside = f"{folded_scope(each)}/"
        if any(at.startswith(inside) for at in seen) or not seen.isdisjoint(
            scopes_above(call.store, tenant, each)
        ):
            found.add(each)
    return frozenset(found)


def sight(call: Call, action: str, subscription: str) -> Callable[[str], bool]:
    """Give what tells whether a role allows an action at a scope in a subscription.

    It is asked of everything in a list, and reads nothing more.
    """
    scopes = [at for at, role in _held(call) if role.allows(action)]
    above = scopes_above(call.store, call.server.tenant_id, subscription)
    if not above.isdisjoint(scopes):
        return lambda scope: True
    return lambda scope: any(f"{folded_scope(scope)}/".startswith(f"{at}/") for at in scopes)


def principals_of(call: Call) -> frozenset[str]:
    """Give the caller and every group he is in, nested ones too."""
    principal = call.token.object_id
    return call.store.groups.all_groups_of(principal) | {principal.casefold()}


def _held(call: Call) -> Iterator[tuple[str, AzureRole]]:
    """Give each role of the caller with the folded scope at which it was assigned."""
    for each in call.store.azure.assignments(principals_of(call)):
        properties = as_object(each.document.get("properties"))
        role = role_of(call.store, role_id_of(properties.get("roleDefinitionId")))
        if role is not None:
            yield folded_scope(str(properties.get("scope") or ROOT)), role
