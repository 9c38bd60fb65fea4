"""Management groups: what subscriptions stand in, so that roles hold for many at once.

The root group, named as the tenant, is always there; what nobody moved is in it.
Source: azure-docs governance/management-groups/overview (limits, moving), rest/api/managementgroups
(2021-04-01).
"""

from __future__ import annotations

import re
from typing import Any, Final

from ostiary.arm import shapes
from ostiary.arm.answers import told
from ostiary.arm.roles import Action, SignedIn, sees, unauthorized
from ostiary.arm.scopes import folded_scope, group_scope, parent_of, scopes_above
from ostiary.arm.subscriptions import subscription_of
from ostiary.directory.azure import MANAGEMENT_GROUP, ROLE_ASSIGNMENT, SUBSCRIPTION
from ostiary.directory.documents import Stored
from ostiary.directory.store import Aggregates
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations
from ostiary.model.json_types import JsonObject, as_object

OPERATIONS: Final = Operations()
_ALL: Final = f"/providers/{MANAGEMENT_GROUP}"
_ONE: Final = f"{_ALL}/{{group}}"
_OF: Final = f"{_ONE}/subscriptions"
_NAME: Final = re.compile(r"[\w().-]{1,90}", re.ASCII)
_DEEPEST: Final = 6
"""Levels below the root group."""
_MOST: Final = 10_000
_LONGEST: Final = 90
_WRITE: Final = f"{MANAGEMENT_GROUP}/write"
_ROOT_NAME: Final = "Tenant Root Group"


def _may(verb: str) -> Action:
    return Action(f"{MANAGEMENT_GROUP}/{verb}", _ONE)


@OPERATIONS.add("GET", _ALL, needs=SignedIn(), answers=shapes.listed(shapes.PROXY))
def list_groups(call: Call) -> Answer:
    """List the management groups in which the caller holds a role, at, above or in them."""
    names = _names(call.store, call.server.tenant_id)
    seen = sees(call, (group_scope(each) for each in names))
    found = [_listed(call, each) for each in names if group_scope(each) in seen]
    return Answer(body={"value": found})


@OPERATIONS.add("GET", _ONE, needs=_may("read"), answers={200: shapes.PROXY})
def get_group(call: Call) -> Answer:
    """Tell one management group; `$expand=children` with what stands in it."""
    name = _needed(call)
    wanted = call.asked.query.get("$expand", "").casefold() == "children"
    return Answer(body=_shown(call, name, children=wanted))


@OPERATIONS.add(
    "PUT",
    _ONE,
    needs=SignedIn(),
    answers={200: shapes.PROXY},
    body=shapes.MANAGEMENT_GROUP_BODY,
)
def put_group(call: Call) -> Answer:
    """Make a management group, or change one; who does may write it, or the group it goes into."""
    return _written(call, may_make=True)


@OPERATIONS.add(
    "PATCH",
    _ONE,
    needs=SignedIn(),
    answers={200: shapes.PROXY},
    body=shapes.MANAGEMENT_GROUP_BODY,
)
def change_group(call: Call) -> Answer:
    """Give a management group another name or place."""
    return _written(call, may_make=False)


@OPERATIONS.add("DELETE", _ONE, needs=_may("delete"), answers={204: None})
def delete_group(call: Call) -> Answer:
    """Delete a management group in which nothing stands, with the roles held at it."""
    tenant, name = call.server.tenant_id, call.path["group"]
    _require_not_root(call)
    with call.store.transaction() as work, work.unit.recording(call.actor):
        if work.azure.get(group_scope(name)) is None:
            return Answer(204)
        if _inside(work, tenant, name):
            text = "The management group holds others or subscriptions: move them first."
            raise ApiError(400, "BadRequest", text)
        scope = frozenset({folded_scope(group_scope(name))})
        for each in work.azure.assignments_at(scope, frozenset()):
            work.azure.delete(each.id, by=call.actor)
        work.azure.delete(group_scope(name), by=call.actor)
    # Azure takes its time (202); what is done at once is 204 to its clients.
    return Answer(204)


@OPERATIONS.add("GET", _OF, needs=_may("subscriptions/read"), answers=shapes.listed(shapes.PROXY))
def list_subscriptions_of(call: Call) -> Answer:
    """List the subscriptions that stand in a management group itself."""
    name = _needed(call)
    return Answer(body={"value": [_placed(each, name) for each in _subscriptions(call, name)]})


