"""BG04: no change leaves those who must get back in standing outside."""

from __future__ import annotations

import pytest

from ostiary.administration.guard import LockedOut
from ostiary.directory.protocols import SYSTEM, Actor, ActorKind
from ostiary.directory.store import Aggregates
from ostiary.model.errors import InputError
from ostiary.signin.stored_methods import ACCESS_PASS
from tests.administration.guarding import (
    BLOCK,
    BY_ASTRID,
    BY_HOST,
    EVERYWHERE,
    MFA,
    Change,
    make,
    policy,
)
from tests.web.serving import ASTRID, LIFEBOAT, POLICY, Served


def _disable(user: str) -> Change:
    return lambda work: work.users.modify(user, {"accountEnabled": False}, by=BY_ASTRID)


def _delete(user: str) -> Change:
    return lambda work: work.users.delete(user, by=BY_ASTRID)


def _declare(*accounts: str) -> Change:
    declared = {"emergencyAccess": list(accounts)}
    return lambda work: work.singles.write("settings", declared, by=BY_ASTRID)


def _take_role(work: Aggregates) -> None:
    for each in work.roles.of_principal(ASTRID):
        work.roles.delete(each.id, by=BY_ASTRID)


def test_BG04_a_policy_that_blocks_everybody_is_refused_with_policy_reason_and_witness(
    safe: Served,
) -> None:
    store = safe.service.store
    revision, rows = store.revision(), len(store.audit.newest())
    with pytest.raises(LockedOut, match="could not sign in and change policies") as refused:
        make(safe, policy(EVERYWHERE, BLOCK))
    told = refused.value.to_json()
    assert {each["id"] for each in told["accounts"]} == {ASTRID, LIFEBOAT}
    assert told["noOtherAdministrator"] is True
    for each in told["accounts"]:
        assert each["policies"] == [
            {"id": POLICY, "displayName": "Require MFA for Azure management"}
        ]
        assert each["request"]["signInIdentity"]["userId"] == each["id"]
    assert store.revision() == revision
    assert len(store.audit.newest()) == rows
    assert store.policies.need(POLICY).document["state"] == "disabled"


def test_BG04_a_control_that_an_emergency_account_cannot_satisfy_is_refused(safe: Served) -> None:
    with pytest.raises(LockedOut) as refused:
        make(safe, policy(EVERYWHERE, MFA))
    assert [each.id for each in refused.value.accounts] == [LIFEBOAT]
    excluded = {**EVERYWHERE, "users": {"includeUsers": ["All"], "excludeUsers": [LIFEBOAT]}}
    make(safe, policy(excluded, MFA))
    assert safe.service.store.policies.need(POLICY).document["state"] == "enabled"


def test_BG04_the_same_policy_in_report_only_locks_nobody_out(safe: Served) -> None:
    make(safe, policy(EVERYWHERE, BLOCK, "enabledForReportingButNotEnforced"))


@pytest.mark.parametrize(
    "change",
    [_disable(LIFEBOAT), _disable(ASTRID), _delete(LIFEBOAT), _delete(ASTRID), _take_role],
    ids=["disable emergency", "disable other", "delete emergency", "delete other", "take role"],
)
def test_BG04_people_and_roles_are_guarded_too(safe: Served, change: Change) -> None:
    with pytest.raises(LockedOut):
        make(safe, change)


def test_BG04_a_group_that_keeps_an_account_out_of_a_policy_is_guarded(safe: Served) -> None:
    store = safe.service.store
    group = store.groups.create({"displayName": "Emergency access"}, by=SYSTEM)
    store.groups.add_member(group.id, LIFEBOAT, by=SYSTEM)
    excluded = {**EVERYWHERE, "users": {"includeUsers": ["All"], "excludeGroups": [group.id]}}
    make(safe, policy(excluded, MFA))
    with pytest.raises(LockedOut):
        make(safe, lambda work: work.groups.remove_member(group.id, LIFEBOAT, by=BY_ASTRID))
    assert store.groups.members(group.id) == [LIFEBOAT]


