"""No tenant loses its last Global Administrator, however the changes meet (checklist AD07)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import pytest

from ostiary.administration.groups import delete_group, remove_member
from ostiary.administration.guard import LockedOut
from ostiary.administration.people import LastAdministrator, change_user, delete_user
from ostiary.administration.roles import remove_assignment
from ostiary.analysis.lint_stage import GLOBAL_ADMINISTRATOR
from ostiary.directory.snapshot import Snapshots
from ostiary.directory.store import Store
from tests.directory.stores import ADMIN

ONE, OTHER, PLAIN, GROUP = (f"b0000000-0000-4000-8000-00000000000{n}" for n in range(1, 5))


@pytest.fixture
def two(store: Store) -> Store:
    for each in (ONE, OTHER, PLAIN):
        name = f"{each}@fjordvik.example"
        store.users.create({"id": each, "userPrincipalName": name}, by=ADMIN)
    store.groups.create(
        {"id": GROUP, "displayName": "Administrators", "members": [OTHER]}, by=ADMIN
    )
    for each in (ONE, GROUP):
        role = {"roleDefinitionId": GLOBAL_ADMINISTRATOR, "principalId": each}
        store.roles.create(role, by=ADMIN)
    return store


def _disabled(store: Store, user: str) -> bool:
    try:
        change_user(store, Snapshots(store), user, {"accountEnabled": False}, by=ADMIN)
    except (LastAdministrator, LockedOut):
        return False
    return True


def test_AD07_one_of_two_may_go_and_the_last_stays(two: Store) -> None:
    assert _disabled(two, PLAIN)
    assert _disabled(two, ONE)
    assert not _disabled(two, OTHER)
    standing = two.users.standing(OTHER)
    assert standing is not None
    assert standing.enabled
    assert two.users.need(OTHER).document.get("accountEnabled") is not False


def test_AD07_two_who_disable_each_other_at_once_leave_one(two: Store) -> None:
    for _ in range(8):
        with ThreadPoolExecutor(2) as pool:
            done = list(pool.map(_disabled, (two, two), (ONE, OTHER)))
        assert sorted(done) == [False, True]
        for each in (ONE, OTHER):
            change_user(two, Snapshots(two), each, {"accountEnabled": True}, by=ADMIN)


def _disable(store: Store) -> None:
    change_user(store, Snapshots(store), ONE, {"accountEnabled": False}, by=ADMIN)


def _delete(store: Store) -> None:
    delete_user(store, Snapshots(store), ONE, by=ADMIN)


def _take_role(store: Store) -> None:
    (held,) = store.roles.of_principal(ONE)
    remove_assignment(store, Snapshots(store), held.id, by=ADMIN)


def _leave_group(store: Store) -> None:
    remove_member(store, Snapshots(store), GROUP, OTHER, by=ADMIN)


def _delete_group(store: Store) -> None:
    delete_group(store, Snapshots(store), GROUP, by=ADMIN)


@pytest.mark.parametrize(
    ("one", "other"),
    list(product((_disable, _delete, _take_role), (_leave_group, _delete_group))),
    ids=lambda each: each.__name__.strip("_"),
)
def test_AD07_however_two_administrators_are_removed_at_once_one_stays(
    two: Store, one: Callable[[Store], None], other: Callable[[Store], None]
) -> None:
    def done(removal: Callable[[Store], None]) -> bool:
        try:
            removal(two)
        except (LastAdministrator, LockedOut):
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(done, (one, other))) == [False, True]
