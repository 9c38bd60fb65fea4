"""Whom a policy is about, and who of them is in a ring."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ostiary.conditions.memberships import index
from ostiary.conditions.users import ALL, Person
from ostiary.engine.policyset import PolicySet
from ostiary.model.directory import Directory
from ostiary.model.errors import InputError
from ostiary.model.policy import Policy
from ostiary.model.setting import Setting
from ostiary.model.signin import UserIdentity
from ostiary.rollout.documents import Members
from ostiary.rollout.stages import Ring, Stage

_USERS: Final = "users"
_GROUP: Final = "group:"


def targeted(policies: PolicySet, policy: Policy) -> frozenset[str]:
    """Give the users (enabled accounts, by id) whom a policy is about, or may be.

    Those of whom nobody can tell, since a membership is unknown, are among them.
    """
    if _USERS not in policy.settings:
        return frozenset()
    alone = policies.with_policies([policy])
    table = next(each for each in alone.tables if each.condition.name == _USERS)
    return frozenset(
        each.id
        for each in policies.directory.users.values()
        if each.enabled and table.accepted(table.key(Person(UserIdentity(each.id)))).upper
    )


def members_at(
    stages: Sequence[Stage], place: int, policies: PolicySet, policy: Policy
) -> Members | None:
    """Give who is in the ring at a place, and in those before it; None where it is no ring.

    A policy on all users names the groups themselves, so that who joins one later is in. Any other
    policy gets the people by their ids, since *in this group and in that one* cannot be said.
    """
    if stages[place].ring is None:
        return None
    rings = [each.ring for each in stages[: place + 1] if each.ring is not None]
    groups = tuple(dict.fromkeys(group for ring in rings for group in ring.groups))
    share = max((ring.share for ring in rings if ring.share is not None), default=0.0)
    users = targeted(policies, policy)
    found = {each for each in users if lot(policy.id, each) < share}
    include = policy.settings[_USERS].include if _USERS in policy.settings else frozenset[str]()
    if include is not None and ALL in include:
        return Members(tuple(sorted(found)), groups)
    return Members(tuple(sorted(found | (users & _in_groups(policies.directory, groups)))))


def lot(policy_id: str, user_id: str) -> float:
    """Give the number from 0 to 1 that a user draws for a policy: the same one each time.

    It hangs on the policy too, so that it is not always the same people who go first.
    """
    text = f"{policy_id.casefold()}\n{user_id.casefold()}".encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:8], "big") / 2**64


def policy_at(policy: Policy, stage: Stage, members: Members | None) -> Policy:
    """Give a policy as the engine reads it in a stage: what `document_at` is of its document."""
    found = replace(policy, state=stage.kind.state)
    if members is None:
        return found
    tags = (*members.users, *(f"{_GROUP}{each}" for each in members.groups))
    spared = policy.settings[_USERS].exclude if _USERS in policy.settings else ()
    return replace(found, settings={**policy.settings, _USERS: Setting.of(tags, spared)})


def resolved(rings: Sequence[Ring], directory: Directory) -> tuple[Ring, ...]:
    """Give rings with ids of groups in the place of names. Raises InputError for unknown ones."""
    return tuple(
        replace(each, groups=tuple(_group(group, directory) for group in each.groups))
        for each in rings
    )


def _group(written: str, directory: Directory) -> str:
    asked = written.strip().casefold()
    if asked in directory.groups:
        return asked
    found = [each.id for each in directory.groups.values() if each.display_name.casefold() == asked]
    if len(found) == 1:
        return found[0]
    what = "which no group has" if not found else f"which {len(found)} groups have"
    raise InputError(
        f"expected the name or id of a group for a ring, came `{written}`, {what}",
        hint="" if not found else "write the id of the one that is meant",
    )


def _in_groups(directory: Directory, groups: Sequence[str]) -> frozenset[str]:
    asked = frozenset(groups)
    known = index(directory, asked, frozenset())
    return frozenset(each for each in known.direct if known.groups_of(each) & asked)
