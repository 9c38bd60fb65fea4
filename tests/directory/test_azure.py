"""Objects of the management API in the store, on both databases."""

from __future__ import annotations

import pytest

from ostiary.arm.seeding import seed_subscription
from ostiary.directory.azure import RESOURCE_GROUP, SUBSCRIPTION
from ostiary.directory.errors import NoSuchObject, ObjectChanged
from ostiary.directory.store import Store
from tests.directory.stores import ADMIN

OWNER = "b0000000-0000-4000-8000-000000000001"


def _group(store: Store, subscription: str, name: str) -> str:
    group = f"/subscriptions/{subscription}/resourceGroups/{name}"
    document = {"id": group, "type": RESOURCE_GROUP, "name": name}
    return store.azure.create(document, by=ADMIN).id


def test_a_subscription_is_seeded_once_and_roles_are_added(store: Store) -> None:
    first = seed_subscription(store, owners=[OWNER])
    assert seed_subscription(store, owners=[OWNER], readers=[OWNER]) == first
    (found,) = store.azure.of_type(SUBSCRIPTION)
    assert found.document["subscriptionId"] == first
    assert len(store.azure.assignments(frozenset({OWNER.upper()}))) == 2


def test_paths_have_no_case_and_changes_make_no_snapshot(store: Store) -> None:
    subscription = seed_subscription(store)
    revision = store.revision()
    group = _group(store, subscription, "RG_1")
    assert store.azure.need(group.upper()).document["name"] == "RG_1"
    (listed,) = store.azure.of_type(RESOURCE_GROUP, f"/SUBSCRIPTIONS/{subscription}")
    with pytest.raises(ObjectChanged):
        store.azure.modify(group, {"tags": {}}, by=ADMIN, expected="older")
    store.azure.modify(group, {"tags": {"a": "b"}}, by=ADMIN, expected=listed.etag)
    assert store.revision() == revision
    activities = [each.row["activity"] for each in store.audit.newest(limit=2)]
    assert activities == ["Update Azure resource", "Add Azure resource"]


def test_what_is_below_a_group_goes_with_it_and_nothing_else(store: Store) -> None:
    subscription = seed_subscription(store)
    group, other = _group(store, subscription, "rg_1"), _group(store, subscription, "rgx1")
    for each in (group, other):
        inside = f"{each}/providers/Microsoft.Storage/storageAccounts/data"
        store.azure.create({"id": inside, "type": "x", "name": "data"}, by=ADMIN)
    store.azure.delete_below(group, by=ADMIN)
    inside = f"{other}/providers/microsoft.storage/storageaccounts/data"
    left = {each.id for each in store.azure.all()}
    assert left == {f"/subscriptions/{subscription}", other, inside}
    with pytest.raises(NoSuchObject):
        store.azure.delete_below(group, by=ADMIN)
