"""Who is in which group: members, nested ones, and the groups that somebody is in.

Source: api-reference group-list-members, group-list-transitivemembers, group-post-members,
group-delete-members, user-list-memberof, user-list-transitivememberof,
directoryobject-getmembergroups, -checkmembergroups, -getbyids.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from ostiary.administration import groups
from ostiary.administration.roles import WHOLE_TENANT
from ostiary.directory.documents import Stored
from ostiary.graph.answers import context, page
from ostiary.graph.applications import SERVICE_PRINCIPALS
from ostiary.graph.bodies import FLAG, TEXTS, Members, body_shape, written
from ostiary.graph.device_resource import DEVICES
from ostiary.graph.directory_objects import absent
from ostiary.graph.directory_permissions import WRITE_MEMBERS
from ostiary.graph.expanding import expands
from ostiary.graph.groups import GROUPS, is_assignable
from ostiary.graph.objects import ANY_OBJECTS, KINDS, declare_objects, shown_object, shown_objects
from ostiary.graph.permissions import READ_GROUPS, READ_ME
from ostiary.graph.policy_calls import OVERRIDABLE, override_of
from ostiary.graph.ranks import require_group_rank
from ostiary.graph.references import REFERENCE, referred
from ostiary.graph.shapes import DONE, IDS
from ostiary.graph.users import user_of
from ostiary.http.calls import Answer, Call
from ostiary.http.operations import Operations

OPERATIONS: Final = Operations()
MOST_IDS: Final = 1000
_IDS: Final = replace(TEXTS, expected=f"a list of at most {MOST_IDS} ids")
_OF_GROUPS: Final[Members] = {"securityEnabledOnly": FLAG}


def members_of(call: Call) -> Sequence[str]:
    """List the direct members of a group."""
    return call.store.groups.members(GROUPS.get(call.store, call.path["id"]).id)


def transitive_members_of(call: Call) -> Sequence[str]:
    """List the members of a group and of the groups in it."""
    found: dict[str, None] = {}
    waiting = [GROUPS.get(call.store, call.path["id"]).id]
    while waiting:
        for each in call.store.groups.members(waiting.pop()):
            if each not in found:
                found[each] = None
                waiting.append(each)
    return sorted(found)


declare_objects(OPERATIONS, "/groups/{id}/members", members_of, needs=READ_GROUPS)
declare_objects(
    OPERATIONS, "/groups/{id}/transitiveMembers", transitive_members_of, needs=READ_GROUPS
)


@expands("groups", "members")
def expanded_members(call: Call, found: Stored) -> list[dict[str, Any]]:
    """Tell the direct members of a group."""
    return shown_objects(call, call.store.groups.members(found.id))


@expands("groups", "memberOf")
@expands("users", "memberOf")
def expanded_groups(call: Call, found: Stored) -> list[dict[str, Any]]:
    """Tell the groups and roles that something is in, or holds, itself."""
    return shown_objects(call, _member_of(call, found.id))


@expands("users", "transitiveMemberOf")
def expanded_all_groups(call: Call, found: Stored) -> list[dict[str, Any]]:
    """Tell the groups that a user is in, himself or by other groups."""
    return shown_objects(call, _transitive_member_of(call, found.id))


@OPERATIONS.add(
    "POST",
    "/groups/{id}/members/$ref",
    needs=WRITE_MEMBERS,
    schema=OVERRIDABLE,
    answers=DONE,
    body=REFERENCE,
)
def add_member(call: Call) -> Answer:
    """Add a direct member."""
    group = _changeable(call)
    groups.add_members(
        call.store,
        call.server.snapshots,
        group.id,
        [referred(call)],
        by=call.actor,
        override=override_of(call),
    )
    call.server.snapshots.refresh()
    return Answer(204)


@OPERATIONS.add(
    "DELETE",
    "/groups/{id}/members/{member}/$ref",
    needs=WRITE_MEMBERS,
    schema=OVERRIDABLE,
    answers=DONE,
)
def remove_member(call: Call) -> Answer:
    """Take a direct member out of a group."""
    group = _changeable(call)
    groups.remove_member(
        call.store,
        call.server.snapshots,
        group.id,
        call.path["member"],
        by=call.actor,
        override=override_of(call),
    )
    call.server.snapshots.refresh()
    return Answer(204)


def _declare_member_of(path: str, find: Callable[[Call], str]) -> None:
    needs = READ_ME if path == "me" else READ_GROUPS

    def listing(call: Call) -> Sequence[str]:
        """List the groups and directory roles that an object is in, or holds, itself."""
        return _member_of(call, find(call))

    def listing_all(call: Call) -> Sequence[str]:
        """List the groups and directory roles that an object is in, or holds, by groups too."""
        return _transitive_member_of(call, find(call))

    declare_objects(OPERATIONS, f"/{path}/memberOf", listing, needs=needs)
    declare_objects(OPERATIONS, f"/{path}/transitiveMemberOf", listing_all, needs=needs)


def _transitive_member_of(call: Call, key: str) -> list[str]:
    groups_in, roles = call.store.groups.all_groups_of(key), call.snapshot.roles.get(key, ())
    return sorted({*groups_in, *roles})


def _member_of(call: Call, key: str) -> list[str]:
    held = call.store.roles.of_principal(key)
    roles = {
        str(each.document.get("roleDefinitionId")).casefold()
        for each in held
        if each.document.get("directoryScopeId", WHOLE_TENANT) == WHOLE_TENANT
    }
    return sorted({*call.store.groups.groups_of(key), *roles})


_declare_member_of("me", lambda call: call.token.object_id)
_declare_member_of("users/{id}", lambda call: user_of(call.store, call.path["id"]).id)
for _resource in (GROUPS, SERVICE_PRINCIPALS, DEVICES):
    _declare_member_of(
        f"{_resource.path}/{{id}}",
        lambda call, of=_resource: of.get(call.store, call.path["id"]).id,
    )


def get_member_groups(call: Call) -> Answer:
    """List the ids of the groups that an object is in, by other groups too."""
    written(call.document, _OF_GROUPS)
    found = sorted(call.store.groups.all_groups_of(_id_of(call)))
    return _ids(call, found)


def get_member_objects(call: Call) -> Answer:
    """List the ids of the groups that an object is in and of the directory roles that it holds."""
    only_groups = written(call.document, _OF_GROUPS).get("securityEnabledOnly")
    key = _id_of(call)
    roles = () if only_groups else call.snapshot.roles.get(key, ())
    return _ids(call, sorted({*call.store.groups.all_groups_of(key), *roles}))


def check_member_groups(call: Call) -> Answer:
    """List those of some groups that an object is in."""
    asked = _asked_ids(call, "groupIds", {})
    of = call.store.groups.all_groups_of(_id_of(call))
    return _ids(call, [each for each in asked if each.casefold() in of])


for _kind in ("users", "groups", "directoryObjects"):
    OPERATIONS.add(
        "POST",
        f"/{_kind}/{{id}}/getMemberGroups",
        needs=READ_GROUPS,
        answers=IDS,
        body=body_shape(_OF_GROUPS),
    )(get_member_groups)
    OPERATIONS.add(
        "POST",
        f"/{_kind}/{{id}}/checkMemberGroups",
        needs=READ_GROUPS,
        answers=IDS,
        body=body_shape({"groupIds": _IDS.needed}, needed=("groupIds",)),
    )(check_member_groups)
    OPERATIONS.add(
        "POST",
        f"/{_kind}/{{id}}/getMemberObjects",
        needs=READ_GROUPS,
        answers=IDS,
        body=body_shape(_OF_GROUPS),
    )(get_member_objects)


@OPERATIONS.add(
    "POST",
    "/directoryObjects/getByIds",
    needs=READ_GROUPS,
    answers=ANY_OBJECTS,
    body=body_shape({"ids": _IDS.needed, "types": TEXTS}, needed=("ids",)),
)
def get_by_ids(call: Call) -> Answer:
    """Tell objects of whatever kind by their ids; ids that nobody has are left out."""
    asked = _asked_ids(call, "ids", {"types": TEXTS})
    found = [each for key in asked if (each := shown_object(call, key)) is not None]
    return page(call, found, "directoryObjects")


def _changeable(call: Call) -> Stored:
    group = GROUPS.get(call.store, call.path["id"])
    require_group_rank(call, assignable=is_assignable(group.document), group_id=group.id)
    return group


def _id_of(call: Call) -> str:
    name = call.path["id"]
    if call.store.users.get(name) is None and (user := call.store.users.by_name(name)):
        return user.id
    if all(resource.aggregate(call.store).get(name) is None for _, resource in KINDS):
        raise absent(name)
    return name.casefold()


def _asked_ids(call: Call, member: str, more: Members) -> list[str]:
    read = written(call.document, {member: _IDS.needed, **more}, needed=(member,))
    return read[member]


def _ids(call: Call, found: list[str]) -> Answer:
    return Answer(body={"@odata.context": context(call, "Collection(Edm.String)"), "value": found})
