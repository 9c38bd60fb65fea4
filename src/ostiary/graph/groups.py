"""`groups`, their members, and the groups that a user is in.

Source: api-reference group-list, group-get, group-list-members, user-list-memberof,
user-list-transitivememberof.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from ostiary.directory.documents import Stored
from ostiary.directory.store import Aggregates
from ostiary.graph.answers import page, selected, token_of, top_of
from ostiary.graph.directory_objects import DirectoryResource, declare_reading, one
from ostiary.graph.permissions import READ_GROUPS
from ostiary.graph.users import USERS, user_of
from ostiary.http.calls import Answer, Call
from ostiary.http.operations import Operations

OPERATIONS: Final = Operations()
GROUPS: Final = DirectoryResource(
    "groups",
    "Group",
    lambda store: store.groups,
    plain={
        "description": None,
        "displayName": None,
        "groupTypes": [],
        "mail": None,
        "mailEnabled": False,
        "mailNickname": None,
        "securityEnabled": True,
        "visibility": None,
    },
    quickly={"id": lambda store, value: one(store.groups.get(value))},
)
declare_reading(OPERATIONS, GROUPS, needs=READ_GROUPS)


@OPERATIONS.add("GET", "/groups/{id}/members", needs=READ_GROUPS)
def list_members(call: Call) -> Answer:
    """List the direct members of a group."""
    group = GROUPS.get(call.store, call.path["id"])
    return _objects(call, call.store.groups.members(group.id))


@OPERATIONS.add("GET", "/users/{id}/memberOf", needs=READ_GROUPS)
def list_member_of(call: Call) -> Answer:
    """List the groups that a user is in himself."""
    user = user_of(call.store, call.path["id"])
    return _objects(call, call.store.groups.groups_of(user.id))


@OPERATIONS.add("GET", "/users/{id}/transitiveMemberOf", needs=READ_GROUPS)
def list_transitive_member_of(call: Call) -> Answer:
    """List the groups that a user is in, himself or by other groups."""
    user = user_of(call.store, call.path["id"])
    return _objects(call, sorted(call.store.groups.all_groups_of(user.id)))


def _objects(call: Call, ids: Sequence[str]) -> Answer:
    """Answer a page of objects of whatever kind; ids that nobody has any more are left out."""
    begin, top = token_of(call), top_of(call)
    behind = ids.index(begin) + 1 if begin in ids else 0
    wanted = ids[behind : behind + top]
    more = len(ids) > behind + top
    shown = [each for key in wanted if (each := _shown(call, key)) is not None]
    return page(call, shown, "directoryObjects", following=wanted[-1] if more else None)


def _shown(call: Call, object_id: str) -> dict[str, Any] | None:
    for kind, found, resource in _kinds(call.store, object_id):
        if found is not None:
            shown = resource.shown(found.document) if resource else found.document
            names = resource.default if resource else ()
            return {"@odata.type": f"#microsoft.graph.{kind}", **selected(call, shown, names)}
    return None


def _kinds(
    store: Aggregates, object_id: str
) -> tuple[tuple[str, Stored | None, DirectoryResource | None], ...]:
    return (
        ("user", store.users.get(object_id), USERS),
        ("group", store.groups.get(object_id), GROUPS),
        ("servicePrincipal", store.principals.get(object_id), None),
        ("device", store.devices.get(object_id), None),
    )
