"""Random named locations, and the addresses at and beside their edges."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from random import Random

from tests.oracle.draw import chance, serial, some
from tests.oracle.shapes import Json, objects

# Ranges that touch, nest and overlap on purpose.
IPV4_CIDRS = (
    "203.0.113.0/24",
    "203.0.113.128/25",
    "203.0.113.7/32",
    "203.0.112.0/24",
    "198.51.100.0/23",
    "198.48.0.0/12",
    "0.0.0.0/9",
    "255.255.255.0/24",
)
IPV6_CIDRS = ("2001:db8:10::/48", "2001:db8:10:8000::/49", "2001:db8::/32", "2001:db8:10::1/128")
IPV4_RANGES = (
    ("192.0.2.100", "192.0.2.110"),
    ("192.0.2.110", "192.0.2.110"),
    ("203.0.113.250", "203.0.114.5"),
)
IPV6_RANGES = (
    ("2001:db8:20::10", "2001:db8:20::1f"),
    ("2001:db8:10::ffff", "2001:db8:11::"),
)
COUNTRIES = ("FR", "US", "DE", "KP")
FAR_AWAY = ("100.64.0.1", "2001:4860::8888")


def named_locations(rng: Random) -> list[Json]:
    """Two to five IP locations, one to three country locations."""
    found = [_ip_location(rng, number) for number in range(1, rng.randint(3, 6))]
    found += [_country_location(rng, number) for number in range(11, rng.randint(12, 14))]
    return found


def trusted_ranges(rng: Random) -> list[str]:
    """MFA's trusted addresses: none, or a range or two of IPv4."""
    return [] if chance(rng, 0.3) else some(rng, ("192.0.2.64/27", "203.0.113.16/28"), 2)


def addresses_around(locations: list[Json], trusted: list[str]) -> list[str]:
    """First, last and middle of every range, one outside on either side, mapped spellings."""
    ends = [_ends(one) for place in locations for one in objects(place, "ipRanges")]
    ends += [_cidr_ends(cidr) for cidr in trusted]
    found: list[str] = [*FAR_AWAY]
    for first, last in ends:
        middle = (int(first) + int(last)) // 2
        for number in (int(first) - 1, int(first), middle, int(last), int(last) + 1):
            found += _spellings(first, number)
    return found


def _ip_location(rng: Random, number: int) -> Json:
    return {
        "@odata.type": "#microsoft.graph.ipNamedLocation",
        "id": serial("c", number),
        "displayName": f"network {number}",
        "isTrusted": chance(rng, 0.4),
        "ipRanges": [_range(rng) for _ in range(rng.randint(1, 3))],
    }


def _country_location(rng: Random, number: int) -> Json:
    return {
        "@odata.type": "#microsoft.graph.countryNamedLocation",
        "id": serial("c", number),
        "displayName": f"countries {number}",
        "countriesAndRegions": some(rng, COUNTRIES, 2),
        "countryLookupMethod": "clientIpAddress",
        "includeUnknownCountriesAndRegions": chance(rng, 0.4),
    }


def _range(rng: Random) -> Json:
    kind = rng.randrange(4)
    if kind < 2:
        pool, name = ((IPV4_CIDRS, "iPv4CidrRange"), (IPV6_CIDRS, "iPv6CidrRange"))[kind]
        return {"@odata.type": f"#microsoft.graph.{name}", "cidrAddress": rng.choice(pool)}
    bounds, name = ((IPV4_RANGES, "iPv4Range"), (IPV6_RANGES, "iPv6Range"))[kind - 2]
    lower, upper = rng.choice(bounds)
    return {
        "@odata.type": f"#microsoft.graph.{name}",
        "lowerAddress": lower,
        "upperAddress": upper,
    }


def _ends(one: Json) -> tuple[IPv4Address | IPv6Address, IPv4Address | IPv6Address]:
    if one.get("cidrAddress"):
        return _cidr_ends(one["cidrAddress"])
    return ip_address(one["lowerAddress"]), ip_address(one["upperAddress"])


def _cidr_ends(cidr: str) -> tuple[IPv4Address | IPv6Address, IPv4Address | IPv6Address]:
    network = ip_network(cidr)
    return network[0], network[-1]


def _spellings(like: IPv4Address | IPv6Address, number: int) -> list[str]:
    """The address of that number in the family of `like`; IPv4 also as IPv4-mapped IPv6."""
    if isinstance(like, IPv6Address):
        return [str(IPv6Address(number))]
    if not 0 <= number < 2**32:
        return []
    address = IPv4Address(number)
    mapped = f"::ffff:{number >> 16:x}:{number & 0xFFFF:x}"
    return [str(address), str(address), f"::ffff:{address}", mapped]
