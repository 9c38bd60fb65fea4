"""`manager` and `directReports`: who is whose superior.

Source: api-reference user-list-manager, user-post-manager, user-delete-manager,
user-list-directreports.
"""

from __future__ import annotations

from typing import Any, Final

from ostiary.administration import people
from ostiary.graph.answers import entity
from ostiary.graph.directory_objects import absent
from ostiary.graph.objects import ANY_OBJECT, ANY_OBJECTS, objects_page, shown_object
from ostiary.graph.permissions import READ_ME, READ_USERS, WRITE_USERS, Allowed
from ostiary.graph.ranks import require_rank
from ostiary.graph.references import REFERENCE, referred
from ostiary.graph.shapes import DONE, told
from ostiary.graph.users import MANAGER, user_of
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations

OPERATIONS: Final = Operations()


def _declare(path: str, needs: Allowed) -> None:
    def telling(call: Call) -> Answer:
        """Tell a user's manager."""
        manager = user_of(call.store, _name(call)).document.get(MANAGER)
        found: dict[str, Any] | None = None
        if isinstance(manager, str):
            found = shown_object(call, manager)
        if found is None:
            raise absent("manager")
        return Answer(body=entity(call, found, "directoryObjects"))

    def listing(call: Call) -> Answer:
        """List whose manager a user is."""
        user = user_of(call.store, _name(call))
        found = [
            each.id
            for each in call.store.users.mentioning(user.id)
            if each.document.get(MANAGER) == user.id
        ]
        return objects_page(call, sorted(found))

    OPERATIONS.add("GET", f"/{path}/manager", needs=needs, answers=told(ANY_OBJECT))(telling)
    OPERATIONS.add("GET", f"/{path}/directReports", needs=needs, answers=ANY_OBJECTS)(listing)


_declare("me", READ_ME)
_declare("users/{id}", READ_USERS)


@OPERATIONS.add("PUT", "/users/{id}/manager/$ref", needs=WRITE_USERS, answers=DONE, body=REFERENCE)
def set_manager(call: Call) -> Answer:
    """Give a user a manager."""
    manager = call.store.users.get(referred(call))
    if manager is None:
        raise ApiError(400, "Request_BadRequest", "expected a user as manager")
    return _changed(call, manager.id)


@OPERATIONS.add("DELETE", "/users/{id}/manager/$ref", needs=WRITE_USERS, answers=DONE)
def remove_manager(call: Call) -> Answer:
    """Take a user's manager away."""
    return _changed(call, None)


def _changed(call: Call, manager: str | None) -> Answer:
    found = user_of(call.store, call.path["id"])
    require_rank(call, found.id)
    people.change_user(
        call.store, call.server.snapshots, found.id, {MANAGER: manager}, by=call.actor
    )
    call.server.snapshots.refresh()
    return Answer(204)


def _name(call: Call) -> str:
    return call.path.get("id") or call.token.object_id
