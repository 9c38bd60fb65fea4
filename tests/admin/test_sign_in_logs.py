"""The sign-in logs at the admin center: found, and each with what every policy did."""

from __future__ import annotations

from ostiary.graph.permissions import SECURITY_READER
from tests.admin.pages import Admin, with_role
from tests.web.serving import POLICY


def test_the_log_lists_sign_ins_of_a_user_and_tells_each(admin: Admin) -> None:
    with_role(admin.served, SECURITY_READER)
    admin.served.policy("enabledForReportingButNotEnforced")
    admin.served.as_daemon()
    admin.sign_in(path="/admin/sign-ins")
    assert "Backup" in admin.text
    admin.open("/admin/sign-ins?user=astrid@fjordvik.example")
    assert "Backup" not in admin.text
    assert "Azure Portal" in admin.text
    found = admin.served.logged()
    admin.open(f"/admin/sign-ins/{found['id']}")
    for each in (found["correlationId"], "203.0.113.7", "User action required", "Require MFA"):
        assert each in admin.text, each


def test_who_may_not_read_the_log_is_told(admin: Admin) -> None:
    admin.sign_in(path="/admin/sign-ins")
    assert admin.status == 403
    assert "Insufficient privileges" in admin.text


def test_named_locations_are_listed(admin: Admin) -> None:
    admin.sign_in(path="/admin/named-locations")
    assert "Head office" in admin.text
    assert "203.0.113.0/24" in admin.text


def test_the_audit_log_tells_who_changed_what(admin: Admin) -> None:
    with_role(admin.served, SECURITY_READER)
    admin.sign_in(path=f"/admin/policies/{POLICY}")
    admin.press("Save", state="enabledForReportingButNotEnforced")
    admin.open("/admin/audit-log?activity=Update conditional access policy")
    for each in (
        "astrid@fjordvik.example",
        "Require MFA for Azure management",
        "<td><del>disabled</del></td><td><ins>enabledForReportingButNotEnforced</ins></td>",
    ):
        assert each in admin.text, each
