"""What If at the admin center: the form is that of the conditions, the answer is the engine's."""

from __future__ import annotations

from ostiary.conditions import CONDITIONS
from ostiary.conditions.base import WordCondition
from tests.admin.pages import Admin
from tests.web.serving import DAEMON


def test_every_condition_with_words_is_in_the_form(admin: Admin) -> None:
    admin.sign_in(path="/admin/what-if")
    for each in CONDITIONS:
        if isinstance(each, WordCondition) and not each.assignment:
            assert f">{each.title}</label>" in admin.text, each.title


def test_what_applies_and_what_does_not_is_told_with_reasons(admin: Admin) -> None:
    admin.served.policy("enabled")
    admin.served.enrol()
    admin.sign_in(path="/admin/what-if").fill(otp=admin.served.otp())
    admin.press(
        "What If",
        kind="user",
        identity="astrid@fjordvik.example",
        resource="Windows Azure Service Management API",
        ipAddress="203.0.113.9",
        devicePlatform="linux",
    )
    applied, _, other = admin.text.partition('id="do_not"')
    assert "Require MFA for Azure management" in applied.partition('id="apply"')[2]
    assert "Only from the office" in other
    assert "Head office" in other
    assert 'value="203.0.113.9"' in admin.text


def test_a_workload_identity_is_asked_about_by_its_id(admin: Admin) -> None:
    admin.sign_in(path="/admin/what-if")
    admin.press("What If", kind="workload", identity=DAEMON)
    assert admin.status == 200
    assert 'id="do_not"' in admin.text


def test_somebody_who_is_not_there_is_told(admin: Admin) -> None:
    admin.sign_in(path="/admin/what-if")
    admin.press("What If", kind="user", identity="nobody@fjordvik.example")
    assert admin.status == 404
    assert "nobody@fjordvik.example" in admin.text
