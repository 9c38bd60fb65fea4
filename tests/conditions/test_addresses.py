"""An IPv4-mapped IPv6 address is the IPv4 address, from the first to the last."""

from __future__ import annotations

import pytest

from ostiary.model.addresses import address_number


@pytest.mark.parametrize(
    ("mapped", "address"),
    [
        ("::ffff:0.0.0.0", "0.0.0.0"),  # noqa: S104  # the first address
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("::ffff:255.255.255.255", "255.255.255.255"),
    ],
)
def test_mapped_addresses_are_ipv4_addresses(mapped: str, address: str) -> None:
    assert address_number(mapped) == address_number(address)


@pytest.mark.parametrize("address", ["::fffe:ffff:ffff", "::1:0:0:0"])
def test_the_addresses_beside_them_are_not(address: str) -> None:
    assert address_number(address) < address_number("::ffff:0:0")
