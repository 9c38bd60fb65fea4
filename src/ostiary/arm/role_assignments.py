"""`Microsoft.Authorization/roleAssignments`: who holds which role, at every scope.

Source: azure-docs rest/api/authorization/role-assignments, role-based-access-control/
role-assignments-list-rest (filters), troubleshooting (errors and limits).
"""

from __future__ import annotations

from typing import Any, Final

from ostiary.analysis.lint_stage import GLOBAL_ADMINISTRATOR
from ostiary.arm.answers import asked_scope, at_every_scope, told
from ostiary.arm.azure_roles import ROOT, AzureRole, definition_id, role_id_of, role_of
from ostiary.arm.changes import changing
from ostiary.arm.filters import terms
from ostiary.arm.last_owner import require_another_owner
from ostiary.arm.role_definitions import shown_definition_id
from ostiary.arm.scopes import (
    folded_scope,
    require_scope,
    scopes_above,
    scopes_below,
    subscription_in,
)
from ostiary.arm.shapes import ASSIGNMENT, ASSIGNMENT_BODY, listed
from ostiary.directory.azure import ROLE_ASSIGNMENT
from ostiary.directory.documents import Stored
from ostiary.directory.store import Aggregates
from ostiary.http.calls import Answer, Call, guid
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations
from ostiary.model.json_types import JsonObject, as_object

OPERATIONS: Final = Operations()
_ONE: Final = f"{ROLE_ASSIGNMENT}/{{assignment}}"
_READ, _WRITE, _DELETE = (f"{ROLE_ASSIGNMENT}/{verb}" for verb in ("read", "write", "delete"))
_FILTER: Final = {"atscope": True, "assignedto": True, "principalid": False}
_LONGEST_DESCRIPTION: Final = 1_024
_MOST_IN_SUBSCRIPTION: Final = 4_000
_FIXED: Final = ("principalId", "roleDefinitionId", "scope")


@at_every_scope(OPERATIONS, "GET", ROLE_ASSIGNMENT, _READ, answers=listed(ASSIGNMENT))
def list_assignments(call: Call) -> Answer:
    """List the assignments at, above and below a scope, or those that `$filter` asks for."""
    scope, asked = asked_scope(call), terms(call, _FILTER)
    require_scope(call, scope)
    tenant = call.server.tenant_id
    above = scopes_above(call.store, tenant, scope)
    only_here = any(each.name == "atscope" for each in asked)
    below = frozenset[str]() if only_here else scopes_below(call.store, tenant, scope)
    found = call.store.azure.assignments_at(above | below, below)
    for term in asked:
        if term.name == "atscope":
            continue
        principals = {(term.value or "").casefold()}
        if term.name == "assignedto":
            principals |= call.store.groups.all_groups_of(term.value or "")
        found = [each for each in found if _principal(each) in principals]
    return Answer(body={"value": [_shown(each, scope) for each in found]})


@at_every_scope(OPERATIONS, "GET", _ONE, _READ, answers={200: ASSIGNMENT})
def get_assignment(call: Call) -> Answer:
    """Tell one assignment."""
    found = call.store.azure.get(_id_of(call))
    if found is None:
        name = call.path["assignment"][:60]
        text = f"The role assignment '{name}' is not found."
        raise ApiError(404, "RoleAssignmentNotFound", text)
    return Answer(body=_shown(found, asked_scope(call)))


@at_every_scope(
    OPERATIONS,
    "PUT",
    _ONE,
    _WRITE,
    answers={200: ASSIGNMENT, 201: ASSIGNMENT},
    body=ASSIGNMENT_BODY,
)
def put_assignment(call: Call) -> Answer:
    """Give a user, group or service principal a role at a scope."""
    if guid(call.path["assignment"]) is None:
        text = "The role assignment ID is not valid. The role assignment ID must be a GUID."
        raise ApiError(400, "InvalidRoleAssignmentId", text)
    scope = asked_scope(call)
    require_scope(call, scope)
    # INVARIANT: the tenant is locked before anything is compared, so that two calls at once
    # cannot assign the same role twice.
    with changing(call, scope) as work:
        old = work.azure.get(_id_of(call))
        document = _document(call, work, scope, old)
        if old is not None:
            kept = work.azure.replace(old.id, document, by=call.actor, expected=old.etag)
        else:
            _require_new(work, document, scope)
            kept = work.azure.create(document, by=call.actor)
    return Answer(201 if old is None else 200, _shown(kept, scope))


@at_every_scope(OPERATIONS, "DELETE", _ONE, _DELETE, answers={200: ASSIGNMENT, 204: None})
def delete_assignment(call: Call) -> Answer:
    """Take a role away."""
    with changing(call, _id_of(call), deleting=True) as work:
        found = work.azure.get(_id_of(call))
        if found is None:
            return Answer(204)
        if GLOBAL_ADMINISTRATOR not in call.directory_roles:
            require_another_owner(work, found)
        work.azure.delete(found.id, by=call.actor, expected=found.etag)
    return Answer(200, _shown(found, asked_scope(call)))


def _id_of(call: Call) -> str:
    scope = asked_scope(call).rstrip("/")
    return f"{scope}/providers/{ROLE_ASSIGNMENT}/{call.path['assignment']}"


