"""A draft beside its form: what is told of it, and what its buttons change without saving."""

from __future__ import annotations

import re
from datetime import timedelta

from ostiary.directory.protocols import SYSTEM
from ostiary.graph.permissions import GLOBAL_ADMINISTRATOR
from tests.admin.pages import Admin, FormReader, with_role
from tests.admin.test_kept_forms import WAITS
from tests.admin.test_policy_form import NEW, declare, newest, stored
from tests.web.serving import ARM, ASTRID, LIFEBOAT, PLACES, Served

DRAFT = f"{NEW}/draft"
FOUNDING: dict[str, str | list[str]] = {
    "name": "Draft",
    "users.includeUsers.alone": "All",
    "applications.includeApplications": [ARM],
    "control": ["mfa"],
}


def fields(admin: Admin, action: str = NEW) -> dict[str, list[str]]:
    """Give what a browser would send of the form."""
    reader = FormReader(f"/admin{action.removeprefix('/admin')}")
    reader.feed(admin.text)
    return reader.fields


def look(admin: Admin, **changed: str | list[str]) -> Admin:
    """Press *Check this policy* on a new policy."""
    admin.browser.send(DRAFT, {**fields(admin), **changed})
    return admin


def policies(served: Served) -> int:
    """Count the policies of the store."""
    return len(served.service.store.policies.all())


def test_a_draft_is_looked_at_without_a_script_and_nothing_is_saved(admin: Admin) -> None:
    before = policies(admin.served)
    admin.sign_in(path=NEW)
    look(admin, **FOUNDING)
    assert admin.status == 200
    assert 'class="verdict"' in admin.text
    assert "Sign-ins of the last 30 days" in admin.text
    assert "CA001-AllUsers-WindowsAzureServiceManagementAPI-MFA" in admin.text
    assert fields(admin)["applications.includeApplications"] == [ARM]
    assert policies(admin.served) == before


def test_a_script_gets_what_is_told_as_a_part_and_the_summaries_with_it(admin: Admin) -> None:
    admin.sign_in(path=NEW)
    admin.browser.more["HX-Request"] = "true"
    look(admin, **FOUNDING)
    assert "<html" not in admin.text
    assert 'id="told-identities" hx-swap-oob="true">Include: All users' in admin.text
    assert 'class="verdict"' in admin.text


def test_what_is_no_policy_yet_says_what_is_missing(admin: Admin) -> None:
    admin.sign_in(path=NEW)
    look(admin, name="")
    assert "The policy cannot be saved yet" in admin.text
    look(admin, **{"users.includeGroups.names": "No such group"})
    assert "nothing goes by that name" in admin.text
    assert "No such group</textarea>" in admin.text


def test_the_suggested_name_is_the_next_of_the_standard_and_a_button_takes_it(
    admin: Admin,
) -> None:
    admin.served.service.store.policies.create(
        {"displayName": "CA041-Admins-AllApps-MFA", "state": "disabled"}, by=SYSTEM
    )
    admin.sign_in(path=NEW)
    look(admin, **FOUNDING)
    offered = re.search(r'name="take_name" value="([^"]+)"', admin.text)
    assert offered is not None
    assert offered[1] == "CA042-AllUsers-WindowsAzureServiceManagementAPI-MFA"
    look(admin, take_name=offered[1])
    assert fields(admin)["name"] == [offered[1]]
    assert "Use this name" not in admin.text


def test_an_emergency_access_account_that_is_taken_out_is_warned_of_and_put_back(
    admin: Admin,
) -> None:
    declare(admin)
    admin.sign_in(path=NEW)
    look(admin, **FOUNDING)
    assert "Emergency access accounts are not left out" not in admin.text
    look(admin, **{"users.excludeUsers": list[str]()})
    assert "Emergency access accounts are not left out" in admin.text
    look(admin, leave_out=LIFEBOAT)
    assert "Emergency access accounts are not left out" not in admin.text
    assert fields(admin)["users.excludeUsers"] == [LIFEBOAT]


def test_an_account_that_a_group_leaves_out_is_not_warned_of(admin: Admin) -> None:
    declare(admin)
    store = admin.served.service.store
    group = store.groups.create({"displayName": "Break glass"}, by=SYSTEM)
    store.groups.add_member(group.id, LIFEBOAT, by=SYSTEM)
    admin.served.service.snapshots.refresh()
    admin.sign_in(path=NEW)
    changed = {"users.excludeUsers": list[str](), "users.excludeGroups": [group.id]}
    look(admin, **{**FOUNDING, **changed})
    assert "Emergency access accounts are not left out" not in admin.text


def test_a_refusal_names_who_would_be_locked_out_and_a_button_leaves_them_out(
    admin: Admin,
) -> None:
    for user in (ASTRID, LIFEBOAT):
        with_role(admin.served, GLOBAL_ADMINISTRATOR, user)
    declare(admin)
    admin.sign_in(path=NEW)
    blocked = {**FOUNDING, "grant": "block", "state": "enabled"}
    admin.send(
        NEW,
        **blocked,
        **{"users.excludeUsers": list[str](), "applications.includeApplications.alone": "All"},
    )
    assert admin.status == 409
    assert "Lifeboat" in admin.refusal or "lifeboat" in admin.refusal
    found = re.search(r'name="leave_out" value="([^"]+)"', admin.text)
    assert found is not None
    assert LIFEBOAT in found[1].split()
    look(admin, leave_out=found[1])
    assert LIFEBOAT in fields(admin)["users.excludeUsers"]


def test_all_users_takes_the_place_of_whoever_was_selected(admin: Admin) -> None:
    admin.sign_in(path=NEW)
    selected = {"users.includeUsers": [ASTRID], "users.includeUsers.alone": "All"}
    admin.send(NEW, **{**FOUNDING, **selected})
    assert newest(admin)["conditions"]["users"]["includeUsers"] == ["All"]


def test_another_kind_of_target_takes_the_place_of_the_one_before(admin: Admin) -> None:
    action = f"/admin/policies/{PLACES}/edit"
    admin.sign_in(path=action)
    admin.send(
        action,
        **{
            "applies.targets": "User actions",
            "applications.includeUserActions": ["urn:user:registersecurityinfo"],
        },
    )
    assert admin.status == 200, admin.refusal
    target = stored(admin, PLACES)["conditions"]["applications"]
    assert target["includeUserActions"] == ["urn:user:registersecurityinfo"]
    assert not target.get("includeApplications")


def test_a_form_that_waited_for_a_sign_in_can_be_opened_again(admin: Admin) -> None:
    admin.sign_in(path=NEW)
    admin.served.clock.move(timedelta(minutes=61))
    admin.send(NEW, **{**FOUNDING, "name": "Typed before the session ended"})
    assert WAITS in admin.text
    admin.browser.send(DRAFT, fields(admin))
    assert fields(admin)["name"] == ["Typed before the session ended"]
    assert fields(admin)["users.includeUsers.alone"] == ["All"]
