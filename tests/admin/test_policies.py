"""Policies at the admin center: found, read, moved between states, made from templates."""

from __future__ import annotations

import pytest

from ostiary.directory.protocols import SYSTEM
from ostiary.graph.permissions import GLOBAL_ADMINISTRATOR, SECURITY_READER
from tests.admin.pages import Admin, with_role
from tests.web.serving import ARM, ASTRID, LIFEBOAT, PLACES, POLICY

BLOCK_ALL = {
    "displayName": "Block everybody",
    "state": "disabled",
    "conditions": {
        "clientAppTypes": ["all"],
        "applications": {"includeApplications": ["All"]},
        "users": {"includeUsers": ["All"]},
    },
    "grantControls": {"operator": "OR", "builtInControls": ["block"]},
}


def state_of(admin: Admin, policy: str) -> str:
    """Give the state that the store has."""
    found = admin.served.service.store.policies.get(policy)
    assert found is not None
    return str(found.document["state"])


def test_the_list_is_searched_filtered_and_ordered(admin: Admin) -> None:
    admin.served.policy("enabledForReportingButNotEnforced")
    admin.sign_in(path="/admin/policies")
    assert "2 of 2 policies" in admin.text.replace("\u2068", "").replace("<bdi>", "").replace(
        "</bdi>", ""
    )
    admin.open("/admin/policies?search=office")
    assert "Only from the office" in admin.text
    assert "Require MFA" not in admin.text
    admin.open("/admin/policies?state=disabled")
    assert "Require MFA" not in admin.text
    admin.open("/admin/policies?order=-name")
    assert admin.text.index("Require MFA") < admin.text.index("Only from the office")
    assert 'aria-sort="descending"' in admin.text


def test_the_list_is_filtered_by_target_and_by_findings(admin: Admin) -> None:
    nobody = {"includeUsers": [ASTRID], "excludeUsers": [ASTRID]}
    resources = {"includeApplications": [ARM]}
    admin.served.change_policy(
        POLICY,
        {
            "state": "enabledForReportingButNotEnforced",
            "conditions": {"users": nobody, "applications": resources},
        },
    )
    actions = {"includeUserActions": ["urn:user:registersecurityinfo"]}
    conditions = {"users": {"includeUsers": ["All"]}, "applications": actions}
    admin.served.change_policy(PLACES, {"conditions": conditions, "displayName": "Registering"})
    admin.sign_in(path="/admin/policies?target=userActions")
    assert "1 of 2 policies" in admin.said
    assert "Registering" in admin.said
    admin.open("/admin/policies?target=applications")
    assert "Registering" not in admin.said
    # It is about nobody; of one that is off nothing is said.
    admin.open("/admin/policies?finding=with")
    assert "Require MFA for Azure management" in admin.said
    assert "Registering" not in admin.said
    admin.open("/admin/policies?finding=without")
    assert "Registering" in admin.said
    admin.open("/admin/policies?finding=x&target=y&state=z")
    assert "2 of 2 policies" in admin.said


def test_the_list_tells_who_changed_what_last_and_what_came_of_it(admin: Admin) -> None:
    admin.served.policy("enabledForReportingButNotEnforced")
    admin.sign_in(path="/admin/policies")
    assert "Ostiary" in admin.said
    assert f"{admin.served.clock.now():%Y-%m-%d}" in admin.said
    assert "Not applied" not in admin.said
    admin.open("/admin/policies?effects=1")
    assert "Not applied" in admin.said
    admin.browser.more["HX-Request"] = "true"
    admin.open("/admin/policies?effects=1")
    assert f'<div id="effect-{POLICY}" hx-swap-oob="true">' in admin.text
    assert "<html" not in admin.text
    del admin.browser.more["HX-Request"]
    admin.open("/admin/policies?order=-last_week")
    assert admin.said.index("Require MFA") < admin.said.index("Only from the office")
    row = admin.said.partition("Require MFA for Azure management")[2].partition("Only from")[0]
    assert "Applied: " in row
    assert "Would not be satisfied: " in row


