"""Which named locations an address and a country are in; shared by the engines beside ours.

Overlapping ranges are cut into disjoint intervals once, so that a look-up is one bisection.
"""

from bisect import bisect_right
from ipaddress import ip_network

from bench.draw import Json
from bench.facts import Facts

ALL_TRUSTED = "AllTrusted"
NOWHERE: frozenset[str] = frozenset()


class Places:
    """The named locations of a tenant, made ready for look-ups."""

    def __init__(self, document: Json) -> None:
        edges: dict[int, list[tuple[int, str, int]]] = {4: [], 6: []}
        self._countries: dict[str | None, frozenset[str]] = {}
        for location in document["namedLocations"]:
            for ip_range in location.get("ipRanges", []):
                _add_edges(edges, ip_range["cidrAddress"], location["id"])
                if location["isTrusted"]:
                    _add_edges(edges, ip_range["cidrAddress"], ALL_TRUSTED)
            for country in location.get("countriesAndRegions", []):
                self._add_country(country, location["id"])
            if location.get("includeUnknownCountriesAndRegions"):
                self._add_country(None, location["id"])
        for cidr in document["settings"]["mfaTrustedIps"]:
            _add_edges(edges, cidr, ALL_TRUSTED)
        self._intervals = {version: _disjoint(found) for version, found in edges.items()}

    def _add_country(self, country: str | None, location: str) -> None:
        self._countries[country] = self._countries.get(country, NOWHERE) | {location}

    def of(self, facts: Facts) -> frozenset[str]:
        """The ids of all locations the sign-in is in, and `AllTrusted` where one is trusted."""
        version, number = facts.address
        starts, places = self._intervals[version]
        here = places[bisect_right(starts, number)]
        there = self._countries.get(facts.country)
        return here | there if there else here


def _add_edges(edges: dict[int, list[tuple[int, str, int]]], cidr: str, location: str) -> None:
    network = ip_network(cidr)
    found = edges[network.version]
    found.append((int(network[0]), location, 1))
    found.append((int(network[-1]) + 1, location, -1))


def _disjoint(edges: list[tuple[int, str, int]]) -> tuple[list[int], list[frozenset[str]]]:
    """Starts of the intervals, and what holds before the first start and from each one on."""
    starts: list[int] = []
    places = [NOWHERE]
    depth: dict[str, int] = {}
    for number, location, step in sorted(edges):
        depth[location] = depth.get(location, 0) + step
        if not depth[location]:
            del depth[location]
        if starts and starts[-1] == number:
            places[-1] = frozenset(depth)
        else:
            starts.append(number)
            places.append(frozenset(depth))
    return starts, places
