"""The body of a custom role, checked: name, actions, and where it can be assigned.

Source: azure-docs role-based-access-control/custom-roles (properties, limits).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from ostiary.arm.azure_roles import BUILT_IN, ROOT, custom_roles, definition_id
from ostiary.arm.scopes import folded_scope, is_group
from ostiary.directory.azure import ROLE_DEFINITION
from ostiary.directory.store import Aggregates
from ostiary.http.errors import ApiError
from ostiary.model.json_types import JsonObject, as_object, is_list

_LONGEST_NAME: Final = 512
_LONGEST_DESCRIPTION: Final = 2_048
_MOST_SCOPES: Final = 2_000
_MOST_ACTIONS: Final = 2_000
_ACTION: Final = re.compile(r"[A-Za-z0-9._*-]+(/[A-Za-z0-9._*-]+)*", re.ASCII)
_SCOPE: Final = re.compile(
    r"/subscriptions/[^/]+(/resourceGroups/[^/]+)?|/providers/Microsoft\.Management/"
    r"managementGroups/[^/]+",
    re.IGNORECASE,
)


def custom_role_document(role_id: str, properties: JsonObject, by: str) -> dict[str, Any]:
    """Give the object of a custom role. Raises ApiError (400)."""
    name, description = properties.get("roleName"), properties.get("description") or ""
    if not isinstance(name, str) or not name.strip() or len(name) > _LONGEST_NAME:
        text = f"`roleName` has to be a text of 1 to {_LONGEST_NAME} characters."
        raise ApiError(400, "InvalidRoleDefinitionName", text)
    if not isinstance(description, str) or len(description) > _LONGEST_DESCRIPTION:
        text = f"`description` has to be a text of at most {_LONGEST_DESCRIPTION} characters."
        raise ApiError(400, "InvalidRoleDefinitionDescription", text)
    if str(properties.get("type") or "CustomRole").casefold() != "customrole":
        raise ApiError(400, "InvalidRoleDefinitionType", "`type` has to be CustomRole.")
    return {
        "id": definition_id(role_id),
        "type": ROLE_DEFINITION,
        "name": role_id,
        "properties": {
            "roleName": name.strip(),
            "type": "CustomRole",
            "description": description,
            "assignableScopes": _scopes(properties.get("assignableScopes")),
            "permissions": [_permissions(properties.get("permissions"))],
            "createdBy": by,
            "updatedBy": by,
        },
    }


def require_free_name(work: Aggregates, role_id: str, name: str) -> None:
    """Refuse the name of another role. Raises ApiError (409)."""
    others = (*BUILT_IN.values(), *custom_roles(work))
    if any(each.name.casefold() == name.casefold() and each.id != role_id for each in others):
        text = f"A role definition with the name '{name[:100]}' exists already."
        raise ApiError(409, "RoleDefinitionWithSameNameExists", text)


def _permissions(written: object) -> Mapping[str, list[str]]:
    if not is_list(written) or len(written) != 1:
        text = "`permissions` has to be a list of one object."
        raise ApiError(400, "InvalidRoleDefinitionPermissions", text)
    block = as_object(written[0])
    found = {
        name: _actions(name, block.get(name))
        for name in ("actions", "notActions", "dataActions", "notDataActions")
    }
    if not found["actions"] and not found["dataActions"]:
        text = "A role has to allow something: name at least one action."
        raise ApiError(400, "InvalidRoleDefinitionPermissions", text)
    return found


def _actions(name: str, written: object) -> list[str]:
    listed = written if is_list(written) else [] if written is None else [None]
    if len(listed) > _MOST_ACTIONS or not all(
        isinstance(each, str) and _ACTION.fullmatch(each) for each in listed
    ):
        text = f"`{name}` has to be a list of actions such as Microsoft.Compute/*/read."
        raise ApiError(400, "InvalidActionOrNotAction", text)
    return [str(each) for each in listed]


def _scopes(written: object) -> list[str]:
    listed = [str(each) for each in written] if is_list(written) else []
    if not listed or len(listed) > _MOST_SCOPES:
        text = f"`assignableScopes` has to name 1 to {_MOST_SCOPES} scopes."
        raise ApiError(400, "InvalidRoleDefinitionAssignableScopes", text)
    scopes = [each.rstrip("/") or ROOT for each in listed]
    if not all(_SCOPE.fullmatch(each) for each in scopes):
        text = "A custom role can be assigned in management groups, subscriptions and groups only."
        raise ApiError(400, "InvalidRoleDefinitionAssignableScopes", text)
    if sum(is_group(folded_scope(each)) for each in scopes) > 1:
        text = "`assignableScopes` can name one management group only."
        raise ApiError(400, "InvalidRoleDefinitionAssignableScopes", text)
    return scopes
