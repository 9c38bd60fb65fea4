"""Passes, terms of use, new passwords, staying signed in, several accounts in one browser."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from ostiary.directory.protocols import SYSTEM
from ostiary.factors import access_pass
from ostiary.model.json_types import JsonObject
from ostiary.signin.stored_methods import ACCESS_PASS, access_pass_document
from tests.web.browsing import Browser
from tests.web.serving import ASTRID, LIFEBOAT, POLICY, Served
from tests.web.test_token import claims_of, refused

SESSION = "__Host-ostiary-session"
TERMS, OTHER_TERMS = (f"5a1f9a40-0000-4000-8000-0000000000f{n}" for n in (1, 2))
_SECOND = timedelta(seconds=1)
NEW = "a lamp beside the river mouth"


def with_pass(served: Served) -> str:
    """Give Astrid a Temporary Access Pass."""
    service = served.service
    made, text = access_pass.make(
        ASTRID,
        access_pass.AccessPassPolicy(),
        created_by=LIFEBOAT,
        passwords=service.attempts.passwords,
        randomness=service.randomness,
        now=served.clock.now(),
    )
    document = access_pass_document(made)
    service.store.methods.add(ASTRID, ACCESS_PASS, document, by=SYSTEM, method_id=made.id)
    return text.reveal()


def by_pass(served: Served, text: str) -> Browser:
    """Sign in by a pass instead of the password."""
    browser = Browser(served).open().fill(login="astrid@fjordvik.example")
    return browser.press("Sign in another way").press("Access Pass").fill(access_pass=text)


def test_MF06_a_pass_signs_in_once_and_counts_as_multifactor(served: Served) -> None:
    served.policy("enabled")
    text = with_pass(served)
    browser = by_pass(served, text)
    claims = claims_of(browser.redeem())
    assert {"tap", "mfa"} <= set(claims["amr"])
    served.http.cookies.clear()
    again = by_pass(served, text)
    assert not again.answer
    assert "That pass is not right" in again.page.text


def test_MF06_a_pass_that_is_over_signs_nobody_in(served: Served) -> None:
    text = with_pass(served)
    served.clock.move(timedelta(hours=2))
    assert not by_pass(served, text).answer


def terms(served: Served) -> None:
    """Require terms of use."""
    text = base64.b64encode(b"Be kind.\n\nLock the door.").decode()
    agreement = {"id": TERMS, "displayName": "House rules", "files": [{"fileData": {"data": text}}]}
    served.service.store.agreements.create(agreement, by=SYSTEM)
    grant = {"operator": "OR", "termsOfUse": [TERMS]}
    served.change_policy(POLICY, {"state": "enabled", "grantControls": grant})


def test_terms_of_use_are_shown_accepted_once_and_recorded(served: Served) -> None:
    terms(served)
    browser = Browser(served).signed_in()
    assert "House rules" in browser.page.text
    assert "Lock the door." in browser.page.text
    browser.fill()
    assert "code" in browser.answer
    assert [each[0] for each in served.service.store.acceptances.of_user(ASTRID)] == [TERMS]
    served.http.cookies.clear()
    assert "code" in Browser(served).signed_in().answer


def test_CS04_the_document_of_the_terms_is_saved_and_never_run(served: Served) -> None:
    terms(served)
    script = base64.b64encode(b"\xff<script>alert(1)</script>").decode()
    file = {"fileName": 'rules".html', "fileData": {"data": script}}
    served.service.store.agreements.modify(TERMS, {"files": [file]}, by=SYSTEM)
    served.clock.move(timedelta(seconds=1))
    browser = Browser(served).signed_in()
    path = browser.form()[0].rpartition("/")[0] + "/terms-file"
    assert f'href="{path}"' in browser.page.text
    browser.visit(path)
    headers = browser.page.headers
    assert browser.page.content.startswith(b"\xff<script>")
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"] == "attachment; filename*=UTF-8''rules%22.html"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    served.http.cookies.clear()
    assert Browser(served).visit(path).page.status_code == 400


def test_terms_that_were_not_shown_are_not_accepted(served: Served) -> None:
    terms(served)
    browser = Browser(served).signed_in()
    other = {"id": OTHER_TERMS, "displayName": "Yard rules"}
    served.service.store.agreements.create(other, by=SYSTEM)
    grant = {"operator": "OR", "termsOfUse": [OTHER_TERMS]}
    served.change_policy(POLICY, {"grantControls": grant})
    browser.fill()
    assert "Yard rules" in browser.page.text
    assert served.service.store.acceptances.of_user(ASTRID) == []


def test_whoever_declines_the_terms_gets_nothing(served: Served) -> None:
    terms(served)
    browser = Browser(served).signed_in().press("Decline")
    assert browser.answer["error"] == "access_denied"
    assert served.service.store.acceptances.of_user(ASTRID) == []


def expired(served: Served) -> None:
    """Make Astrid's password one that an administrator gave."""
    kept = served.service.store.passwords.of(ASTRID)
    assert kept is not None
    served.service.store.passwords.reset(ASTRID, kept.hash, by=SYSTEM)
    served.clock.move(_SECOND)


