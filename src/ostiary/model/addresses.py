"""Network addresses and ranges as plain integers on one line.

IPv6 addresses stand at their own value, IPv4 addresses behind the last IPv6 address, so one sorted
list serves both. An IPv4-mapped IPv6 address (RFC 4291 section 2.5.5.2) *is* the IPv4 address.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from functools import lru_cache

_IPV4_BASE = 1 << 128
_MAPPED_FIRST = 0xFFFF << 32
_MAPPED_LAST = _MAPPED_FIRST + 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class AddressRange:
    """Addresses from `first` to `last`, both included, as `address_number` gives them."""

    first: int
    last: int


def _on_line(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> int:
    number = int(address)
    if address.version == 4:
        return _IPV4_BASE + number
    if _MAPPED_FIRST <= number <= _MAPPED_LAST:
        return _IPV4_BASE + number - _MAPPED_FIRST
    return number


@lru_cache(maxsize=65536)
def address_number(text: str) -> int:
    """Give the place of an address on the line; a zone id (`%eth0`) is ignored.

    Raises ValueError for anything that is no address.
    """
    return _on_line(ipaddress.ip_address(text.strip().partition("%")[0]))


def address_text(number: int) -> str:
    """Write a place on the line as an address again."""
    if number >= _IPV4_BASE:
        return str(ipaddress.IPv4Address(number - _IPV4_BASE))
    return str(ipaddress.IPv6Address(number))


def cidr_range(text: str) -> AddressRange:
    """Give the range of a CIDR notation; host bits are allowed, as in Entra's own exports.

    Raises ValueError for anything else.
    """
    network = ipaddress.ip_network(text.strip(), strict=False)
    return AddressRange(_on_line(network[0]), _on_line(network[-1]))


def address_range(first: str, last: str) -> AddressRange:
    """Give the range between two addresses of one family, both included.

    Raises ValueError where they are no addresses, of two families or in the wrong order.
    """
    low, high = address_number(first), address_number(last)
    if (low >= _IPV4_BASE) != (high >= _IPV4_BASE):
        raise ValueError(f"`{first}` and `{last}` are of different families")
    if low > high:
        raise ValueError(f"`{first}` comes after `{last}`")
    return AddressRange(low, high)
