"""Applications, their credentials and permissions, and the ones that are there from the start."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from ostiary.directory.errors import NoSuchObject, ObjectChanged, ObjectExists
from ostiary.directory.first_party import PORTAL, seed_first_party
from ostiary.directory.signing_keys import KeyRow, SealedKey
from ostiary.directory.snapshot import Snapshots
from ostiary.directory.store import Store
from ostiary.directory.tables_sessions import keys
from ostiary.directory.tokens import hash_of
from ostiary.model.errors import OstiaryError
from tests.directory.stores import ADMIN, NOW, Made

AZ, POWERSHELL = "04b07795-8ddb-461a-bbee-02f9e1bf7b46", "1950a258-227b-4e31-a9cf-717495945fc2"
GRAPH_TOOLS = "14d82eec-204b-4c2f-b7e8-296a70dab67e"
ARM, GRAPH = "797f4846-ba00-4fd7-ba43-dac1f8f63013", "00000003-0000-0000-c000-000000000000"


def test_the_applications_of_the_usual_tools_are_there(store: Store) -> None:
    assert seed_first_party(store, portal_redirect_uris=("https://localhost:8443/done",)) == 6
    assert seed_first_party(store) == 0
    for app in (AZ, POWERSHELL, GRAPH_TOOLS):
        found = store.applications.by_app_id(app.upper())
        assert found is not None
        assert found.document["isFallbackPublicClient"] is True
        assert "http://localhost" in found.document["publicClient"]["redirectUris"]
    portal = store.applications.by_app_id(PORTAL)
    assert portal is not None
    assert portal.document["isFallbackPublicClient"] is False
    assert portal.document["web"]["redirectUris"] == ["https://localhost:8443/done"]
    for app in (AZ, POWERSHELL, GRAPH_TOOLS, PORTAL, ARM, GRAPH):
        assert store.principals.by_app_id(app) is not None
    Snapshots(store).current()


def test_tools_that_microsoft_pre_authorized_need_no_consent(store: Store) -> None:
    seed_first_party(store)
    for resource in (ARM, GRAPH):
        found = store.applications.by_app_id(resource)
        assert found is not None
        allowed = {each["appId"] for each in found.document["api"]["preAuthorizedApplications"]}
        assert allowed == {AZ, POWERSHELL, PORTAL}


def test_an_application_has_one_application_id(store: Store) -> None:
    made = store.applications.create({"displayName": "Backup"}, by=ADMIN)
    assert store.applications.by_app_id(made.document["appId"]) == made
    with pytest.raises(ObjectExists):
        store.applications.create({"appId": made.document["appId"].upper()}, by=ADMIN)
    assert store.applications.by_app_id("\0") is None


def test_KY06_secrets_are_kept_as_hashes_and_end(made_store: Made) -> None:
    store, ends = made_store.store, made_store.clock.now() + timedelta(days=180)
    first = store.app_credentials.add_secret(
        "APP", "s3cret-1", {"hint": "s3c"}, ends=ends, by=ADMIN
    )
    second = store.app_credentials.add_certificate("app", b"\x01" * 32, {}, ends=ends, by=ADMIN)
    third = store.app_credentials.add_federated("app", "https://i", "repo:x", {}, by=ADMIN)
    found = store.app_credentials.of_app("App")
    assert sorted(found, key=lambda each: each.kind) == [second, third, first]
    assert (first.hash, first.ends) == (hash_of("s3cret-1"), ends)
    assert "s3cret-1" not in str([each.row for each in store.audit.newest()])
    store.app_credentials.remove(first.id, by=ADMIN)
    with pytest.raises(NoSuchObject):
        store.app_credentials.remove(first.id, by=ADMIN)
    assert {each.id for each in store.app_credentials.of_app("app")} == {second.id, third.id}


def test_an_application_that_is_deleted_proves_nothing_any_more(made_store: Made) -> None:
    store, ends = made_store.store, made_store.clock.now()
    made = store.applications.create({"appId": "app"}, by=ADMIN)
    store.app_credentials.add_secret("app", "s", {}, ends=ends, by=ADMIN)
    store.applications.delete(made.id, by=ADMIN)
    assert store.app_credentials.of_app("app") == []


def test_consent_is_for_one_user_or_for_all(store: Store) -> None:
    everybody = store.consents.create(
        {"clientId": "C", "consentType": "AllPrincipals", "resourceId": "r", "scope": "User.Read"},
        by=ADMIN,
    )
    own = store.consents.create(
        {"clientId": "c", "principalId": "U1", "resourceId": "r", "scope": "Mail.Read"}, by=ADMIN
    )
    assert store.consents.of_client("c", "u1") == [everybody, own]
    assert store.consents.of_client("c", "u2") == [everybody]
    role = store.app_roles.create({"principalId": "sp", "resourceId": "r"}, by=ADMIN)
    assert store.app_roles.of_principal("SP") == [role]


def test_KY01_all_keys_are_written_by_one_process(store: Store) -> None:
    row = KeyRow("k1", "token", "next", NOW, None, None, {"kty": "RSA"})
    first = SealedKey(row, b"sealed")
    assert store.keys.replace_table("token", [], [first], by=ADMIN)
    assert store.keys.table("token") == [first]
    moved = replace(first, key=replace(row, state="active", activates=NOW))
    assert not store.keys.replace_table("token", [], [moved], by=ADMIN)
    assert store.keys.replace_table("token", [first], [moved], by=ADMIN)
    assert store.keys.table("token") == [moved]
    newest = store.audit.newest(target_id="k1", limit=2)
    assert [each.row["activity"] for each in newest] == ["Move signing key", "Add signing key"]


def test_KY03_the_private_part_of_the_audit_key_is_sealed_to_its_row(store: Store) -> None:
    made = store.keys.add("k1", "audit", "active", {"kty": "OKP"}, b"private", by=ADMIN)
    assert store.keys.all("audit") == [made]
    assert store.keys.private_of("k1") == b"private"
    store.keys.add("k2", "audit", "active", {}, b"other", by=ADMIN)
    with store.database.writing() as connection:
        first = connection.execute(select(keys.c.sealed).where(keys.c.kid == "k1")).scalar_one()
        connection.execute(update(keys).where(keys.c.kid == "k2").values(sealed=first))
    with pytest.raises(OstiaryError, match="sealed for another place"):
        store.keys.private_of("k2")
    with pytest.raises(NoSuchObject):
        store.keys.private_of("k3")


def test_secrets_of_the_tenant_are_kept_once(store: Store) -> None:
    assert store.tenant_secrets.of("pepper") is None
    assert store.tenant_secrets.keep("pepper", b"first") == b"first"
    assert store.tenant_secrets.keep("pepper", b"second") == b"first"
    assert store.tenant_secrets.of("pepper") == b"first"
    store.tenant_secrets.recognise({1: "a"})
    store.tenant_secrets.recognise({1: "b", 2: "c"})
    assert store.tenant_secrets.recognition() == {1: "a", 2: "c"}


def test_settings_have_versions(store: Store) -> None:
    first = store.singles.write("organization", {"id": "t", "verifiedDomains": []}, by=ADMIN)
    store.singles.write("organization", {"id": "t"}, by=ADMIN, expected=first.etag)
    with pytest.raises(ObjectChanged):
        store.singles.write("organization", {}, by=ADMIN, expected=first.etag)
    found = store.singles.organization()
    assert found is not None
    assert found.document["value"] == {"id": "t"}