def test_a_policy_is_told_in_the_words_of_its_form(admin: Admin) -> None:
    admin.sign_in(path=f"/admin/policies/{PLACES}")
    for each in (
        "Include users",
        "All users",
        "Exclude users",
        "Lifeboat",
        "Windows Azure Service Management API",
        "Head office",
        "Block access",
    ):
        assert each in admin.text, each


def test_enable_policy_moves_to_report_only_and_on(admin: Admin) -> None:
    admin.sign_in(path=f"/admin/policies/{POLICY}")
    admin.press("Save", state="enabledForReportingButNotEnforced")
    assert "The policy was saved." in admin.text
    assert state_of(admin, POLICY) == "enabledForReportingButNotEnforced"
    newest = admin.served.service.store.audit.newest(limit=1)[0].row
    assert newest["actor"]["id"] == ASTRID
    admin.served.enrol()
    admin.press("Save", state="enabled")
    assert state_of(admin, POLICY) == "enabled"


def test_a_change_by_somebody_else_is_not_overwritten(admin: Admin) -> None:
    admin.sign_in(path=f"/admin/policies/{POLICY}")
    admin.served.change_policy(POLICY, {"displayName": "Renamed meanwhile"})
    admin.press("Save", state="enabledForReportingButNotEnforced")
    assert admin.status == 412
    assert state_of(admin, POLICY) == "disabled"
    assert "Renamed meanwhile" in admin.text


def test_who_would_be_locked_out_is_told_and_a_global_administrator_may_override(
    admin: Admin,
) -> None:
    with_role(admin.served, GLOBAL_ADMINISTRATOR)
    with_role(admin.served, GLOBAL_ADMINISTRATOR, LIFEBOAT)
    made = admin.served.service.store.policies.create(BLOCK_ALL, by=SYSTEM)
    admin.sign_in(path=f"/admin/policies/{made.id}")
    admin.press("Save", state="enabled")
    assert admin.status == 409
    assert "Nothing was changed." in admin.text
    assert "Block everybody" in admin.text
    assert state_of(admin, made.id) == "disabled"
    admin.press("Save", state="enabled", reason="a drill of the way back, agreed with everybody")
    assert state_of(admin, made.id) == "enabled"


def test_a_policy_is_made_from_a_template_in_report_only(admin: Admin) -> None:
    admin.sign_in(path="/admin/policies/templates")
    assert "Secure foundation" in admin.text
    admin.press("Create policy")
    assert "created in report-only" in admin.text
    policies = admin.served.service.store.policies.all()
    newest = max(policies, key=lambda each: each.created)
    assert newest.document["state"] == "enabledForReportingButNotEnforced"


def test_a_policy_is_deleted(admin: Admin) -> None:
    admin.sign_in(path=f"/admin/policies/{POLICY}")
    admin.press("Delete policy")
    assert "The policy was deleted." in admin.text
    assert admin.served.service.store.policies.get(POLICY) is None


@pytest.mark.parametrize("role", [SECURITY_READER])
def test_a_security_reader_sees_and_cannot_change(admin: Admin, role: str) -> None:
    store = admin.served.service.store
    for each in store.roles.all():
        store.roles.delete(each.id, by=SYSTEM)
    with_role(admin.served, role)
    admin.sign_in(path=f"/admin/policies/{POLICY}")
    assert admin.status == 200
    assert ">Save<" not in admin.text
    sent = {"csrf": admin.browser.form()[1]["csrf"], "state": "enabled"}
    admin.browser.send(f"/admin/policies/{POLICY}/state", sent)
    assert admin.status == 403
    assert "Insufficient privileges" in admin.text
    assert state_of(admin, POLICY) == "disabled"


def test_CS05_names_are_inert(admin: Admin) -> None:
    name = "<img src=x onerror=alert(1)>\"'&"
    admin.served.change_policy(POLICY, {"displayName": name})
    admin.sign_in(path="/admin/policies")
    assert "<img" not in admin.text
    admin.open(f"/admin/policies/{POLICY}")
    assert "<img" not in admin.text
    assert "&lt;img" in admin.text
