"""Changes of people: the one way to change, disable or sign out a user.

No change may leave the tenant without a Global Administrator who can sign in (checklist AD07), not
even two at once: what is checked and what is changed happen behind the lock of the tenant.
"""

from __future__ import annotations

from collections.abc import Iterator

from ostiary.administration.guard import guarded
from ostiary.analysis.lint_stage import GLOBAL_ADMINISTRATOR
from ostiary.directory.documents import Stored
from ostiary.directory.protocols import Actor
from ostiary.directory.snapshot import Snapshots
from ostiary.directory.store import Aggregates, Store
from ostiary.model.errors import OstiaryError
from ostiary.model.json_types import JsonObject


class LastAdministrator(OstiaryError):
    """A change that would leave no Global Administrator (409)."""

    code = "lastGlobalAdministrator"


def change_user(
    store: Store,
    snapshots: Snapshots,
    user_id: str,
    members: JsonObject,
    *,
    by: Actor,
    expected: str | None = None,
) -> Stored:
    """Give members of a user other values; disabling him ends everything he is signed in to.

    Raises NoSuchObject, ObjectChanged, ObjectExists, LastAdministrator, LockedOut.
    """
    with guarded(store, snapshots, by=by) as work:
        administrators = frozenset(_administrators(work))
        changed = work.users.modify(user_id, members, by=by, expected=expected)
        if changed.id in administrators and not any(_may_sign_in(work, x) for x in administrators):
            raise LastAdministrator(
                "the user is the last Global Administrator who can sign in",
                hint="make somebody else Global Administrator first",
            )
    return changed


def revoke_sessions(store: Store, user_id: str, *, by: Actor) -> None:
    """End every session and refresh token of a user. Raises NoSuchObject."""
    store.users.revoke_sessions(user_id, by=by)


def _administrators(work: Aggregates) -> Iterator[str]:
    for each in work.roles.all():
        document = each.document
        if str(document.get("roleDefinitionId")).casefold() != GLOBAL_ADMINISTRATOR:
            continue
        if document.get("directoryScopeId", "/") != "/":
            continue
        principal = str(document.get("principalId"))
        yield principal.casefold()
        yield from work.groups.members(principal)


def _may_sign_in(work: Aggregates, user_id: str) -> bool:
    standing = work.users.standing(user_id)
    return standing is not None and standing.enabled
