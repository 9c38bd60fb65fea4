"""Whose way back must stay open: emergency access accounts, and administrators of the policies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ostiary.model.directory import Directory

ADMIN_CENTER = "c44b4083-3bb0-49c1-b47d-974e53cbdf3c"
"""Azure portal and Microsoft Entra admin center; a member of the management suite."""
ROLES = {
    "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9": "Conditional Access Administrator",
    "194ae4cb-b126-40b2-bd5b-6091b380977d": "Security Administrator",
    "62e90394-69f5-4237-9190-012177145e10": "Global Administrator",
}
"""Roles that can change policies (entra-docs role-based-access-control/permissions-reference)."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """Users by id, and why the list may be incomplete."""

    ids: tuple[str, ...]
    unknown: tuple[str, ...] = ()


def emergency_accounts(directory: Directory) -> Accounts:
    """Give the declared emergency access accounts; groups stand for their members."""
    declared = sorted(directory.settings.emergency_access)
    if not declared:
        return Accounts(
            (), ("no emergency access accounts are declared in `settings.emergencyAccess`",)
        )
    return _people(directory, declared)


def administrators(directory: Directory) -> Accounts:
    """Give whoever holds one of the roles now, for the whole tenant, directly or by a group."""
    if directory.role_assignments is None:
        return Accounts((), ("the export has no `roleAssignments`: export the active ones",))
    holders = sorted(
        {
            each.principal_id
            for each in directory.role_assignments
            if each.role_id in ROLES and each.built_in and each.scope == "/"
        }
    )
    return _people(directory, holders)


def _people(directory: Directory, principals: Iterable[str]) -> Accounts:
    """Follow groups down to users, to any depth."""
    users: dict[str, None] = {}
    unknown: dict[str, None] = {}
    open_ = list(principals)
    met = set(open_)
    while open_:
        principal = open_.pop()
        group = directory.groups.get(principal)
        if group is None:
            if principal not in directory.service_principals:
                users[principal] = None
            continue
        if group.members is None:
            name = group.display_name or group.id
            unknown[f"the members of group `{name}` are not in the export"] = None
        open_ += [each for each in group.members or () if each not in met]
        met.update(group.members or ())
    return Accounts(tuple(sorted(users)), tuple(unknown))


def role_names(directory: Directory, user_id: str) -> Iterator[str]:
    """Name the roles that somebody holds directly."""
    for each in directory.role_assignments or ():
        if each.principal_id == user_id and each.role_id in ROLES and each.scope == "/":
            yield ROLES[each.role_id]
