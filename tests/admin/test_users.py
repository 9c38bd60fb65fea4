"""Users at the admin center: found, made, changed, helped, stopped, by whoever may."""

from __future__ import annotations

import re

import pytest

from ostiary.directory.protocols import SYSTEM
from ostiary.factors.kinds import Factor, ShownFactor
from ostiary.graph.directory_permissions import AUTHENTICATION_ADMINISTRATOR
from ostiary.graph.permissions import (
    GLOBAL_ADMINISTRATOR,
    SECURITY_ADMINISTRATOR,
    SECURITY_READER,
    USER_ADMINISTRATOR,
)
from ostiary.signin.shown import written_shown
from ostiary.signin.stored_methods import TOTP
from ostiary.web.sessions import LASTS
from tests.admin.pages import Admin, with_role
from tests.web.serving import ASTRID, LIFEBOAT

BOAT = f"/admin/users/{LIFEBOAT}"


def only(admin: Admin, *roles: str) -> Admin:
    """Give the person these roles and no other, signed in."""
    store = admin.served.service.store
    for each in store.roles.all():
        store.roles.delete(each.id, by=SYSTEM)
    for role in roles:
        with_role(admin.served, role)
    return admin.sign_in(path="/admin/users")


def told(admin: Admin) -> str:
    """Give the secret that the page tells."""
    found = re.search(r'<input readonly value="([^"]+)"', admin.text)
    assert found is not None, admin.text
    return found[1]


def test_users_are_searched_and_filtered_by_graph(admin: Admin) -> None:
    users = admin.served.service.store.users
    for number in range(60):
        name = f"crew{number:02}@fjordvik.example"
        guest = {"userType": "Guest"} if number == 7 else {}
        document = {"displayName": f"Crew {number:02}", "userPrincipalName": name, **guest}
        users.create({**document, "accountEnabled": number != 3}, by=SYSTEM)
    admin.sign_in(path="/admin/users")
    assert "62" in admin.text
    assert "Crew 40" in admin.text
    assert "Crew 59" not in admin.text
    following = re.search(r'href="([^"]*after=[^"]*)"', admin.text)
    assert following is not None
    admin.open(following[1].replace("&amp;", "&"))
    assert "Crew 59" in admin.text
    assert "Crew 00" not in admin.text
    admin.open("/admin/users?search=crew55")
    assert "Crew 55" in admin.text
    assert "Crew 40" not in admin.text
    admin.open("/admin/users?enabled=no")
    assert "Crew 03" in admin.text
    assert "Crew 04" not in admin.text
    admin.open("/admin/users?type=guest&search=crew")
    assert "Crew 07" in admin.text
    assert "Crew 08" not in admin.text
    admin.open(f"/admin/users?search={LIFEBOAT}")
    assert "Lifeboat" in admin.text


def test_a_new_user_has_a_temporary_password_that_is_shown_once(admin: Admin) -> None:
    only(admin, USER_ADMINISTRATOR).open("/admin/users/new")
    fields = {"displayName": "Sven Lie", "userPrincipalName": "sven@elsewhere.example"}
    admin.send("/admin/users/new", **fields)
    assert admin.status == 400
    assert "verified domains" in admin.refusal
    assert 'value="Sven Lie"' in admin.text
    admin.send("/admin/users/new", userPrincipalName="sven@fjordvik.example")
    password = told(admin)
    assert admin.browser.page.headers["cache-control"] == "no-store"
    store = admin.served.service.store
    made = store.users.by_name("sven@fjordvik.example")
    assert made is not None
    assert admin.served.service.attempts.passwords is not None
    admin.open(f"/admin/users/{made.id}?tab=authentication")
    assert password not in admin.text
    assert password not in str([each.row for each in store.audit.newest(limit=20)])


def test_properties_are_changed_in_the_version_that_was_seen(admin: Admin) -> None:
    users = admin.served.service.store.users
    only(admin, USER_ADMINISTRATOR).open(BOAT)
    users.modify(LIFEBOAT, {"jobTitle": "Buoy"}, by=SYSTEM)
    admin.send(f"{BOAT}/edit", department="Rescue")
    assert admin.status == 412
    assert "Rescue" in admin.text
    admin.open(BOAT).send(f"{BOAT}/edit", department="Rescue")
    found = users.need(LIFEBOAT).document
    assert (found["department"], found["jobTitle"]) == ("Rescue", "Buoy")


