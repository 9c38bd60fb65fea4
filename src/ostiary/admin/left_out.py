"""Emergency access accounts and a draft: left out from the start, and a warning where they are in.

Source: entra-docs role-based-access-control/security-emergency-access: at least one of them is
excluded from every policy.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from ostiary.admin.graph_calls import Refused
from ostiary.admin.naming import Names
from ostiary.admin.visit import Visit
from ostiary.conditions.base import Lookup
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject, as_object, as_strings

FIELD = "users.excludeUsers"
"""The input that leaves users out."""


@dataclass(frozen=True, slots=True)
class Account:
    """An emergency access account."""

    id: str
    name: str
    user_name: str


async def emergency_ids(visit: Visit, names: Names) -> list[str]:
    """Give the ids of the declared emergency access accounts that are there."""
    found = set[str]()
    for each in visit.host.emergency():
        with suppress(InputError):  # somebody whom the settings name, and who is not there
            found.add(await names.find(Lookup.USER, each))
    return sorted(found)


async def included(visit: Visit, policy: JsonObject, names: Names) -> list[Account]:
    """Give the emergency access accounts that a policy is about: not left out, though included."""
    users = as_object(as_object(policy.get("conditions")).get("users"))
    found: list[Account] = []
    for each in await emergency_ids(visit, names):
        if await _is_in(visit, each, users, "include") and not await _is_in(
            visit, each, users, "exclude"
        ):
            about = await names.about(Lookup.USER, each)
            found.append(Account(each, about.name, about.detail))
    return found


async def _is_in(visit: Visit, user: str, users: JsonObject, side: str) -> bool:
    """Tell whether one side of `users` names somebody, himself or by a group or role he is in."""
    named = {each.casefold() for each in as_strings(users.get(f"{side}Users"))}
    if user.casefold() in named or "all" in named:
        return True
    groups = list(as_strings(users.get(f"{side}Groups")))
    roles = {each.casefold() for each in as_strings(users.get(f"{side}Roles"))}
    if groups and await _in_groups(visit, user, groups):
        return True
    return bool(roles) and bool(roles & await _roles(visit, user))


async def _in_groups(visit: Visit, user: str, groups: list[str]) -> bool:
    try:
        path = f"/users/{user}/checkMemberGroups"
        answer = await visit.graph.send("POST", path, {"groupIds": groups[:20]})
    except Refused:
        return False
    return bool(answer["value"])


async def _roles(visit: Visit, user: str) -> set[str]:
    try:
        held = await visit.graph.all(
            "/roleManagement/directory/roleAssignments", filter=f"principalId eq '{user}'"
        )
    except Refused:
        return set()
    return {str(each["roleDefinitionId"]).casefold() for each in held}