def test_BG04_a_global_administrator_may_override_with_a_reason_and_it_is_audited(
    safe: Served,
) -> None:
    reason = "Drill of the emergency access, agreed with Bodil"
    make(safe, policy(EVERYWHERE, MFA), reason=reason)
    row = safe.service.store.audit.newest(activity="Override lockout guard")[0].row
    assert row["detail"]["reason"] == reason
    assert row["detail"]["accounts"][0]["id"] == LIFEBOAT
    assert row["actor"]["id"] == ASTRID


@pytest.mark.parametrize(
    ("by", "reason", "told"),
    [
        (BY_ASTRID, "because", "reason"),
        (Actor(ActorKind.USER, "nobody"), "a reason that is long enough", "Global Administrator"),
        (Actor(ActorKind.APPLICATION, "app"), "a reason that is long enough", "Global"),
    ],
)
def test_BG04_nobody_else_overrides_and_not_without_a_reason(
    safe: Served, by: Actor, reason: str, told: str
) -> None:
    with pytest.raises(InputError, match=told):
        make(safe, policy(EVERYWHERE, MFA), by, reason)
    assert safe.service.store.policies.need(POLICY).document["state"] == "disabled"


def test_BG04_the_host_may_override(safe: Served) -> None:
    make(safe, policy(EVERYWHERE, MFA), BY_HOST, "rehearsal on the host")


def test_BG04_what_was_locked_out_before_does_not_forbid_other_changes(safe: Served) -> None:
    make(safe, policy(EVERYWHERE, MFA), reason="the account gets a key tomorrow")
    make(safe, lambda work: work.locations.create({"displayName": "Office"}, by=BY_ASTRID))


def test_a_policy_that_nothing_can_decide_by_is_refused(safe: Served) -> None:
    with pytest.raises(InputError, match="cannot"):
        make(safe, policy({**EVERYWHERE, "platforms": {"includePlatforms": ["amiga"]}}, MFA))


def test_BG04_an_account_that_could_not_get_in_is_not_declared_for_emergencies(
    safe: Served,
) -> None:
    excluded = {**EVERYWHERE, "users": {"includeUsers": ["All"], "excludeUsers": [LIFEBOAT]}}
    make(safe, policy(excluded, MFA))
    raft = {"userPrincipalName": "raft@fjordvik.example", "accountEnabled": True}
    other = safe.service.store.users.create(raft, by=SYSTEM).id
    with pytest.raises(LockedOut) as refused:
        make(safe, _declare(LIFEBOAT, other))
    assert [each.id for each in refused.value.accounts] == [other]
    make(safe, _declare(LIFEBOAT))


def test_BG04_an_emergency_account_is_not_lost_by_another_name(safe: Served) -> None:
    make(safe, _declare("lifeboat@fjordvik.example"))
    name = {"userPrincipalName": "raft@fjordvik.example"}
    with pytest.raises(InputError, match=r"lifeboat@fjordvik\.example"):
        make(safe, lambda work: work.users.modify(LIFEBOAT, name, by=BY_ASTRID))
    make(safe, _declare(LIFEBOAT))
    make(safe, lambda work: work.users.modify(LIFEBOAT, name, by=BY_ASTRID))


def test_BG04_a_temporary_access_pass_is_no_way_back(safe: Served) -> None:
    store = safe.service.store
    combinations = ["temporaryAccessPassMultiUse", "temporaryAccessPassOneTime"]
    strength = store.strengths.create(
        {"displayName": "Passes", "allowedCombinations": combinations}, by=SYSTEM
    )
    store.methods.add(ASTRID, ACCESS_PASS, {"displayName": "Pass"}, by=SYSTEM)
    excluded = {**EVERYWHERE, "users": {"includeUsers": ["All"], "excludeUsers": [LIFEBOAT]}}
    grant = {"operator": "OR", "authenticationStrength": {"id": strength.id}}
    with pytest.raises(LockedOut) as refused:
        make(safe, policy(excluded, grant))
    (account,) = refused.value.accounts
    assert account.id == ASTRID
    assert "a method that lasts: a Temporary Access Pass ends" in account.needs
