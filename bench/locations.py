"""Named locations of the synthetic tenant: IP ranges of both kinds, and countries."""

from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network
from random import Random
from typing import Any

from bench.names import Size, location_id

COUNTRIES = ("US", "DE", "FR", "GB", "IN", "BR", "JP", "AU", "ZA", "SE", "KP", "RU")
V6_SHARE = 0.2
TRUSTED_LOCATIONS = 10
MOST_RANGES_OF_A_LOCATION = 2_000  # Graph's limit
MFA_TRUSTED_IPS = ("198.51.100.0/24", "2001:db8:77::/48")


def named_locations(rng: Random, size: Size) -> list[dict[str, Any]]:
    """All named locations; those of IP ranges come first, the trusted among them at the front."""
    counts = _range_counts(rng, size)
    ip_locations = [
        {
            "@odata.type": "#microsoft.graph.ipNamedLocation",
            "id": location_id(n),
            "displayName": f"Site {n}",
            "isTrusted": n < TRUSTED_LOCATIONS,
            "ipRanges": list(_ranges(rng, count)),
        }
        for n, count in enumerate(counts)
    ]
    return ip_locations + [_countries(rng, size, n) for n in range(size.country_locations)]


def _range_counts(rng: Random, size: Size) -> list[int]:
    # Few locations hold most ranges, as in a real tenant; the sum is exact.
    weights = [rng.paretovariate(1.1) for _ in range(size.ip_locations)]
    counts = [
        max(1, min(MOST_RANGES_OF_A_LOCATION, int(w / sum(weights) * size.ranges))) for w in weights
    ]
    missing = size.ranges - sum(counts)
    while missing:
        n = rng.randrange(len(counts))
        step = min(missing, MOST_RANGES_OF_A_LOCATION - counts[n], 100)
        counts[n] += step
        missing -= step
    return counts


def _ranges(rng: Random, count: int) -> Iterator[dict[str, str]]:
    for _ in range(count):
        if rng.random() < V6_SHARE:
            kind, network = "iPv6CidrRange", _v6(rng)
        else:
            kind, network = "iPv4CidrRange", _v4(rng)
        yield {"@odata.type": f"#microsoft.graph.{kind}", "cidrAddress": network}


def _v4(rng: Random) -> str:
    prefix = rng.choice((16, 20, 22, 24, 24, 24, 26, 28, 29, 30, 32))
    address = rng.randrange(1 << 24, 224 << 24)
    return str(IPv4Network((address >> (32 - prefix) << (32 - prefix), prefix)))


def _v6(rng: Random) -> str:
    prefix = rng.choice((32, 40, 44, 48, 48, 56, 64))
    address = (0x2A << 120) | rng.getrandbits(120)
    return str(IPv6Network((address >> (128 - prefix) << (128 - prefix), prefix)))


def _countries(rng: Random, size: Size, n: int) -> dict[str, Any]:
    return {
        "@odata.type": "#microsoft.graph.countryNamedLocation",
        "id": location_id(size.ip_locations + n),
        "displayName": f"Countries {n}",
        "countriesAndRegions": sorted(rng.sample(COUNTRIES, rng.randint(1, 4))),
        "countryLookupMethod": "clientIpAddress",
        "includeUnknownCountriesAndRegions": n % 3 == 0,
    }