def changed(browser: Browser, new: str = NEW, again: str | None = None) -> Browser:
    """Choose a new password."""
    return browser.fill(
        passwd="correct horse battery staple",  # noqa: S106  # a test's
        new_password=new,
        new_password_again=new if again is None else again,
    )


def test_PW03_a_password_that_was_reset_is_changed_in_the_sign_in(served: Served) -> None:
    expired(served)
    browser = Browser(served).signed_in()
    assert "Change your password" in browser.page.text
    for bad in ("short", "a" * 20, "astridastridastrid", "correct horse battery staple"):
        assert not changed(browser, bad).answer
    assert "not the same" in changed(browser, NEW, "another").page.text
    changed(browser)
    assert "code" in browser.answer
    assert claims_of(browser.redeem())["amr"] == ["pwd"]
    refused(served.by_password(), 50126, "invalid_grant")
    assert served.by_password(word=NEW).status_code == 200


def test_RT06_a_new_password_ends_the_other_sessions(served: Served) -> None:
    token = Browser(served).signed_in().redeem().json()["refresh_token"]
    served.http.cookies.clear()
    grant = {"operator": "OR", "builtInControls": ["passwordChange"]}
    served.change_policy(POLICY, {"state": "enabled", "grantControls": grant})
    changed(Browser(served).signed_in())
    refused(served.refreshed(token), 50173, "invalid_grant")


def test_risk_is_remediated_by_mfa_and_a_new_password(served: Served) -> None:
    served.enrol()
    served.service.store.risks.set(ASTRID, "high", by=SYSTEM)
    policy: JsonObject = {
        "state": "enabled",
        "conditions": {
            "clientAppTypes": ["all"],
            "applications": {"includeApplications": ["All"]},
            "users": {"includeUsers": ["All"]},
            "userRiskLevels": ["high"],
        },
        "grantControls": {"operator": "AND", "builtInControls": ["mfa", "passwordChange"]},
    }
    served.change_policy(POLICY, policy)
    browser = Browser(served).signed_in().fill(otp=served.otp())
    assert "Your organization asks you to change your password" in browser.page.text
    changed(browser)
    assert browser.redeem().status_code == 200
    risk = served.service.store.risks.of(ASTRID)
    assert risk is not None
    assert (risk.level, risk.state) == ("none", "remediated")


def lasting(served: Served) -> Iterator[bool]:
    """Tell of each session cookie whether it outlives the browser."""
    return (not each.discard for each in served.http.cookies.jar if each.name == SESSION)


def test_SS07_the_person_says_whether_to_stay_signed_in(served: Served) -> None:
    for answer in (True, False):
        browser = Browser(served, stays=answer).signed_in()
        assert "code" in browser.answer
        assert list(lasting(served)) == [answer]
        served.http.cookies.clear()


def test_SS07_a_policy_decides_before_the_person(served: Served) -> None:
    for mode, stays in (("always", True), ("never", False)):
        session: Any = {"persistentBrowser": {"isEnabled": True, "mode": mode}}
        served.change_policy(
            POLICY, {"state": "enabled", "grantControls": None, "sessionControls": session}
        )
        browser = Browser(served, stays=None).signed_in()
        assert "code" in browser.answer
        assert list(lasting(served)) == [stays]
        served.http.cookies.clear()


def test_SS07_a_sign_in_that_is_too_long_ago_is_asked_for_again(served: Served) -> None:
    hours = {"isEnabled": True, "type": "hours", "value": 1, "frequencyInterval": "timeBased"}
    change = {
        "state": "enabled",
        "grantControls": None,
        "sessionControls": {"signInFrequency": hours},
    }
    served.change_policy(POLICY, change)
    Browser(served).signed_in()
    served.clock.move(timedelta(minutes=59))
    assert "code" in Browser(served).open().answer
    served.clock.move(timedelta(minutes=2))
    browser = Browser(served).open()
    assert 'name="passwd"' in browser.page.text
    browser.fill(passwd="correct horse battery staple")  # noqa: S106  # a test's
    assert "code" in browser.answer


def test_SS08_the_accounts_of_a_browser_are_picked_from_each_with_its_own_proofs(
    served: Served,
) -> None:
    served.enrol()
    served.policy("enabled")
    Browser(served).signed_in().fill(otp=served.otp())
    other = Browser(served).open(prompt="select_account").press("Use another account")
    other.fill(login="lifeboat@fjordvik.example")
    other.fill(passwd="correct horse battery staple")  # noqa: S106  # a test's
    assert claims_of(other.redeem())["amr"] == ["pwd"]
    picking = Browser(served).open(prompt="select_account")
    assert "Astrid Moe" in picking.page.text
    assert "Lifeboat" in picking.page.text
    picking.press("Astrid Moe")
    assert claims_of(picking.redeem())["amr"] == ["otp", "pwd", "mfa"]
    again = Browser(served).open(prompt="select_account").press("Lifeboat")
    assert claims_of(again.redeem())["amr"] == ["pwd"]
