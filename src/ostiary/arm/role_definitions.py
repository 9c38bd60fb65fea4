"""`Microsoft.Authorization/roleDefinitions`: the roles there are, and those that a tenant makes.

Source: azure-docs rest/api/authorization/role-definitions, role-based-access-control/custom-roles
(properties, limits), troubleshooting (errors).
"""

from __future__ import annotations

from typing import Any, Final

from ostiary.arm.answers import asked_scope, at_every_scope, told
from ostiary.arm.azure_roles import (
    BUILT_IN,
    ROOT,
    AzureRole,
    custom_role,
    custom_roles,
    definition_id,
    role_id_of,
    role_of,
)
from ostiary.arm.custom_roles import custom_role_document, require_free_name
from ostiary.arm.filters import Term, terms
from ostiary.arm.roles import held_at, may, unauthorized
from ostiary.arm.scopes import folded_scope, scopes_above, subscription_in
from ostiary.arm.shapes import DEFINITION, DEFINITION_BODY, PERMISSION, listed
from ostiary.directory.azure import ROLE_DEFINITION
from ostiary.http.calls import Answer, Call, guid
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations
from ostiary.model.json_types import as_object

OPERATIONS: Final = Operations()
_READ: Final = f"{ROLE_DEFINITION}/read"
_WRITE: Final = f"{ROLE_DEFINITION}/write"
_DELETE: Final = f"{ROLE_DEFINITION}/delete"
_FILTER: Final = {"rolename": False, "type": False, "atscopeandbelow": True, "atscope": True}
_CUSTOM, _BUILT_IN_WORD = "CustomRole", "BuiltInRole"
_MOST_CUSTOM: Final = 5_000


@at_every_scope(OPERATIONS, "GET", ROLE_DEFINITION, _READ, answers=listed(DEFINITION))
def list_definitions(call: Call) -> Answer:
    """List the roles that can be assigned at a scope."""
    scope, asked = asked_scope(call), terms(call, _FILTER)
    above = scopes_above(call.store, call.server.tenant_id, scope)
    inside = f"{folded_scope(scope).rstrip('/')}/"
    below = any(each.name == "atscopeandbelow" for each in asked)

    def stands(role: AzureRole) -> bool:
        places = [folded_scope(each) for each in role.assignable]
        return any(each in above or (below and each.startswith(inside)) for each in places)

    roles = [*BUILT_IN.values(), *custom_roles(call.store)]
    found = [role for role in roles if stands(role) and all(_fits(role, each) for each in asked)]
    return Answer(body={"value": [shown_definition(each, scope) for each in found]})


@at_every_scope(OPERATIONS, "GET", f"{ROLE_DEFINITION}/{{role}}", _READ, answers={200: DEFINITION})
def get_definition(call: Call) -> Answer:
    """Tell one role."""
    return Answer(body=shown_definition(_needed(call), asked_scope(call)))


@at_every_scope(
    OPERATIONS,
    "PUT",
    f"{ROLE_DEFINITION}/{{role}}",
    _WRITE,
    answers={201: DEFINITION},
    body=DEFINITION_BODY,
)
def put_definition(call: Call) -> Answer:
    """Make a custom role, or change one; who does must be allowed to wherever it is assignable."""
    role_id, properties = guid(call.path["role"]), as_object(call.document.get("properties"))
    if role_id is None:
        text = "The role definition ID is not valid. It must be a GUID."
        raise ApiError(400, "InvalidRoleDefinitionId", text)
    if role_id in BUILT_IN:
        raise _not_custom(role_id)
    document = custom_role_document(role_id, properties, call.actor.id)
    with call.store.transaction() as work, work.unit.recording(call.actor):
        old = work.azure.get(definition_id(role_id))
        wanted: tuple[str, ...] = tuple(document["properties"]["assignableScopes"])
        before = () if old is None else custom_role(old).assignable
        _require_everywhere(call, _WRITE, (*before, *wanted))
        require_free_name(work, role_id, str(document["properties"]["roleName"]))
        if old is None:
            if len(custom_roles(work)) >= _MOST_CUSTOM:
                text = "Role definition limit exceeded. No more role definitions can be created."
                raise ApiError(400, "RoleDefinitionLimitExceeded", text)
            kept = work.azure.create(document, by=call.actor)
        else:
            _require_assigned_inside(call, role_id, wanted)
            author = as_object(old.document.get("properties")).get("createdBy")
            document["properties"]["createdBy"] = author
            kept = work.azure.replace(old.id, document, by=call.actor, expected=old.etag)
    shown = shown_definition(custom_role(kept), asked_scope(call))
    return Answer(201, shown)


