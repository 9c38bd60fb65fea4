"""The compiled tenant: by revision, swapped in whole, the last good policies kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from ostiary.directory.importing import import_tenant
from ostiary.directory.snapshot import NoGoodPolicies, Snapshot, Snapshots
from ostiary.directory.store import Store
from ostiary.tenant.loading import load_parts
from tests.directory.stores import ADMIN, Made
from tests.directory.tenants import (
    ASTRID,
    BLOCK_POLICY,
    HQ,
    MANAGEMENT,
    MFA_POLICY,
    STAFF,
    tenant,
)

BROKEN = {"conditions": {"users": 7}}


def names(snapshot: Snapshot) -> list[str]:
    """Name the policies in force."""
    return [each.display_name for each in snapshot.policies.policies]


def filled(store: Store) -> Snapshots:
    """Import the tenant and make a cache for it."""
    import_tenant(store, tenant(), by=ADMIN)
    return Snapshots(store)


def test_a_snapshot_is_the_tenant(store: Store) -> None:
    found = filled(store).current()
    expected = load_parts(tenant())
    assert found.parts.directory == expected.directory
    assert found.parts.policies == expected.policies
    assert (found.revision, found.policies_revision, found.alarm) == (2, 2, "")
    request = {
        "signInIdentity": {"userId": ASTRID},
        "signInContext": {"includeApplications": [MANAGEMENT]},
        "signInConditions": {"ipAddress": "203.0.113.9"},
    }
    assert found.tenant.decide(request).code == 50076


def test_a_snapshot_is_looked_for_every_half_second(made_store: Made) -> None:
    store = made_store.store
    cache, other = filled(store), made_store.another()
    first = cache.current()
    other.policies.modify(MFA_POLICY, {"displayName": "Renamed"}, by=ADMIN)
    made_store.clock.move(seconds=0.499999)
    assert cache.current() is first
    made_store.clock.move(seconds=0.000001)
    assert names(cache.current()) == ["Renamed", "Block outside the head office"]
    other.close()


def test_a_clock_that_goes_back_hides_no_change(made_store: Made) -> None:
    cache = filled(made_store.store)
    cache.current()
    made_store.store.policies.delete(MFA_POLICY, by=ADMIN)
    made_store.clock.move(hours=-1)
    assert names(cache.current()) == ["Block outside the head office"]


def test_whoever_made_a_change_need_not_wait(store: Store) -> None:
    cache = filled(store)
    cache.current()
    store.policies.delete(MFA_POLICY, by=ADMIN)
    assert names(cache.refresh()) == ["Block outside the head office"]


def test_without_a_change_the_snapshot_stays(made_store: Made) -> None:
    cache = filled(made_store.store)
    first = cache.current()
    made_store.clock.move(seconds=1)
    assert cache.current() is first


def test_every_kind_of_change_reaches_the_snapshot(store: Store) -> None:
    cache = filled(store)
    cache.current()
    store.users.create({"id": "u7", "displayName": "Nora"}, by=ADMIN)
    store.groups.add_member(STAFF, "u7", by=ADMIN)
    store.groups.remove_member(STAFF, ASTRID, by=ADMIN)
    store.locations.modify(HQ, {"displayName": "HQ"}, by=ADMIN)
    store.roles.delete("ra1", by=ADMIN)
    store.methods.add("u7", "softwareOneTimePasscode", {}, by=ADMIN, sealed=b"seed")
    store.singles.write("settings", {"emergencyAccess": ["u7"]}, by=ADMIN)
    directory = cache.refresh().parts.directory
    assert "u7" in directory.users
    assert ASTRID not in (directory.groups[STAFF].members or ())
    assert "u7" in (directory.groups[STAFF].members or ())
    assert directory.named_locations[HQ].display_name == "HQ"
    assert directory.role_assignments == ()
    assert directory.registrations["u7"].methods == frozenset({"softwareOath"})
    assert directory.settings.emergency_access == frozenset({"u7"})
    # What is brought up to date bit by bit is what would be read afresh.
    assert Snapshots(store).current().parts.directory == directory


def test_a_user_who_is_deleted_is_gone_from_groups_and_roles(store: Store) -> None:
    cache = filled(store)
    cache.current()
    store.users.delete(ASTRID, by=ADMIN)
    directory = cache.refresh().parts.directory
    assert ASTRID not in directory.users
    assert ASTRID not in (directory.groups[STAFF].members or ())
    assert directory.role_assignments == ()
    assert ASTRID not in directory.registrations
    assert Snapshots(store).current().parts.directory == directory


def test_a_user_made_again_is_there_again(store: Store) -> None:
    cache = filled(store)
    cache.current()
    store.users.delete(ASTRID, by=ADMIN)
    store.users.create({"id": ASTRID, "displayName": "Astrid again"}, by=ADMIN)
    assert cache.refresh().parts.directory.users[ASTRID].display_name == "Astrid again"


def test_a_change_of_policies_reads_the_people_only_once(store: Store) -> None:
    cache = filled(store)
    first = cache.current()
    policy = {**tenant()["conditionalAccessPolicies"][1], "id": "new", "state": "enabled"}
    store.policies.create(policy, by=ADMIN)
    store.policies.modify(MFA_POLICY, {"state": "disabled"}, by=ADMIN)
    second = cache.refresh()
    assert second.parts.directory.users is first.parts.directory.users
    afresh = Snapshots(store).current()
    assert (second.parts.policies, second.frame) == (afresh.parts.policies, afresh.frame)
    for address in ("203.0.113.9", "198.51.100.7"):
        request = {
            "signInIdentity": {"userId": ASTRID},
            "signInContext": {"includeApplications": [MANAGEMENT]},
            "signInConditions": {"ipAddress": address},
        }
        assert second.tenant.decide(request) == afresh.tenant.decide(request)


def test_PE06_a_policy_that_cannot_be_used_keeps_the_last_good_ones(made_store: Made) -> None:
    store = made_store.store
    alarms: list[str] = []
    cache = filled(store)
    cache.raise_alarm = alarms.append
    good = cache.current()
    store.policies.modify(MFA_POLICY, BROKEN, by=ADMIN)
    store.users.create({"id": "u7"}, by=ADMIN)
    found = cache.refresh()
    assert found.parts.policies == good.parts.policies
    assert (found.revision, found.policies_revision) == (store.revision(), good.revision)
    assert "u7" in found.parts.directory.users  # the directory goes on
    assert alarms == ["policies cannot be used: `Require MFA for Azure management`"]
    assert found.alarm == alarms[0]
    made_store.clock.move(seconds=1)
    cache.current()
    assert len(alarms) == 1
    store.policies.delete(MFA_POLICY, by=ADMIN)
    mended = cache.refresh()
    assert (names(mended), mended.alarm) == (["Block outside the head office"], "")


def test_PE06_a_process_that_starts_finds_the_last_good_policies(made_store: Made) -> None:
    store = made_store.store
    good = filled(store).current()
    store.policies.modify(MFA_POLICY, BROKEN, by=ADMIN)
    other = made_store.another()
    found = Snapshots(other).current()
    assert found.parts.policies == good.parts.policies
    assert (found.policies_revision, bool(found.alarm)) == (good.revision, True)
    other.close()


def test_PE06_without_good_policies_there_is_no_snapshot(store: Store) -> None:
    store.policies.create({"id": MFA_POLICY, "displayName": "Broken", **BROKEN}, by=ADMIN)
    alarms: list[str] = []
    with pytest.raises(NoGoodPolicies) as error:
        Snapshots(store, raise_alarm=alarms.append).current()
    assert alarms == ["policies cannot be used: `Broken`"]
    assert error.value.message == f"there are no policies to decide by: {alarms[0]}"


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("7", "the tenant cannot be read: users#/users/0"),
        ("{", "the store cannot be read: a row of the store cannot be read"),
    ],
)
def test_PE06_a_row_that_is_damaged_keeps_the_last_snapshot(
    store: Store, damage: str, told: str
) -> None:
    cache, alarms = filled(store), list[str]()
    cache.raise_alarm = alarms.append
    good = cache.current()
    with store.database.writing() as connection:
        statement = text("UPDATE users SET document = :damage, revision = 9 WHERE id = :id")
        connection.execute(statement, {"damage": damage, "id": ASTRID})
        connection.execute(text("UPDATE tenant SET revision = 9"))
    assert cache.refresh().parts is good.parts
    assert [each.startswith(told) for each in alarms] == [True]


def test_PE06_a_store_that_cannot_be_read_keeps_the_last_snapshot(store: Store) -> None:
    cache, alarms = filled(store), list[str]()
    cache.raise_alarm = alarms.append
    good = cache.current()
    with store.database.writing() as connection:
        connection.execute(text("ALTER TABLE tenant RENAME TO hidden"))
    assert cache.refresh() is good
    assert cache.refresh() is good
    assert [each.startswith("the store cannot be read: ") for each in alarms] == [True]
    with store.database.writing() as connection:
        connection.execute(text("ALTER TABLE hidden RENAME TO tenant"))
    store.policies.delete(MFA_POLICY, by=ADMIN)
    assert names(cache.refresh()) == ["Block outside the head office"]


def test_several_threads_get_one_snapshot(made_store: Made) -> None:
    cache = filled(made_store.store)
    with ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(cache.current) for _ in range(40)]
    found = [each.result() for each in asked]
    assert {each.revision for each in found} == {2}
    assert BLOCK_POLICY in {each.id for each in found[0].parts.policies}
