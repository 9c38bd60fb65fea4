"""AZ01 and AZ02: a redirect URI is the registered one or none."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ostiary.oidc.checks.redirect_uri import matching_redirect
from ostiary.oidc.clients import RedirectUri
from ostiary.oidc.errors import OAuthError
from ostiary.signin.client_apps import RedirectPlatform
from tests.oidc.asking import AZ, NATIVE, SPA, SPA_REQUEST, WEB, WEB_REQUEST, refused

MUTATIONS: tuple[Callable[[str], str], ...] = (
    str.upper,
    str.title,
    lambda uri: uri + "/",
    lambda uri: uri + "#",
    lambda uri: uri + "#fragment",
    lambda uri: uri + "?",
    lambda uri: uri + "?next=https://evil.example",
    lambda uri: uri + "&next=1",
    lambda uri: uri + "/../other",
    lambda uri: uri + "/.",
    lambda uri: uri + "%2e",
    lambda uri: uri + "\r\nSet-Cookie: a=b",
    lambda uri: uri + "\x00",
    lambda uri: uri + " ",
    lambda uri: " " + uri,
    lambda uri: uri[:-1],
    lambda uri: uri.replace("https://", "http://"),
    lambda uri: uri.replace("https://", "https:/"),
    lambda uri: uri.replace("https://", "//"),
    lambda uri: uri.replace("https://", "https://user@"),
    lambda uri: uri.replace("https://", "https://evil.example@"),
    lambda uri: uri.replace("https://", "https://evil.example\\@"),
    lambda uri: uri.replace("https://", "https:\\\\"),
    lambda uri: uri.replace("app.example", "app.example."),
    lambda uri: uri.replace("app.example", "app.example:443"),
    lambda uri: uri.replace("app.example", "app.example:8443"),
    lambda uri: uri.replace("app.example", "APP.example"),
    lambda uri: uri.replace("app.example", "app\u3002example"),
    lambda uri: uri.replace("app.example", "xn--pp-xla.example"),
    lambda uri: uri.replace("app.example", "app.example.evil.example"),
    lambda uri: uri.replace("app.example", "evil.example/app.example"),
    lambda uri: uri.replace("app.example", "*.example"),
    lambda uri: uri.replace("/signin", "//signin"),
    lambda uri: uri.replace("/signin", "/./signin"),
    lambda uri: uri.replace("/signin", "/%2e%2e/signin"),
    lambda uri: uri.replace("/signin", "%2fsignin"),
    lambda uri: uri.replace("a", "\u0430"),
)
REGISTERED = {each.uri for each in WEB.redirect_uris}


@given(
    uri=st.sampled_from(sorted(REGISTERED)),
    mutations=st.lists(st.sampled_from(MUTATIONS), min_size=1, max_size=3),
)
def test_az01_a_mutant_of_a_registered_address_is_refused(
    uri: str, mutations: list[Callable[[str], str]]
) -> None:
    for mutate in mutations:
        uri = mutate(uri)
    if uri not in REGISTERED:
        assert isinstance(matching_redirect(uri, WEB), OAuthError)


@given(uri=st.sampled_from(sorted(REGISTERED)), place=st.integers(0), sign=st.characters())
def test_az01_an_added_character_is_refused(uri: str, place: int, sign: str) -> None:
    at = place % (len(uri) + 1)
    mutant = uri[:at] + sign + uri[at:]
    assert isinstance(matching_redirect(mutant, WEB), OAuthError)


@given(
    base=st.sampled_from(["http://localhost", "http://127.0.0.1/callback"]),
    place=st.integers(0),
    sign=st.characters(exclude_categories=["Nd"]),
)
def test_az01_the_free_port_of_a_loopback_address_frees_nothing_else(
    base: str, place: int, sign: str
) -> None:
    at = place % (len(base) + 1)
    mutant = base[:at] + sign + base[at:]
    if mutant != "http://localhost/":
        assert isinstance(matching_redirect(mutant, NATIVE), OAuthError)


@given(mutate=st.sampled_from(MUTATIONS))
def test_az03_an_address_that_is_not_registered_is_never_answered(
    mutate: Callable[[str], str],
) -> None:
    uri = mutate(WEB_REQUEST["redirect_uri"])
    if uri != WEB_REQUEST["redirect_uri"]:
        assert refused(WEB_REQUEST, redirect_uri=uri).reply is None


@pytest.mark.parametrize(
    "uri",
    [
        "http://localhost",
        "http://localhost/",
        "http://localhost:1",
        "http://localhost:65535/",
        "http://127.0.0.1:43117/callback",
        "msal-example://auth",
    ],
)
def test_az02_a_native_application_listens_on_any_port(uri: str) -> None:
    assert matching_redirect(uri, NATIVE) == RedirectUri(uri, RedirectPlatform.NATIVE)


@pytest.mark.parametrize(
    "uri",
    [
        "https://localhost:43117",
        "http://localhost:0",
        "http://localhost:65536",
        "http://localhost:080",
        "http://localhost:",
        "http://localhost:8080/other",
        "http://localhost:8080?code=1",
        "http://localhost:8080/?code=1",
        "http://localhost:8080/#f",
        "http://LOCALHOST:8080",
        "http://localhost.evil.example:8080",
        "http://localhost:8080@evil.example",
        "http://user@localhost:8080",
        "http://[::1]:8080",
        "http://127.0.0.1:8080",
        "http://127.0.0.1:8080/callback/",
        "http://127.0.0.2:8080/callback",
        "http://localhost:\u0661\u0662",
        "msal-example://auth:8080",
        "msal-example://auth/",
    ],
)
def test_az02_but_at_no_other_address(uri: str) -> None:
    assert isinstance(matching_redirect(uri, NATIVE), OAuthError)


def test_az02_ipv6_loopback_is_one_too() -> None:
    app = type(NATIVE)("app", redirect_uris=(RedirectUri("http://[::1]", RedirectPlatform.NATIVE),))
    assert isinstance(matching_redirect("http://[::1]:8080/", app), RedirectUri)
    assert isinstance(matching_redirect("http://localhost:8080/", app), OAuthError)


@pytest.mark.parametrize(
    ("uri", "port"), [("http://localhost:5000/signin-oidc", "5001"), ("http://localhost:3000/", "")]
)
def test_az02_other_platforms_keep_their_port(uri: str, port: str) -> None:
    app = WEB if "signin" in uri else SPA
    assert isinstance(matching_redirect(uri, app), RedirectUri)
    moved = uri.replace("5000", port).replace("3000", "3001")
    assert isinstance(matching_redirect(moved, app), OAuthError)


@pytest.mark.parametrize(
    ("base", "changes", "code"),
    [
        (AZ, {"client_id": "nobody"}, 700016),
        (AZ, {"client_id": None}, 900144),
        (AZ, {"redirect_uri": None}, 900971),
        (AZ, {"redirect_uri": "https://evil.example"}, 50011),
        (SPA_REQUEST, {"redirect_uri": "https://spa.example"}, 50011),
    ],
)
def test_az03_an_unknown_client_or_address_is_a_page(
    base: dict[str, str], changes: dict[str, str | None], code: int
) -> None:
    result = refused(base, **changes)
    assert (result.error.code, result.reply) == (code, None)
