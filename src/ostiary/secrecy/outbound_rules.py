"""Where this server may send requests: named origins, at public addresses or allowed networks.

Source: checklist SF01; ASVS 5.0.0, 13.2.4 and 15.3.2; special addresses by the IANA registries that
Python's `ipaddress` carries.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from ostiary.model.addresses import AddressRange, address_number, cidr_range
from ostiary.model.errors import InputError, OstiaryError

_Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
_PORTS: Final = {"https": 443, "http": 80, "smtp": 587, "smtps": 465}
_HOST: Final = re.compile(r"[a-z0-9._-]{1,253}|[0-9a-f:.]{2,45}")
_TRANSLATED: Final = ipaddress.ip_network("64:ff9b::/96")
"""NAT64 (RFC 6052): the last 32 bits are the IPv4 address that is reached."""
_GLOBAL: Final = ipaddress.ip_network("2000::/3")
"""What the IANA gives out as global unicast addresses (RFC 4291, 2.4)."""
_NEVER_PUBLIC: Final = tuple(
    map(cidr_range, ("168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24"))
)
"""Azure's host agent, which answers from inside of a host; assignments and relays of protocols."""


class OutboundRefused(OstiaryError):
    """A request that this server does not send: its target is not allowed."""

    code = "outboundRefused"


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host in lower case and port: what may be allowed or not."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        """Write it as settings do."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"

    @property
    def secure(self) -> bool:
        """Whether TLS begins with the connection."""
        return self.scheme in {"https", "smtps"}


@dataclass(frozen=True, slots=True)
class OutboundRules:
    """What is allowed: nothing, unless it is said. `networks` may be reached though not public."""

    origins: frozenset[Origin] = frozenset()
    networks: tuple[AddressRange, ...] = ()

    def require_origin(self, origin: Origin) -> None:
        """Raise OutboundRefused for an origin that is not on the list."""
        if origin not in self.origins:
            raise OutboundRefused(
                f"expected an origin that the settings allow, came {origin}",
                hint=f'add "{origin}" to `allow` of [outbound]',
            )

    def require_addresses(self, origin: Origin, addresses: Iterable[str]) -> tuple[str, ...]:
        """Give the addresses of a host to connect to, and to no others.

        Raises OutboundRefused where one of them is not public and not in an allowed network: a name
        that leads to both is not trusted with either.
        """
        found = tuple(dict.fromkeys(addresses))
        for each in found:
            if not self._may_reach(each):
                raise OutboundRefused(
                    f"expected {origin} to be at a public address, it is at {each}",
                    hint="add its network to `networks` of [outbound] if that is intended",
                )
        return found

    def _may_reach(self, text: str) -> bool:
        if any(each.first <= address_number(text) <= each.last for each in self.networks):
            return True
        return all(_is_public(each) for each in _meant(ipaddress.ip_address(text)))


def origin_of(url: str, *, what: str = "an address") -> Origin:
    """Read the origin of an absolute URL. Raises InputError where it is none that is sent to."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    known = parts.scheme in _PORTS and _HOST.fullmatch(host) is not None
    plain = "@" not in parts.netloc and not re.search(r"[\x00-\x20\x7f-\U0010ffff\\]", url)
    if not known or not plain:
        raise InputError(f"expected {what} like `https://host.example`, came `{url[:120]!s}`")
    return Origin(parts.scheme, host, _PORTS[parts.scheme] if port is None else port)


def outbound_rules(allow: Iterable[str], networks: Iterable[str] = ()) -> OutboundRules:
    """Read the rules as settings write them. Raises InputError.

    `allow`: origins such as `https://host.example` or `https://host.example:8443`. Plain `http` is
    allowed like any other origin, by being named. `networks`: in CIDR notation.
    """
    try:
        ranges = tuple(cidr_range(each) for each in networks)
    except ValueError as error:
        raise InputError(f"expected a network in CIDR notation: {error}") from error
    return OutboundRules(frozenset(origin_of(each) for each in allow), ranges)


def _is_public(address: _Address) -> bool:
    if address.version == 6 and address not in _GLOBAL:
        return False
    number = address_number(str(address))
    special = any(each.first <= number <= each.last for each in _NEVER_PUBLIC)
    return address.is_global and not address.is_multicast and not special


def _meant(address: _Address) -> tuple[_Address, ...]:
    """Give an address and those that it only wraps: mapped, 6to4, Teredo, NAT64."""
    if isinstance(address, ipaddress.IPv4Address):
        return (address,)
    if address.ipv4_mapped is not None:
        return (address.ipv4_mapped,)
    if address in _TRANSLATED:
        return (ipaddress.IPv4Address(int(address) & 0xFFFFFFFF),)
    sixtofour = (address.sixtofour,) if address.sixtofour else ()
    return (address, *sixtofour, *(address.teredo or ()))
