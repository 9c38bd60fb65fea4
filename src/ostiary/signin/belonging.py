"""What an application is told of a person: the roles he has in it, and his groups.

Sources: entra-docs identity-platform/howto-add-app-roles-in-apps, optional-claims (groups),
access-token-claims-reference (groups overage); identity/enterprise-apps/assign-user-or-group-access
(assignment required). Groups in an assigned group are not assigned.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ostiary.directory.documents import Stored
from ostiary.directory.store import Aggregates
from ostiary.model.json_types import JsonObject, as_object, is_list
from ostiary.tokens.claims import Belonging

_NOWHERE: Final = Belonging()
_OF_GROUPS: Final = frozenset({"SecurityGroup", "All"})
_OF_ASSIGNED_GROUPS: Final = "ApplicationGroup"


def is_told_of_people(store: Aggregates, app_id: str) -> bool:
    """Tell whether an application has roles for people, or is told of groups."""
    return bool(_claimed(store, app_id)) or any(_roles_of(store, app_id))


def belonging(store: Aggregates, user_id: str, app_id: str) -> Belonging:
    """Give what an application is told of a user."""
    principal = store.principals.by_app_id(app_id)
    if principal is None:
        return _NOWHERE
    assigned = list(_assignments(store, user_id, principal))
    values = {str(each.get("id")): str(each.get("value")) for each in _roles_of(store, app_id)}
    held = (str(each.document.get("appRoleId")) for each in assigned)
    roles = tuple(sorted({values[each] for each in held if values.get(each)}))
    claimed = _claimed(store, app_id)
    if claimed in _OF_GROUPS:
        return Belonging(roles, tuple(sorted(store.groups.all_groups_of(user_id))))
    if claimed == _OF_ASSIGNED_GROUPS:
        own = set(store.groups.groups_of(user_id))
        of = {str(each.document.get("principalId")).casefold() for each in assigned}
        return Belonging(roles, tuple(sorted(own & of)))
    return Belonging(roles)


def requires_assignment(store: Aggregates, app_id: str) -> bool:
    """Tell whether only those may use an application who are assigned to it."""
    principal = store.principals.by_app_id(app_id)
    return principal is not None and principal.document.get("appRoleAssignmentRequired") is True


def is_assigned(store: Aggregates, user_id: str, app_id: str) -> bool:
    """Tell whether a user is assigned to an application, himself or by a group that he is in."""
    principal = store.principals.by_app_id(app_id)
    return principal is not None and any(_assignments(store, user_id, principal))


def is_application_assigned(store: Aggregates, principal_id: str, app_id: str) -> bool:
    """Tell whether a service principal is assigned to an application."""
    resource = store.principals.by_app_id(app_id)
    return resource is not None and any(_held_by(store, principal_id, resource))


def _assignments(store: Aggregates, user_id: str, principal: Stored) -> Iterator[Stored]:
    for holder in (user_id, *store.groups.groups_of(user_id)):
        yield from _held_by(store, holder, principal)


def _held_by(store: Aggregates, holder: str, principal: Stored) -> Iterator[Stored]:
    for each in store.app_roles.of_principal(holder):
        if str(each.document.get("resourceId")).casefold() == principal.id:
            yield each


def _roles_of(store: Aggregates, app_id: str) -> Iterator[JsonObject]:
    """Give the roles that people can have in an application, and that are enabled."""
    found = store.principals.by_app_id(app_id)
    listed = found.document.get("appRoles") if found else None
    for each in listed if is_list(listed) else ():
        role = as_object(each)
        types = role.get("allowedMemberTypes")
        if role.get("isEnabled") is not False and is_list(types) and "User" in types:
            yield role


def _claimed(store: Aggregates, app_id: str) -> str:
    found = store.applications.by_app_id(app_id)
    return str(found.document.get("groupMembershipClaims") or "") if found else ""
