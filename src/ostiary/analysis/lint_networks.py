"""Pitfalls of networks: countries that are not known, trust that is too wide."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network

from ostiary.analysis.lint_pitfall import Finds, Found, Pitfall, Severity
from ostiary.analysis.lint_subject import Subject
from ostiary.analysis.lint_words import quoted
from ostiary.conditions.locations import Place
from ostiary.controls.block import Block
from ostiary.model.addresses import AddressRange, address_text, cidr_range

_PAGE = "entra-docs conditional-access/concept-assignment-network"
_WIDEST_V4 = 1 << 16
"""Addresses of a /16: more than that belongs to a provider, not to an office."""
_WIDEST_V6 = 1 << 96
"""Addresses of a /32, which a provider gets; a site gets a /48 (RFC 6177)."""
_PRIVATE = tuple(
    cidr_range(each)
    for each in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
)
"""RFC 1918, RFC 6598 and RFC 4193: no sign-in ever comes from there."""


class CountryUnknown(Pitfall):
    """A list of blocked countries that unknown ones pass."""

    code = "OST801"
    name = "unknown-country-not-handled"
    severity = Severity.WARNING
    title = "A block by country lets addresses of no known country pass"
    why = (
        "Addresses that the geolocation data does not have, many of IPv6 among them, are in no "
        "country. A list of blocked countries does not stop them unless it says so."
    )
    fix = "set *Include unknown countries/regions*, or block all but the countries you work in"
    source = f"{_PAGE} (unknown countries/regions)"

    def look(self, subject: Subject) -> Finds:
        """Ask the table of locations about an address of no country."""
        table = subject.table("locations")
        nowhere = table.accepted(table.key(Place(None, None))).upper
        locations = subject.directory.named_locations
        for number, policy in subject.live:
            setting = policy.settings.get("locations")
            if setting is None or not any(e.control == Block.key for e in policy.requirements):
                continue
            named = [
                locations[tag].display_name or tag
                for tag in sorted(setting.include or ())
                if tag in locations and locations[tag].countries
            ]
            if named and not nowhere >> number & 1:
                yield Found(
                    f"it blocks the countries of {quoted(named)}; an address of no known country "
                    "passes",
                    (policy,),
                )


class TrustTooWide(Pitfall):
    """A trusted location with more addresses than an office has."""

    code = "OST802"
    name = "trusted-location-too-wide"
    severity = Severity.WARNING
    title = "A trusted location is very wide"
    why = (
        "Everybody with an address in a trusted range is let off what policies ask outside it, "
        "other customers of the same provider included."
    )
    fix = "list the addresses at which your own traffic leaves"
    source = _PAGE

    def look(self, subject: Subject) -> Finds:
        """Measure the ranges that are trusted."""
        for name, ranges in _trusted(subject):
            wide = [each for each in ranges if _is_wide(each)]
            if wide:
                shown = quoted(_written(each) for each in wide)
                yield Found(f"{name} is trusted and takes in {shown}")


class TrustPrivate(Pitfall):
    """A trusted location of private addresses."""

    code = "OST803"
    name = "trusted-location-private"
    severity = Severity.NOTE
    title = "A trusted location lists private addresses"
    why = (
        "Entra sees the public address at which traffic leaves a network, never the private one "
        "behind it: the range matches no sign-in."
    )
    fix = "list the public addresses"
    source = f"{_PAGE} (IP address ranges)"

    def look(self, subject: Subject) -> Finds:
        """Compare with the ranges set apart for private use."""
        for name, ranges in _trusted(subject):
            inside = [
                each
                for each in ranges
                if any(p.first <= each.first and each.last <= p.last for p in _PRIVATE)
            ]
            if inside:
                shown = quoted(_written(each) for each in inside)
                yield Found(f"{name} is trusted for {shown}, from where no sign-in comes")


def _trusted(subject: Subject) -> Iterator[tuple[str, tuple[AddressRange, ...]]]:
    """Give what is trusted: named locations, and the addresses of the older setting."""
    for location in subject.directory.named_locations.values():
        if location.trusted:
            yield f"named location `{location.display_name or location.id}`", location.ranges
    older = subject.directory.settings.mfa_trusted_ips
    if older:
        yield "the setting *multifactor authentication trusted IPs*", older


def _is_wide(each: AddressRange) -> bool:
    version_6 = ":" in address_text(each.first)
    return each.last - each.first + 1 > (_WIDEST_V6 if version_6 else _WIDEST_V4)


def _written(each: AddressRange) -> str:
    """Write a range as a network where it is one."""
    first, last = address_text(each.first), address_text(each.last)
    bits = (128 if ":" in first else 32) - (each.last - each.first).bit_length()
    network = ip_network(f"{first}/{bits}", strict=False)
    whole = str(network[0]) == first and str(network[-1]) == last
    return str(network) if whole else f"{first}–{last}"


PITFALLS: tuple[Pitfall, ...] = (CountryUnknown(), TrustTooWide(), TrustPrivate())
