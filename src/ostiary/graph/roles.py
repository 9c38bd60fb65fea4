"""`directoryRoles`, `directoryRoleTemplates` and `roleManagement/directory`: roles, who holds them.

Source: api-reference rbacapplication-list-roledefinitions, -post-roleassignments,
unifiedroleassignment-delete, directoryrole-list, -list-members, -post-members. Only built-in roles,
tenant-wide: what Conditional Access knows.
"""

from __future__ import annotations

from typing import Any, Final

from ostiary.administration.roles import WHOLE_TENANT, assign_role, remove_assignment
from ostiary.directory.documents import Stored
from ostiary.graph.answers import entity, etag_header, page, selected
from ostiary.graph.bodies import TEXT, Members, answer_shapes, body_shape, one_of, written
from ostiary.graph.directory_objects import DirectoryResource, absent, declare_reading, one
from ostiary.graph.directory_permissions import READ_ROLES, WRITE_ROLES
from ostiary.graph.expanding import expands
from ostiary.graph.listing import filter_of
from ostiary.graph.objects import ANY_OBJECTS, directory_role, objects_page, shown_object
from ostiary.graph.policy_calls import OVERRIDABLE, override_of
from ostiary.graph.ranks import require_grantable
from ostiary.graph.references import REFERENCE, referred
from ostiary.graph.shapes import DONE, MAYBE_TEXT, listed, made, told
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations
from ostiary.http.shapes import FLAG, OBJECTS, TEXTS, Named, closed
from ostiary.http.shapes import TEXT as TEXT_SHAPE
from ostiary.schema.odata_filter import holds
from ostiary.tenant.catalogue import BUILT_IN

OPERATIONS: Final = Operations()
_BASE: Final = "roleManagement/directory"
_ASSIGNMENT: Final[Members] = {
    "roleDefinitionId": TEXT.needed,
    "principalId": TEXT.needed,
    "directoryScopeId": one_of(WHOLE_TENANT).needed,
}
_ACTIVATION: Final[Members] = {"roleTemplateId": TEXT.needed}
_DEFINITION: Final = Named(
    "unifiedRoleDefinition",
    closed(
        {
            "id": TEXT_SHAPE,
            "displayName": TEXT_SHAPE,
            "description": MAYBE_TEXT,
            "isBuiltIn": FLAG,
            "isEnabled": FLAG,
            "resourceScopes": TEXTS,
            "templateId": TEXT_SHAPE,
            "rolePermissions": OBJECTS,
        }
    ),
)
_NAMED: Final = {"id": TEXT_SHAPE, "displayName": TEXT_SHAPE}
_TEMPLATE: Final = Named("directoryRoleTemplate", closed(_NAMED))
_ROLE: Final = Named("directoryRole", closed({**_NAMED, "roleTemplateId": TEXT_SHAPE}))
ASSIGNMENTS: Final = DirectoryResource(
    f"{_BASE}/roleAssignments",
    "UnifiedRoleAssignment",
    lambda store: store.roles,
    plain={"directoryScopeId": WHOLE_TENANT},
    members=answer_shapes(_ASSIGNMENT),
    is_directory=False,
    expands=frozenset({"principal", "roleDefinition"}),
    quickly={
        "id": lambda store, value: one(store.roles.get(value)),
        "principalid": lambda store, value: store.roles.of_principal(value),
    },
)
declare_reading(OPERATIONS, ASSIGNMENTS, needs=READ_ROLES)


@expands(ASSIGNMENTS.path, "principal")
def assigned_to(call: Call, found: Stored) -> dict[str, Any] | None:
    """Tell who holds a role."""
    return shown_object(call, str(found.document.get("principalId")))


@expands(ASSIGNMENTS.path, "roleDefinition")
def assigned_role(call: Call, found: Stored) -> dict[str, Any] | None:
    """Tell which role is held."""
    role_id = str(found.document.get("roleDefinitionId")).casefold()
    return _definition(role_id) if role_id in BUILT_IN.roles else None


@OPERATIONS.add(
    "POST",
    f"/{_BASE}/roleAssignments",
    needs=WRITE_ROLES,
    schema=OVERRIDABLE,
    answers=made(ASSIGNMENTS.type),
    body=body_shape(_ASSIGNMENT, needed=tuple(_ASSIGNMENT)),
)
def create_assignment(call: Call) -> Answer:
    """Give somebody a role."""
    asked = written(call.document, _ASSIGNMENT, needed=tuple(_ASSIGNMENT))
    role_id = _known(asked["roleDefinitionId"])
    require_grantable(call, [role_id])
    added = assign_role(
        call.store,
        call.server.snapshots,
        role_id,
        asked["principalId"],
        by=call.actor,
        override=override_of(call),
    )
    call.server.snapshots.refresh()
    body = entity(call, ASSIGNMENTS.answered(call, added.document), ASSIGNMENTS.path)
    return Answer(201, body, etag_header(added.etag))


@OPERATIONS.add(
    "DELETE",
    f"/{_BASE}/roleAssignments/{{id}}",
    needs=WRITE_ROLES,
    schema=OVERRIDABLE,
    answers=DONE,
)
def delete_assignment(call: Call) -> Answer:
    """Take a role away."""
    found = ASSIGNMENTS.get(call.store, call.path["id"])
    _remove(call, found.id, str(found.document.get("roleDefinitionId")).casefold())
    return Answer(204)


@OPERATIONS.add(
    "GET",
    f"/{_BASE}/roleDefinitions",
    needs=READ_ROLES,
    answers=listed(_DEFINITION),
)
def list_definitions(call: Call) -> Answer:
    """List the built-in roles."""
    return _listed(call, [_definition(each) for each in BUILT_IN.roles], "roleDefinitions")


