"""The condition *Network* (locations): named locations, trusted networks, countries."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator
from typing import NamedTuple, cast

from ostiary.conditions.base import NO_TAGS, Asked, Condition, Field, Lookup, Section, Tagger
from ostiary.conditions.facts import COUNTRY, IP_ADDRESS
from ostiary.model.addresses import (
    IPV4_BASE,
    AddressRange,
    address_number,
    address_text,
    is_address,
)
from ostiary.model.directory import Directory
from ostiary.model.setting import Effect, Tag, Tags, Unknown
from ostiary.model.signin import MISSING, Missing, SignIn

ALL, ALL_TRUSTED = "All", "AllTrusted"
MFA_TRUSTED_IPS = "00000000-0000-0000-0000-000000000000"
"""The id under which policies name the multifactor authentication trusted IPs."""
NOT_LOOKED_UP = ""
NOT_RECORDED = "?"
_BLOCKS = 1 << 16
_QUIET = ("NZ", "IS", "UY", "BW")
"""Countries for samples from no named location, the first that none has; `ZZ` is no country."""
_CHOOSE = "Selected networks and locations"
WORDS = {ALL: "Any network or location", ALL_TRUSTED: "All trusted networks and locations"}


class Place(NamedTuple):
    """Where a sign-in comes from.

    `address` as `address_number` gives it, None where it is not known. `country` in upper case,
    None where the address maps to no country, `NOT_LOOKED_UP` where nobody looked, `NOT_RECORDED`
    where a log does not tell.
    """

    address: int | None
    country: str | None = NOT_LOOKED_UP


class Segments:
    """All ranges of a directory cut into disjoint pieces, each with its set of tags.

    `examples` has one address of each class, where there is one.
    """

    def __init__(self, directory: Directory) -> None:
        """Sweep over the ends of all ranges once."""
        opens: dict[int, list[Tag]] = defaultdict(list)
        closes: dict[int, list[Tag]] = defaultdict(list)
        for tag, each in _tagged_ranges(directory):
            opens[each.first].append(tag)
            closes[each.last + 1].append(tag)
        self.starts: list[int] = []
        self.classes: list[int] = [0]
        self.tag_sets: list[frozenset[Tag]] = [frozenset()]
        known = {frozenset[Tag](): 0}
        active: Counter[Tag] = Counter()
        for start in sorted(opens.keys() | closes.keys()):
            for tag in closes.get(start, ()):
                active[tag] -= 1
                if not active[tag]:
                    del active[tag]
            active.update(opens.get(start, ()))
            tags = frozenset(active)
            number = known.setdefault(tags, len(known))
            if number == len(self.tag_sets):
                self.tag_sets.append(tags)
            if number != self.classes[-1]:
                self.starts.append(start)
                self.classes.append(number)
        self._blocks = _block_positions(self.starts)
        self.examples = self._examples()

    def find(self, address: int) -> int:
        """Give the class of the piece an address lies in.

        The 65,536 blocks of IPv4 have an index of their own, so that the search touches little.
        """
        if address < IPV4_BASE:
            return self.classes[bisect_right(self.starts, address, 0, self._blocks[0])]
        block = (address - IPV4_BASE) >> 16
        low, high = self._blocks[block], self._blocks[block + 1]
        return self.classes[bisect_right(self.starts, address, low, high) if low < high else low]

    def _examples(self) -> dict[int, int]:
        found: dict[int, int] = {}
        for address, number in self._edges():
            if number not in found and is_address(address):
                found[number] = address
        return found

    def _edges(self) -> Iterator[tuple[int, int]]:
        """Give the first and last address of every piece, each with the piece's class."""
        before = self.classes[0]
        for start, after in zip(self.starts, self.classes[1:], strict=True):
            yield start - 1, before
            yield start, after
            before = after


def _block_positions(starts: list[int]) -> array[int]:
    """Give, for each /16 block of IPv4 and the end, how many pieces start before it.

    Blocks in which none starts are written at once: this runs for every tenant that is compiled.
    """
    blocks, position = array("L"), bisect_left(starts, IPV4_BASE)
    for start in starts[position:]:
        block = (start - IPV4_BASE) >> 16
        if block >= _BLOCKS:
            break
        blocks.extend(array("L", [position]) * (block + 1 - len(blocks)))
        position += 1
    blocks.extend(array("L", [position]) * (_BLOCKS + 1 - len(blocks)))
    return blocks


def _tagged_ranges(directory: Directory) -> Iterator[tuple[Tag, AddressRange]]:
    for location in directory.named_locations.values():
        for each in location.ranges:
            yield location.id, each
            if location.trusted:
                yield ALL_TRUSTED, each
    for each in directory.settings.mfa_trusted_ips:
        yield ALL_TRUSTED, each
        yield MFA_TRUSTED_IPS, each


