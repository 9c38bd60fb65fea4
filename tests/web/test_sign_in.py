"""Signing in by a browser: each step decided afresh, by the policies as they are then."""

from __future__ import annotations

from datetime import timedelta

from ostiary.directory.protocols import SYSTEM
from tests.web.browsing import Browser
from tests.web.serving import ASTRID, ELSEWHERE, PLACES, Served
from tests.web.test_token import claims_of, refused, results


def test_a_browser_signs_in_by_password_and_gets_tokens(served: Served) -> None:
    browser = Browser(served).signed_in()
    assert browser.answer["state"] == "s t/ä"
    assert browser.answer["iss"].endswith("/v2.0")
    response = browser.redeem()
    assert claims_of(response)["amr"] == ["pwd"]
    assert {"refresh_token", "id_token"} <= set(response.json())


def test_with_the_policy_on_the_code_of_the_app_is_asked_for(served: Served) -> None:
    served.enrol()
    served.policy("enabled")
    browser = Browser(served).signed_in()
    assert 'name="otp"' in browser.page.text
    assert not browser.answer
    browser.fill(otp="000000")
    assert not browser.answer
    browser.fill(otp=served.otp())
    response = browser.redeem()
    assert claims_of(response)["amr"] == ["otp", "pwd", "mfa"]
    assert served.refreshed(response.json()["refresh_token"]).status_code == 200


def test_a_policy_that_is_switched_on_in_between_counts(served: Served) -> None:
    served.enrol()
    browser = Browser(served).open().fill(login="astrid@fjordvik.example")
    served.policy("enabled")
    browser.fill(passwd="correct horse battery staple")  # noqa: S106  # a test's
    assert 'name="otp"' in browser.page.text


def test_a_policy_that_is_switched_on_before_the_code_is_redeemed_counts(served: Served) -> None:
    served.enrol()
    browser = Browser(served).signed_in()
    served.policy("enabled")
    refused(browser.redeem(), 50076, "interaction_required")


def test_from_elsewhere_a_page_says_which_policy_blocks(served: Served) -> None:
    served.policy("enabled", PLACES)
    served.address = ELSEWHERE
    browser = Browser(served).signed_in()
    assert "AADSTS53003" in browser.page.text
    assert "Only from the office" in browser.page.text
    assert results(served)[PLACES] == "failure"
    action, fields = browser.form()
    assert action == "http://localhost:8400"
    assert fields["error"] == "access_denied"


def test_AZ06_a_code_is_redeemed_once_and_a_second_time_ends_what_it_gave(served: Served) -> None:
    browser = Browser(served).signed_in()
    token = browser.redeem().json()["refresh_token"]
    refused(browser.redeem(), 54005, "invalid_grant")
    refused(served.refreshed(token), 50173, "invalid_grant")


def test_AZ05_a_code_needs_its_proof_key(served: Served) -> None:
    browser = Browser(served).signed_in()
    refused(browser.redeem(code_verifier="w" * 43), 501481, "invalid_grant")


def test_AZ07_a_code_is_good_for_a_minute(served: Served) -> None:
    browser = Browser(served).signed_in()
    served.clock.move(timedelta(seconds=61))
    refused(browser.redeem(), 70008, "invalid_grant")


def test_AZ03_an_unknown_redirect_uri_is_told_on_a_page(served: Served) -> None:
    browser = Browser(served).open(redirect_uri="https://evil.example/")
    assert browser.page.status_code == 400
    assert "AADSTS50011" in browser.page.text
    assert not browser.answer


def test_AZ13_the_session_signs_in_again_without_asking(served: Served) -> None:
    Browser(served).signed_in()
    again = Browser(served).open()
    assert "code" in again.answer
    silent = Browser(served).open(prompt="none")
    assert "code" in silent.answer
    served.http.cookies.clear()
    nobody = Browser(served).open(prompt="none")
    assert nobody.answer["error"] == "login_required"


def test_CS01_a_form_from_elsewhere_is_refused(served: Served) -> None:
    browser = Browser(served).open()
    action, hidden = browser.form()
    data = {**hidden, "login": "astrid@fjordvik.example"}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert served.http.post(action, data=data, headers=headers).status_code == 403
    without = {"login": "astrid@fjordvik.example"}
    assert served.http.post(action, data=without).status_code == 403


def test_SS09_a_sign_in_belongs_to_the_browser_that_began_it(served: Served) -> None:
    action, _ = Browser(served).open().form()
    served.http.cookies.clear()
    assert served.http.get(action.rpartition("/")[0]).status_code == 400


def test_SS01_cookies_are_for_this_host_over_tls_and_not_for_scripts(served: Served) -> None:
    Browser(served).signed_in()
    names = {each.name: each for each in served.http.cookies.jar}
    assert set(names) == {"__Host-ostiary-browser", "__Host-ostiary-session"}
    for each in names.values():
        assert each.secure
        assert each.path == "/"
        assert each.has_nonstandard_attr("HttpOnly")
        assert each.get_nonstandard_attr("SameSite") == "lax"


def test_EN01_an_unknown_name_is_asked_for_its_password(served: Served) -> None:
    known = Browser(served).open().fill(login="astrid@fjordvik.example").page.text
    unknown = Browser(served).open().fill(login="nobody@fjordvik.example").page.text
    assert 'name="passwd"' in unknown
    assert known.count("<form") == unknown.count("<form")


def test_a_password_that_has_to_be_changed_opens_nothing(served: Served) -> None:
    kept = served.service.store.passwords.of(ASTRID)
    assert kept is not None
    served.service.store.passwords.reset(ASTRID, kept.hash, by=SYSTEM)
    browser = Browser(served).signed_in()
    assert not browser.answer
    assert served.logged()["status"]["errorCode"] == 50055