@at_every_scope(
    OPERATIONS,
    "DELETE",
    f"{ROLE_DEFINITION}/{{role}}",
    _DELETE,
    answers={200: DEFINITION, 204: None},
)
def delete_definition(call: Call) -> Answer:
    """Delete a custom role that nobody holds."""
    role_id = call.path["role"].casefold()
    with call.store.transaction() as work, work.unit.recording(call.actor):
        found = role_of(work, role_id)
        if found is None:
            return Answer(204)
        if found.made is None:
            raise _not_custom(role_id)
        _require_everywhere(call, _DELETE, found.assignable)
        if _assigned(call, role_id):
            raise ApiError(
                400,
                "RoleDefinitionHasAssignments",
                f"There are existing role assignments referencing role (code: {role_id}).",
            )
        work.azure.delete(found.made.id, by=call.actor, expected=found.made.etag)
    return Answer(200, shown_definition(found, asked_scope(call)))


@at_every_scope(
    OPERATIONS,
    "GET",
    "Microsoft.Authorization/permissions",
    "Microsoft.Authorization/permissions/read",
    answers=listed(PERMISSION),
)
def list_permissions(call: Call) -> Answer:
    """List what the caller may do at a scope."""
    held = {role.id: role for role in held_at(call, asked_scope(call))}
    return Answer(body={"value": [_permissions(role) for role in held.values()]})


def shown_definition(role: AzureRole, scope: str) -> dict[str, Any]:
    """Write a role as one reads it at a scope."""
    properties: dict[str, Any] = {
        "roleName": role.name,
        "type": _word(role),
        "description": role.description,
        "assignableScopes": list(role.assignable),
        "permissions": [_permissions(role)],
    }
    if role.made is not None:
        kept = as_object(role.made.document.get("properties"))
        properties |= {
            "createdOn": told(role.made.created),
            "updatedOn": told(role.made.modified),
            "createdBy": kept.get("createdBy"),
            "updatedBy": kept.get("updatedBy"),
        }
    return {
        "properties": properties,
        "id": shown_definition_id(role.id, scope),
        "type": ROLE_DEFINITION,
        "name": role.id,
    }


def shown_definition_id(role_id: str, scope: str) -> str:
    """Give the id of a role as it reads in the subscription of a scope, or outside of any."""
    subscription = subscription_in(scope)
    prefix = "" if subscription is None else f"/subscriptions/{subscription}"
    return f"{prefix}{definition_id(role_id)}"


def _permissions(role: AzureRole) -> dict[str, Any]:
    return {
        "actions": list(role.actions),
        "notActions": list(role.not_actions),
        "dataActions": list(role.data_actions),
        "notDataActions": list(role.not_data_actions),
    }


def _fits(role: AzureRole, term: Term) -> bool:
    if term.name == "rolename":
        return role.name.casefold() == (term.value or "").casefold()
    if term.name == "type":
        return _word(role).casefold() == (term.value or "").casefold()
    return True


def _word(role: AzureRole) -> str:
    return _BUILT_IN_WORD if role.made is None else _CUSTOM


def _needed(call: Call) -> AzureRole:
    found = role_of(call.store, call.path["role"])
    if found is None or not _may_read(call, found):
        name = call.path["role"][:60]
        raise ApiError(
            404,
            "RoleDefinitionDoesNotExist",
            f"The specified role definition with ID '{name}' does not exist.",
        )
    return found


def _may_read(call: Call, role: AzureRole) -> bool:
    """A custom role is told only to who may read roles at the scope, or where it is assignable."""
    above = scopes_above(call.store, call.server.tenant_id, asked_scope(call))
    if role.made is None or any(folded_scope(each) in above for each in role.assignable):
        return True
    return any(may(call, _READ, each) for each in role.assignable)


def _not_custom(role_id: str) -> ApiError:
    text = f"The role '{role_id}' is built in: it can be neither changed nor deleted."
    return ApiError(400, "RoleDefinitionNotCustom", text)


def _require_everywhere(call: Call, action: str, scopes: tuple[str, ...]) -> None:
    for each in dict.fromkeys(scopes):
        refused = unauthorized(call, action, each)
        if refused is not None:
            raise refused


def _assigned(call: Call, role_id: str) -> list[str]:
    """Give the scopes at which a role is assigned."""
    found = call.store.azure.assignments_at(frozenset({ROOT}), frozenset({ROOT}))
    properties = [as_object(each.document.get("properties")) for each in found]
    return [
        str(each.get("scope"))
        for each in properties
        if role_id_of(each.get("roleDefinitionId")) == role_id
    ]


def _require_assigned_inside(call: Call, role_id: str, wanted: tuple[str, ...]) -> None:
    """Refuse to take a scope away at which the role is held."""
    kept = {folded_scope(each) for each in wanted}
    for at in _assigned(call, role_id):
        if kept.isdisjoint(scopes_above(call.store, call.server.tenant_id, at)):
            raise ApiError(
                400,
                "RoleDefinitionHasAssignments",
                f"The role is assigned at '{at}', which is in none of the assignable scopes.",
            )
