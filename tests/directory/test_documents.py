"""Objects with versions: what is read is what is changed, or nothing is."""

from __future__ import annotations

from itertools import pairwise

import pytest

from ostiary.directory.errors import NoSuchObject, ObjectChanged, ObjectExists
from ostiary.directory.store import Store
from ostiary.model.errors import InputError
from tests.directory.parallel import at_once
from tests.directory.stores import ADMIN, NOW, Made

POLICY = {
    "id": "B0000000-0000-4000-8000-000000000001",
    "displayName": "Require MFA for Azure management",
    "state": "disabled",
}


def test_an_object_is_found_by_its_id_in_any_case(store: Store) -> None:
    made = store.policies.create(POLICY, by=ADMIN)
    found = store.policies.get(POLICY["id"].upper())
    assert found == made
    assert (made.document, made.created, made.modified) == (POLICY, NOW, NOW)


def test_an_object_without_an_id_is_given_one(store: Store) -> None:
    made = store.policies.create({"displayName": "Block legacy"}, by=ADMIN)
    assert made.document == {"id": made.id, "displayName": "Block legacy"}


def test_an_id_is_taken_once(store: Store) -> None:
    store.policies.create(POLICY, by=ADMIN)
    with pytest.raises(ObjectExists) as error:
        store.policies.create({**POLICY, "id": POLICY["id"].lower()}, by=ADMIN)
    assert error.value.message == (
        "there is a conditional access policy with the id, or a unique name, of "
        "`Require MFA for Azure management` already"
    )


def test_CC01_a_change_of_an_old_version_is_refused(made_store: Made) -> None:
    store = made_store.store
    first = store.policies.create(POLICY, by=ADMIN)
    made_store.clock.move(seconds=5)
    second = store.policies.modify(first.id, {"state": "enabled"}, by=ADMIN, expected=first.etag)
    assert second.etag != first.etag
    assert (second.created, second.modified) == (NOW, made_store.clock.now())
    with pytest.raises(ObjectChanged) as error:
        store.policies.modify(first.id, {"state": "disabled"}, by=ADMIN, expected=first.etag)
    assert error.value.message == (
        "the conditional access policy `Require MFA for Azure management` was changed since it "
        "was read"
    )
    with pytest.raises(ObjectChanged):
        store.policies.delete(first.id, by=ADMIN, expected=first.etag)
    assert store.policies.need(first.id) == second


def test_CC01_of_many_writers_each_builds_on_the_one_before(made_store: Made) -> None:
    store = made_store.store
    made = store.policies.create({**POLICY, "description": ""}, by=ADMIN)

    def write(replica: Store, number: int) -> int:
        tries = 0
        while True:
            tries += 1
            current = replica.policies.need(made.id)
            longer = f"{current.document['description']}{number},"
            try:
                replica.policies.modify(
                    made.id, {"description": longer}, by=ADMIN, expected=current.etag
                )
            except ObjectChanged:
                continue
            return tries

    at_once(made_store, 64, write)
    written = store.policies.need(made.id).document["description"].split(",")[:-1]
    assert sorted(map(int, written)) == list(range(64))
    # Every version builds on the one before it: no fork in the history.
    versions = [each.document["description"] for each in store.policies.versions(made.id)][::-1]
    assert all(new.startswith(old) for old, new in pairwise(versions))


def test_a_deleted_object_is_gone_and_its_versions_are_not(store: Store) -> None:
    made = store.policies.create(POLICY, by=ADMIN)
    store.policies.delete(made.id, by=ADMIN)
    assert store.policies.get(made.id) is None
    with pytest.raises(NoSuchObject):
        store.policies.delete(made.id, by=ADMIN)
    assert [(each.version, each.action) for each in store.policies.versions(made.id)] == [
        (2, "delete"),
        (1, "add"),
    ]


def test_the_policies_of_an_earlier_revision_are_kept(store: Store) -> None:
    first = store.policies.create(POLICY, by=ADMIN)
    before = store.revision()
    store.policies.modify(first.id, {"state": "enabled"}, by=ADMIN)
    store.policies.create({"displayName": "Later"}, by=ADMIN)
    assert store.policies.as_of(before) == [POLICY]
    assert len(store.policies.as_of(store.revision())) == 2


def test_every_change_moves_the_revision_on(store: Store) -> None:
    seen = [store.revision()]
    made = store.policies.create(POLICY, by=ADMIN)
    seen.append(store.revision())
    store.policies.modify(made.id, {"state": "enabled"}, by=ADMIN)
    seen.append(store.revision())
    store.policies.delete(made.id, by=ADMIN)
    seen.append(store.revision())
    assert seen == [seen[0] + step for step in range(4)]


def test_several_changes_are_made_together_or_not_at_all(store: Store) -> None:
    with pytest.raises(ObjectExists):
        _make_twice(store)
    assert store.policies.all() == []
    assert store.audit.newest() == []


def _make_twice(store: Store) -> None:
    with store.transaction() as work:
        work.policies.create(POLICY, by=ADMIN)
        work.policies.create(POLICY, by=ADMIN)


def test_any_text_can_be_kept_and_looked_up(store: Store) -> None:
    hostile = "a\0b\ud800<script>\u202e'; DROP TABLE policies;--"
    made = store.policies.create({"description": hostile}, by=ADMIN)
    assert store.policies.need(made.id).document["description"] == hostile
    assert store.policies.get(hostile) is None
    assert store.users.by_name(hostile) is None
    with pytest.raises(InputError):
        store.policies.create({"displayName": hostile}, by=ADMIN)


def test_what_json_cannot_say_is_refused(store: Store) -> None:
    with pytest.raises(InputError):
        store.policies.create({"value": float("nan")}, by=ADMIN)


def test_pages_follow_each_other(store: Store) -> None:
    made = sorted(store.policies.create({"n": n}, by=ADMIN).id for n in range(5))
    first = store.policies.page(limit=3)
    second = store.policies.page(after=first[-1].id, limit=3)
    assert [each.id for each in (*first, *second)] == made


def test_of_what_is_known_only_what_changed_is_read_again(store: Store) -> None:
    one, two, three = (store.locations.create({"displayName": n}, by=ADMIN).id for n in "abc")
    known = store.locations.all_after({})
    assert list(known) == [one, two, three]
    store.locations.modify(two, {"displayName": "B"}, by=ADMIN)
    store.locations.delete(three, by=ADMIN)
    four = store.locations.create({"displayName": "d"}, by=ADMIN).id
    after = store.locations.all_after(known)
    assert list(after) == [one, two, four]
    assert after[one] is known[one]
    assert after[two].document["displayName"] == "B"
    assert list(after.values()) == store.locations.all()
