"""Policy impact at the admin center: numbers, names, what was never seen, and Turn on."""

from __future__ import annotations

import json
import re

import pytest

from ostiary.directory.protocols import SYSTEM
from ostiary.graph.permissions import GLOBAL_ADMINISTRATOR, SECURITY_READER
from tests.admin.pages import Admin, with_role
from tests.admin.test_policies import BLOCK_ALL, state_of
from tests.web.logged import fill_log
from tests.web.serving import ARM, ASTRID, LIFEBOAT, PLACES, POLICY

PAGE = f"/admin/policies/{PLACES}/impact"
DRAFT = {
    **BLOCK_ALL,
    "displayName": "Nobody to Azure",
    "conditions": {
        "clientAppTypes": ["all"],
        "applications": {"includeApplications": [ARM]},
        "users": {"includeUsers": ["All"], "excludeUsers": [LIFEBOAT]},
    },
}


def figure(admin: Admin, change: str) -> int:
    """Give a number of the headline."""
    found = re.search(rf"<strong>([\d,]+)</strong> <span>{change}<", admin.text)
    assert found, change
    return int(found[1].replace(",", ""))


def only_role(admin: Admin, role: str) -> None:
    """Give Astrid this role and no other."""
    store = admin.served.service.store
    for each in store.roles.all():
        store.roles.delete(each.id, by=SYSTEM)
    with_role(admin.served, role)


def test_the_impact_of_a_policy_is_told_with_names_and_by_what_differs(admin: Admin) -> None:
    fill_log(admin.served)
    with_role(admin.served, SECURITY_READER)
    admin.sign_in(path=PAGE)
    assert admin.status == 200
    assert figure(admin, "Newly blocked") > 0
    assert figure(admin, "Silent background break") > 0
    assert "astrid@fjordvik.example" in admin.text.partition('id="affected"')[2]
    for heading in ("By application", "By device platform", "By location", "What was never seen"):
        assert heading in admin.text, heading
    assert '<svg viewBox="0 0 1000' in admin.text
    assert "<td" in admin.text.partition('id="by-day"')[2].partition("</section>")[0]
    sample = re.search(r'href="(/admin/sign-ins/[0-9a-f-]+)"', admin.text)
    assert sample
    admin.open(sample[1])
    assert admin.status == 200
    assert "astrid@fjordvik.example" in admin.text


def test_period_and_kind_are_chosen(admin: Admin) -> None:
    fill_log(admin.served)
    admin.sign_in(path=PAGE)
    month = figure(admin, "Newly blocked")
    admin.open(f"{PAGE}?period=P7D")
    week = figure(admin, "Newly blocked")
    assert 0 < week < month
    assert '<option value="P7D" selected>' in admin.text
    admin.open(f"{PAGE}?period=P7D&kind=nonInteractive")
    assert figure(admin, "Newly blocked") == 0
    assert figure(admin, "Silent background break") > 0
    admin.open(f"{PAGE}?period=forever&kind=none")
    assert figure(admin, "Newly blocked") == month


def test_a_log_without_sign_ins_proves_nothing(admin: Admin) -> None:
    admin.sign_in(path=f"{PAGE}?kind=managedIdentity")
    assert "The log holds no sign-ins of this period." in admin.text
    assert 'id="never-seen"' not in admin.text


def test_a_policy_is_turned_on_from_its_impact(admin: Admin) -> None:
    fill_log(admin.served)
    admin.sign_in(path=f"{PAGE}?period=P7D")
    admin.press("Turn on")
    assert "The policy is On." in admin.text
    assert state_of(admin, PLACES) == "enabled"
    newest = admin.served.service.store.audit.newest(limit=1)[0].row
    assert newest["actor"]["id"] == ASTRID


def test_turning_on_is_refused_where_it_would_lock_somebody_out(admin: Admin) -> None:
    fill_log(admin.served)
    with_role(admin.served, GLOBAL_ADMINISTRATOR)
    with_role(admin.served, GLOBAL_ADMINISTRATOR, LIFEBOAT)
    made = admin.served.service.store.policies.create(BLOCK_ALL, by=SYSTEM)
    admin.sign_in(path=f"/admin/policies/{made.id}/impact")
    admin.press("Turn on")
    assert admin.status == 409
    assert "Nothing was changed." in admin.text
    assert "Block everybody" in admin.refusal
    assert state_of(admin, made.id) == "disabled"
    admin.press("Turn on", reason="a drill of the way back, agreed with everybody")
    assert state_of(admin, made.id) == "enabled"