@OPERATIONS.add(
    "GET",
    f"/{_BASE}/roleDefinitions/{{id}}",
    needs=READ_ROLES,
    answers=told(_DEFINITION),
)
def get_definition(call: Call) -> Answer:
    """Tell one built-in role."""
    shown = selected(call, _definition(_role(call)))
    return Answer(body=entity(call, shown, f"{_BASE}/roleDefinitions"))


@OPERATIONS.add(
    "GET",
    "/directoryRoleTemplates",
    needs=READ_ROLES,
    answers=listed(_TEMPLATE),
)
def list_templates(call: Call) -> Answer:
    """List the roles that can be assigned."""
    found = [{"id": each, "displayName": name} for each, name in BUILT_IN.roles.items()]
    return _listed(call, found, "directoryRoleTemplates")


@OPERATIONS.add("GET", "/directoryRoleTemplates/{id}", needs=READ_ROLES, answers=told(_TEMPLATE))
def get_template(call: Call) -> Answer:
    """Tell one role that can be assigned."""
    role_id = _role(call)
    shown = selected(call, {"id": role_id, "displayName": BUILT_IN.roles[role_id]})
    return Answer(body=entity(call, shown, "directoryRoleTemplates"))


@OPERATIONS.add(
    "POST",
    "/directoryRoles",
    needs=WRITE_ROLES,
    answers=made(_ROLE),
    body=body_shape(_ACTIVATION, needed=tuple(_ACTIVATION)),
)
def activate_role(call: Call) -> Answer:
    """Tell a role that scripts activate first: here every role can be given at once."""
    asked = written(call.document, _ACTIVATION, needed=tuple(_ACTIVATION))
    role_id = _known(asked["roleTemplateId"])
    return Answer(201, entity(call, directory_role(role_id), "directoryRoles"))


@OPERATIONS.add(
    "GET",
    "/directoryRoles",
    needs=READ_ROLES,
    answers=listed(_ROLE),
)
def list_directory_roles(call: Call) -> Answer:
    """List the roles that somebody holds; a role has the id of its template."""
    held = {
        str(each.document.get("roleDefinitionId")).casefold() for each in call.store.roles.all()
    }
    found = [directory_role(each) for each in BUILT_IN.roles if each in held]
    return _listed(call, found, "directoryRoles")


@OPERATIONS.add(
    "GET",
    "/directoryRoles/{id}",
    needs=READ_ROLES,
    answers=told(_ROLE),
)
def getdirectory_role(call: Call) -> Answer:
    """Tell one role."""
    return Answer(body=entity(call, selected(call, directory_role(_role(call))), "directoryRoles"))


@OPERATIONS.add(
    "GET",
    "/directoryRoles/{id}/members",
    needs=READ_ROLES,
    answers=ANY_OBJECTS,
)
def list_role_members(call: Call) -> Answer:
    """List who holds a role, tenant-wide."""
    return objects_page(call, [principal for principal, _ in _holders(call, _role(call))])


@OPERATIONS.add(
    "POST",
    "/directoryRoles/{id}/members/$ref",
    needs=WRITE_ROLES,
    schema=OVERRIDABLE,
    answers=DONE,
    body=REFERENCE,
)
def add_role_member(call: Call) -> Answer:
    """Give somebody a role."""
    role_id = _role(call)
    require_grantable(call, [role_id])
    assign_role(
        call.store,
        call.server.snapshots,
        role_id,
        referred(call),
        by=call.actor,
        override=override_of(call),
    )
    call.server.snapshots.refresh()
    return Answer(204)


@OPERATIONS.add(
    "DELETE",
    "/directoryRoles/{id}/members/{member}/$ref",
    needs=WRITE_ROLES,
    schema=OVERRIDABLE,
    answers=DONE,
)
def remove_role_member(call: Call) -> Answer:
    """Take a role from somebody."""
    role_id, member = _role(call), call.path["member"].casefold()
    found = [each for principal, each in _holders(call, role_id) if principal == member]
    if not found:
        raise absent(member)
    _remove(call, found[0], role_id)
    return Answer(204)


def _remove(call: Call, assignment_id: str, role_id: str) -> None:
    require_grantable(call, [role_id])
    remove_assignment(
        call.store,
        call.server.snapshots,
        assignment_id,
        by=call.actor,
        override=override_of(call),
    )
    call.server.snapshots.refresh()


def _holders(call: Call, role_id: str) -> list[tuple[str, str]]:
    """Give who holds a role, with the assignment."""
    return [
        (str(each.document.get("principalId")).casefold(), each.id)
        for each in call.store.roles.all()
        if str(each.document.get("roleDefinitionId")).casefold() == role_id
        and each.document.get("directoryScopeId", WHOLE_TENANT) == WHOLE_TENANT
    ]


def _role(call: Call) -> str:
    role_id = call.path["id"].casefold()
    if role_id not in BUILT_IN.roles:
        raise absent(role_id)
    return role_id


def _known(role_id: str) -> str:
    if role_id.casefold() in BUILT_IN.roles:
        return role_id.casefold()
    raise ApiError(
        400,
        "Request_BadRequest",
        f"expected the id of a built-in role, came `{role_id[:60]}`",
    )


def _definition(role_id: str) -> dict[str, Any]:
    return {
        "id": role_id,
        "displayName": BUILT_IN.roles[role_id],
        "description": None,
        "isBuiltIn": True,
        "isEnabled": True,
        "resourceScopes": [WHOLE_TENANT],
        "templateId": role_id,
        "rolePermissions": [],
    }


def _listed(call: Call, found: list[dict[str, Any]], path: str) -> Answer:
    wanted = filter_of(call)
    left = [each for each in found if wanted is None or holds(wanted, each, fold=True)]
    return page(call, [selected(call, each) for each in left], path)
