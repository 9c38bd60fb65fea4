"""The browser's session: renewed by each proof, one person's only, ended by signing out."""

from __future__ import annotations

from ostiary.directory.protocols import SYSTEM
from tests.web.browsing import Browser
from tests.web.serving import Served
from tests.web.test_token import claims_of

SESSION = "__Host-ostiary-session"


def cookie(served: Served) -> str:
    """Give the session's secret that the browser holds."""
    return next(each.value for each in served.http.cookies.jar if each.name == SESSION)


def test_SS02_a_second_factor_renews_the_session_and_no_token_ends(served: Served) -> None:
    served.enrol()
    first = Browser(served).signed_in().redeem().json()
    before = cookie(served)
    served.policy("enabled")
    browser = Browser(served).open().fill(otp=served.otp())
    after = cookie(served)
    sessions = served.service.store.sessions
    assert after != before
    assert sessions.of(before) is None
    assert sessions.of(after) is not None
    assert claims_of(browser.redeem())["amr"] == ["otp", "pwd", "mfa"]
    served.policy("disabled")
    assert served.refreshed(first["refresh_token"]).status_code == 200


def test_SS02_a_cookie_that_somebody_planted_is_not_taken_over(served: Served) -> None:
    served.http.cookies.set(SESSION, "planted", domain="localhost.local", path="/")
    Browser(served).signed_in()
    assert served.service.store.sessions.of("planted") is None


def test_signing_in_again_without_a_new_proof_keeps_the_session(served: Served) -> None:
    Browser(served).signed_in()
    before = cookie(served)
    assert Browser(served).open(prompt="none").answer["code"]
    assert cookie(served) == before


def test_SS08_a_second_person_in_the_browser_inherits_nothing(served: Served) -> None:
    served.enrol()
    served.policy("enabled")
    mine = Browser(served).signed_in().fill(otp=served.otp())
    token = mine.redeem().json()["refresh_token"]
    before = cookie(served)
    other = Browser(served).open(prompt="select_account").press("Use another account")
    other.fill(login="lifeboat@fjordvik.example").fill(passwd="correct horse battery staple")  # noqa: S106  # a test's
    claims = claims_of(other.redeem())
    assert (claims["upn"], claims["amr"]) == ("lifeboat@fjordvik.example", ["pwd"])
    assert before not in cookie(served).split(".")[0]
    assert served.refreshed(token).status_code == 200


def test_RT06_signing_out_ends_the_session_and_no_tokens(served: Served) -> None:
    token = Browser(served).signed_in().redeem().json()["refresh_token"]
    sessions = served.service.store.sessions
    found = sessions.of(cookie(served))
    assert found is not None
    sessions.end(found.sid, by=SYSTEM)
    assert served.refreshed(token).status_code == 200
    assert Browser(served).open(prompt="none").answer["error"] == "login_required"
