"""Changes of what people prove themselves by: the one way for administrators to make them."""

from __future__ import annotations

from ostiary.administration.guard import Override, guarded
from ostiary.directory.errors import NoSuchObject
from ostiary.directory.factors import Method
from ostiary.directory.protocols import Actor
from ostiary.directory.snapshot import Snapshots
from ostiary.directory.store import Store
from ostiary.factors.access_pass import AccessPass
from ostiary.signin.stored_methods import ACCESS_PASS, access_pass_document


def remove_method(
    store: Store,
    snapshots: Snapshots,
    user_id: str,
    kind: str,
    method_id: str,
    *,
    by: Actor,
    override: Override | None = None,
) -> None:
    """Remove a method of a user. Raises NoSuchObject, and LockedOut where it was a last way in."""
    with guarded(store, snapshots, by=by, override=override) as work:
        known = {each.id: each for each in work.methods.of_user(user_id)}
        found = known.get(method_id)
        if found is None or found.kind != kind:
            raise NoSuchObject("the user has no such authentication method")
        work.methods.remove(method_id, by=by)


def reset_methods(
    store: Store,
    snapshots: Snapshots,
    user_id: str,
    *,
    by: Actor,
    override: Override | None = None,
) -> int:
    """Remove everything but the password, so that the user registers anew; gives how many.

    Raises NoSuchObject, LockedOut.
    """
    with guarded(store, snapshots, by=by, override=override) as work:
        found = work.methods.of_user(work.users.need(user_id).id)
        for each in found:
            work.methods.remove(each.id, by=by)
        return len(found)


def give_access_pass(store: Store, snapshots: Snapshots, made: AccessPass, *, by: Actor) -> Method:
    """Keep a Temporary Access Pass in the place of the one that the user had, if any."""
    with guarded(store, snapshots, by=by) as work:
        work.users.need(made.user_id)
        for each in work.methods.of_user(made.user_id):
            if each.kind == ACCESS_PASS:
                work.methods.remove(each.id, by=by)
        document = access_pass_document(made)
        return work.methods.add(made.user_id, ACCESS_PASS, document, by=by, method_id=made.id)
