"""The address a request comes from: the peer, or what a trusted proxy says of it (CS08).

A proxy header counts only from a configured proxy, and only the one header that this proxy writes.
It is read from the right: each proxy adds the address it saw, what stands left of the first
address that is no proxy of ours is hearsay. Scheme and host of a request are never taken from
headers; the configured public URLs are used instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from ostiary.model.addresses import AddressRange, address_number, address_text, cidr_range
from ostiary.model.errors import InputError
from ostiary.model.signin import MISSING, Missing
from ostiary.signin.headers import Headers


class ProxyHeader(Enum):
    """The header that the proxies write."""

    X_FORWARDED_FOR = "x-forwarded-for"
    FORWARDED = "forwarded"


@dataclass(frozen=True, slots=True)
class TrustedProxies:
    """Which peers may say for whom they speak.

    `local_socket`: whoever connects through a Unix socket, which has no address, may.
    """

    ranges: tuple[AddressRange, ...] = ()
    local_socket: bool = False
    header: ProxyHeader = ProxyHeader.X_FORWARDED_FOR

    def trust(self, address: int | None) -> bool:
        """Whether a peer (its place on the line of addresses, None for a socket) is a proxy."""
        if address is None:
            return self.local_socket
        return any(each.first <= address <= each.last for each in self.ranges)


LOCAL_SOCKET = "unix"
"""The word for a Unix socket in the list of trusted proxies."""


def trusted_proxies(
    words: Iterable[str], header: ProxyHeader = ProxyHeader.X_FORWARDED_FOR
) -> TrustedProxies:
    """Read the configured list: addresses, CIDR ranges and the word `unix`.

    Raises InputError for anything else.
    """
    named = [word.strip() for word in words]
    try:
        ranges = tuple(cidr_range(word) for word in named if word != LOCAL_SOCKET)
    except ValueError as error:
        raise InputError(
            f"a trusted proxy is an address, a range or `{LOCAL_SOCKET}`: {error}"
        ) from error
    return TrustedProxies(ranges, LOCAL_SOCKET in named, header)


def client_address(headers: Headers, peer: str | None, proxies: TrustedProxies) -> str | Missing:
    """Give the address of the client in its shortest form, MISSING where nobody can tell.

    `peer` is the address of the connection, None for a Unix socket. An IPv4-mapped address is the
    IPv4 address. MISSING also where a trusted proxy names something that is no address.
    """
    nearest = _number(peer)
    if not from_proxy(peer, proxies):
        return _written(nearest)
    for hop in reversed(_hops(headers, proxies.header)):
        nearest = _number(hop)
        if nearest is None:
            return MISSING
        if not proxies.trust(nearest):
            break
    return _written(nearest)


def from_proxy(peer: str | None, proxies: TrustedProxies) -> bool:
    """Tell whether the connection is that of a trusted proxy; `peer` as in `client_address`."""
    number = _number(peer)
    return (peer is None or number is not None) and proxies.trust(number)


def _written(number: int | None) -> str | Missing:
    return MISSING if number is None else address_text(number)


_WITH_PORT = re.compile(r"(?P<v4>\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}|\[(?P<v6>[^\]]+)\](?::\d{1,5})?")
_FOR = re.compile(r'(?:^|;)\s*for\s*=\s*(?:"(?P<quoted>[^"]*)"|(?P<token>[^\s;"]+))', re.IGNORECASE)


def _number(text: str | None) -> int | None:
    """Read an address, with or without brackets and port; None for anything else."""
    bare = (text or "").strip()
    with_port = _WITH_PORT.fullmatch(bare)
    if with_port is not None:
        bare = with_port["v4"] or with_port["v6"]
    try:
        return address_number(bare)
    except ValueError:
        return None


def _hops(headers: Headers, header: ProxyHeader) -> Sequence[str]:
    """Give the addresses of a proxy header from left to right, as they are written."""
    value = headers.get(header.value)
    if value is None:
        return ()
    elements = value.split(",")
    if header is ProxyHeader.X_FORWARDED_FOR:
        return elements
    # RFC 7239 section 4: what an element does not tell is unknown.
    found = (_FOR.search(element) for element in elements)
    return [(each["quoted"] or each["token"] or "") if each else "" for each in found]
