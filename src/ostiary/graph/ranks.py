"""Whom a caller may change: nobody changes somebody, or something, above himself (AD03).

Source: entra-docs role-based-access-control/privileged-roles-permissions, who can perform
sensitive actions, who can reset passwords. An application holds roles as a person does.
"""

from __future__ import annotations

from typing import Final

from ostiary.analysis.lint_stage import GLOBAL_ADMINISTRATOR
from ostiary.graph.directory_permissions import PRIVILEGED_AUTHENTICATION_ADMINISTRATOR
from ostiary.http.calls import Call
from ostiary.http.errors import ApiError

_ABOVE_ALL: Final = frozenset({GLOBAL_ADMINISTRATOR})
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


def denied(why: str) -> ApiError:
    """Refuse with what stands in the way."""
    return ApiError(
        403,
        "Authorization_RequestDenied",
        f"Insufficient privileges to complete the operation: {why}.",
    )
