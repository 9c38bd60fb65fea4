"""Protected actions: changes of policies for which an authentication context is required.

Source: entra-docs identity/role-based-access-control/protected-actions-overview. Asked at the call,
whatever the sign-in was; applications' own calls have no sign-in and are not asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from ostiary.administration.guard import guarded
from ostiary.directory.errors import NoSuchObject
from ostiary.directory.protocols import Actor
from ostiary.directory.snapshot import Snapshots
from ostiary.directory.store import Aggregates, Store
from ostiary.model.errors import InputError

_SETTING: Final = "protectedActions"


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


def contexts_required(work: Aggregates) -> Mapping[str, str]:
    """Give the authentication context of each action that has one."""
    found = work.singles.value_of(_SETTING)
    return {str(action): str(context) for action, context in found.items() if context}


def protect(
    store: Store,
    snapshots: Snapshots,
    action: ProtectedAction,
    context: str | None,
    *,
    by: Actor,
) -> None:
    """Require an authentication context for an action from now on; None: none.

    Raises InputError where it is not published: nobody could be asked for it.
    """
    with guarded(store, snapshots, by=by) as work:
        if context is not None:
            found = work.contexts.get(context)
            if found is None:
                raise NoSuchObject(f"there is no authentication context `{context[:20]}`")
            if found.document.get("isAvailable") is not True:
                raise InputError(
                    f"expected an authentication context that is published, came `{context}`",
                    hint="set its `isAvailable` to true first",
                )
            context = str(found.document["id"])
        required = {**contexts_required(work), action.value: context}
        kept = {name: value for name, value in required.items() if value}
        work.singles.write(_SETTING, kept, by=by)
