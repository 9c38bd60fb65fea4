"""Signing in to the admin center: an ordinary client, which the policies protect."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ostiary.admin.signing_in import SESSION
from ostiary.directory.first_party import PORTAL
from ostiary.directory.protocols import SYSTEM
from tests.admin.pages import Admin
from tests.web.serving import ASTRID, POLICY


def test_a_page_leads_to_the_sign_in_and_back_to_itself(admin: Admin) -> None:
    admin.sign_in(path=f"/admin/policies/{POLICY}?from=mail")
    assert admin.status == 200
    assert "Require MFA for Azure management" in admin.text
    assert admin.browser.address.startswith("https://localhost:8443/admin/signed-in?")


def test_the_sign_in_is_logged_as_the_portal(admin: Admin) -> None:
    admin.sign_in()
    logged = admin.served.logged()
    assert (logged["appId"], logged["userPrincipalName"]) == (PORTAL, "astrid@fjordvik.example")


def test_the_founding_policy_protects_it(admin: Admin) -> None:
    admin.served.enrol()
    admin.served.policy("enabled")
    admin.sign_in()
    assert "/login/" in str(admin.browser.page.url)
    admin.fill(otp=admin.served.otp())
    assert "Emergency access accounts" in admin.text


def test_signing_out_ends_both_sessions(admin: Admin) -> None:
    admin.sign_in()
    admin.press("Sign out")
    admin.open()
    assert "/login/" in str(admin.browser.page.url)


def test_CS01_a_form_without_the_value_of_its_session_changes_nothing(admin: Admin) -> None:
    admin.sign_in(path=f"/admin/policies/{POLICY}")
    refused = admin.served.http.post(
        f"/admin/policies/{POLICY}/state",
        data={"csrf": "0" * 64, "state": "enabled"},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert refused.status_code == 403
    assert "This form is not of this page" in refused.text
    assert admin.served.service.store.policies.get(POLICY).document["state"] == "disabled"  # pyright: ignore[reportOptionalMemberAccess]


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_CS01_a_form_from_another_site_changes_nothing(admin: Admin, site: str) -> None:
    admin.sign_in(path=f"/admin/policies/{POLICY}")
    admin.browser.more = {"Sec-Fetch-Site": site}
    admin.press("Save", state="enabled")
    assert admin.status == 403


def test_a_session_ends_when_the_sessions_of_a_person_are_revoked(admin: Admin) -> None:
    admin.sign_in()
    admin.served.service.store.users.revoke_sessions(ASTRID, by=SYSTEM)
    admin.open()
    assert "/login/" in str(admin.browser.page.url)


def test_a_session_that_is_idle_for_an_hour_ends(admin: Admin) -> None:
    admin.sign_in()
    first = admin.served.http.cookies[SESSION]
    admin.served.clock.move(timedelta(minutes=61))
    admin.open()
    admin.open()
    assert admin.served.http.cookies[SESSION] != first


def test_AT01_no_token_is_in_the_database_or_in_a_page(admin: Admin) -> None:
    admin.sign_in()
    session = admin.served.service.store.admin_sessions.of(admin.served.http.cookies[SESSION])
    assert session is not None
    tokens = session.document["tokens"]
    assert tokens["access"] not in admin.text
    assert "eyJ" not in repr(session)


def test_another_browser_cannot_finish_a_sign_in(admin: Admin) -> None:
    """RFC 9700 section 4.7: a code that somebody else got is not taken."""
    admin.open()
    admin.browser.fill(login="astrid@fjordvik.example")
    admin.browser.fill(passwd="correct horse battery staple")  # noqa: S106  # a test's
    admin.served.http.cookies.clear()
    address = admin.browser.address.partition("8443")[2]
    refused = admin.served.http.get(address)
    assert refused.status_code == 400
    assert "Signing in did not work" in refused.text