def test_an_account_is_disabled_enabled_and_deleted(admin: Admin) -> None:
    users = admin.served.service.store.users
    only(admin, USER_ADMINISTRATOR).open(BOAT)
    admin.send(f"{BOAT}/disable")
    assert "all sessions ended" in admin.text
    assert users.need(LIFEBOAT).document["accountEnabled"] is False
    admin.send(f"{BOAT}/enable")
    assert users.need(LIFEBOAT).document["accountEnabled"] is True
    admin.send(f"{BOAT}/delete")
    assert "can be restored" in admin.text
    assert users.get(LIFEBOAT) is None


def test_AD07_the_last_global_administrator_stays(admin: Admin) -> None:
    only(admin, GLOBAL_ADMINISTRATOR).open(f"/admin/users/{ASTRID}")
    admin.send(f"/admin/users/{ASTRID}/disable")
    assert admin.status == 409
    assert "no Global Administrator" in admin.refusal
    assert admin.served.service.store.users.need(ASTRID).document["accountEnabled"] is True


def test_methods_and_access_passes(admin: Admin) -> None:
    store = admin.served.service.store
    admin.served.enrol(LIFEBOAT)
    only(admin, AUTHENTICATION_ADMINISTRATOR).open(f"{BOAT}?tab=authentication")
    assert "Authenticator app" in admin.text
    admin.send(f"{BOAT}/access-pass", lifetime="5")
    assert admin.status == 400
    admin.send(f"{BOAT}/access-pass", lifetime="30", once="1")
    text = told(admin)
    assert admin.open(f"{BOAT}?tab=authentication").text.count(text) == 0
    totp = next(each for each in store.methods.of_user(LIFEBOAT) if each.kind == TOTP)
    admin.send(f"{BOAT}/methods/softwareOath/{totp.id}/delete")
    assert "The authentication method was deleted." in admin.text
    assert totp.id not in {each.id for each in store.methods.of_user(LIFEBOAT)}
    admin.send(f"{BOAT}/reregister")
    assert store.methods.of_user(LIFEBOAT) == []
    admin.browser.send(f"{BOAT}/methods/phone/x/delete", {})
    assert admin.status in {400, 403}


def test_a_password_is_reset_and_sessions_are_revoked(admin: Admin) -> None:
    store = admin.served.service.store
    shown = written_shown([ShownFactor(Factor.TOTP, admin.served.clock.now())])
    store.sessions.begin(LIFEBOAT, {"shown": shown}, lasts=LASTS, idle=LASTS)
    only(admin, USER_ADMINISTRATOR).open(f"{BOAT}?tab=sessions")
    assert "Authenticator app" in admin.text
    admin.send(f"{BOAT}/revoke")
    assert "All sessions of the user were revoked." in admin.text
    assert store.sessions.of_user(LIFEBOAT) == []
    admin.open(f"{BOAT}?tab=authentication")
    assert "Your roles do not show this." in admin.text
    admin.send(f"{BOAT}/reset-password")
    assert re.fullmatch(r"(\w{5}-){3}\w{5}", told(admin))


def test_risk_is_confirmed_and_dismissed(admin: Admin) -> None:
    risks = admin.served.service.store.risks
    only(admin, SECURITY_ADMINISTRATOR).open(BOAT)
    admin.send(f"{BOAT}/risk/confirm")
    found = risks.of(LIFEBOAT)
    assert found is not None
    assert found.level == "high"
    admin.send(f"{BOAT}/risk/dismiss")
    found = risks.of(LIFEBOAT)
    assert found is not None
    assert found.level == "none"


@pytest.mark.parametrize(
    ("role", "forms"),
    [
        (SECURITY_READER, set[str]()),
        (SECURITY_ADMINISTRATOR, {"risk/confirm", "risk/dismiss"}),
        (USER_ADMINISTRATOR, {"edit", "disable", "delete", "reset-password", "revoke"}),
        (AUTHENTICATION_ADMINISTRATOR, {"access-pass", "reregister"}),
    ],
)
def test_each_role_has_its_own_forms(admin: Admin, role: str, forms: set[str]) -> None:
    only(admin, role)
    found = set[str]()
    for tab in ("overview", "authentication", "sessions"):
        admin.open(f"{BOAT}?tab={tab}")
        assert admin.status == 200
        found |= set(re.findall(rf'action="{BOAT}/([^"]+)"', admin.text))
    assert found == forms
    assert ("/admin/users/new" in admin.open("/admin/users").text) is (role == USER_ADMINISTRATOR)