class LocationTagger(Tagger[Place]):
    """Ranges cut once; a key is the class of the address and the country."""

    def __init__(self, directory: Directory, asked: Asked, segments: Segments) -> None:
        """Keep the pieces, the countries, and the locations whose members nobody can tell."""
        self._directory = directory
        self.segments = segments
        self._find = segments.find
        self._countries: dict[str | None, Tags] = _countries(directory)
        known = directory.named_locations
        doubtful = {
            tag
            for tag in asked - {ALL, ALL_TRUSTED, MFA_TRUSTED_IPS}
            if tag not in known or not known[tag].understood
        }
        if any(each.trusted and not each.understood for each in known.values()):
            doubtful.add(ALL_TRUSTED)
        self._unknown: Tags = frozenset(Unknown(tag) for tag in doubtful & asked)

    def key(self, value: Place) -> Hashable:
        """Find the piece an address lies in."""
        address, country = value
        if address is None:
            return (0, country)
        return (self._find(address), country)

    def tags(self, key: Hashable) -> Tags:
        """Give the locations of a piece and a country."""
        number, country = cast("tuple[int, str | None]", key)
        by_address = self.segments.tag_sets[number]
        return by_address | self._countries.get(country, NO_TAGS) | self._unknown | {ALL}

    def subject(self, value: Place) -> str:
        """Name address and country."""
        where = f"IP address {address_text(value.address)}" if value.address is not None else ""
        land = "an unknown country" if value.country is None else f"country {value.country}"
        if value.country in {NOT_LOOKED_UP, NOT_RECORDED}:
            return where or "an unknown network"
        return f"{where} ({land})" if where else land

    def name(self, tag: Tag) -> str:
        """Name a location."""
        if tag in WORDS:
            return f"`{WORDS[tag]}`"
        if tag == MFA_TRUSTED_IPS:
            return "`Multifactor authentication trusted IPs`"
        location = self._directory.named_locations.get(tag)
        return f"named location `{location.display_name or tag}`" if location else f"`{tag}`"


def _countries(directory: Directory) -> dict[str | None, Tags]:
    found: dict[str | None, set[Tag]] = defaultdict(set)
    for location in directory.named_locations.values():
        for country in location.countries:
            found[country].add(location.id)
        if location.unknown_countries:
            found[None].add(location.id)
    by_country: dict[str | None, Tags] = {
        country: frozenset(tags) for country, tags in found.items()
    }
    by_country[NOT_RECORDED] = frozenset(Unknown(tag) for tags in found.values() for tag in tags)
    return by_country


class Locations(Condition[Place]):
    """Where the network says the sign-in comes from; several locations are alternatives.

    Source: entra-docs conditional-access/concept-assignment-network. Country locations are never
    trusted; an address that is not known matches *Any network or location* only.
    """

    name = key = "locations"
    title = "Network"
    reason = "location"
    section = Section.NETWORK
    link = "is in"
    late = True
    facts = (IP_ADDRESS, COUNTRY)
    workload = True
    universal = (ALL,)
    fields = (
        Field(
            "includeLocations",
            Effect.INCLUDE,
            "Include",
            WORDS,
            Lookup.NAMED_LOCATION,
            alone=(ALL,),
            choose=_CHOOSE,
            together=_CHOOSE,
        ),
        Field(
            "excludeLocations",
            Effect.EXCLUDE,
            "Exclude",
            WORDS,
            Lookup.NAMED_LOCATION,
            alone=(ALL,),
            together=_CHOOSE,
        ),
    )

    def value(self, sign_in: SignIn, directory: Directory) -> Place | Missing:
        """Give address and country."""
        address, country = sign_in.address, sign_in.country
        if address is MISSING:
            return MISSING
        number = address_number(address) if address is not None else None
        if country is MISSING:
            return Place(number, NOT_RECORDED)
        if not sign_in.country_known:
            return Place(number)
        return Place(number, country.upper() if country else None)

    def tagger(self, directory: Directory, asked: Asked) -> LocationTagger:
        """Cut the ranges of all locations, asked or not, so that a new policy costs nothing."""
        return LocationTagger(directory, asked, Segments(directory))

    def extended(self, tagger: Tagger[Place], directory: Directory, asked: Asked) -> LocationTagger:
        """Keep the pieces."""
        kept = tagger.segments if isinstance(tagger, LocationTagger) else Segments(directory)
        return LocationTagger(directory, asked, kept)

    def followed(
        self, tagger: Tagger[Place], before: Directory, directory: Directory, asked: Asked
    ) -> LocationTagger:
        """Keep the pieces where no range changed."""
        same = (
            before.named_locations == directory.named_locations
            and before.settings.mfa_trusted_ips == directory.settings.mfa_trusted_ips
        )
        return self.extended(tagger, directory, asked) if same else self.tagger(directory, asked)

    def samples(self, directory: Directory, asked: Asked) -> Iterator[Place]:
        """An edge of every kind of range with every kind of country."""
        return _places(Segments(directory), directory, asked)

    def samples_with(
        self, tagger: Tagger[Place], directory: Directory, asked: Asked
    ) -> Iterator[Place]:
        """Keep the pieces."""
        kept = tagger.segments if isinstance(tagger, LocationTagger) else Segments(directory)
        return _places(kept, directory, asked)


def _places(segments: Segments, directory: Directory, asked: Asked) -> Iterator[Place]:
    """Give one place for each combination of asked locations; the unknown address comes first."""
    addresses: dict[Tags, int | None] = {frozenset(): None}
    for number, address in segments.examples.items():
        shown = segments.tag_sets[number] & asked
        if addresses.get(shown) is None:
            addresses[shown] = address
    known = _countries(directory)
    countries: dict[Tags, str | None] = {}
    elsewhere = next(each for each in (*_QUIET, "ZZ") if each not in known or each == "ZZ")
    for country in (elsewhere, None, NOT_LOOKED_UP, "ZZ", *sorted(filter(None, known))):
        countries.setdefault(known.get(country, frozenset()) & asked, country)
    for address in addresses.values():
        for country in countries.values():
            yield Place(address, country)
