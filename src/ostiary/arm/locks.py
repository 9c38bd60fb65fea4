"""Locks: `CanNotDelete` and `ReadOnly`, at a subscription, a resource group or a resource.

What they hold up is in `ostiary.arm.changes`; they hold for everything below as well. Sources:
azure-docs azure-resource-manager/management/lock-resources; rest/api/resources/management-locks.
Only who may write `Microsoft.Authorization` (Owner, User Access Administrator) changes them.
"""

from __future__ import annotations

import re
from typing import Any, Final

from ostiary.arm import shapes
from ostiary.arm.changes import changing, needed_group
from ostiary.arm.filters import terms
from ostiary.arm.listing import page_of
from ostiary.arm.roles import Action
from ostiary.arm.subscriptions import subscription_of
from ostiary.arm.versions import as_answer, kept, require_version
from ostiary.directory.azure import LOCK
from ostiary.directory.documents import Stored
from ostiary.directory.store import Aggregates
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations
from ostiary.model.json_types import JsonObject, as_object, is_list

OPERATIONS: Final = Operations()
_SUBSCRIPTION: Final = "/subscriptions/{subscription}"
_SCOPES: Final = (_SUBSCRIPTION, f"{_SUBSCRIPTION}/{{scope:path}}")
_LEVELS: Final = {"cannotdelete": "CanNotDelete", "readonly": "ReadOnly"}
_NAME: Final = re.compile(r"[\w().-]{0,89}[\w()-]")
_LONGEST_NOTES: Final = 512


def list_locks(call: Call) -> Answer:
    """List the locks at a scope and below it; with `$filter=atScope()` those at it alone."""
    subscription_of(call)
    scope = _scope(call)
    locked = _locked(call.store, scope)
    found = call.store.azure.locks_at([scope])
    if not terms(call, {"atscope": True}):
        found = sorted(
            {each.id: each for each in (*found, *call.store.azure.below(locked.id, LOCK))}.values(),
            key=lambda each: each.id,
        )
    return Answer(body=page_of(call, [each.document for each in found], lambda _: True))


def get_lock(call: Call) -> Answer:
    """Tell one lock."""
    subscription_of(call)
    return as_answer(_lock(call, call.store))


def put_lock(call: Call) -> Answer:
    """Lock something, or lock it otherwise."""
    with changing(call, _scope(call), locks_count=False) as work:
        old = work.azure.get(_id_of(call))
        document = lock_document(work, _scope(call), call.path["lock"], call.document)
        return kept(call, work, old, document)


def delete_lock(call: Call) -> Answer:
    """Lock something no longer."""
    with changing(call, _scope(call), locks_count=False) as work:
        found = work.azure.get(_id_of(call))
        if found is None:
            return Answer(204)
        require_version(call, found)
        work.azure.delete(found.id, by=call.actor)
    return Answer(200)


for _at in _SCOPES:
    _all, _place = f"{_at}/providers/{LOCK}", _at.replace(":path", "")
    OPERATIONS.add(
        "GET",
        _all,
        needs=Action(f"{LOCK}/read", _place),
        answers=shapes.listed(shapes.LOCK),
    )(list_locks)
    _one = f"{_all}/{{lock}}"
    OPERATIONS.add(
        "GET",
        _one,
        needs=Action(f"{LOCK}/read", _place),
        answers={200: shapes.LOCK},
    )(get_lock)
    OPERATIONS.add(
        "PUT",
        _one,
        needs=Action(f"{LOCK}/write", _place),
        answers=shapes.kept(shapes.LOCK),
        body=shapes.LOCK_BODY,
    )(put_lock)
    OPERATIONS.add(
        "DELETE",
        _one,
        needs=Action(f"{LOCK}/delete", _place),
        answers={200: None, 204: None},
    )(delete_lock)


def _scope(call: Call) -> str:
    inner = [each for each in call.path.get("scope", "").split("/") if each]
    return "/".join(("/subscriptions", call.path["subscription"], *inner))


def _id_of(call: Call) -> str:
    return f"{_scope(call)}/providers/{LOCK}/{call.path['lock']}"


def lock_document(work: Aggregates, scope: str, name: str, body: JsonObject) -> dict[str, Any]:
    """Give a lock as it is to be kept. Raises ApiError (400, 404, 409)."""
    if _NAME.fullmatch(name) is None:
        raise ApiError(
            400,
            "InvalidLockName",
            f"The lock name '{name[:100]}' is invalid: expected 1 to 90 letters, digits, '_', "
            "'(', ')', '-' and '.', not '.' at the end.",
        )
    properties = lock_properties(as_object(body.get("properties")))
    place = f"{_locked(work, scope).document['id']}/providers/{LOCK}/{name}"
    old = work.azure.get(place)
    kept_name = name if old is None else old.document["name"]
    return {"id": place, "type": LOCK, "name": kept_name, "properties": properties}


def _locked(work: Aggregates, scope: str) -> Stored:
    """Give what is locked. Raises ApiError (404, 409)."""
    parts = scope.split("/")
    if len(parts) > 4 and parts[3].casefold() == "resourcegroups":
        needed_group(work, parts[2], parts[4])
    found = work.azure.get(scope)
    if found is None:
        raise ApiError(404, "ResourceNotFound", f"The resource '{scope[:200]}' was not found.")
    return found


def _lock(call: Call, work: Aggregates) -> Stored:
    found = work.azure.get(_id_of(call))
    if found is None:
        name = call.path["lock"][:90]
        raise ApiError(404, "LockNotFound", f"The lock '{name}' could not be found.")
    return found


def lock_properties(sent: JsonObject) -> dict[str, Any]:
    """Read the properties of a lock. Raises ApiError (400)."""
    level = _LEVELS.get(str(sent.get("level")).casefold())
    if level is None:
        raise _invalid("expected CanNotDelete or ReadOnly in 'properties.level'.")
    notes, owners = sent.get("notes"), sent.get("owners")
    if notes is not None and not (isinstance(notes, str) and len(notes) <= _LONGEST_NOTES):
        raise _invalid(f"expected at most {_LONGEST_NOTES} characters in 'properties.notes'.")
    if owners is not None and not is_list(owners):
        raise _invalid("expected a list in 'properties.owners'.")
    more = {"notes": notes, "owners": owners}
    return {"level": level, **{name: value for name, value in more.items() if value is not None}}


def _invalid(why: str) -> ApiError:
    return ApiError(400, "InvalidRequestContent", f"The request content was invalid: {why}")