@OPERATIONS.add(
    "PUT",
    f"{_OF}/{{subscription}}",
    needs=_may("subscriptions/write"),
    answers={200: shapes.PROXY},
)
def put_subscription(call: Call) -> Answer:
    """Move a subscription into a management group."""
    name, found = _needed(call), subscription_of(call)
    _require_movable(call, found)
    call.store.azure.modify(found.id, {"managementGroup": name}, by=call.actor)
    return Answer(body=_placed(found, name))


@OPERATIONS.add(
    "DELETE",
    f"{_OF}/{{subscription}}",
    needs=_may("subscriptions/delete"),
    answers={200: None, 204: None},
)
def remove_subscription(call: Call) -> Answer:
    """Move a subscription back into the root group."""
    name, found = _needed(call), subscription_of(call)
    if parent_of(found, call.server.tenant_id).casefold() != name.casefold():
        return Answer(204)
    _require_movable(call, found)
    call.store.azure.modify(found.id, {"managementGroup": None}, by=call.actor)
    return Answer(200)


def _names(work: Aggregates, tenant_id: str) -> list[str]:
    made = work.azure.of_type(MANAGEMENT_GROUP)
    return [tenant_id, *(str(each.document["name"]) for each in made)]


def _needed(call: Call) -> str:
    """Give the name of the group that a path names, as it was made. Raises ApiError (404)."""
    name, tenant = call.path["group"], call.server.tenant_id
    if name.casefold() == tenant.casefold():
        return tenant
    found = call.store.azure.get(group_scope(name))
    if found is None:
        text = f"'{group_scope(name)[:150]}' not found"
        raise ApiError(404, "NotFound", text)
    return str(found.document["name"])


def _require_not_root(call: Call) -> None:
    if call.path["group"].casefold() == call.server.tenant_id.casefold():
        raise ApiError(400, "BadRequest", "The root management group stays as it is.")


def _written(call: Call, *, may_make: bool) -> Answer:
    """Keep what is sent, after the roles were asked at all places that it touches."""
    _require_not_root(call)
    name, tenant = call.path["group"], call.server.tenant_id
    sent = as_object(call.document.get("properties", call.document))
    with call.store.transaction() as work, work.unit.recording(call.actor):
        old = work.azure.get(group_scope(name))
        if old is None and not may_make:
            raise ApiError(404, "NotFound", f"'{group_scope(name)[:150]}' not found")
        before = as_object(old.document.get("properties") if old else None)
        parent = _parent(call, work, sent, str(before.get("parent") or tenant))
        touched = [parent] if old is None else [name]
        if old is not None and parent.casefold() != str(before["parent"]).casefold():
            touched += [parent, str(before["parent"])]
        _require_allowed(call, touched)
        _require_place(work, tenant, name, parent)
        display = sent.get("displayName") or before.get("displayName") or name
        if _NAME.fullmatch(name) is None or not isinstance(display, str) or len(display) > _LONGEST:
            text = "The name has 1 to 90 letters, digits, '.', '-', '_', '(' and ')'."
            raise ApiError(400, "BadRequest", text)
        document = {
            "id": group_scope(name if old is None else str(old.document["name"])),
            "type": MANAGEMENT_GROUP,
            "name": name if old is None else old.document["name"],
            "properties": {"displayName": display, "parent": parent},
        }
        if old is not None:
            work.azure.replace(old.id, document, by=call.actor, expected=old.etag)
        elif len(_names(work, tenant)) > _MOST:
            raise ApiError(400, "BadRequest", f"There can be {_MOST} management groups.")
        else:
            work.azure.create(document, by=call.actor)
    # Clients of the API take no 201 here.
    return Answer(200, _shown(call, str(document["name"])))


def _parent(call: Call, work: Aggregates, sent: JsonObject, now: str) -> str:
    """Read where a group is to stand; where it stands now unless it says. Raises ApiError (400)."""
    details = as_object(as_object(sent.get("details")).get("parent"))
    asked = details.get("id") or sent.get("parentGroupId")
    if asked is None:
        return now
    name = str(asked).rpartition("/")[2]
    tenant = call.server.tenant_id
    if name.casefold() == tenant.casefold():
        return tenant
    found = work.azure.get(group_scope(name))
    if found is None:
        raise ApiError(400, "BadRequest", "`details.parent.id`: there is no such group.")
    return str(found.document["name"])


def _require_allowed(call: Call, names: list[str]) -> None:
    for each in names:
        refused = unauthorized(call, _WRITE, group_scope(each))
        if refused is not None:
            raise refused


