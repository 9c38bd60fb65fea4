"""A country database of a twin: addresses from which a sign-in comes from a country of choice.

Policies on countries cannot be tried from one host. Each country that a location names is given a
network of those for tests (RFC 2544), and so is one that none names; a client says with
X-Forwarded-For that it comes from there. The file is in MaxMind's format, version 2.0.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

_NETWORKS: Final = ipaddress.ip_network("198.18.0.0/15")
_HERE: Final = ("127.0.0.0/8", "::1/128")
_OTHERS: Final = ("NO", "NZ", "JP", "BR", "KE", "CA", "PT")
_V4_BITS: Final = 96
"""Where IPv4 addresses begin in a tree of IPv6 addresses."""
_MARKER: Final = b"\xab\xcd\xefMaxMind.com"
_SEPARATOR: Final = bytes(16)
_STRING, _UINT16, _UINT32, _MAP, _UINT64, _ARRAY = 2, 5, 6, 7, 9, 11
_EXTENDED: Final = 7
_Node: TypeAlias = list[int | str | None]
"""Two records: another node, the code of a country, or nothing."""


def networks_of(named: Iterable[str]) -> dict[str, str]:
    """Give the network of each country that is named, and of one that is not, by its ISO code."""
    codes = sorted({each.upper() for each in named})
    other = next((each for each in _OTHERS if each not in codes), None)
    wanted = [*codes, *([other] if other else [])]
    return dict(zip(wanted, map(str, _NETWORKS.subnets(new_prefix=24)), strict=False))


def database(networks: Mapping[str, str], here: str | None) -> bytes:
    """Write the database; `here` is the country of this host's own addresses, None for none."""
    placed = [(network, code) for code, network in networks.items()]
    placed += [(network, here) for network in _HERE if here]
    nodes: list[_Node] = [[None, None]]
    for network, code in placed:
        _insert(nodes, _bits(network), code)
    content = bytearray()
    offsets: dict[str, int] = {}
    for code in dict.fromkeys(code for _, code in placed):
        offsets[code] = len(content)
        content += _map({"country": _map({"iso_code": _text(code)})})
    tree = b"".join(
        _record(record, len(nodes), offsets).to_bytes(4, "big") for node in nodes for record in node
    )
    return tree + _SEPARATOR + bytes(content) + _MARKER + _metadata(len(nodes))


def _insert(nodes: list[_Node], bits: str, code: str) -> None:
    at = 0
    for bit in map(int, bits[:-1]):
        following = nodes[at][bit]
        if not isinstance(following, int):
            nodes.append([None, None])
            following = nodes[at][bit] = len(nodes) - 1
        at = following
    nodes[at][int(bits[-1])] = code


def _bits(network: str) -> str:
    """Give the path of a network in the tree, in which IPv4 stands below ::/96."""
    place = ipaddress.ip_network(network)
    below = _V4_BITS if isinstance(place, ipaddress.IPv4Network) else 0
    return f"{int(place.network_address):0128b}"[: place.prefixlen + below]


def _record(record: int | str | None, count: int, offsets: Mapping[str, int]) -> int:
    if record is None:
        return count
    if isinstance(record, int):
        return record
    return count + len(_SEPARATOR) + offsets[record]


def _metadata(count: int) -> bytes:
    return _map(
        {
            "node_count": _number(_UINT32, count),
            "record_size": _number(_UINT16, 32),
            "ip_version": _number(_UINT16, 6),
            "database_type": _text("Ostiary-Twin-Country"),
            "languages": _control(_ARRAY, 1) + _text("en"),
            "binary_format_major_version": _number(_UINT16, 2),
            "binary_format_minor_version": _number(_UINT16, 0),
            "build_epoch": _number(_UINT64, 1),
            "description": _map({"en": _text("Addresses for tests")}),
        }
    )


def _map(members: Mapping[str, bytes]) -> bytes:
    written = (_text(name) + value for name, value in members.items())
    return _control(_MAP, len(members)) + b"".join(written)


def _text(value: str) -> bytes:
    return _control(_STRING, len(value)) + value.encode("ascii")


def _number(kind: int, value: int) -> bytes:
    octets = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return _control(kind, len(octets)) + octets


def _control(kind: int, size: int) -> bytes:
    """Write kind and size; sizes here are below 29, which one octet holds."""
    if kind > _EXTENDED:
        return bytes([size, kind - _EXTENDED])
    return bytes([kind << 5 | size])
