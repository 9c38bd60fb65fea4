"""A tenant goes into a store and comes out of it as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ostiary.directory.errors import ObjectExists
from ostiary.directory.exporting import export_folder, export_tenant
from ostiary.directory.importing import import_tenant
from ostiary.directory.store import Store
from ostiary.model.errors import InputError
from ostiary.tenant.loading import load_parts
from tests.directory.stores import ADMIN, Made
from tests.directory.tenants import ASTRID, BLOCK_POLICY, GUEST, STAFF, tenant

FJORDVIK = Path(__file__).resolve().parents[2] / "examples" / "fjordvik"


def same(left: Any, right: Any) -> None:
    """Two sources are the same tenant."""
    one, other = load_parts(left), load_parts(right)
    assert one.directory == other.directory
    assert one.policies == other.policies


def test_a_tenant_comes_out_as_it_went_in(store: Store) -> None:
    imported = import_tenant(store, tenant(), by=ADMIN)
    assert (imported.objects, imported.parts.refused) == (17, ())
    assert export_tenant(store.database) == tenant()
    same(export_tenant(store.database), tenant())


def test_a_folder_comes_out_as_it_went_in(made_store: Made, tmp_path: Path) -> None:
    store, out = made_store.store, tmp_path / "out"
    import_tenant(store, FJORDVIK, by=ADMIN)
    assert "users.json" in export_folder(store.database, out)
    same(out, FJORDVIK)


def test_what_an_export_leaves_out_stays_unknown(store: Store) -> None:
    document = tenant()
    del document["roleAssignments"]
    del document["groups"][0]["members"]
    import_tenant(store, document, by=ADMIN)
    assert export_tenant(store.database) == document
    assert load_parts(export_tenant(store.database)).directory.role_assignments is None


def test_what_is_imported_can_be_looked_up(store: Store) -> None:
    import_tenant(store, tenant(), by=ADMIN)
    found = store.users.by_name("astrid@FJORDVIK.example")
    assert found is not None
    assert found.id == ASTRID
    assert store.groups.members(STAFF) == [GUEST, ASTRID]
    assert store.groups.groups_of(ASTRID) == [STAFF]
    assert [each.id for each in store.roles.of_principal(ASTRID)] == ["ra1"]
    device = store.devices.by_device_id("DEV-1")
    assert device is not None
    assert [each.version for each in store.policies.versions(BLOCK_POLICY)] == [1]
    settings = store.singles.settings()
    assert settings is not None
    assert settings.document["value"] == tenant()["settings"]


def test_an_import_is_one_row_of_the_audit_log(store: Store) -> None:
    import_tenant(store, tenant(), by=ADMIN)
    rows = store.audit.newest()
    assert [(each.row["activity"], each.row["detail"]) for each in rows] == [
        ("Import tenant", {"objects": 17, "refusedPolicies": 0})
    ]


def test_a_store_that_is_in_use_is_not_imported_into(store: Store) -> None:
    store.users.create({"displayName": "Somebody"}, by=ADMIN)
    with pytest.raises(ObjectExists, match="came one that has some"):
        import_tenant(store, tenant(), by=ADMIN)
    assert len(store.users.all()) == 1


def test_a_policy_that_cannot_be_used_is_left_out_and_named(store: Store) -> None:
    document = tenant()
    document["conditionalAccessPolicies"][0]["conditions"]["users"] = 7
    imported = import_tenant(store, document, by=ADMIN)
    assert [each.name for each in imported.parts.refused] == ["Require MFA for Azure management"]
    assert [each.id for each in store.policies.all()] == [BLOCK_POLICY]


def test_objects_that_are_met_twice_are_kept_once(store: Store) -> None:
    document = tenant()
    for key in ("users", "groups", "namedLocations", "conditionalAccessPolicies", "applications"):
        document[key].append(document[key][0])
    import_tenant(store, document, by=ADMIN)
    assert export_tenant(store.database) == tenant()


def test_two_users_who_sign_in_alike_are_refused(store: Store) -> None:
    document = tenant()
    document["users"].append({"id": "u9", "userPrincipalName": "astrid@fjordvik.EXAMPLE"})
    with pytest.raises(ObjectExists) as error:
        import_tenant(store, document, by=ADMIN)
    assert error.value.message == (
        "expected every user to sign in with another name, came `astrid@fjordvik.EXAMPLE` twice"
    )
    assert store.users.all() == []


def test_what_is_no_tenant_is_refused(store: Store) -> None:
    with pytest.raises(InputError):
        import_tenant(store, {"something": 1}, by=ADMIN)
