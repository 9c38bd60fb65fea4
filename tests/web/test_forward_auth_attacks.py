"""Forward authentication fails closed: forged headers, stolen codes, other browsers, no way out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from starlette.testclient import TestClient

from ostiary.directory.protocols import SYSTEM
from ostiary.web.app import sign_in_app
from ostiary.web.forward_hosts import SESSION, SIGNED_IN
from tests.web.forwarding import FILES, FILES_APP, PAGE, WIKI, WIKI_APP, Surfer, register
from tests.web.serving import PASSWORD, TENANT, Served

NGINX = {"X-Original-URL": f"{WIKI}/", "X-Forwarded-For": "203.0.113.7", **PAGE}


@pytest.fixture
def host(served: Served) -> Served:
    """A tenant with a wiki and a file store behind a proxy."""
    register(served)
    register(served, FILES, FILES_APP)
    return served


def asked(served: Served, headers: dict[str, str], path: str = "/forward-auth") -> Any:
    """Ask as a proxy that sends these headers."""
    return served.http.get(path, headers=headers, follow_redirects=False)


def to_callback(surfer: Surfer, path: str = "/") -> str:
    """Sign in up to the address at the host that the browser is sent back to."""
    login = surfer.at_login
    login.visit(surfer.sent_to(path).removeprefix("https://localhost:8443"))
    if login.page is not None:
        login.fill(login="astrid@fjordvik.example").fill(passwd=PASSWORD)
    assert login.address.startswith(f"{surfer.origin}{SIGNED_IN}?code=")
    return login.address.removeprefix(surfer.origin)


def test_who_is_no_trusted_proxy_is_told_nothing(host: Served) -> None:
    surfer = Surfer(host)
    assert surfer.signs_in().status_code == 200
    stranger: Any = TestClient(sign_in_app(host.service), client=("198.51.100.7", 5))
    headers = {**NGINX, "Cookie": f"{SESSION}={surfer.cookies[SESSION]}"}
    answer = stranger.get("/forward-auth", headers=headers)
    assert answer.status_code == 403
    assert "remote-user" not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Original-URL": "https://wiki.example/"},
        {"X-Original-URL": "http://wiki.example/", "X-Forwarded-For": "203.0.113.7"},
        {"X-Original-URL": "//wiki.example/", "X-Forwarded-For": "203.0.113.7"},
        {"X-Original-URL": "https://wiki.example@evil.example/", "X-Forwarded-For": "1.2.3.4"},
        {"X-Original-URL": "https://wiki.example\\.evil.example/", "X-Forwarded-For": "1.2.3.4"},
        {"X-Original-URL": "https://wiki.example.evil.example/", "X-Forwarded-For": "1.2.3.4"},
        {"X-Original-URL": "https://wiki.example.:443/", "X-Forwarded-For": "1.2.3.4"},
        {"X-Original-URL": "https://wiki.example:8443/", "X-Forwarded-For": "1.2.3.4"},
        {"X-Forwarded-Host": "wiki.example", "X-Forwarded-For": "203.0.113.7"},
        {
            "X-Forwarded-Host": "wiki.example, evil.example",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": "203.0.113.7",
        },
    ],
)
def test_a_request_that_does_not_say_which_host_is_refused(
    host: Served, headers: dict[str, str]
) -> None:
    answer = asked(host, {**PAGE, **headers})
    assert (answer.status_code, "location" in answer.headers) == (403, False), answer.text


def test_a_client_cannot_name_another_host_than_the_proxy_asks_about(host: Served) -> None:
    surfer = Surfer(host, "traefik")
    assert surfer.signs_in().status_code == 200
    cookie = surfer.cookies[SESSION]
    for manner, forged in (
        ("traefik", {"X-Original-URL": f"{WIKI}/"}),
        ("envoy", {"X-Original-URL": f"{WIKI}/"}),
        ("envoy", {"X-Forwarded-Host": "wiki.example"}),
        ("nginx", {"X-Forwarded-Host": "wiki.example", "X-Forwarded-Proto": "https"}),
    ):
        other = Surfer(host, manner, FILES, cookies={SESSION: cookie})
        answer = other.asks("/", **forged)
        assert answer.status_code == 403, (manner, forged)
        assert "remote-user" not in answer.headers


def test_the_cookie_of_one_host_is_worth_nothing_at_another(host: Served) -> None:
    surfer = Surfer(host)
    assert surfer.signs_in().status_code == 200
    other = Surfer(host, origin=FILES, cookies={SESSION: surfer.cookies[SESSION]})
    assert other.asks().status_code == 401
    for wrong in ("", "wrong", surfer.cookies[SESSION][:-1]):
        other = Surfer(host, cookies={SESSION: wrong})
        assert other.asks().status_code == 401


def test_two_applications_for_one_host_let_nobody_in(host: Served) -> None:
    surfer = Surfer(host)
    assert surfer.signs_in().status_code == 200
    register(host, WIKI, "5a1f9a40-0000-4000-8000-0000000000f9")
    answer = surfer.asks()
    assert answer.status_code == 403
    assert "exactly one application" in answer.text


def test_an_unknown_host_is_refused(host: Served) -> None:
    answer = Surfer(host, origin="https://other.example").asks()
    assert (answer.status_code, "location" in answer.headers) == (403, False)


def test_AZ03_a_browser_is_sent_nowhere_but_to_the_host_itself(host: Served) -> None:
    for path in ("//evil.example/x", "/\\evil.example", "/@evil.example", "/%0d%0aLocation:x"):
        surfer = Surfer(host)
        back = surfer.asks(to_callback(surfer, path))
        assert back.headers["location"].startswith(f"{WIKI}/")
        assert urlsplit(str(back.headers["location"])).netloc == "wiki.example"


def test_a_path_with_unusual_characters_leads_to_the_front(host: Served) -> None:
    for url in (f"{WIKI}/a b", f"{WIKI}/{'x' * 2100}"):
        surfer = Surfer(host)
        answer = asked(host, {**NGINX, "X-Original-URL": url})
        surfer.cookies = dict(answer.cookies)
        surfer.at_login.visit(answer.headers["location"].removeprefix("https://localhost:8443"))
        surfer.at_login.fill(login="astrid@fjordvik.example").fill(passwd=PASSWORD)
        back = surfer.asks(surfer.at_login.address.removeprefix(WIKI))
        assert back.headers["location"] == f"{WIKI}/"
        host.http.cookies.clear()


def test_a_request_that_was_not_sealed_here_is_refused(host: Served) -> None:
    sent = Surfer(host).sent_to()
    state = parse_qs(urlsplit(sent).query)["request"][0]
    for wrong in ("", "x", state[:-2], f"B{state[1:]}", state + "AAAA"):
        answer = host.http.get(f"/forward-sign-in?{urlencode({'request': wrong})}")
        assert answer.status_code == 400, wrong
    assert host.http.get("/forward-sign-in").status_code == 400


def test_a_sign_in_that_takes_too_long_begins_anew(host: Served) -> None:
    surfer = Surfer(host)
    sent = surfer.sent_to()
    host.clock.move(timedelta(hours=1, seconds=1))
    assert host.http.get(sent.removeprefix("https://localhost:8443")).status_code == 400


def test_CS01_a_code_of_another_browser_signs_nobody_in(host: Served) -> None:
    mine = Surfer(host)
    callback = to_callback(mine)
    victim = Surfer(host)
    victim.sent_to()
    for cookies in ({}, victim.cookies):
        victim.cookies = dict(cookies)
        answer = victim.asks(callback)
        assert (answer.status_code, SESSION in victim.cookies) == (403, False)
    assert mine.asks(callback).status_code == 401, "and it is still good for its own"


def test_a_code_with_the_state_of_another_browser_is_refused(host: Served) -> None:
    victim, thief = Surfer(host), Surfer(host)
    code = parse_qs(urlsplit(to_callback(victim)).query)["code"][0]
    state = parse_qs(urlsplit(thief.sent_to()).query)["request"][0]
    answer = thief.asks(f"{SIGNED_IN}?{urlencode({'code': code, 'state': state})}")
    assert (answer.status_code, SESSION in thief.cookies) == (403, False)


def test_AZ06_a_code_is_good_once_and_a_minute_long(host: Served) -> None:
    surfer = Surfer(host)
    callback = to_callback(surfer)
    assert surfer.asks(callback).headers["location"] == f"{WIKI}/"
    assert surfer.asks(callback).status_code == 403
    surfer = Surfer(host)
    late = to_callback(surfer)
    host.clock.move(timedelta(seconds=61))
    assert surfer.asks(late).status_code == 403


def test_a_code_of_one_host_is_no_code_at_another_or_at_the_token_endpoint(host: Served) -> None:
    surfer = Surfer(host)
    callback = to_callback(surfer)
    other = Surfer(host, origin=FILES, cookies=dict(surfer.cookies))
    assert other.asks(callback).status_code == 403
    secret = host.service.randomness.token().reveal()
    ends = host.clock.now() + timedelta(days=1)
    host.service.store.app_credentials.add_secret(WIKI_APP, secret, {}, ends=ends, by=SYSTEM)
    form = {
        "grant_type": "authorization_code",
        "client_id": WIKI_APP,
        "client_secret": secret,
        "code": parse_qs(urlsplit(callback).query)["code"][0],
        "redirect_uri": f"{WIKI}{SIGNED_IN}",
    }
    assert host.token(form).json()["error"] == "invalid_grant"
    assert surfer.asks(callback).headers["location"] == f"{WIKI}/"


def test_a_header_that_claims_a_device_is_not_believed(host: Served) -> None:
    surfer = Surfer(host)
    assert surfer.signs_in().status_code == 200
    device = {"id": "d1", "deviceId": "5a1f9a40-0000-4000-8000-00000000dd01", "isCompliant": True}
    host.service.store.devices.create({**device, "displayName": "x"}, by=SYSTEM)
    policy = {
        "displayName": "Managed devices",
        "state": "enabled",
        "conditions": {
            "clientAppTypes": ["all"],
            "applications": {"includeApplications": [WIKI_APP]},
            "users": {"includeUsers": ["All"]},
        },
        "grantControls": {"operator": "OR", "builtInControls": ["compliantDevice"]},
    }
    host.service.store.policies.create(policy, by=SYSTEM)
    host.clock.move(timedelta(minutes=1))
    forged = {"Client-Cert": ":MIIB:", "X-Device-Id": str(device["deviceId"])}
    assert surfer.asks("/", "POST", **forged).status_code == 403


def test_the_tenant_of_the_path_is_not_asked(host: Served) -> None:
    assert asked(host, NGINX, f"/{TENANT}/forward-auth").status_code == 404
