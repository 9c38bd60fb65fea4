"""CS08: the address behind proxies, and the addresses that nobody can make us believe."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ostiary.model.errors import InputError
from ostiary.model.signin import MISSING, Missing
from ostiary.signin.client_address import ProxyHeader, client_address, trusted_proxies
from ostiary.signin.headers import joined_headers

NONE = trusted_proxies([])
PROXIES = trusted_proxies(["10.0.0.0/8", "192.0.2.7", "2001:db8:1::/48", "unix"])
RFC7239 = trusted_proxies(["10.0.0.0/8"], ProxyHeader.FORWARDED)
CLIENT = "203.0.113.9"


def behind(value: str, peer: str | None = "10.0.0.1") -> str | Missing:
    return client_address({"x-forwarded-for": value}, peer, PROXIES)


@pytest.mark.parametrize(
    ("value", "address"),
    [
        (CLIENT, CLIENT),
        (f"{CLIENT}:51234", CLIENT),
        ("2001:DB8::0001", "2001:db8::1"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("::ffff:203.0.113.9", CLIENT),
        (f"198.51.100.1, {CLIENT}", CLIENT),
        (f"198.51.100.1,{CLIENT}, 10.1.2.3,192.0.2.7", CLIENT),
        (f"garbage, {CLIENT}", CLIENT),
        ("10.9.9.9", "10.9.9.9"),
        ("10.9.9.9, 10.1.1.1", "10.9.9.9"),
    ],
)
def test_cs08_the_first_address_from_the_right_that_is_no_proxy(value: str, address: str) -> None:
    assert behind(value) == address
    assert behind(value, "2001:db8:1::5") == address
    assert behind(value, None) == address


@pytest.mark.parametrize("value", ["garbage", f"{CLIENT}, unknown", f"{CLIENT},", "1.2.3.4.5", ""])
def test_cs08_what_is_no_address_leaves_it_unknown(value: str) -> None:
    assert behind(value) is MISSING


@given(value=st.text(st.characters(codec="latin-1")))
def test_cs08_a_peer_that_is_no_proxy_says_nothing(value: str) -> None:
    headers = {"x-forwarded-for": value, "forwarded": value, "x-real-ip": value}
    assert client_address(headers, CLIENT, PROXIES) == CLIENT
    assert client_address(headers, "10.0.0.1", NONE) == "10.0.0.1"


@given(value=st.text(st.characters(codec="latin-1")))
def test_cs08_what_a_client_sends_never_hides_what_the_proxy_adds(value: str) -> None:
    assert behind(f"{value}, {CLIENT}") == CLIENT


def test_cs08_only_the_configured_header_counts() -> None:
    headers = {"x-forwarded-for": "198.51.100.1", "forwarded": f"for={CLIENT}"}
    assert client_address(headers, "10.0.0.1", RFC7239) == CLIENT
    assert client_address(headers, "10.0.0.1", PROXIES) == "198.51.100.1"


def test_cs08_a_header_that_stands_twice_is_read_whole() -> None:
    raw = [(b"X-Forwarded-For", b"198.51.100.1"), (b"x-forwarded-for", CLIENT.encode())]
    assert client_address(joined_headers(raw), "10.0.0.1", PROXIES) == CLIENT


@pytest.mark.parametrize(
    ("value", "address"),
    [
        (f"for={CLIENT}", CLIENT),
        (f"For={CLIENT};proto=https;by=10.0.0.1", CLIENT),
        ('proto=https; for="[2001:db8::1]:4711"', "2001:db8::1"),
        (f"for=198.51.100.1, for={CLIENT}", CLIENT),
        (f"for={CLIENT}, for=10.2.2.2", CLIENT),
        (f"for={CLIENT}, for=_hidden", MISSING),
        (f"for={CLIENT}, for=unknown", MISSING),
        (f"for={CLIENT}, proto=https", MISSING),
        (f"notfor={CLIENT}", MISSING),
    ],
)
def test_the_forwarded_header_of_rfc_7239(value: str, address: str | Missing) -> None:
    assert client_address({"forwarded": value}, "10.0.0.1", RFC7239) == address


@pytest.mark.parametrize(
    ("peer", "address"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("::1", "::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        (None, MISSING),
        ("testclient", MISSING),
    ],
)
def test_without_a_header_it_is_the_peer(peer: str | None, address: str | Missing) -> None:
    assert client_address({}, peer, PROXIES) == address


def test_a_socket_is_trusted_only_if_it_is_named() -> None:
    assert client_address({"x-forwarded-for": CLIENT}, None, NONE) is MISSING


def test_a_list_of_proxies_has_addresses_only() -> None:
    with pytest.raises(InputError, match=r"^a trusted proxy is an address, a range or `unix`: "):
        trusted_proxies(["proxy.example"])
