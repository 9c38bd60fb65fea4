"""Billing roles: who may read, change and share the billing account.

Owner, contributor and reader of the account, as Azure has them; Global Administrators and Billing
Administrators of the directory own it. Azure roles give nothing here.
Source: azure-docs cost-management-billing/manage/understand-mca-roles, elevate-access-global-admin;
rest/api/billing billing-role-assignments (ids in its examples).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

from ostiary.analysis.lint_stage import GLOBAL_ADMINISTRATOR
from ostiary.arm import shapes
from ostiary.arm.answers import told
from ostiary.arm.billing import (
    ACCOUNT,
    BILLING_ROLE_ASSIGNMENT,
    ONE_ACCOUNT,
    account_id,
    account_of,
    resource,
)
from ostiary.arm.roles import not_delegated, principals_of
from ostiary.directory.documents import Stored
from ostiary.directory.errors import NoSuchObject
from ostiary.http.calls import Answer, Call, guid
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations
from ostiary.model.json_types import as_object

OPERATIONS: Final = Operations()
BILLING_ADMINISTRATOR: Final = "b0f54661-2d74-4c50-afa3-1ec803f12efe"
_DEFINITIONS: Final = f"{ACCOUNT}/billingRoleDefinitions"
_OWN: Final = f"{ONE_ACCOUNT}/billingRoleAssignments"


class Level(IntEnum):
    """What a role lets its holder do with the account; each includes those before it."""

    NOTHING = 0
    READ = 1
    CHANGE = 2
    SHARE = 3


@dataclass(frozen=True, slots=True)
class _Role:
    name: str
    title: str
    description: str
    level: Level


_ROLES: Final = (
    _Role(
        "50000000-aaaa-bbbb-cccc-100000000000",
        "Billing account owner",
        "Manages everything of the billing account, and who may.",
        Level.SHARE,
    ),
    _Role(
        "50000000-aaaa-bbbb-cccc-100000000001",
        "Billing account contributor",
        "Manages everything of the billing account but for who may.",
        Level.CHANGE,
    ),
    _Role(
        "50000000-aaaa-bbbb-cccc-100000000002",
        "Billing account reader",
        "Reads everything of the billing account.",
        Level.READ,
    ),
)
_BY_NAME: Final[Mapping[str, _Role]] = {each.name: each for each in _ROLES}


@dataclass(frozen=True, slots=True)
class Billing:
    """A level that the caller has to have on the billing account."""

    level: Level

    def refusal(self, call: Call) -> ApiError | None:
        """Refuse who has less."""
        undelegated = not_delegated(call)
        if undelegated is not None or billing_level(call) >= self.level:
            return undelegated
        verb = "read" if self.level is Level.READ else "write"
        return ApiError(
            403,
            "AuthorizationFailed",
            f"The client '{call.actor.name}' with object id '{call.token.object_id}' does not have "
            f"authorization to perform action '{ACCOUNT}/{verb}' over scope "
            f"'{account_id(call.server.tenant_id)}' or the scope is invalid.",
        )

    def described(self) -> Mapping[str, Any]:
        """Give it for the document of the API."""
        return {"billing": self.level.name.casefold()}


READ: Final = Billing(Level.READ)
CHANGE: Final = Billing(Level.CHANGE)
SHARE: Final = Billing(Level.SHARE)


def billing_level(call: Call) -> Level:
    """Give the highest level that the caller has, himself or through a group."""
    if not call.directory_roles.isdisjoint({GLOBAL_ADMINISTRATOR, BILLING_ADMINISTRATOR}):
        return Level.SHARE
    held = call.store.azure.assignments(principals_of(call), BILLING_ROLE_ASSIGNMENT)
    roles = (_BY_NAME.get(_role_of(each)) for each in held)
    return max((each.level for each in roles if each), default=Level.NOTHING)


@OPERATIONS.add(
    "GET", f"{ONE_ACCOUNT}/billingRoleDefinitions", needs=READ, answers=shapes.listed(shapes.PROXY)
)
def list_billing_roles(call: Call) -> Answer:
    """List the roles there are."""
    account = account_of(call)
    return Answer(body={"value": [_definition(account, each) for each in _ROLES]})


@OPERATIONS.add(
    "GET", f"{ONE_ACCOUNT}/billingRoleDefinitions/{{role}}", needs=READ, answers={200: shapes.PROXY}
)
def get_billing_role(call: Call) -> Answer:
    """Tell one role."""
    account = account_of(call)
    found = _BY_NAME.get(call.path["role"].casefold())
    if found is None:
        raise ApiError(404, "NotFound", "There is no such billing role definition.")
    return Answer(body=_definition(account, found))


@OPERATIONS.add("GET", _OWN, needs=READ, answers=shapes.listed(shapes.PROXY))
def list_billing_assignments(call: Call) -> Answer:
    """List who holds which role."""
    found = call.store.azure.of_type(BILLING_ROLE_ASSIGNMENT, account_of(call))
    return Answer(body={"value": [_shown(each) for each in found]})


@OPERATIONS.add("GET", f"{_OWN}/{{assignment}}", needs=READ, answers={200: shapes.PROXY})
def get_billing_assignment(call: Call) -> Answer:
    """Tell one assignment."""
    found = call.store.azure.get(f"{account_of(call)}/billingRoleAssignments/{_asked(call)}")
    if found is None:
        raise ApiError(404, "NotFound", "There is no such billing role assignment.")
    return Answer(body=_shown(found))


@OPERATIONS.add(
    "PUT",
    f"{_OWN}/{{assignment}}",
    needs=SHARE,
    answers=shapes.kept(shapes.PROXY),
    body=shapes.PROXY_BODY,
)
def put_billing_assignment(call: Call) -> Answer:
    """Give somebody a role; the name follows from both, whatever the path says."""
    return _given(call)


@OPERATIONS.add(
    "POST",
    f"{ONE_ACCOUNT}/createBillingRoleAssignment",
    needs=SHARE,
    answers={200: shapes.PROXY, 201: shapes.PROXY},
    body=shapes.PROXY_BODY,
)
def create_billing_assignment(call: Call) -> Answer:
    """Give somebody a role."""
    return _given(call)


@OPERATIONS.add("DELETE", f"{_OWN}/{{assignment}}", needs=SHARE, answers={200: None, 204: None})
def delete_billing_assignment(call: Call) -> Answer:
    """Take a role away."""
    place = f"{account_of(call)}/billingRoleAssignments/{_asked(call)}"
    try:
        call.store.azure.delete(place, by=call.actor)
    except NoSuchObject:
        return Answer(204)
    return Answer(200)


def _given(call: Call) -> Answer:
    account, sent = account_of(call), as_object(call.document.get("properties", call.document))
    role = _BY_NAME.get(str(sent.get("roleDefinitionId")).rpartition("/")[2].casefold())
    principal = guid(str(sent.get("principalId")))
    if role is None or principal is None:
        text = "`roleDefinitionId` has to be a billing role, `principalId` an object id (a GUID)."
        raise ApiError(400, "BadRequest", text)
    name = f"{role.name}_{principal}"
    with call.store.transaction() as work, work.unit.recording(call.actor):
        kinds = (work.users, work.groups, work.principals)
        if not any(kind.get(principal) for kind in kinds):
            text = f"Principal {principal} does not exist in the directory."
            raise ApiError(400, "PrincipalNotFound", text)
        place = f"{account}/billingRoleAssignments/{name}"
        kept = work.azure.get(place)
        if kept is None:
            properties = {
                "principalId": principal,
                "principalTenantId": call.server.tenant_id,
                "roleDefinitionId": f"{account}/billingRoleDefinitions/{role.name}",
                "scope": account,
                "createdByPrincipalId": call.actor.id,
                "createdByPrincipalTenantId": call.server.tenant_id,
            }
            document = resource(place, BILLING_ROLE_ASSIGNMENT, properties)
            kept = work.azure.create(document, by=call.actor)
    return Answer(201, _shown(kept))


def _asked(call: Call) -> str:
    return call.path["assignment"]


def _role_of(found: Stored) -> str:
    properties = as_object(found.document.get("properties"))
    return str(properties.get("roleDefinitionId")).rpartition("/")[2].casefold()


def _shown(found: Stored) -> dict[str, Any]:
    properties = as_object(found.document.get("properties"))
    return {**found.document, "properties": {**properties, "createdOn": told(found.created)}}


def _definition(account: str, role: _Role) -> dict[str, Any]:
    verbs = {Level.READ: "read", Level.CHANGE: "write", Level.SHARE: "*"}
    properties = {
        "roleName": role.title,
        "description": role.description,
        "permissions": [{"actions": [f"{ACCOUNT}/{verbs[role.level]}"], "notActions": []}],
    }
    return resource(f"{account}/billingRoleDefinitions/{role.name}", _DEFINITIONS, properties)
