"""Who holds which built-in role: directly, or by a group that roles can be assigned to."""

from __future__ import annotations

from collections.abc import Mapping

from ostiary.model.directory import Directory


def roles_held(directory: Directory) -> Mapping[str, frozenset[str]]:
    """Give the tenant-wide built-in roles of everybody who holds one.

    Groups that roles can be assigned to cannot be nested (entra-docs
    role-based-access-control/groups-concept).
    """
    found: dict[str, set[str]] = {}
    for each in directory.role_assignments or ():
        if not each.built_in or each.scope != "/":
            continue
        group = directory.groups.get(each.principal_id)
        members = group.members or () if group and group.role_assignable else ()
        for holder in (each.principal_id, *members):
            found.setdefault(holder, set()).add(each.role_id)
    return {holder: frozenset(roles) for holder, roles in found.items()}
