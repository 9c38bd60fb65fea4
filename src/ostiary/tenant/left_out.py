"""What an export leaves out of what it has: members of groups, scopes of role assignments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ostiary.model.directory import RoleAssignment
from ostiary.model.json_types import JsonObject
from ostiary.tenant.documents import RawTenant, Warning_
from ostiary.tenant.members import text
from ostiary.tenant.shapes import is_list, is_object
from ostiary.tenant.spelling import MORE_MEMBERS, Spelling

MOST_EXPANDED = 20
"""Members that `$expand=members` gives at most, without saying that there are more.

Source: Microsoft Graph known issues, "Some limitations apply to query parameters".
"""
_MOST_SHOWN = 3


def short_groups(raw: RawTenant) -> Iterator[Warning_]:
    """Warn of groups whose list of members goes on, and of those where it may have been cut."""
    spelling = Spelling()
    found = [spelling.shallow(i.value) for i in raw.items("groups") if is_object(i.value)]
    cut = [_name(group) for group in found if group.get(MORE_MEMBERS)]
    if cut:
        message = f"{shown('group', cut)}: further pages of members were not exported"
        yield Warning_("incompleteExport", f"{message}; who is a member is unknown", "groups")
    perhaps = [_name(group) for group in found if _is_full(group)]
    if perhaps:
        message = (
            f"{shown('group', perhaps)}: exactly {MOST_EXPANDED} members as objects, which is all"
            " that `$expand=members` gives of a larger group; list the members of each group"
        )
        yield Warning_("perhapsIncomplete", message, "groups")


def _is_full(group: JsonObject) -> bool:
    members = group.get("members")
    return (
        is_list(members)
        and len(members) == MOST_EXPANDED
        and not group.get(MORE_MEMBERS)
        and all(is_object(each) for each in members)
    )


def _name(group: JsonObject) -> str:
    return text(group, "displayName") or text(group, "id")


def without_scope(assignments: Sequence[RoleAssignment]) -> Iterator[Warning_]:
    """Warn of role assignments that do not say where they hold."""
    count = sum(each.scope is None for each in assignments)
    if count:
        which = "a role assignment has" if count == 1 else f"{count} role assignments have"
        message = (
            f"{which} no `directoryScopeId`, so that nobody can tell whether the role is held in"
            " the whole tenant; export it (`/` is the whole tenant)"
        )
        yield Warning_("scopeMissing", message, "roleAssignments")


def shown(kind: str, names: Sequence[str]) -> str:
    """Name a few things of one kind, and how many there are besides."""
    listed = ", ".join(f"`{each}`" for each in names[:_MOST_SHOWN])
    more = f" and {len(names) - _MOST_SHOWN} more" if len(names) > _MOST_SHOWN else ""
    return f"{kind}{'s' if len(names) > 1 else ''} {listed}{more}"
