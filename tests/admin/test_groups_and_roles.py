"""Groups and roles at the admin center: members by name, refusals in place, who stays."""

from __future__ import annotations

from ostiary.directory.protocols import SYSTEM
from ostiary.graph.directory_permissions import GROUPS_ADMINISTRATOR, PRIVILEGED_ROLE_ADMINISTRATOR
from ostiary.graph.permissions import (
    GLOBAL_ADMINISTRATOR,
    SECURITY_READER,
    USER_ADMINISTRATOR,
)
from tests.admin.pages import Admin
from tests.admin.test_users import only
from tests.web.serving import ASTRID, LIFEBOAT, POLICY

CREW = "5a1f9a40-0000-4000-8000-0000000000e1"
GROUP, ROLE = f"/admin/groups/{CREW}", f"/admin/roles/{USER_ADMINISTRATOR}"


def crew(admin: Admin, *members: str, **more: object) -> None:
    """Make a group."""
    document = {"id": CREW, "displayName": "Crew", "members": list(members), **more}
    admin.served.service.store.groups.create(document, by=SYSTEM)
    admin.served.service.snapshots.refresh()


def test_a_group_is_made_with_members_by_name(admin: Admin) -> None:
    groups = admin.served.service.store.groups
    only(admin, GROUPS_ADMINISTRATOR).open("/admin/groups/new")
    admin.send("/admin/groups/new", displayName="Deck hands", members="Nobody at all")
    assert admin.status == 400
    assert "Nobody at all" in admin.refusal
    assert 'value="Deck hands"' in admin.text
    admin.send("/admin/groups/new", members="lifeboat@fjordvik.example\nAstrid Moe")
    assert "The group was created." in admin.text
    (made,) = groups.all()
    assert groups.members(made.id) == [LIFEBOAT, ASTRID]
    assert "Deck hands" in admin.open("/admin/groups?search=deck").text


def test_members_and_owners_come_and_go(admin: Admin) -> None:
    groups = admin.served.service.store.groups
    crew(admin, LIFEBOAT)
    only(admin, GROUPS_ADMINISTRATOR).open(f"{GROUP}?tab=members")
    admin.send(f"{GROUP}/members/add", names="Astrid Moe")
    assert groups.members(CREW) == [LIFEBOAT, ASTRID]
    admin.send(f"{GROUP}/members/remove", member=LIFEBOAT)
    assert "The members were changed." in admin.text
    assert groups.members(CREW) == [ASTRID]
    admin.open(f"{GROUP}?tab=owners").send(f"{GROUP}/owners/add", names="Lifeboat")
    assert "Lifeboat" in admin.text
    admin.send(f"{GROUP}/owners/remove", owner=LIFEBOAT)
    assert "The group has no owner." in admin.text
    admin.open(GROUP).send(f"{GROUP}/edit", displayName="Crew of the year")
    assert groups.need(CREW).document["displayName"] == "Crew of the year"
    admin.send(f"{GROUP}/delete")
    assert groups.get(CREW) is None


def test_who_would_be_locked_out_by_a_membership_is_told(admin: Admin) -> None:
    """A policy excludes the crew alone; then its last member leaves."""
    everybody = {"includeUsers": ["All"], "excludeGroups": [CREW]}
    conditions = {"clientAppTypes": ["all"], "users": everybody}
    crew(admin, ASTRID)
    only(admin, GLOBAL_ADMINISTRATOR)
    admin.served.change_policy(
        POLICY,
        {
            "displayName": "Block all but the crew",
            "state": "enabled",
            "conditions": {**conditions, "applications": {"includeApplications": ["All"]}},
            "grantControls": {"operator": "OR", "builtInControls": ["block"]},
        },
    )
    admin.open(f"{GROUP}?tab=members")
    admin.send(f"{GROUP}/members/remove", member=ASTRID)
    assert admin.status == 409
    assert "Block all but the crew" in admin.refusal
    assert ASTRID in admin.served.service.store.groups.members(CREW)
    assert "Do it all the same" in admin.text
    admin.press("Do it all the same", reason="a drill of the way back, agreed with everybody")
    assert ASTRID not in admin.served.service.store.groups.members(CREW)


def test_a_group_tells_the_policies_that_name_it(admin: Admin) -> None:
    crew(admin)
    users = {"includeUsers": ["All"], "excludeGroups": [CREW]}
    found = admin.served.service.store.policies.need(POLICY).document
    conditions = {**found["conditions"], "users": users}
    admin.served.change_policy(POLICY, {"conditions": conditions})
    only(admin, SECURITY_READER).open(f"{GROUP}?tab=policies")
    assert f"/admin/policies/{POLICY}" in admin.text
    for tab in ("overview", "members", "owners", "memberships"):
        assert f'action="{GROUP}' not in admin.open(f"{GROUP}?tab={tab}").text


def test_roles_are_given_and_taken(admin: Admin) -> None:
    store = admin.served.service.store
    only(admin, PRIVILEGED_ROLE_ADMINISTRATOR).open("/admin/roles")
    assert "Privileged Role Administrator" in admin.text
    assert "User Administrator" not in admin.text
    assert "User Administrator" in admin.open("/admin/roles?search=user+admin").text
    admin.open(ROLE).send(f"{ROLE}/add", names="Lifeboat")
    assert "The role was assigned." in admin.text
    assert "Lifeboat" in admin.text
    (held,) = store.roles.of_principal(LIFEBOAT)
    admin.send(f"{ROLE}/remove", assignment=held.id)
    assert store.roles.of_principal(LIFEBOAT) == []
    rights = admin.open(f"{ROLE}?tab=rights").text
    assert "/users/{id}" in rights
    assert "identityProtection/riskyUsers/dismiss" not in rights


def test_AD07_the_last_global_administrator_keeps_the_role(admin: Admin) -> None:
    path = f"/admin/roles/{GLOBAL_ADMINISTRATOR}"
    only(admin, GLOBAL_ADMINISTRATOR).open(path)
    (held,) = admin.served.service.store.roles.of_principal(ASTRID)
    admin.send(f"{path}/remove", assignment=held.id)
    assert admin.status == 409
    assert "no Global Administrator" in admin.refusal
    assert admin.served.service.store.roles.of_principal(ASTRID) != []


def test_AD03_nobody_gives_a_role_above_his(admin: Admin) -> None:
    path = f"/admin/roles/{GLOBAL_ADMINISTRATOR}"
    only(admin, PRIVILEGED_ROLE_ADMINISTRATOR).open(path)
    admin.send(f"{path}/add", names="Astrid Moe")
    assert admin.status == 403
    assert "above yours" in admin.refusal
    assert "Astrid Moe" in admin.text
