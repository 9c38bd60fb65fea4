"""Protected actions: changes of policies for which an authentication context is required.

Source: entra-docs identity/role-based-access-control/protected-actions-overview. Asked at the call,
whatever the sign-in was; applications' own calls have no sign-in and are not asked.
"""

from __future__ import annotations

from ostiary.administration.guard import guarded
from ostiary.administration.required_contexts import (
    PROTECTED_ACTIONS,
    ProtectedAction,
    contexts_required,
    is_published,
)
from ostiary.directory.errors import NoSuchObject
from ostiary.directory.protocols import Actor
from ostiary.directory.snapshot import Snapshots
from ostiary.directory.store import Store
from ostiary.model.errors import InputError


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
            if not is_published(work, context):
                raise InputError(
                    f"expected an authentication context that is published, came `{context}`",
                    hint="set its `isAvailable` to true first",
                )
            context = str(found.document["id"])
        required = {**contexts_required(work), action.value: context}
        kept = {name: value for name, value in required.items() if value}
        work.singles.write(PROTECTED_ACTIONS, kept, by=by)
