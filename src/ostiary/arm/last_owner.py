"""The last assignment by which roles can be assigned in a subscription stays.

Source: azure-docs role-based-access-control/troubleshooting (unable to delete the last Owner role
assignment for a subscription): a Global Administrator may take it away all the same.
"""

from __future__ import annotations

from typing import Final

from ostiary.arm.azure_roles import OWNER, USER_ACCESS_ADMINISTRATOR, role_id_of
from ostiary.arm.scopes import folded_scope, subscription_in
from ostiary.directory.documents import Stored
from ostiary.directory.store import Aggregates
from ostiary.http.errors import ApiError
from ostiary.model.json_types import as_object

_ADMINISTRATE: Final = frozenset({OWNER.id, USER_ACCESS_ADMINISTRATOR.id})


def require_another_owner(work: Aggregates, leaving: Stored) -> None:
    """Refuse to remove the last owner of a subscription. Raises ApiError (412).

    Who no longer exists counts for nobody: an assignment of theirs can always be removed.
    """
    scope = folded_scope(str(as_object(leaving.document.get("properties")).get("scope")))
    if scope != f"/subscriptions/{subscription_in(scope)}" or not _administrates(work, leaving):
        return
    here = work.azure.assignments_at(frozenset({scope}), frozenset())
    if not any(each.id != leaving.id and _administrates(work, each) for each in here):
        raise ApiError(
            412,
            "CannotDeleteLastRbacAdminAssignment",
            "Cannot delete the last RBAC admin assignment.",
        )


def _administrates(work: Aggregates, assignment: Stored) -> bool:
    properties = as_object(assignment.document.get("properties"))
    if role_id_of(properties.get("roleDefinitionId")) not in _ADMINISTRATE:
        return False
    principal = str(properties.get("principalId"))
    kinds = (work.users, work.groups, work.principals)
    return any(kind.get(principal) is not None for kind in kinds)
