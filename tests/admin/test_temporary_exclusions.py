"""Temporary exclusions at the admin center: added with an end and a reason, ended early."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from ostiary.administration.exclusions import Wish, exclude
from ostiary.directory.protocols import SYSTEM
from ostiary.graph.permissions import SECURITY_READER
from tests.admin.pages import Admin, with_role
from tests.web.serving import ASTRID, POLICY

PAGE = "/admin/temporary-exclusions"
REASON = "a new phone is on its way"


def standing(admin: Admin) -> list[dict[str, Any]]:
    """Give the exclusions from the policy."""
    found = admin.served.service.store.exclusions.standing(POLICY)
    return [dict(each.document) for each in found]


def tomorrow(admin: Admin) -> str:
    """Write the same time of tomorrow as a field of a form does, in UTC."""
    at: datetime = admin.served.clock.now() + timedelta(days=1)
    return at.strftime("%Y-%m-%dT%H:%M")


def make(admin: Admin) -> str:
    """Exclude Astrid for a day; gives the address that ends it."""
    service = admin.served.service
    ends = admin.served.clock.now() + timedelta(days=1)
    wish = Wish(POLICY, ASTRID, ends, REASON)
    made = exclude(service.store, service.snapshots, wish, by=SYSTEM)
    return f"{PAGE}/{POLICY}/{made.id}/end"


def test_a_user_is_excluded_until_a_time_and_the_exclusion_is_ended_before(admin: Admin) -> None:
    admin.sign_in(path=PAGE)
    assert "Nobody is excluded" in admin.text
    fields = {"policy": POLICY, "ends": tomorrow(admin), "exclusion_reason": REASON}
    admin.send(PAGE, user="astrid@fjordvik.example", **fields)
    assert "it ends by itself" in admin.text, admin.refusal
    (made,) = standing(admin)
    assert made["userId"] == ASTRID
    assert made["endDateTime"] == f"{fields['ends']}:00Z"
    for each in ("Astrid Moe", "Require MFA for Azure management", REASON):
        assert each in admin.text
    admin.send(f"{PAGE}/{POLICY}/{made['id']}/end")
    assert "The exclusion has ended." in admin.text
    assert standing(admin) == []


def test_a_refusal_keeps_what_was_typed(admin: Admin) -> None:
    admin.sign_in(path=PAGE)
    fields = {"policy": POLICY, "ends": tomorrow(admin)}
    admin.send(PAGE, user="astrid@fjordvik.example", exclusion_reason="short", **fields)
    assert admin.status == 400
    assert "expected a reason of at least 10 characters" in admin.text
    assert 'value="astrid@fjordvik.example"' in admin.text
    admin.send(PAGE, user="nobody@fjordvik.example", exclusion_reason=REASON, **fields)
    assert "there is none" in admin.text
    admin.send(PAGE, user=ASTRID, exclusion_reason=REASON, policy=POLICY, ends="soon")
    assert "expected a time such as" in admin.text
    assert standing(admin) == []


def test_a_security_reader_sees_and_cannot_change(admin: Admin) -> None:
    end = make(admin)
    store = admin.served.service.store
    for each in store.roles.all():
        store.roles.delete(each.id, by=SYSTEM)
    with_role(admin.served, SECURITY_READER)
    admin.sign_in(path=PAGE)
    assert REASON in admin.text
    assert f'action="{PAGE}' not in admin.text
    token = admin.text.partition('name="csrf" value="')[2].partition('"')[0]
    admin.browser.send(end, {"csrf": token})
    assert admin.status == 403
    assert len(standing(admin)) == 1