def _require_place(work: Aggregates, tenant_id: str, name: str, parent: str) -> None:
    """Refuse a circle, and more levels than there can be."""
    own = folded_scope(group_scope(name))
    above = scopes_above(work, tenant_id, group_scope(parent))
    if own in above:
        text = "A management group cannot stand in itself or in what stands in it."
        raise ApiError(400, "BadRequest", text)
    # The root, `/` and the prefix of all groups are no levels of their own.
    root = folded_scope(group_scope(tenant_id))
    prefix = f"{folded_scope(group_scope('x'))[:-1]}"
    levels = [each for each in above if each.startswith(prefix) and each != root]
    if len(levels) + 1 + _depth(work, name) > _DEEPEST:
        text = f"There can be {_DEEPEST} levels of management groups below the root."
        raise ApiError(400, "BadRequest", text)


def _depth(work: Aggregates, name: str) -> int:
    """Count the levels of groups below one."""
    parents = {
        str(each.document["name"]).casefold(): str(each.document["properties"]["parent"]).casefold()
        for each in work.azure.of_type(MANAGEMENT_GROUP)
    }
    level, found = {name.casefold()}, -1
    while level and found <= _DEEPEST:
        found += 1
        level = {each for each, parent in parents.items() if parent in level}
    return found


def _require_movable(call: Call, found: Stored) -> None:
    """Ask the roles at the subscription, and at the group that it leaves."""
    refused = unauthorized(call, f"{ROLE_ASSIGNMENT}/write", found.id)
    left = parent_of(found, call.server.tenant_id)
    if refused is None and left.casefold() != call.server.tenant_id.casefold():
        refused = unauthorized(call, _WRITE, group_scope(left))
    if refused is not None:
        raise refused


def _subscriptions(call: Call, name: str) -> list[Stored]:
    tenant = call.server.tenant_id
    found = call.store.azure.of_type(SUBSCRIPTION)
    return [each for each in found if parent_of(each, tenant).casefold() == name.casefold()]


def _inside(work: Aggregates, tenant_id: str, name: str) -> bool:
    groups = work.azure.of_type(MANAGEMENT_GROUP)
    parents = [str(each.document["properties"]["parent"]) for each in groups]
    parents += [parent_of(each, tenant_id) for each in work.azure.of_type(SUBSCRIPTION)]
    return name.casefold() in {each.casefold() for each in parents}


def _title(work: Aggregates, tenant_id: str, name: str) -> str:
    found = work.azure.get(group_scope(name))
    if found is None:
        return _ROOT_NAME
    return str(as_object(found.document.get("properties")).get("displayName"))


def _listed(call: Call, name: str) -> dict[str, Any]:
    tenant = call.server.tenant_id
    properties = {"tenantId": tenant, "displayName": _title(call.store, tenant, name)}
    return {
        "id": group_scope(name),
        "type": MANAGEMENT_GROUP,
        "name": name,
        "properties": properties,
    }


def _shown(call: Call, name: str, *, children: bool = False) -> dict[str, Any]:
    shown, tenant = _listed(call, name), call.server.tenant_id
    found = call.store.azure.get(group_scope(name))
    details: dict[str, Any] = {"version": 1, "parent": None}
    if found is not None:
        parent = str(found.document["properties"]["parent"])
        details["updatedTime"] = told(found.modified)
        details["parent"] = {
            "id": group_scope(parent),
            "name": parent,
            "displayName": _title(call.store, tenant, parent),
        }
    shown["properties"] |= {"details": details}
    if children:
        shown["properties"]["children"] = _children(call, name)
    return shown


def _children(call: Call, name: str) -> list[dict[str, Any]]:
    groups = [
        _listed(call, str(each.document["name"]))
        for each in call.store.azure.of_type(MANAGEMENT_GROUP)
        if str(each.document["properties"]["parent"]).casefold() == name.casefold()
    ]
    found: list[dict[str, Any]] = [
        {**each, "displayName": each.pop("properties")["displayName"], "children": []}
        for each in groups
    ]
    return [*found, *(_child(each) for each in _subscriptions(call, name))]


def _child(found: Stored) -> dict[str, Any]:
    return {
        "type": "/subscriptions",
        "id": found.document["id"],
        "name": found.document["subscriptionId"],
        "displayName": found.document["displayName"],
    }


def _placed(found: Stored, group: str) -> dict[str, Any]:
    name = found.document["subscriptionId"]
    properties = {
        "displayName": found.document["displayName"],
        "state": found.document["state"],
        "parent": {"id": group_scope(group)},
    }
    return {
        "id": f"{group_scope(group)}/subscriptions/{name}",
        "type": f"{MANAGEMENT_GROUP}/subscriptions",
        "name": name,
        "properties": properties,
    }
