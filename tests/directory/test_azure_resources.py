"""Resources, their tags, and long-running operations, in both databases."""

from __future__ import annotations

import json
from datetime import timedelta

from sqlalchemy import text

from ostiary.arm.seeding import seed_subscription
from ostiary.directory.azure import LOCK, RESOURCE_GROUP, Narrowed
from ostiary.directory.azure_operations import (
    HELD_FOR,
    KEPT_FOR,
    RUNNING,
    SUCCEEDED,
)
from ostiary.directory.database import Database
from ostiary.directory.migrating import migrate
from ostiary.directory.store import Store
from tests.directory.stores import ADMIN, Made, made

VAULT, STORAGE = "Microsoft.KeyVault/vaults", "Microsoft.Storage/storageAccounts"


def _add(store: Store, place: str, kind: str, **tags: str) -> str:
    document = {"id": place, "type": kind, "name": place.rpartition("/")[2], "tags": tags}
    return store.azure.create(document, by=ADMIN).id


def _filled(store: Store) -> str:
    subscription = f"/subscriptions/{seed_subscription(store)}"
    group = _add(store, f"{subscription}/resourceGroups/G", RESOURCE_GROUP, Env="prod")
    vault = _add(store, f"{group}/providers/{VAULT}/a", VAULT, ENV="prod", Team="Ops")
    _add(store, f"{group}/providers/{STORAGE}/b", STORAGE, env="test")
    _add(store, f"{vault}/providers/{LOCK}/keep", LOCK)
    other = f"{subscription}/resourceGroups/G2"
    _add(store, f"{other}/providers/{VAULT}/a", VAULT)
    return group


def test_resources_are_found_by_place_type_and_tag(store: Store) -> None:
    group = _filled(store)
    subscription = group.rpartition("/resourcegroups/")[0]

    def found(within: str, narrowed: Narrowed, **page: str) -> list[str]:
        rows = store.azure.resources(within, narrowed, after=page.get("after"))
        return [each.id[len(subscription) :].replace("/providers/microsoft.", " ") for each in rows]

    vault, storage = "keyvault/vaults/a", "storage/storageaccounts/b"
    everything = [
        f"/resourcegroups/g {vault}",
        f"/resourcegroups/g {storage}",
        f"/resourcegroups/g2 {vault}",
    ]
    assert found(subscription, Narrowed()) == everything
    assert found(group, Narrowed()) == everything[:2]
    assert found(subscription, Narrowed(VAULT.upper())) == [everything[0], everything[2]]
    assert found(subscription, Narrowed(tag="eNV")) == everything[:2]
    assert found(subscription, Narrowed(tag="env", value="prod")) == everything[:1]
    assert found(subscription, Narrowed(tag="team", value="ops")) == []
    last = f"{subscription}{everything[1].replace(' ', '/providers/microsoft.')}"
    assert found(subscription, Narrowed(), after=last) == everything[2:]
    assert store.azure.any_of(subscription, "Microsoft.KeyVault")
    assert not store.azure.any_of(subscription, "Microsoft.Key")


def test_tags_follow_their_resource(store: Store) -> None:
    group = _filled(store)
    subscription = group.rpartition("/resourcegroups/")[0]
    counted = store.azure.tags_within(subscription)
    assert counted == [("env", "prod", 2), ("env", "test", 1), ("team", "Ops", 1)]
    vault = f"{group}/providers/{VAULT}/a"
    store.azure.modify(vault, {"tags": {"Team": "Dev"}}, by=ADMIN)
    counted = store.azure.tags_within(subscription)
    assert counted == [("env", "prod", 1), ("env", "test", 1), ("team", "Dev", 1)]
    store.azure.delete_below(group, by=ADMIN)
    assert store.azure.tags_within(subscription) == []


def test_locks_are_found_where_they_stand(store: Store) -> None:
    vault = f"{_filled(store)}/providers/{VAULT}/a"
    (lock,) = store.azure.locks_at([vault.upper(), "/subscriptions/none"])
    assert lock.document["name"] == "keep"
    assert [each.id for each in store.azure.below(vault, LOCK)] == [lock.id]
    assert store.azure.locks_at([vault.rpartition("/")[0]]) == []


def test_CC06_tags_of_an_older_store_are_found(empty_place: str) -> None:
    database = Database(empty_place)
    migrate(database, "0006")
    group = "/subscriptions/s/resourcegroups/g"
    document = {"id": group, "type": RESOURCE_GROUP, "tags": {"Team ": "Ops", "a\0": "b"}}
    row = {"id": group, "type": RESOURCE_GROUP.casefold(), "document": json.dumps(document)}
    insert = (
        "INSERT INTO azure_resources (id, etag, revision, position, created, modified, document,"
        " type, scope) VALUES (:id, 'e', 1, 1, 1, 1, :document, :type, '/subscriptions/s')"
    )
    with database.writing() as connection:
        connection.execute(text(insert), row)
    database.close()
    found = made(empty_place)
    assert found.store.azure.tags_within("/subscriptions/s") == [("team", "Ops", 1)]
    found.store.close()


def test_an_operation_is_taken_over_once_when_nobody_works_at_it(made_store: Made) -> None:
    store = made_store.store
    begun = store.azure_operations.begin("delete", "/subscriptions/S", {"a": 1})
    assert [each.id for each in store.azure_operations.running("/subscriptions/s")] == [begun.id]
    assert store.azure_operations.take_over(begun.id) is None
    made_store.clock.move(seconds=(HELD_FOR + timedelta(seconds=1)).total_seconds())
    taken = store.azure_operations.take_over(begun.id)
    assert taken is not None
    assert (taken.status, taken.document) == (RUNNING, {"a": 1})
    assert store.azure_operations.take_over(begun.id) is None


def test_an_operation_ends_once_and_is_forgotten(made_store: Made) -> None:
    store = made_store.store
    begun = store.azure_operations.begin("delete", "/subscriptions/s", {})
    assert store.azure_operations.end(begun.id, SUCCEEDED, result={"b": 2})
    assert not store.azure_operations.end(begun.id, "Canceled")
    found = store.azure_operations.get(begun.id.upper())
    assert found is not None
    assert (found.status, found.document) == (SUCCEEDED, {"result": {"b": 2}})
    assert store.azure_operations.running("/subscriptions/s") == []
    assert store.azure_operations.forget_expired() == 0
    made_store.clock.move(seconds=(KEPT_FOR + timedelta(seconds=1)).total_seconds())
    assert store.azure_operations.forget_expired() == 1
    assert store.azure_operations.get(begun.id) is None
