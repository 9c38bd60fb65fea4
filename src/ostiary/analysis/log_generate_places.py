"""Networks of a generated log: offices of the tenant, homes, carriers, hotels, clouds, attackers.

Invented addresses come from ranges that belong to nobody: documentation (RFC 5737, RFC 3849),
benchmarks (RFC 2544) and shared carrier space (RFC 6598).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ostiary.model.addresses import AddressRange, address_text
from ostiary.model.directory import Directory

CITIES = {
    "US": ("Seattle", "Chicago", "Austin"),
    "DE": ("Berlin", "Hamburg", "München"),
    "GB": ("London", "Leeds"),
    "FR": ("Paris", "Lyon"),
    "NL": ("Amsterdam", "Utrecht"),
    "IL": ("Tel Aviv", "Haifa"),
    "IN": ("Bengaluru", "Pune"),
    "JP": ("Tokyo", "Osaka"),
    "AU": ("Sydney", "Perth"),
    "CA": ("Toronto", "Montréal"),
    "BR": ("São Paulo", "Recife"),
    "SE": ("Stockholm", "Malmö"),
    "SG": ("Singapore",),
    "RU": ("Moskva",),
    "CN": ("Shenzhen", "Beijing"),
    "NG": ("Lagos",),
    "VN": ("Hà Nội",),
    "": ("",),
}
_ATTACKERS = ("RU", "CN", "NG", "VN", "BR", "")
_MOST_HOMES = 60_000
_OFFICES_A_LOCATION = 3

Numbers = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Places:
    """All addresses; each kind is a slice of them: first number and how many."""

    addresses: list[str]
    countries: list[str]
    country: Numbers
    """Address -> number of its country in `countries`."""
    cities: list[str]
    city: Numbers
    offices: tuple[int, int]
    homes: tuple[int, int]
    carriers: tuple[int, int]
    hotels: tuple[int, int]
    clouds: tuple[int, int]
    attackers: tuple[int, int]


def invent_places(directory: Directory, people: int, rng: np.random.Generator) -> Places:
    """Take the offices of the tenant and invent the rest."""
    countries = list(CITIES)
    own = _own_country(directory, countries)
    found: list[str] = []
    lands: list[str] = []

    def add(addresses: list[str], where: list[str]) -> tuple[int, int]:
        first = len(found)
        found.extend(addresses)
        lands.extend(where)
        return first, len(addresses)

    offices = list(_offices(directory, rng)) or [f"203.0.113.{n}" for n in (1, 2, 3)]
    homes = [_home(n) for n in range(min(max(people, 1), _MOST_HOMES))]
    hotels = [f"198.19.{n // 200}.{n % 200}" for n in range(400)]
    attackers = [f"198.19.{128 + n // 250}.{n % 250}" for n in range(2_000)]
    abroad = [land for land in countries[:13] if land != own]
    parts = {
        "offices": add(offices, [own] * len(offices)),
        "homes": add(homes, _mostly(own, abroad, len(homes), rng)),
        "carriers": add(*_same(own, [f"198.18.{n // 250}.{n % 250}" for n in range(300)])),
        "hotels": add(hotels, _drawn(abroad, len(hotels), rng)),
        "clouds": add(*_same(own, [f"192.0.2.{n}" for n in range(1, 60)])),
        "attackers": add(attackers, _drawn(list(_ATTACKERS), len(attackers), rng)),
    }
    cities = list(dict.fromkeys(city for names in CITIES.values() for city in names))
    return Places(
        addresses=found,
        countries=countries,
        country=np.array([countries.index(land) for land in lands], np.int32),
        cities=cities,
        city=_cities(lands, cities, rng),
        **parts,
    )


def _own_country(directory: Directory, countries: list[str]) -> str:
    """Take a country that some named location of the tenant lists, if we know one."""
    named = sorted(land for each in directory.named_locations.values() for land in each.countries)
    return next((land for land in named if land in countries[:13]), "US")


def _offices(directory: Directory, rng: np.random.Generator) -> Iterator[str]:
    trusted = sorted(directory.named_locations.values(), key=lambda each: each.id)
    for location in trusted:
        for held in location.ranges[:_OFFICES_A_LOCATION]:
            yield _inside(held, rng)
    for held in directory.settings.mfa_trusted_ips[:_OFFICES_A_LOCATION]:
        yield _inside(held, rng)


def _inside(held: AddressRange, rng: np.random.Generator) -> str:
    """Draw one of the first addresses of a range: an office has few public ones."""
    width = min(held.last - held.first, 250)
    return address_text(held.first + int(rng.integers(0, width + 1)))


def _home(number: int) -> str:
    """Every third home speaks IPv6."""
    if number % 3 == 2:
        return str(ipaddress.IPv6Address((0x20010DB8 << 96) + (number << 64) + 0xA1))
    return str(ipaddress.IPv4Address((100 << 24) + (64 << 16) + number * 37))


def _same(land: str, addresses: list[str]) -> tuple[list[str], list[str]]:
    return addresses, [land] * len(addresses)


def _drawn(lands: list[str], count: int, rng: np.random.Generator) -> list[str]:
    return [lands[n] for n in rng.integers(0, len(lands), count)]


def _mostly(own: str, others: list[str], count: int, rng: np.random.Generator) -> list[str]:
    strange = _drawn(others, count, rng)
    stays = rng.random(count) < 0.85
    return [own if at_home else land for at_home, land in zip(stays, strange, strict=True)]


def _cities(lands: list[str], cities: list[str], rng: np.random.Generator) -> Numbers:
    place = {city: number for number, city in enumerate(cities)}
    chosen: list[int] = rng.integers(0, 1 << 16, len(lands)).tolist()
    options = [CITIES[land] for land in lands]
    return np.array(
        [place[each[n % len(each)]] for each, n in zip(options, chosen, strict=True)], np.int32
    )


__all__ = ["Numbers", "Places", "invent_places"]