def test_turning_on_what_somebody_changed_meanwhile_is_refused(admin: Admin) -> None:
    fill_log(admin.served)
    admin.sign_in(path=PAGE)
    admin.served.change_policy(PLACES, {"displayName": "Renamed meanwhile"})
    admin.press("Turn on")
    assert admin.status == 412
    assert state_of(admin, PLACES) == "disabled"


def test_a_security_reader_sees_it_and_cannot_turn_it_on(admin: Admin) -> None:
    fill_log(admin.served)
    only_role(admin, SECURITY_READER)
    admin.sign_in(path=PAGE)
    assert figure(admin, "Newly blocked") > 0
    assert "Turn on" not in admin.text
    csrf = re.search(r'name="csrf" value="(\w+)"', admin.text)
    assert csrf
    admin.browser.send(PAGE, {"csrf": csrf[1]})
    assert admin.status == 403
    assert state_of(admin, PLACES) == "disabled"


@pytest.mark.parametrize("policy_id", ["", POLICY])
def test_the_impact_of_a_draft_is_told_and_nothing_is_saved(admin: Admin, policy_id: str) -> None:
    fill_log(admin.served)
    admin.sign_in(path=PAGE)
    before = len(admin.served.service.store.policies.all())
    csrf = re.search(r'name="csrf" value="(\w+)"', admin.text)
    assert csrf
    sent = {"csrf": csrf[1], "draft": json.dumps(DRAFT), "policy_id": policy_id}
    admin.browser.send("/admin/policies/impact", sent)
    assert admin.status == 200
    assert "Nobody to Azure" in admin.text.partition("<h1>")[2].partition("</h1>")[0]
    month = figure(admin, "Newly blocked")
    admin.send("/admin/policies/impact", period="P7D")
    assert 0 < figure(admin, "Newly blocked") < month
    assert len(admin.served.service.store.policies.all()) == before
    assert state_of(admin, POLICY) == "disabled"


def test_a_draft_that_breaks_rules_is_told_why(admin: Admin) -> None:
    admin.sign_in(path=PAGE)
    csrf = re.search(r'name="csrf" value="(\w+)"', admin.text)
    assert csrf
    draft = json.dumps({"displayName": "<b>Half</b>"})
    admin.browser.send("/admin/policies/impact", {"csrf": csrf[1], "draft": draft})
    assert admin.status == 200
    assert "The draft cannot be judged yet." in admin.text
    assert "<b>Half" not in admin.text


def test_a_number_leads_to_the_sign_ins_behind_it(admin: Admin) -> None:
    fill_log(admin.served)
    with_role(admin.served, SECURITY_READER)
    admin.sign_in(path=f"{PAGE}?period=P7D")
    rows = admin.text.partition('id="byPlatform"')[2].partition("</table>")[0]
    found = re.search(r'href="([^"]*change=newlyBlocked[^"]*)">([\d,]+)<', rows)
    assert found
    behind = int(found[2])
    admin.open(found[1].replace("&amp;", "&"))
    assert admin.status == 200
    listed = re.findall(r'href="(/admin/sign-ins/[0-9a-f-]+)"', admin.text)
    assert len(set(listed)) == behind > 0
    assert "Newly blocked" in admin.text
    admin.open(listed[0])
    assert "astrid@fjordvik.example" in admin.text


def test_pages_of_sign_ins_follow_one_another(admin: Admin) -> None:
    fill_log(admin.served)
    with_role(admin.served, SECURITY_READER)
    admin.sign_in(path=f"{PAGE}/sign-ins")
    listed: list[str] = []
    while True:
        listed += re.findall(r'href="(/admin/sign-ins/[0-9a-f-]+)"', admin.text)
        older = re.search(r'class="button" href="([^"]+skip=\d+)"', admin.text)
        if older is None:
            break
        admin.open(older[1].replace("&amp;", "&"))
    admin.open(PAGE)
    changes = ("Newly prompted", "Newly blocked", "Silent background break")
    assert len(listed) == len(set(listed)) == sum(figure(admin, each) for each in changes) > 50


def test_single_sign_ins_are_for_readers_of_the_log(admin: Admin) -> None:
    fill_log(admin.served)
    admin.sign_in(path=PAGE)
    assert "/impact/sign-ins" not in admin.text
    admin.open(f"{PAGE}/sign-ins")
    assert admin.status == 403
