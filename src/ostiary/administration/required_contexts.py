"""Which changes of policies are protected, and by which authentication context.

Source: entra-docs identity/role-based-access-control/protected-actions-overview.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from ostiary.directory.store import Aggregates
from ostiary.model.errors import InputError

PROTECTED_ACTIONS: Final = "protectedActions"
"""The single document that keeps them."""


class ProtectedAction(StrEnum):
    """What can be protected, by Entra's name of the permission."""

    CREATE_POLICY = "microsoft.directory/conditionalAccessPolicies/create"
    UPDATE_POLICY = "microsoft.directory/conditionalAccessPolicies/basic/update"
    DELETE_POLICY = "microsoft.directory/conditionalAccessPolicies/delete"
    CREATE_LOCATION = "microsoft.directory/namedLocations/create"
    UPDATE_LOCATION = "microsoft.directory/namedLocations/basic/update"
    DELETE_LOCATION = "microsoft.directory/namedLocations/delete"
    PURGE = "microsoft.directory/deletedItems/delete"
    PROTECT = "microsoft.directory/resourceNamespaces/resourceActions/authenticationContext/update"


_OF_POLICIES: Final = (
    ProtectedAction.CREATE_POLICY,
    ProtectedAction.UPDATE_POLICY,
    ProtectedAction.DELETE_POLICY,
)


def contexts_required(work: Aggregates) -> Mapping[str, str]:
    """Give the authentication context of each action that has one."""
    found = work.singles.value_of(PROTECTED_ACTIONS)
    return {str(action): str(context) for action, context in found.items() if context}


def contexts_for_policies(work: Aggregates) -> tuple[str, ...]:
    """Give the authentication contexts that whoever changes policies has to satisfy."""
    required = contexts_required(work)
    return tuple(dict.fromkeys(required[each] for each in _OF_POLICIES if each in required))


def missing_contexts(work: Aggregates) -> frozenset[str]:
    """Give the contexts that are required for an action and that nobody can be asked for."""
    return frozenset(
        each for each in set(contexts_required(work).values()) if not is_published(work, each)
    )


def is_published(work: Aggregates, context: str) -> bool:
    """Tell whether an authentication context is there for applications to ask for."""
    found = work.contexts.get(context)
    return found is not None and found.document.get("isAvailable") is True


def require_contexts(work: Aggregates, *, missing_before: frozenset[str]) -> None:
    """Refuse a change after which a protected action asks for what is not published.

    Raises InputError: nobody could make the protected change any more.
    """
    for context in sorted(missing_contexts(work) - missing_before):
        actions = [name for name, each in contexts_required(work).items() if each == context]
        raise InputError(
            f"authentication context `{context}` is required for the protected action"
            f" `{actions[0]}` and has to stay published",
            hint="require another context, or none, for the action first",
        )
