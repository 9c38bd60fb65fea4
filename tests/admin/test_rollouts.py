"""Rollouts at the admin center: started, looked at, stepped by two people, taken back."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.directory.objects import SETTINGS
from ostiary.directory.protocols import SYSTEM
from ostiary.graph.permissions import GLOBAL_ADMINISTRATOR, SECURITY_READER
from tests.admin.furnished import Furnished
from tests.admin.pages import Admin, with_role
from tests.web.serving import ASTRID, LIFEBOAT, PLACES, POLICY

FORM = f"/admin/policies/{POLICY}/rollout"
NAME = "Require MFA for Azure management"
EASY = {"days": "0", "usersSeen": "0%", "stageDays": "0", "administrators": ""}
REASON = "agreed with the service desk"


@pytest.fixture
def admin(admin: Admin) -> Admin:
    """Two administrators, one of them for emergencies."""
    for user in (ASTRID, LIFEBOAT):
        with_role(admin.served, GLOBAL_ADMINISTRATOR, user)
    store = admin.served.service.store
    store.singles.write(SETTINGS, {"emergencyAccess": [LIFEBOAT]}, by=SYSTEM)
    admin.served.enrol()
    admin.served.service.snapshots.refresh()
    return admin


def only(admin: Admin) -> dict[str, Any]:
    """Give the one rollout as it is kept."""
    (found,) = admin.served.service.store.rollouts.every()
    return dict(found.document)


def state(admin: Admin) -> str:
    """Give the state of the policy."""
    return str(admin.served.service.store.policies.need(POLICY).document["state"])


def started(admin: Admin, **fields: str) -> str:
    """Start a rollout with the form; gives its address."""
    admin.sign_in(path=FORM)
    admin.send(FORM, **{**EASY, **fields})
    assert "The rollout was started" in admin.text, admin.refusal
    return f"/admin/rollouts/{only(admin)['id']}"


def judged(admin: Admin, address: str) -> Admin:
    """Open a rollout with what is found at its gates."""
    return admin.open(f"{address}/gates")


def test_a_policy_is_rolled_out_step_by_step_and_undone(admin: Admin) -> None:
    address = started(admin, rings="First: 99.9999%", why=REASON)
    assert only(admin)["settings"]["rings"] == [{"name": "First", "share": 0.999999}]
    assert "Before the next stage: Report-only" in admin.said
    judged(admin, address)
    assert "Lockout : 1 emergency access account" in admin.said.replace("Lockout:", "Lockout :")
    admin.press("Go to Report-only")
    assert "The next stage has begun." in admin.text, admin.refusal
    assert state(admin) == "enabledForReportingButNotEnforced"
    judged(admin, address).press("Go to First")
    assert state(admin) == "enabled"
    judged(admin, address).press("Go to On")
    assert "On for everybody" in admin.said
    assert "no sign-in has met the policy in this stage yet" in admin.said
    admin.open("/admin/rollouts")
    assert NAME in admin.said
    admin.open(address)
    assert "Enable policy" in admin.said
    admin.press("Undo", why=REASON)
    assert "The policy is as it was before the rollout." in admin.text
    assert (state(admin), only(admin)["status"]) == ("disabled", "undone")
    assert "Undo" not in admin.text.partition("<aside")[2].partition("</aside>")[0]


def test_what_is_in_the_way_is_told_and_passed_by_a_reason_only(admin: Admin) -> None:
    address = started(admin, days="14", stageDays="1")
    judged(admin, address).press("Go to Report-only")
    judged(admin, address)
    assert "1 days of log to" in admin.said
    assert "the next stage may begin" in admin.said
    assert ">Go to On<" not in admin.text
    admin.press("Go to On all the same", why="short")
    assert admin.status == 400
    assert "expected a reason of at least 10 characters" in admin.text
    judged(admin, address).press("Go to On all the same", why=REASON)
    assert state(admin) == "enabled"
    assert "Passed by a reason: Evidence" in admin.said
    assert REASON in admin.said
    admin.press("Step back to report-only")
    assert state(admin) == "enabledForReportingButNotEnforced"
    admin.press("Stop")
    assert only(admin)["status"] == "stopped"
    assert state(admin) == "enabledForReportingButNotEnforced"


def test_another_administrator_approves(admin: Admin) -> None:
    address = started(admin, approval="on")
    judged(admin, address).press("Go to Report-only")
    judged(admin, address)
    assert "another administrator has to approve the next stage" in admin.said
    assert f'action="{address}/approve"' not in admin.text
    other = Furnished(admin.served).browser()
    other.sign_in("lifeboat@fjordvik.example", f"{address}/gates")
    other.press("Approve On", why=REASON)
    assert "The next stage is approved." in other.text
    judged(admin, address).press("Go to On")
    assert state(admin) == "enabled"
    assert "Approved: On" in admin.said


def test_a_page_that_is_old_changes_nothing(admin: Admin) -> None:
    address = started(admin)
    judged(admin, address)
    sent = {"csrf": admin.browser.form()[1]["csrf"], "etag": "an older one"}
    admin.browser.send(f"{address}/advance", sent)
    assert admin.status == 412
    assert "was changed since it was read" in admin.text
    admin.browser.send(f"{address}/nothing", sent)
    assert admin.status == 404
    assert state(admin) == "disabled"


def test_a_form_with_faults_keeps_what_was_typed(admin: Admin) -> None:
    admin.sign_in(path=FORM)
    for fields, said in (
        ({"days": "soon"}, "expected a number"),
        ({"blocked": "a few"}, "expected a limit such as 25"),
        ({"rings": "Pilot: Nobody at all"}, "Nobody at all"),
        ({"rings": "Pilot:"}, "expected groups or a share"),
    ):
        admin.send(FORM, **{**EASY, **fields, "why": REASON})
        assert admin.status == 400
        assert said in admin.said, admin.said
        assert f'value="{REASON}"' in admin.text
        assert next(iter(fields.values())) in admin.text


def test_what_others_changed_is_told_and_a_deleted_policy_too(admin: Admin) -> None:
    address = started(admin)
    conditions = admin.served.service.store.policies.need(POLICY).document["conditions"]
    users = {"includeUsers": ["All"], "excludeUsers": [LIFEBOAT, ASTRID]}
    admin.served.change_policy(POLICY, {"conditions": {**conditions, "users": users}})
    admin.open(address)
    assert "Somebody else has changed the policy since" in admin.said
    assert "+ Astrid Moe" in admin.said
    admin.served.change_policy(POLICY, {"grantControls": {"builtInControls": ["block"]}})
    judged(admin, address)
    assert "somebody has changed the policy since the rollout wrote it" in admin.said
    admin.served.service.store.policies.delete(POLICY, by=SYSTEM)
    admin.open(address)
    assert "The policy was deleted." in admin.said
    assert admin.press("Stop").status == 200
    assert only(admin)["status"] == "stopped"


def test_the_form_leads_to_the_rollout_that_is_under_way_and_the_overview_too(admin: Admin) -> None:
    address = started(admin)
    admin.open(FORM)
    assert f'action="{address}/stop"' in admin.text
    admin.open(f"/admin/policies/{PLACES}/rollout")
    assert "Roll out Only from the office" in admin.said
    admin.open()
    assert f'href="{address}"' in admin.text
    assert "is being rolled out: Off since" in admin.said
    admin.open(f"/admin/policies/{POLICY}")
    assert f'href="{FORM}"' in admin.text


def test_a_reader_sees_and_cannot_step(admin: Admin) -> None:
    address = started(admin)
    store = admin.served.service.store
    for each in store.roles.all():
        store.roles.delete(each.id, by=SYSTEM)
    with_role(admin.served, SECURITY_READER)
    admin = Furnished(admin.served).browser()
    admin.sign_in(path=f"{address}/gates")
    assert "Before the next stage" in admin.said
    assert f'action="{address}' not in admin.text
    admin.browser.send(f"{address}/stop", {"csrf": admin.browser.form()[1]["csrf"]})
    assert admin.status == 403
    assert only(admin)["status"] == "running"
    assert admin.open(FORM).status == 403
