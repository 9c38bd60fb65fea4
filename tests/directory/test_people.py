"""Users, groups, roles and factors: what ends when somebody may no longer sign in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from ostiary.directory.errors import NoSuchObject, ObjectChanged, ObjectExists
from ostiary.directory.families import Presented, Use
from ostiary.directory.importing import import_tenant
from ostiary.directory.store import Store
from ostiary.directory.users import Standing
from ostiary.model.json_types import JsonObject
from tests.directory.parallel import at_once
from tests.directory.stores import ADMIN, Made
from tests.directory.tenants import ASTRID, STAFF, tenant

DAY = timedelta(days=1)


def disabled(store: Store) -> None:
    """Switch the account off."""
    store.users.modify(ASTRID, {"accountEnabled": False}, by=ADMIN)


def deleted(store: Store) -> None:
    """Delete the account."""
    store.users.delete(ASTRID, by=ADMIN)


def revoked(store: Store) -> None:
    """Revoke the sessions."""
    store.users.revoke_sessions(ASTRID, by=ADMIN)


def password_changed(store: Store) -> None:
    """Change the password."""
    store.passwords.set(ASTRID, "$argon2id$1", by=ADMIN)


def password_reset(store: Store) -> None:
    """Reset the password."""
    store.passwords.reset(ASTRID, "$argon2id$1", by=ADMIN)


@pytest.mark.parametrize(
    ("end", "why", "void"),
    [
        (disabled, "accountDisabled", True),
        (deleted, "accountDeleted", None),
        (revoked, "sessionsRevoked", True),
        (password_changed, "passwordChanged", False),
        (password_reset, "passwordChanged", False),
    ],
)
def test_RT06_what_ends_a_users_sign_ins_ends_all_of_them(
    made_store: Made, end: Callable[[Store], object], why: str, void: bool | None
) -> None:
    store, clock = made_store.store, made_store.clock
    import_tenant(store, tenant(), by=ADMIN)
    cookie, session = store.sessions.begin(ASTRID, {}, lasts=DAY, idle=DAY)
    token, family = store.families.begin(
        ASTRID, "c", {}, use=Use.ROTATING, lasts=DAY, idle=DAY, sid=session.sid
    )
    other, _ = store.families.begin("u2", "c", {}, use=Use.ROTATING, lasts=DAY, idle=DAY)
    code = store.codes.issue("c", "u", ASTRID, {})
    clock.move(seconds=9)
    end(store)
    replica = made_store.another()  # another process sees it at once (SS04)
    assert replica.sessions.of(cookie) is None
    assert replica.families.redeem(token, "c").presented is Presented.REVOKED
    found = replica.families.get(family.id)
    assert found is not None
    assert (found.revoked, found.revoked_why) == (clock.now(), why)
    assert replica.codes.redeem(code, "c", "u").code is None
    assert replica.families.redeem(other, "c").presented is Presented.CURRENT
    standing = replica.users.standing(ASTRID)
    valid_from = standing.sessions_valid_from if standing else None
    assert valid_from == (clock.now() if void else None)
    if standing and not void:
        assert standing.password_changed == clock.now()
    replica.close()


def test_who_changes_his_own_password_stays_signed_in_here(store: Store) -> None:
    cookie, session = store.sessions.begin("u1", {}, lasts=DAY, idle=DAY)
    elsewhere, _ = store.sessions.begin("u1", {}, lasts=DAY, idle=DAY)
    store.passwords.set("u1", "$argon2id$1", by=ADMIN, keep_sid=session.sid)
    assert store.sessions.of(cookie) is not None
    assert store.sessions.of(elsewhere) is None


def test_users_are_found_as_they_sign_in(store: Store) -> None:
    import_tenant(store, tenant(), by=ADMIN)
    assert store.users.standing(ASTRID) == Standing(True, None)
    assert store.users.standing("nobody") is None
    assert [each.id for each in store.users.search("ASTR")] == [ASTRID]
    assert [each.id for each in store.users.search("henrik_other")] != []
    assert store.users.search("%") == []
    with pytest.raises(ObjectExists):
        store.users.create({"userPrincipalName": "ASTRID@fjordvik.example"}, by=ADMIN)


def test_TK07_a_user_made_again_is_another_one(store: Store) -> None:
    first = store.users.create({"userPrincipalName": "a@x.example"}, by=ADMIN)
    store.users.delete(first.id, by=ADMIN)
    assert store.users.create({"userPrincipalName": "a@x.example"}, by=ADMIN).id != first.id


def test_groups_keep_their_members_apart(store: Store) -> None:
    group = store.groups.create({"displayName": "G", "members": ["U1", "u2", "u1"]}, by=ADMIN)
    assert group.document == {"id": group.id, "displayName": "G"}
    store.groups.add_member(group.id, "u3", by=ADMIN)
    store.groups.remove_member(group.id, "u1", by=ADMIN)
    assert store.groups.members(group.id) == ["u2", "u3"]
    with pytest.raises(ObjectExists):
        store.groups.add_member(group.id, "U2", by=ADMIN)
    with pytest.raises(NoSuchObject):
        store.groups.remove_member(group.id, "u1", by=ADMIN)
    with pytest.raises(NoSuchObject):
        store.groups.add_member("none", "u1", by=ADMIN)
    assert [each.row["activity"] for each in store.audit.newest()] == [
        "Remove member from group",
        "Add member to group",
        "Add group",
    ]


def test_a_change_of_members_is_a_change_of_the_group(store: Store) -> None:
    group = store.groups.create({"displayName": "G"}, by=ADMIN)
    store.groups.add_member(group.id, "u1", by=ADMIN)
    with pytest.raises(ObjectChanged):
        store.groups.modify(group.id, {"displayName": "H"}, by=ADMIN, expected=group.etag)


def test_a_group_that_is_deleted_is_in_no_group(store: Store) -> None:
    import_tenant(store, tenant(), by=ADMIN)
    outer = store.groups.groups_of(STAFF)[0]
    store.groups.delete(STAFF, by=ADMIN)
    assert (store.groups.members(outer), store.groups.groups_of(ASTRID)) == ([], [])


def test_sealed_secrets_of_methods_are_kept_under_their_id(store: Store) -> None:
    kind = "softwareOneTimePasscode"
    made = store.methods.add("u1", kind, {}, by=ADMIN, method_id="m1", sealed=b"seed")
    assert made.id == "m1"
    assert store.methods.sealed_of("m1") == b"seed"
    with pytest.raises(NoSuchObject):
        store.methods.sealed_of("none")


def test_methods_are_registered_used_and_removed(made_store: Made) -> None:
    store = made_store.store
    made = store.methods.add(
        "u1", "passKeyDeviceBound", {"signCount": 1}, by=ADMIN, credential=b"\x01\xff"
    )
    assert store.methods.by_credential(b"\x01\xff") == made
    with pytest.raises(ObjectExists):
        store.methods.add("u2", "passKeyDeviceBound", {}, by=ADMIN, credential=b"\x01\xff")
    details = store.registrations.need("u1")
    assert details.document == {
        "id": "u1",
        "isMfaRegistered": True,
        "methodsRegistered": ["passKeyDeviceBound"],
    }
    made_store.clock.move(seconds=3)
    used = store.methods.note_use(made, {"signCount": 2})
    assert store.methods.of_user("u1") == [used]
    assert (used.used, used.document) == (made_store.clock.now(), {"signCount": 2})
    store.methods.remove(made.id, by=ADMIN)
    assert store.registrations.need("u1").document["isMfaRegistered"] is False
    with pytest.raises(NoSuchObject):
        store.methods.remove(made.id, by=ADMIN)


def test_of_two_uses_of_a_method_at_once_one_counts(made_store: Made) -> None:
    made = made_store.store.methods.add("u1", "passKeyDeviceBound", {}, by=ADMIN)

    def use(store: Store, number: int) -> bool:
        try:
            store.methods.note_use(made, {"signCount": number})
        except ObjectChanged:
            return False
        return True

    assert sum(at_once(made_store, 12, use)) == 1


def test_a_password_is_hashed_anew_only_where_it_is_the_same(store: Store) -> None:
    assert store.passwords.of("u1") is None
    store.passwords.reset("u1", "$argon2id$weak", by=ADMIN)
    found = store.passwords.of("u1")
    assert found is not None
    assert (found.hash, found.must_change) == ("$argon2id$weak", True)
    assert store.passwords.rehash("u1", "$argon2id$weak", "$argon2id$strong")
    assert not store.passwords.rehash("u1", "$argon2id$weak", "$argon2id$other")
    assert "argon2id" not in str([each.row for each in store.audit.newest()])


def test_no_failure_is_lost_between_requests(made_store: Made) -> None:
    until = made_store.clock.now() + DAY

    def one_more(store: Store, _: int) -> JsonObject:
        return store.attempts.change(
            "user:u1", lambda old: ({"n": (old or {"n": 0})["n"] + 1}, until)
        )

    answers = at_once(made_store, 40, one_more)
    assert sorted(each["n"] for each in answers) == list(range(1, 41))
    store = made_store.store
    assert store.attempts.of("user:u1") == {"n": 40}
    made_store.clock.move(days=1)
    assert store.attempts.of("user:u1") is None
    later = made_store.clock.now() + DAY
    assert store.attempts.change("user:u1", lambda old: ({"was": old}, later)) == {"was": None}
    store.attempts.forget("user:u1")
    assert store.attempts.of("user:u1") is None


def test_risk_and_terms_are_kept(made_store: Made) -> None:
    store, now = made_store.store, made_store.clock.now()
    assert store.risks.of("u1") is None
    store.risks.set("U1", "medium", by=ADMIN)
    made = store.risks.set("u1", "none", by=ADMIN, state="dismissed")
    assert store.risks.of("u1") == made
    assert store.risks.all() == [made]
    store.acceptances.accept("u1", "t1", "", by=ADMIN)
    made_store.clock.move(days=1)
    store.acceptances.accept("u1", "t1", "", by=ADMIN)
    store.acceptances.accept("u1", "t1", "dev-1", by=ADMIN)
    later = now + DAY
    assert store.acceptances.of_user("u1") == [("t1", "", later), ("t1", "dev-1", later)]
