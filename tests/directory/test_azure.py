"""Objects of the management API in the store, on both databases."""

from __future__ import annotations

import pytest

from ostiary.arm.seeding import seed_subscription
from ostiary.directory.azure import RESOURCE_GROUP, ROLE_ASSIGNMENT, SUBSCRIPTION, scope_of
from ostiary.directory.errors import NoSuchObject, ObjectChanged
from ostiary.directory.store import Store
from tests.directory.stores import ADMIN

GROUP = "/subscriptions/s/resourceGroups/g"
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


def _assign(store: Store, scope: str, name: str) -> str:
    place = f"{scope.rstrip('/')}/providers/Microsoft.Authorization/roleAssignments/{name}"
    properties = {"principalId": OWNER, "scope": scope}
    document = {"id": place, "type": ROLE_ASSIGNMENT, "name": name, "properties": properties}
    return store.azure.create(document, by=ADMIN).id


def test_assignments_are_found_at_scopes_and_below_them(store: Store) -> None:
    subscription = f"/subscriptions/{seed_subscription(store)}"
    first, second = (f"{subscription}/resourceGroups/{name}" for name in ("rg_1", "rgx1"))
    root, whole = _assign(store, "/", "root"), _assign(store, subscription, "whole")
    one, other = _assign(store, first, "one"), _assign(store, second, "other")

    def found(at: set[str], below: set[str]) -> set[str]:
        folded = [{each.casefold() for each in those} for those in (at, below)]
        return {each.id for each in store.azure.assignments_at(*folded)}

    assert found({"/"}, set()) == {root}
    assert found({subscription}, {subscription}) == {whole, one, other}
    assert found(set(), {subscription}) == {one, other}
    # An underscore stands for itself, not for any character.
    assert found({first}, {first}) == {one}
    assert found({"/"}, {"/"}) == {root, whole, one, other}


@pytest.mark.parametrize(
    ("resource", "scope"),
    [
        ("/subscriptions/s", "/"),
        ("/subscriptions/s/resourceGroups/g", "/subscriptions/s"),
        ("/subscriptions/s/providers/A.B/c/d", "/subscriptions/s"),
        (f"{GROUP}/providers/A.B/c/d/e/f", GROUP),
        ("/providers/A.B/c/d", "/"),
        ("/providers/A.B/c/d/e/f", "/providers/A.B/c/d"),
        ("/providers/A.B/c/d/providers/C.D/e/f", "/providers/A.B/c/d"),
    ],
)
def test_what_an_object_stands_in(resource: str, scope: str) -> None:
    assert scope_of(resource) == scope
