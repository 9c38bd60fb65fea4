"""The headers of every page (checklist CS03, CS04): what it loads, where its forms go."""

from __future__ import annotations

import gzip
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ostiary.pages import asset_answer, assets, security_headers
from ostiary.pages.headers import form_source
from tests.pages.samples import samples

PAGES = samples()
SOURCE = re.compile(r"[a-z][a-z0-9+.-]*:(//[A-Za-z0-9_.-]+(:[0-9]+)?)?")


def policy(name: str, *targets: str) -> list[str]:
    headers = security_headers(PAGES[name], "bm9uY2U", host="login.example", form_targets=targets)
    return headers["Content-Security-Policy"].split("; ")


def test_CS03_the_policy_of_a_page_without_script() -> None:
    assert policy("password") == [
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'none'",
        "img-src 'self' data:",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ]


@pytest.mark.parametrize("name", ["login-passkey", "passkey", "register-passkey", "form-post"])
def test_CS03_a_script_runs_by_its_nonce_only(name: str) -> None:
    assert "script-src 'nonce-bm9uY2U'" in policy(name)


@pytest.mark.parametrize("name", PAGES)
def test_CS03_no_page_allows_anything_inline_or_foreign(name: str) -> None:
    directives = dict(each.split(" ", 1) for each in policy(name))
    assert directives["default-src"] == "'none'"
    assert directives["style-src"] == "'self'"
    assert directives["script-src"] in ("'none'", "'nonce-bm9uY2U'")
    assert "unsafe" not in " ".join(directives.values())


@pytest.mark.parametrize("name", ["form-post", "blocked", "error-return"])
def test_CS03_a_page_that_posts_to_the_app_allows_its_origin(name: str) -> None:
    assert "form-action 'self' https://app.example:8400" in policy(name)


def test_CS03_a_step_allows_the_origin_its_answer_redirects_to() -> None:
    allowed = policy("login", "http://localhost:51234/", "https://app.example/a", "/device")
    assert "form-action 'self' http://localhost:51234 https://app.example" in allowed


@pytest.mark.parametrize(
    ("target", "source"),
    [
        ("https://app.example/callback", "https://app.example"),
        ("https://APP.example:8443/callback?a=b;c", "https://app.example:8443"),
        ("http://127.0.0.1:1/", "http://127.0.0.1:1"),
        ("http://localhost", "http://localhost"),
        ("http://[::1]:8400/", "http:"),  # the grammar of CSP has no IPv6
        ("msauth.com.example.app://auth", "msauth.com.example.app:"),
        ("https://münchen.example/", "https://xn--mnchen-3ya.example"),
        ("https://user@app.example/", "https://app.example"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("https://*.example/", None),
        ("https://app.example;script-src *", None),
        ("https://app.example:99999/", None),
        ("https://[::1/", None),
        ("https:///path", None),
        ("/post", None),
        ("", None),
    ],
)
def test_CS03_where_a_form_may_go(target: str, source: str | None) -> None:
    assert form_source(target) == source


@given(st.text() | st.text(alphabet="htps:/.;,'* \r\n\t[]@%aé{}0").map(lambda t: f"https://{t}"))
def test_CS03_no_target_breaks_out_of_the_policy(target: str) -> None:
    source = form_source(target)
    assert source is None or SOURCE.fullmatch(source)


@pytest.mark.parametrize("name", PAGES)
def test_CS04_every_page_has_the_headers(name: str) -> None:
    headers = security_headers(PAGES[name], "bm9uY2U", host="login.contoso.example")
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "publickey-credentials-get=(self)" in headers["Permissions-Policy"]


@pytest.mark.parametrize(
    ("host", "told"),
    [
        ("login.contoso.example", True),
        ("localhost", False),
        ("LOCALHOST.", False),
        ("login.localhost", False),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("::1", False),
        ("[2001:db8::1]", False),
        ("intranet", False),
    ],
)
def test_CS04_only_a_real_name_is_told_to_stay_on_https(host: str, told: bool) -> None:
    headers = security_headers(PAGES["login"], "bm9uY2U", host=host)
    assert ("Strict-Transport-Security" in headers) is told


def test_files_are_kept_for_a_year_at_an_address_of_their_content() -> None:
    for served in assets():
        body, headers = asset_answer(served, "identity")
        assert body == served.body
        assert "Content-Encoding" not in headers
        assert re.fullmatch(r"/assets/[0-9a-f]{16}/[a-z]+\.(css|js|svg)", served.path)
        assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Type"] == served.content_type


@pytest.mark.parametrize(
    ("accepted", "compressed"),
    [("gzip, deflate, br", True), ("GZIP;q=0.5", True), ("gzip;q=0", False), ("br", False)],
)
def test_files_are_compressed_for_who_takes_that(accepted: str, compressed: bool) -> None:
    for served in assets():
        body, headers = asset_answer(served, accepted)
        assert (headers.get("Content-Encoding") == "gzip") is compressed
        assert (gzip.decompress(body) if compressed else body) == served.body
        assert headers["Vary"] == "Accept-Encoding"
