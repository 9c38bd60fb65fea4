"""Changes of who holds which directory role: the one way to make them."""

from __future__ import annotations

from ostiary.administration.guard import Override
from ostiary.administration.people import keeping_an_administrator
from ostiary.directory.documents import Stored
from ostiary.directory.errors import NoSuchObject, ObjectExists
from ostiary.directory.protocols import Actor
from ostiary.directory.snapshot import Snapshots
from ostiary.directory.store import Store
from ostiary.model.errors import InputError

WHOLE_TENANT = "/"


def assign_role(
    store: Store,
    snapshots: Snapshots,
    role_id: str,
    principal_id: str,
    *,
    by: Actor,
    override: Override | None = None,
) -> Stored:
    """Give a user, group or service principal a role, tenant-wide.

    Raises NoSuchObject, ObjectExists, InputError for a group that roles cannot be assigned to.
    """
    with keeping_an_administrator(store, snapshots, by=by, override=override) as work:
        group = work.groups.get(principal_id)
        if group is not None and group.document.get("isAssignableToRole") is not True:
            raise InputError(
                "expected a group with `isAssignableToRole`, came one that roles cannot be "
                "assigned to"
            )
        if group is None and not any(
            kind.get(principal_id) is not None for kind in (work.users, work.principals)
        ):
            raise NoSuchObject(f"there is no principal `{principal_id[:60]}`")
        for each in work.roles.of_principal(principal_id):
            held = str(each.document.get("roleDefinitionId")).casefold()
            if held == role_id and each.document.get("directoryScopeId", "/") == WHOLE_TENANT:
                raise ObjectExists("the role is assigned to the principal already")
        document = {
            "roleDefinitionId": role_id,
            "principalId": principal_id.casefold(),
            "directoryScopeId": WHOLE_TENANT,
        }
        return work.roles.create(document, by=by)


def remove_assignment(
    store: Store,
    snapshots: Snapshots,
    assignment_id: str,
    *,
    by: Actor,
    override: Override | None = None,
) -> None:
    """Take a role away. Raises NoSuchObject, LastAdministrator, LockedOut."""
    with keeping_an_administrator(store, snapshots, by=by, override=override) as work:
        work.roles.delete(assignment_id, by=by)
