"""Whom a caller may change: nobody changes somebody, or something, above himself (AD03).

Source: entra-docs role-based-access-control/privileged-roles-permissions, who can perform
sensitive actions, who can reset passwords. An application holds roles as a person does.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ostiary.administration.applications import is_services_own
from ostiary.administration.grants import role_named
from ostiary.analysis.lint_stage import GLOBAL_ADMINISTRATOR
from ostiary.directory.first_party import MICROSOFT
from ostiary.graph.directory_permissions import (
    GROUP_WRITERS,
    PRIVILEGED_AUTHENTICATION_ADMINISTRATOR,
    ROLE_MANAGEMENT,
    ROLE_WRITERS,
)
from ostiary.http.calls import Call
from ostiary.http.errors import ApiError

_ABOVE_ALL: Final = frozenset({GLOBAL_ADMINISTRATOR})
_OVER_EVERYBODY: Final = frozenset(
    {
        GLOBAL_ADMINISTRATOR,
        PRIVILEGED_AUTHENTICATION_ADMINISTRATOR,
        "e00e864a-17c5-4a4b-9c06-f5b95a8d5bd8",  # Partner Tier2 Support: resets any password
    }
)
METHODS_OF_ADMINISTRATORS: Final = _ABOVE_ALL | {PRIVILEGED_AUTHENTICATION_ADMINISTRATOR}
"""Who may reset the methods of somebody who holds a role."""


def require_rank(call: Call, user_id: str, mighty: frozenset[str] = _ABOVE_ALL) -> None:
    """Let only `mighty` roles change who holds a role, or may hold one by a group, but himself.

    Raises ApiError (403).
    """
    if mighty & call.directory_roles or user_id == call.token.object_id:
        return
    if is_administrator(call, user_id):
        raise denied("the user holds a directory role, and only a higher one may change him")


def is_administrator(call: Call, user_id: str) -> bool:
    """Tell whether a user holds a role, or is in a group that roles can be assigned to."""
    if call.snapshot.roles.get(user_id):
        return True
    groups = call.snapshot.policies.directory.groups
    return any(
        (group := groups.get(each)) is not None and group.role_assignable
        for each in call.store.groups.all_groups_of(user_id)
    )


def require_group_rank(call: Call, *, assignable: bool, group_id: str | None = None) -> None:
    """Let only who may assign roles change a group that roles can be assigned to.

    Source: entra-docs role-based-access-control/groups-concept. Raises ApiError (403).
    """
    if not assignable:
        if not call.token.of_application and not GROUP_WRITERS & call.directory_roles:
            raise denied("your roles only change groups that roles can be assigned to")
        return
    token = call.token
    held = token.roles if token.of_application else token.scopes
    if ROLE_MANAGEMENT.casefold() not in {each.casefold() for each in held}:
        raise denied(f"roles can be assigned to the group, which needs {ROLE_MANAGEMENT}")
    if not token.of_application and not ROLE_WRITERS & call.directory_roles:
        raise denied("roles can be assigned to the group, which needs who may assign them")
    require_grantable(call, call.snapshot.roles.get(group_id or "", frozenset()))


def require_grantable(call: Call, role_ids: Iterable[str]) -> None:
    """Let only a Global Administrator give, or take, the roles that control Global Administrators.

    Stricter than Entra, where a Privileged Role Administrator may make himself one (checklist
    AD03: nobody grants above himself). Raises ApiError (403).
    """
    if GLOBAL_ADMINISTRATOR in call.directory_roles:
        return
    if not _OVER_EVERYBODY.isdisjoint(role_ids):
        raise denied("only a Global Administrator gives or takes roles that are above yours")


def require_application_rank(call: Call, app_id: str) -> None:
    """Let only a Global Administrator change an application that holds a role or may write.

    Who can add a credential to an application acts as it: stricter than Entra, where an
    Application Administrator may (checklist AD03). The tenant's own services nobody changes.
    Raises ApiError (403).
    """
    store = call.store
    principal = store.principals.by_app_id(app_id)
    found = store.applications.by_app_id(app_id)
    if found is not None and is_services_own(found.document):
        raise denied("the application belongs to the service itself")
    if principal is None or GLOBAL_ADMINISTRATOR in call.directory_roles:
        return
    assigned = store.app_roles.of_principal(principal.id)
    if assigned or call.snapshot.roles.get(principal.id):
        raise denied(
            "the application holds roles or permissions of its own, and only a Global "
            "Administrator changes it"
        )


def require_app_role_grantable(
    call: Call, principal_id: str, resource_id: str, role_id: str
) -> None:
    """Let few give, or take, application permissions of the tenant's own services.

    As in Entra, administrators of applications give none of them. Stricter than there, only a
    Global Administrator gives one that writes: an application that may write could make itself
    anything (checklist AD03). Raises ApiError (403).
    """
    store = call.store
    resource, principal = store.principals.get(resource_id), store.principals.get(principal_id)
    if resource is None or principal is None or GLOBAL_ADMINISTRATOR in call.directory_roles:
        return
    if str(resource.document.get("appOwnerOrganizationId")).casefold() != MICROSOFT:
        return
    value = str((role_named(resource, role_id) or {}).get("value"))
    if "write" in value.casefold() or not ROLE_WRITERS & call.directory_roles:
        raise denied(f"only a higher role gives, or takes, the application permission `{value}`")


def denied(why: str) -> ApiError:
    """Refuse with what stands in the way."""
    return ApiError(
        403,
        "Authorization_RequestDenied",
        f"Insufficient privileges to complete the operation: {why}.",
    )
