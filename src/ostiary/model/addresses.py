"""Network addresses and ranges as plain integers on one line.

IPv6 addresses stand at their own value, IPv4 addresses behind the last IPv6 address, so one sorted
list serves both. An IPv4-mapped IPv6 address (RFC 4291 section 2.5.5.2) *is* the IPv4 address.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

IPV4_BASE = 1 << 128
"""Where IPv4 addresses begin on the line."""
_RANGES_REMEMBERED = 131_072
"""A large tenant names some 60,000, and is read again whenever its directory changes."""
_MAPPED_FIRST = 0xFFFF << 32
_MAPPED_LAST = _MAPPED_FIRST + 0xFFFFFFFF


_Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class AddressRange:
    """Addresses from `first` to `last`, both included, as `address_number` gives them."""

    first: int
    last: int


def _on_line(address: _Address) -> int:
    number = int(address)
    if address.version == 4:
        return IPV4_BASE + number
    if _MAPPED_FIRST <= number <= _MAPPED_LAST:
        return IPV4_BASE + number - _MAPPED_FIRST
    return number


@lru_cache(maxsize=65536)
def address_number(text: str) -> int:
    """Give the place of an address on the line; a zone id (`%eth0`) is ignored.

    Raises ValueError for anything that is no address.
    """
    return _on_line(ipaddress.ip_address(text.strip().partition("%")[0]))


def is_address(number: int) -> bool:
    """Tell whether an address stands at this place; the mapped ones stand elsewhere."""
    if number >= IPV4_BASE:
        return number < IPV4_BASE + (1 << 32)
    return number >= 0 and not _MAPPED_FIRST <= number <= _MAPPED_LAST


def address_text(number: int) -> str:
    """Write a place on the line as an address again."""
    if number >= IPV4_BASE:
        return str(ipaddress.IPv4Address(number - IPV4_BASE))
    return str(ipaddress.IPv6Address(number))


@lru_cache(maxsize=_RANGES_REMEMBERED)
def cidr_range(text: str) -> AddressRange:
    """Give the range of a CIDR notation; host bits are allowed, as in Entra's own exports.

    Raises ValueError for anything else.
    """
    network = ipaddress.ip_network(text.strip(), strict=False)
    return _range(network[0], network[-1])


def address_range(first: str, last: str) -> AddressRange:
    """Give the range between two addresses of one family, both included.

    Raises ValueError where they are no addresses, of two families or in the wrong order.
    """
    low, high = (ipaddress.ip_address(each.strip().partition("%")[0]) for each in (first, last))
    found = _range(low, high)
    if (found.first >= IPV4_BASE) != (found.last >= IPV4_BASE):
        raise ValueError(f"`{first}` and `{last}` are of different families")
    if found.first > found.last:
        raise ValueError(f"`{first}` comes after `{last}`")
    return found


def _range(low: _Address, high: _Address) -> AddressRange:
    """Put a range on the line. One that only crosses the mapped block stays among IPv6."""
    first, last = _on_line(low), _on_line(high)
    if low.version == 6 and high.version == 6 and (first < IPV4_BASE or last < IPV4_BASE):
        return AddressRange(int(low), int(high))
    return AddressRange(first, last)
