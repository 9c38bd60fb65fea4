"""The places a user signs in from: networks of the last ninety days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from ostiary.factors.smart_lockout import Place

REMEMBERED_FOR = timedelta(days=90)
MOST_PLACES = 20
_PREFIX = {4: 24, 6: 56}
"""One office or household, whose single addresses change."""


@dataclass(frozen=True, slots=True)
class FamiliarPlace:
    """A network that a user signed in from, and when last."""

    network: str
    last_seen: datetime


def place_of(places: tuple[FamiliarPlace, ...], address: str | None, now: datetime) -> Place:
    """Tell whether a user signed in from there lately; an unknown address is unfamiliar."""
    network = _network(address)
    seen = any(each.network == network and _is_recent(each, now) for each in places)
    return Place.FAMILIAR if network and seen else Place.UNFAMILIAR


def remembered(
    places: tuple[FamiliarPlace, ...], address: str | None, now: datetime
) -> tuple[FamiliarPlace, ...]:
    """Give the places after a whole sign-in from an address, the latest first.

    INVARIANT: only after every factor was shown; a guessed password makes no place familiar.
    """
    network = _network(address)
    if network is None:
        return places
    others = (each for each in places if each.network != network and _is_recent(each, now))
    return (FamiliarPlace(network, now), *others)[:MOST_PLACES]


def _is_recent(place: FamiliarPlace, now: datetime) -> bool:
    return now - place.last_seen <= REMEMBERED_FOR


def _network(address: str | None) -> str | None:
    try:
        parsed: IPv4Address | IPv6Address = ip_address(address or "")
    except ValueError:
        return None
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    plain = str(parsed).partition("%")[0]  # without the zone of a link-local address
    return str(ip_network(f"{plain}/{_PREFIX[parsed.version]}", strict=False))
