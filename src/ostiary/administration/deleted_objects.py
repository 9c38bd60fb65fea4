"""Deleted users, groups and applications: within 30 days they come back, or go for good.

What comes back is what the object was, and the groups that it was in. Not what let it in or made
it mighty: passwords, methods, secrets, roles and permissions are given anew, by who may give them
(docs/decisions/0030-graph-resources.md). Source: entra-docs architecture/recover-from-deletions;
api-reference directory-deleteditems-list, -get, -delete, -restore.
"""

from __future__ import annotations

from typing import Any

from ostiary.administration.applications import repeated, require_own_uris
from ostiary.administration.guard import Override, guarded
from ostiary.administration.kept_deleted import (
    APPLICATIONS,
    GROUPS,
    MEMBER_OF,
    PRINCIPALS,
    USERS,
)
from ostiary.administration.people import require_own_domain
from ostiary.directory.deleted import DeletedItem
from ostiary.directory.documents import Stored
from ostiary.directory.errors import NoSuchObject, ObjectExists
from ostiary.directory.protocols import Actor
from ostiary.directory.snapshot import Snapshots
from ostiary.directory.store import Aggregates, Store
from ostiary.model.json_types import as_strings


def deleted_object(work: Aggregates, object_id: str) -> DeletedItem:
    """Give a deleted object of whatever kind. Raises NoSuchObject."""
    for each in (USERS, GROUPS, APPLICATIONS, PRINCIPALS):
        found = work.deleted.get(each, object_id)
        if found is not None:
            return found
    raise NoSuchObject(f"there is no deleted object `{object_id[:60]}`")


def restore_object(
    store: Store,
    snapshots: Snapshots,
    object_id: str,
    *,
    by: Actor,
    override: Override | None = None,
) -> Stored:
    """Bring an object back under its id.

    Raises NoSuchObject, ObjectExists where its name was given away, InputError, LockedOut.
    """
    with guarded(store, snapshots, by=by, override=override) as work:
        item = deleted_object(work, object_id)
        made = _restored(work, item, by)
        work.deleted.let_go(item.collection, item.id, by=by)
        for group_id in as_strings(item.document.get(MEMBER_OF)):
            group = work.groups.get(group_id)
            # Who comes back gets no role by it: that is for who may give roles.
            if group is not None and group.document.get("isAssignableToRole") is not True:
                work.groups.add_member(group.id, made.id, by=by)
    return made


def purge_object(store: Store, object_id: str, *, by: Actor) -> None:
    """Delete an object for good. Raises NoSuchObject."""
    with store.transaction() as work:
        item = deleted_object(work, object_id)
        work.deleted.purge(item.collection, item.id, by=by)


def _restored(work: Aggregates, item: DeletedItem, by: Actor) -> Stored:
    if item.collection == USERS:
        return _user(work, item, by)
    if item.collection == GROUPS:
        return _group(work, item, by)
    if item.collection == APPLICATIONS:
        return _application(work, item, by)
    return _principal(work, item, by)


def _document(item: DeletedItem) -> dict[str, Any]:
    return {name: value for name, value in item.document.items() if name != MEMBER_OF}


def _user(work: Aggregates, item: DeletedItem, by: Actor) -> Stored:
    require_own_domain(work, str(item.document.get("userPrincipalName")))
    return work.users.create(_document(item), by=by, verb="Restore")


def _group(work: Aggregates, item: DeletedItem, by: Actor) -> Stored:
    kinds = (work.users, work.groups, work.principals, work.devices)
    members = [
        each
        for each in as_strings(item.document.get("members"))
        if any(kind.get(each) is not None for kind in kinds)
    ]
    return work.groups.create({**_document(item), "members": members}, by=by, verb="Restore")


def _application(work: Aggregates, item: DeletedItem, by: Actor) -> Stored:
    made = work.applications.create(_document(item), by=by, verb="Restore")
    require_own_uris(work, made)
    app_id = str(made.document["appId"])
    for each in work.deleted.all(PRINCIPALS):
        if each.document.get("appId") == app_id:
            _principal(work, each, by)
            work.deleted.let_go(PRINCIPALS, each.id, by=by)
            break
    return made


def _principal(work: Aggregates, item: DeletedItem, by: Actor) -> Stored:
    app_id = str(item.document.get("appId"))
    application = work.applications.by_app_id(app_id)
    if application is None:
        raise NoSuchObject("restore the application first: it has been deleted too")
    if work.principals.by_app_id(app_id) is not None:
        raise ObjectExists("the application has a service principal already")
    document = {**_document(item), **repeated(application.document)}
    return work.principals.create(document, by=by, verb="Restore")
