"""Pickers: Graph searches, a field takes what it is for, two of one name are told apart."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest

from ostiary.directory.protocols import SYSTEM
from tests.admin.pages import Admin
from tests.web.serving import ARM, ASTRID, DAEMON, DAEMON_APP, HQ, LIFEBOAT


def picked(admin: Admin, search: str, *fields: str) -> list[tuple[str, str]]:
    """Give field and id of everything that a picker finds."""
    query = urlencode([("search", search), *(("field", each) for each in fields)])
    admin.open(f"/admin/pick?{query}")
    return re.findall(r'value="([^"]+)" data-field="([^"]+)"', admin.text)


@pytest.mark.parametrize("search", ["astrid", "Moe", "ASTRID@fjordvik", ASTRID])
def test_a_user_is_found_by_name_user_name_and_id(admin: Admin, search: str) -> None:
    admin.sign_in()
    assert picked(admin, search, "users.excludeUsers") == [(ASTRID, "users.excludeUsers")]
    assert "astrid@fjordvik.example" in admin.text


def test_without_words_the_first_are_listed(admin: Admin) -> None:
    admin.sign_in()
    found = [each for each, _ in picked(admin, "", "users.excludeUsers")]
    assert found == [ASTRID, LIFEBOAT]


def test_users_and_groups_are_found_together_each_for_its_field(admin: Admin) -> None:
    group = admin.served.service.store.groups.create({"displayName": "Moe's people"}, by=SYSTEM)
    admin.sign_in()
    found = picked(admin, "moe", "users.includeUsers", "users.includeGroups")
    assert found == [(ASTRID, "users.includeUsers"), (group.id, "users.includeGroups")]
    assert group.id in admin.text


def test_two_users_of_one_name_are_told_apart_by_the_names_they_sign_in_with(admin: Admin) -> None:
    other = {"displayName": "Astrid Moe", "userPrincipalName": "astrid.moe@fjordvik.example"}
    admin.served.service.store.users.create(other, by=SYSTEM)
    admin.sign_in()
    assert len(picked(admin, "astrid moe", "users.includeUsers")) == 2
    assert "astrid.moe@fjordvik.example" in admin.text
    assert "astrid@fjordvik.example" in admin.text


def test_an_application_goes_by_its_application_id_a_service_principal_by_its_own(
    admin: Admin,
) -> None:
    admin.sign_in()
    resources, principals = "applications.includeApplications", "includeServicePrincipals"
    assert picked(admin, "backup", resources) == [(DAEMON_APP, resources)]
    field = f"clientApplications.{principals}"
    assert picked(admin, "backup", field) == [(DAEMON, field)]
    assert picked(admin, DAEMON_APP, resources) == [(DAEMON_APP, resources)]


def test_suites_come_first_and_say_what_they_stand_for(admin: Admin) -> None:
    admin.sign_in()
    found = picked(admin, "windows azure service", "applications.includeApplications")
    assert found[0] == (ARM, "applications.includeApplications")
    assert "Members:" in admin.text
    assert "Azure Portal" in admin.text


def test_locations_and_roles_are_searched_too(admin: Admin) -> None:
    admin.sign_in()
    assert picked(admin, "head", "locations.excludeLocations")[0][0] == HQ
    assert picked(admin, "conditional access admin", "users.includeRoles")


def test_a_picker_answers_no_more_than_it_can_show(admin: Admin) -> None:
    store = admin.served.service.store
    with store.transaction() as work:
        for number in range(60):
            work.users.create(
                {"displayName": f"Pilot {number}", "userPrincipalName": f"p{number}@x.example"},
                by=SYSTEM,
            )
    admin.sign_in()
    assert len(picked(admin, "pilot", "users.includeUsers")) == 20
    assert "There may be more" in admin.text


@pytest.mark.parametrize("field", ["", "users", "users.nothing", "clientAppTypes"])
def test_a_field_that_takes_nobody_finds_nobody(admin: Admin, field: str) -> None:
    admin.sign_in()
    assert picked(admin, "astrid", field) == []


def test_CS05_what_is_searched_is_only_text(admin: Admin) -> None:
    admin.sign_in()
    assert picked(admin, '" OR "displayName:a', "users.includeUsers") == []
    assert admin.status == 200
    assert picked(admin, "'\\\"<script>", "applications.includeApplications") == []
    assert admin.status == 200
