"""Changing one policy, or one user's groups, gives what compiling afresh gives."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ostiary.engine.policyset import PolicySet
from ostiary.model.directory import Directory
from ostiary.model.signin import UserIdentity
from ostiary.schema.policy_json import read_policy
from tests.engine.drawn import drawn
from tests.tenant.documents import policy

CHUNKS = [range(start, 300, 4) for start in range(4)]


@pytest.mark.parametrize("chunk", CHUNKS, ids=lambda each: f"from {each.start}")
def test_one_policy_changed(chunk: range) -> None:
    for seed in chunk:
        case = drawn(seed)
        fresh = case.policies
        first, *rest = fresh.policies
        started = PolicySet(rest, fresh.directory)
        added = started.with_policy(first)
        changed = added.with_policy(replace(first, display_name="changed"))
        for sign_in in case.sign_ins:
            prepared = fresh.prepare(sign_in)
            expected = _ids(fresh, fresh.outcome(prepared)[0])
            for other in (added, changed):
                mask, outcome = other.outcome(other.prepare(sign_in))
                assert _ids(other, mask) == expected, seed
                assert outcome is fresh.outcome(prepared)[1], seed


def _ids(policies: PolicySet, mask: int) -> set[str]:
    return {each.id for n, each in enumerate(policies.policies) if mask >> n & 1}


def test_a_changed_policy_takes_the_place_of_the_one_with_its_id() -> None:
    before, other = read_policy(policy("before")), read_policy(policy("other", id="other"))
    changed = read_policy(policy("changed"))
    policies = PolicySet([before, other], Directory()).with_policy(changed)
    assert policies.policies == (changed, other)


@pytest.mark.parametrize("chunk", CHUNKS, ids=lambda each: f"from {each.start}")
def test_one_users_groups_changed(chunk: range) -> None:
    for seed in chunk:
        case = drawn(seed)
        compiled = case.policies
        directory = compiled.directory
        groups = [each for each in directory.groups.values() if each.members is not None]
        for sign_in in case.sign_ins:
            if not isinstance(sign_in.identity, UserIdentity) or not groups:
                continue
            user = sign_in.identity.user_id
            chosen = {each.id for each in groups[::2]}
            moved = {
                each.id: replace(
                    each, members=_members(each.members or (), user, each.id in chosen)
                )
                for each in groups
            }
            fresh = PolicySet(
                compiled.policies, replace(directory, groups={**directory.groups, **moved})
            )
            changed = compiled.with_user_groups(user, sorted(chosen))
            assert changed.outcome(changed.prepare(sign_in)) == fresh.outcome(
                fresh.prepare(sign_in)
            ), seed


def _members(members: tuple[str, ...], user: str, listed: bool) -> tuple[str, ...]:
    others = tuple(each for each in members if each != user)
    return (*others, user) if listed else others