def _document(call: Call, work: Aggregates, scope: str, old: Stored | None) -> dict[str, Any]:
    sent = as_object(call.document.get("properties"))
    principal = guid(str(sent.get("principalId")))
    if principal is None:
        raise ApiError(400, "InvalidPrincipalId", "`principalId` has to be the object id (a GUID).")
    role = _assignable(call, work, role_id_of(sent.get("roleDefinitionId")), scope)
    before = as_object(old.document.get("properties") if old else None)
    properties: dict[str, Any] = {
        "principalId": principal,
        "principalType": _type_of(call, work, principal, sent),
        "roleDefinitionId": definition_id(role.id),
        "scope": scope,
        "description": _description(sent),
        "createdBy": before.get("createdBy", call.actor.id) if old else call.actor.id,
        "updatedBy": call.actor.id,
    }
    if old is not None and _pinned(before) != _pinned(properties):
        text = "Tenant ID, application ID, principal ID, and scope are not allowed to be updated."
        raise ApiError(400, "RoleAssignmentUpdateNotPermitted", text)
    if sent.get("condition"):
        # Kept and not enforced, it would give more than its author meant to.
        text = "Role assignments with a condition are not supported: conditions are not enforced."
        raise ApiError(400, "InvalidRoleAssignmentCondition", text)
    return {
        "id": _id_of(call),
        "type": ROLE_ASSIGNMENT,
        "name": call.path["assignment"].casefold(),
        "properties": properties,
    }


def _pinned(properties: JsonObject) -> list[str]:
    """Give what an assignment consists of: it can be taken back, not turned into another."""
    role = role_id_of(properties.get("roleDefinitionId"))
    return [str(properties.get("principalId")), role, folded_scope(str(properties.get("scope")))]


def _assignable(call: Call, work: Aggregates, role_id: str, scope: str) -> AzureRole:
    found = role_of(work, role_id)
    above = scopes_above(call.store, call.server.tenant_id, scope)
    if found is None or above.isdisjoint(folded_scope(each) for each in found.assignable):
        text = f"The specified role definition with ID '{role_id[:60]}' does not exist."
        raise ApiError(404, "RoleDefinitionDoesNotExist", text)
    return found


def _type_of(call: Call, work: Aggregates, principal: str, sent: JsonObject) -> str:
    kinds = {"User": work.users, "Group": work.groups, "ServicePrincipal": work.principals}
    found = next((name for name, kind in kinds.items() if kind.get(principal)), None)
    if found is None:
        text = f"Principal {principal} does not exist in the directory {call.server.tenant_id}."
        raise ApiError(400, "PrincipalNotFound", text)
    stated = sent.get("principalType")
    if stated and str(stated).casefold() != found.casefold():
        raise ApiError(
            400,
            "UnmatchedPrincipalType",
            f"The PrincipalId '{principal}' has type '{found}', which is different from specified "
            f"PrincipalType '{str(stated)[:40]}'.",
        )
    return found


def _description(sent: JsonObject) -> str | None:
    written = sent.get("description")
    if written is None or (isinstance(written, str) and len(written) <= _LONGEST_DESCRIPTION):
        return written
    text = f"`description` has to be a text of at most {_LONGEST_DESCRIPTION} characters."
    raise ApiError(400, "InvalidRoleAssignmentDescription", text)


def _require_new(work: Aggregates, document: JsonObject, scope: str) -> None:
    """Refuse the same role for the same principal a second time, and more than Azure takes."""
    here = work.azure.assignments_at(frozenset({folded_scope(scope)}), frozenset())
    wanted = _pinned(as_object(document["properties"]))
    if any(_pinned(as_object(each.document.get("properties"))) == wanted for each in here):
        raise ApiError(409, "RoleAssignmentExists", "The role assignment already exists.")
    subscription = subscription_in(scope)
    inside = frozenset({f"/subscriptions/{subscription}"})
    if subscription and len(work.azure.assignments_at(inside, inside)) >= _MOST_IN_SUBSCRIPTION:
        text = "No more role assignments can be created in the subscription."
        raise ApiError(400, "RoleAssignmentLimitExceeded", text)


def _principal(found: Stored) -> str:
    return str(as_object(found.document.get("properties")).get("principalId")).casefold()


def _shown(found: Stored, scope: str) -> dict[str, Any]:
    """Write an assignment as one reads it at a scope."""
    kept = as_object(found.document.get("properties"))
    at = str(kept.get("scope") or ROOT)
    role = role_id_of(kept.get("roleDefinitionId"))
    seen_from = scope if subscription_in(scope) else at
    return {
        "properties": {
            "roleDefinitionId": shown_definition_id(role, seen_from),
            "principalId": kept.get("principalId"),
            "principalType": kept.get("principalType"),
            "scope": at,
            "description": kept.get("description"),
            "condition": None,
            "conditionVersion": None,
            "createdOn": told(found.created),
            "updatedOn": told(found.modified),
            "createdBy": kept.get("createdBy"),
            "updatedBy": kept.get("updatedBy"),
            "delegatedManagedIdentityResourceId": None,
        },
        "id": found.document["id"],
        "type": ROLE_ASSIGNMENT,
        "name": found.document["name"],
    }
