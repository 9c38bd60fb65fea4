"""A form that is sent too late waits for its sender until he has signed in, and for nobody else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from ostiary.admin import kept_forms
from ostiary.admin.pages import PAGES
from ostiary.administration.protected_actions import protect
from ostiary.administration.required_contexts import ProtectedAction
from ostiary.directory.protocols import SYSTEM
from tests.admin.pages import Admin
from tests.admin.test_policies import state_of
from tests.web.serving import ASTRID, LIFEBOAT, PASSWORD, POLICY

PAGE = f"/admin/policies/{POLICY}"
REPORT_ONLY = "enabledForReportingButNotEnforced"
WAITS = "What you sent is still here"


def too_late(admin: Admin, **fields: str) -> None:
    """Send a form when the session has ended by itself."""
    admin.sign_in(path=PAGE)
    page = admin.browser.page
    admin.served.clock.move(timedelta(minutes=61))
    admin.served.service.store.forget_expired()
    admin.browser.page = page
    admin.press("Save", **{"state": REPORT_ONLY, **fields})


def sign_in_again(admin: Admin, user: str = "astrid@fjordvik.example") -> None:
    """Go through the sign-in that is open."""
    if 'name="login"' in admin.text:
        admin.fill(login=user)
    admin.fill(passwd=PASSWORD)


def end_sign_in(admin: Admin) -> None:
    """Let the browser forget who signed in at the sign-in service."""
    cookies = admin.served.http.cookies
    for name in [each.name for each in cookies.jar if each.name == "__Host-ostiary-session"]:
        cookies.delete(name)


def test_what_is_sent_when_the_session_has_ended_waits_and_is_sent(admin: Admin) -> None:
    too_late(admin)
    assert WAITS in admin.text
    assert REPORT_ONLY in admin.text
    assert state_of(admin, POLICY) == "disabled"
    admin.press("Send it")
    assert "The policy was saved." in admin.text
    assert state_of(admin, POLICY) == REPORT_ONLY
    admin.open("/admin/kept-form")
    assert WAITS not in admin.text


def test_what_waits_can_be_dropped(admin: Admin) -> None:
    too_late(admin)
    admin.press("Do not send it")
    assert WAITS not in admin.text
    assert state_of(admin, POLICY) == "disabled"
    admin.open("/admin/kept-form")
    assert WAITS not in admin.text


def test_another_person_who_signs_in_there_does_not_get_it(admin: Admin) -> None:
    admin.sign_in(path=PAGE)
    page = admin.browser.page
    admin.served.clock.move(timedelta(minutes=61))
    end_sign_in(admin)
    admin.browser.page = page
    admin.press("Save", state=REPORT_ONLY)
    sign_in_again(admin, "lifeboat@fjordvik.example")
    assert "lifeboat@fjordvik.example" in admin.text
    assert WAITS not in admin.text
    admin.open("/admin/kept-form")
    assert WAITS not in admin.text
    assert state_of(admin, POLICY) == "disabled"


def test_a_form_can_be_opened_by_whom_it_was_sealed_for_only(admin: Admin) -> None:
    sessions = admin.served.service.store.admin_sessions
    sealed = sessions.sealed_form(ASTRID, {"action": "/admin/x"})
    assert sessions.opened_form(ASTRID, sealed) == {"action": "/admin/x"}
    assert sessions.opened_form(LIFEBOAT, sealed) is None
    assert sessions.opened_form(ASTRID, f"{sealed[:-8]}AAAAAAA=") is None
    assert "admin" not in sealed


@pytest.mark.parametrize("csrf", ["", "0" * 64])
def test_CS01_what_another_page_sent_is_not_kept(admin: Admin, csrf: str) -> None:
    too_late(admin, csrf=csrf)
    assert WAITS not in admin.text
    assert state_of(admin, POLICY) == "disabled"


def test_what_is_longer_than_a_session_can_hold_is_not_kept(admin: Admin) -> None:
    too_late(admin, note="x" * kept_forms.LONGEST)
    assert WAITS not in admin.text


def test_what_a_revoked_session_sent_is_not_kept(admin: Admin) -> None:
    """Whoever had the session may not have been the person: nothing of his is put before him."""
    admin.sign_in(path=PAGE)
    page = admin.browser.page
    admin.served.service.store.users.revoke_sessions(ASTRID, by=SYSTEM)
    admin.browser.page = page
    admin.press("Save", state=REPORT_ONLY)
    sign_in_again(admin)
    assert WAITS not in admin.text
    assert state_of(admin, POLICY) == "disabled"


def test_a_step_up_keeps_what_was_sent(admin: Admin) -> None:
    served = admin.served
    store = served.service.store
    store.contexts.create(
        {"id": "c1", "displayName": "Changing policies", "isAvailable": True}, by=SYSTEM
    )
    store.policies.create(
        {
            "displayName": "Step up for policies",
            "state": "enabled",
            "conditions": {
                "clientAppTypes": ["all"],
                "applications": {"includeAuthenticationContextClassReferences": ["c1"]},
                "users": {"includeUsers": ["All"], "excludeUsers": [LIFEBOAT]},
            },
            "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
        },
        by=SYSTEM,
    )
    served.enrol()
    protect(store, served.service.snapshots, ProtectedAction.UPDATE_POLICY, "c1", by=SYSTEM)
    served.service.snapshots.refresh()
    admin.sign_in(path=PAGE)
    admin.press("Save", state=REPORT_ONLY)
    assert "/login/" in str(admin.browser.page.url)
    admin.fill(otp=served.otp())
    assert WAITS in admin.text
    assert state_of(admin, POLICY) == "disabled"
    admin.press("Send it")
    assert state_of(admin, POLICY) == REPORT_ONLY


def test_AT01_what_waits_is_nowhere_in_plain_words(admin: Admin, tmp_path: Path) -> None:
    too_late(admin, reason="a word that nobody else writes")
    assert "a word that nobody else writes" in admin.text
    files = [each for each in tmp_path.rglob("*") if each.is_file()]
    assert files
    assert not [each for each in files if b"a word that nobody" in each.read_bytes()]


def test_every_form_is_kept_but_those_that_only_ask() -> None:
    not_kept = {each.path for page in PAGES for each in page.ROUTES if not each.kept}
    drafts = {"/policies/new/draft", "/policies/{id}/edit/draft"}
    assert not_kept == {"/kept-form/forget", "/filter-rows", *drafts}
