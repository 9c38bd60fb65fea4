"""The authorization endpoint as the checklist asks for it: where answers go, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from ostiary.directory.protocols import SYSTEM
from tests.oidc.test_redirect_uri import MUTATIONS
from tests.web.browsing import CHALLENGE, VERIFIER, Browser
from tests.web.registered import CALLBACK, web_app
from tests.web.serving import ASTRID, AZ, TENANT, Served
from tests.web.test_token import claims_of, refused

AUTHORIZE = f"/{TENANT}/oauth2/v2.0/authorize"


def refused_on_a_page(browser: Browser) -> None:
    """Check that the browser was sent nowhere."""
    assert browser.page is not None, browser.address
    assert browser.page.status_code == 400
    assert "location" not in browser.page.headers
    assert browser.page.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("mutate", [each for each in MUTATIONS if each(CALLBACK) != CALLBACK])
def test_AZ01_a_redirect_uri_that_is_not_the_registered_one_ends_on_a_page(
    served: Served, mutate: Callable[[str], str]
) -> None:
    refused_on_a_page(web_app(served).open(redirect_uri=mutate(CALLBACK)))


@pytest.mark.parametrize(
    ("uri", "good"),
    [
        ("http://localhost:1", True),
        ("http://localhost:65535/", True),
        ("http://localhost", True),
        ("http://localhost:8400/other", False),
        ("http://localhost.evil.example:8400", False),
        ("https://localhost:8400", False),
        ("http://localhost:8400@evil.example", False),
    ],
)
def test_AZ02_any_port_of_the_loopback_for_a_native_client(
    served: Served, uri: str, good: bool
) -> None:
    browser = Browser(served).open(redirect_uri=uri)
    if good:
        assert 'name="login"' in browser.page.text
    else:
        refused_on_a_page(browser)


def test_AZ02_no_other_port_for_a_web_application(served: Served) -> None:
    app = web_app(served, publicClient={"redirectUris": []})
    members = {"web": {"redirectUris": ["http://localhost:5000/in"]}}
    served.service.store.applications.modify("e0", members, by=SYSTEM)
    served.clock.move(timedelta(seconds=1))
    assert 'name="login"' in app.open(redirect_uri="http://localhost:5000/in").page.text
    refused_on_a_page(app.open(redirect_uri="http://localhost:5001/in"))


def test_AZ03_an_unknown_application_is_told_on_a_page(served: Served) -> None:
    refused_on_a_page(Browser(served).open(client_id="5a1f9a40-0000-4000-8000-00000000dead"))


@pytest.mark.parametrize(
    "asked",
    [
        {"code_challenge": "", "code_challenge_method": ""},
        {"code_challenge": VERIFIER, "code_challenge_method": "plain"},
        {"code_challenge": CHALLENGE, "code_challenge_method": ""},
        {"code_challenge": CHALLENGE[:-1]},
        {"code_challenge": CHALLENGE[:-1] + "!"},
    ],
)
def test_AZ04_a_public_client_needs_a_proof_key_by_s256(
    served: Served, asked: dict[str, str]
) -> None:
    browser = Browser(served).open(**asked)
    assert browser.answer["error"] == "invalid_request"


@pytest.mark.parametrize("verifier", ["v" * 42, "v" * 129, "v" * 42 + "+", "v" * 42 + "ä", ""])
def test_AZ04_a_verifier_is_43_to_128_plain_characters(served: Served, verifier: str) -> None:
    answer = Browser(served).signed_in().redeem(code_verifier=verifier)
    assert answer.status_code == 400
    assert answer.json()["error"] in {"invalid_grant", "invalid_request"}


def test_AZ05_a_code_without_a_challenge_takes_no_verifier(served: Served) -> None:
    app = web_app(served)
    browser = app.signed_in(code_challenge="", code_challenge_method="")
    refused(app.redeem(browser), 501481, "invalid_grant")
    form = {"grant_type": "authorization_code", "redirect_uri": CALLBACK}
    assert app.asking({**form, "code": browser.answer["code"]}).status_code == 200


@pytest.mark.parametrize("mode", ["query", "fragment", "form_post"])
def test_AZ11_the_issuer_stands_in_every_answer(served: Served, mode: str) -> None:
    path = f"/{TENANT}/v2.0/.well-known/openid-configuration"
    issuer = served.http.get(path).json()["issuer"]
    for browser in (
        web_app(served).signed_in(response_mode=mode),
        Browser(served).open(prompt="none", login_hint="x", response_mode=mode),
    ):
        if mode == "form_post":
            _, hidden = browser.form()
            assert hidden["iss"] == issuer
        else:
            assert browser.answer["iss"] == issuer


def test_AZ12_state_comes_back_as_it_was_and_what_is_unknown_is_passed_over(
    served: Served,
) -> None:
    state = "ä \"'<>&%25+/=" + "x" * 4000
    app = web_app(served)
    browser = app.signed_in(state=state, unknown="1", display="popup", ui_locales="nn")
    assert browser.answer["state"] == state
    assert app.id_claims(app.redeem(browser).json()["id_token"])["nonce"] == "n1"


def test_AZ12_a_state_that_is_too_long_is_refused(served: Served) -> None:
    browser = Browser(served).open(state="x" * 5000)
    assert browser.page is None or browser.page.status_code == 400


@pytest.mark.parametrize("name", ["client_id", "redirect_uri", "scope", "state", "nonce"])
def test_AZ12_a_parameter_given_twice_is_refused(served: Served, name: str) -> None:
    asked = [
        ("client_id", AZ),
        ("response_type", "code"),
        ("redirect_uri", "http://localhost:8400"),
        ("scope", "openid"),
        ("state", "s"),
        ("nonce", "n"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]
    again = next(each for each in asked if each[0] == name)
    found = served.http.get(AUTHORIZE, params=[*asked, again], follow_redirects=False)
    if found.status_code == 303:
        parts = urlsplit(str(found.headers["location"]))
        assert parse_qs(parts.query or parts.fragment)["error"] == ["invalid_request"]
    else:
        assert found.status_code == 400


@pytest.mark.parametrize(
    ("name", "error"),
    [("request", "request_not_supported"), ("request_uri", "request_uri_not_supported")],
)
def test_AZ14_request_objects_are_refused_and_nothing_is_fetched(
    served: Served, name: str, error: str
) -> None:
    browser = Browser(served).open(**{name: "https://canary.example/request.jwt"})
    assert browser.answer["error"] == error


def test_AZ15_a_context_asked_for_by_claims_leads_to_the_step_up_and_into_the_token(
    served: Served,
) -> None:
    conditions = {
        "clientAppTypes": ["all"],
        "users": {"includeUsers": ["All"]},
        "applications": {"includeAuthenticationContextClassReferences": ["c1"]},
    }
    members = {"conditions": conditions}
    served.policy("enabled")
    served.change_policy("5a1f9a40-0000-4000-8000-0000000000c1", members)
    served.enrol(ASTRID)
    plain = Browser(served).signed_in()
    assert "acrs" not in claims_of(plain.redeem())
    wanted = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}'
    browser = Browser(served).open(claims=wanted)
    assert 'name="otp"' in browser.page.text
    browser.fill(otp=served.otp())
    token = claims_of(browser.redeem(claims=wanted))
    assert token["acrs"] == ["c1"]
    assert "mfa" in token["amr"]
