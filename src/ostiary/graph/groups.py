"""`groups`: list, tell, add, change, remove.

Source: api-reference group-list, group-get, group-post-groups, group-update, group-delete.
Groups are security groups: mail and dynamic rules belong to services that are not here.
"""

from __future__ import annotations

from typing import Any, Final

from ostiary.administration import groups
from ostiary.graph.answers import entity, etag_header, if_match, told
from ostiary.graph.bodies import (
    FLAG,
    TEXT,
    TEXTS,
    Members,
    answer_shapes,
    body_shape,
    written,
)
from ostiary.graph.directory_objects import DirectoryResource, declare_reading, one
from ostiary.graph.directory_permissions import WRITE_GROUPS
from ostiary.graph.permissions import READ_GROUPS
from ostiary.graph.policy_calls import OVERRIDABLE, override_of
from ostiary.graph.ranks import require_group_rank
from ostiary.graph.references import MEMBERS_BIND, bound
from ostiary.graph.removing import removed
from ostiary.graph.shapes import DONE, MAYBE_TIME, made
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations
from ostiary.model.json_types import JsonObject

OPERATIONS: Final = Operations()
_CHANGEABLE: Final[Members] = {
    "description": TEXT,
    "displayName": TEXT.needed,
    "mailNickname": TEXT.needed,
    "mailEnabled": FLAG,
    "securityEnabled": FLAG,
    "visibility": TEXT,
    "groupTypes": TEXTS,
}
_FIRST: Final[Members] = {**_CHANGEABLE, "isAssignableToRole": FLAG}
_NEEDED: Final = ("displayName", "mailEnabled", "mailNickname", "securityEnabled")
GROUPS: Final = DirectoryResource(
    "groups",
    "Group",
    lambda store: store.groups,
    plain={
        "createdDateTime": None,
        "description": None,
        "displayName": None,
        "groupTypes": [],
        "isAssignableToRole": None,
        "mail": None,
        "mailEnabled": False,
        "mailNickname": None,
        "securityEnabled": True,
        "visibility": None,
    },
    never=frozenset({"owners"}),
    ordered={"displayName": False},
    columns={"displayName": "display_name"},
    written=frozenset({"isAssignableToRole"}),
    expands=frozenset({"members", "memberOf", "owners"}),
    members={**answer_shapes(_FIRST), "createdDateTime": MAYBE_TIME},
    quickly={"id": lambda store, value: one(store.groups.get(value))},
)
declare_reading(OPERATIONS, GROUPS, needs=READ_GROUPS)


@OPERATIONS.add(
    "POST",
    "/groups",
    needs=WRITE_GROUPS,
    schema=OVERRIDABLE,
    answers=made(GROUPS.type),
    body=body_shape(_FIRST, needed=_NEEDED),
)
def create_group(call: Call) -> Answer:
    """Add a group, with the members that `members@odata.bind` names."""
    members = _security_group(written(call.document, _FIRST, needed=_NEEDED))
    require_group_rank(call, assignable=members.get("isAssignableToRole") is True)
    document = {
        **{name: value for name, value in members.items() if value is not None},
        "id": call.server.randomness.object_id(),
        "createdDateTime": told(call.asked.at),
        "members": bound(call, MEMBERS_BIND),
    }
    added = groups.create_group(
        call.store, call.server.snapshots, document, by=call.actor, override=override_of(call)
    )
    call.server.snapshots.refresh()
    body = entity(call, GROUPS.answered(call, added.document), "groups")
    return Answer(201, body, etag_header(added.etag))


@OPERATIONS.add(
    "PATCH",
    "/groups/{id}",
    needs=WRITE_GROUPS,
    schema=OVERRIDABLE,
    answers=DONE,
    body=body_shape(_CHANGEABLE),
)
def patch_group(call: Call) -> Answer:
    """Give members of a group other values, and add those that `members@odata.bind` names."""
    found = GROUPS.get(call.store, call.path["id"])
    require_group_rank(call, assignable=is_assignable(found.document), group_id=found.id)
    changes = _security_group(written(call.document, _CHANGEABLE))
    added = bound(call, MEMBERS_BIND)
    groups.change_group(
        call.store,
        call.server.snapshots,
        found.id,
        changes,
        added=added,
        by=call.actor,
        expected=if_match(call),
        override=override_of(call),
    )
    call.server.snapshots.refresh()
    return Answer(204)


@OPERATIONS.add("DELETE", "/groups/{id}", needs=WRITE_GROUPS, schema=OVERRIDABLE, answers=DONE)
def delete_group(call: Call) -> Answer:
    """Remove a group, and the roles that it held."""
    found = GROUPS.get(call.store, call.path["id"])
    require_group_rank(call, assignable=is_assignable(found.document), group_id=found.id)
    return removed(call, groups.delete_group, found.id)


def is_assignable(document: JsonObject) -> bool:
    """Tell whether roles can be assigned to a group."""
    return document.get("isAssignableToRole") is True


def _security_group(members: dict[str, Any]) -> dict[str, Any]:
    """Refuse groups of a kind that nothing here keeps: their members would not be what they say."""
    if (
        members.get("mailEnabled")
        or members.get("groupTypes")
        or not members.get("securityEnabled", True)
    ):
        raise ApiError(
            400,
            "Request_BadRequest",
            "expected a security group: `mailEnabled` false, `securityEnabled` true, `groupTypes` "
            "empty",
        )
    return members
