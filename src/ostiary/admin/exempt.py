"""Who is left out of each policy, and why: by his own name, a group, a role, as a guest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ostiary.admin.references import Reference, known
from ostiary.admin.visit import Visit
from ostiary.conditions.base import Lookup
from ostiary.model.json_types import JsonObject, as_object, as_strings

_EXCLUDED: Final = (
    ("excludeUsers", Lookup.USER.value),
    ("excludeGroups", Lookup.GROUP.value),
    ("excludeRoles", Lookup.ROLE.value),
)
_TEMPORARY: Final = "@ostiary.temporaryExclusions"
_LINKED: Final = {Lookup.USER.value: "users", Lookup.GROUP.value: "groups"}


@dataclass(frozen=True, slots=True)
class Exempt:
    """One exclusion: of what kind, its id and name, its page; `emergency`: declared as such."""

    kind: str
    id: str
    name: str
    page: str
    emergency: bool


@dataclass(frozen=True, slots=True)
class Exemptions:
    """A policy, and who is left out of it."""

    policy: JsonObject
    people: tuple[Exempt, ...]
    guests: str


@dataclass(frozen=True, slots=True)
class Temporary:
    """Somebody who is left out of a policy for a while."""

    policy: JsonObject
    name: str
    exclusion: JsonObject


async def exemptions(
    visit: Visit, policies: Sequence[dict[str, Any]], emergency: frozenset[str]
) -> list[Exemptions]:
    """Give who is left out of the policies that are not off, with names."""
    live = [each for each in policies if each["state"] != "disabled"]
    named = await known(visit.graph, (ref for each in live for ref in _references(each)))
    found: list[Exemptions] = []
    for policy in live:
        people = tuple(
            Exempt(kind, each, named.name(kind, each), _page(kind, each), each in emergency)
            for kind, each in _references(policy)
        )
        guests = _guests(policy)
        if people or guests:
            found.append(Exemptions(policy, people, guests))
    return found


async def temporary(visit: Visit, policies: Sequence[dict[str, Any]]) -> list[Temporary]:
    """Give the temporary exclusions of all policies, the one that ends first first."""
    pairs = [(policy, each) for policy in policies for each in policy.get(_TEMPORARY, ())]
    user = Lookup.USER.value
    named = await known(visit.graph, ((user, str(each["userId"])) for _, each in pairs))
    found = [
        Temporary(policy, named.name(user, str(each["userId"])), each) for policy, each in pairs
    ]
    return sorted(found, key=lambda each: str(each.exclusion["endDateTime"]))


def _references(policy: JsonObject) -> Iterator[Reference]:
    users = _users(policy)
    for member, kind in _EXCLUDED:
        yield from ((kind, each) for each in as_strings(users.get(member)) if "-" in each)


def _guests(policy: JsonObject) -> str:
    users = _users(policy)
    if "GuestsOrExternalUsers" in as_strings(users.get("excludeUsers")):
        return "all"
    kinds = as_object(users.get("excludeGuestsOrExternalUsers")).get("guestOrExternalUserTypes")
    return str(kinds or "")


def _users(policy: JsonObject) -> JsonObject:
    return as_object(as_object(policy.get("conditions")).get("users"))


def _page(kind: str, identifier: str) -> str:
    return f"/{_LINKED[kind]}/{identifier}" if kind in _LINKED else ""
