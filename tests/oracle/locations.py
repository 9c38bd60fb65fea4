"""Named locations: addresses, countries, trusted places."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from tests.oracle.shapes import Json, objects, part, texts
from tests.oracle.sign_in import SignIn

MFA_TRUSTED_IPS = "00000000-0000-0000-0000-000000000000"


def location_accepts(condition: Json, sign_in: SignIn) -> bool:
    """Whether the sign-in comes from an included and from no excluded location."""
    included = texts(condition, "includeLocations")
    excluded = texts(condition, "excludeLocations")
    if not included and not excluded:
        return True
    return any(_is_in(name, sign_in) for name in included) and not any(
        _is_in(name, sign_in) for name in excluded
    )


def _is_in(name: str, sign_in: SignIn) -> bool:
    if name == "All":
        return True
    if name == MFA_TRUSTED_IPS:
        return _is_mfa_trusted(sign_in)
    locations = objects(sign_in.tenant, "namedLocations")
    if name == "AllTrusted":
        # Only IP locations can be trusted; MFA's trusted addresses belong to them.
        trusted = [place for place in locations if place.get("isTrusted")]
        return _is_mfa_trusted(sign_in) or any(_is_in_ranges(p, sign_in) for p in trusted)
    for place in locations:
        if place["id"] == name:
            return _is_in_ranges(place, sign_in) or _is_in_countries(place, sign_in)
    return False


def _is_mfa_trusted(sign_in: SignIn) -> bool:
    address = _address(sign_in)
    trusted = texts(part(sign_in.tenant, "settings"), "mfaTrustedIps")
    return address is not None and any(_in_cidr(address, cidr) for cidr in trusted)


def _is_in_countries(place: Json, sign_in: SignIn) -> bool:
    if "countriesAndRegions" not in place or "country" not in sign_in.conditions:
        return False  # an absent country is not known; a null one maps to no country
    country = sign_in.conditions["country"]
    if country is None:
        return bool(place.get("includeUnknownCountriesAndRegions"))
    return country in texts(place, "countriesAndRegions")


def _is_in_ranges(place: Json, sign_in: SignIn) -> bool:
    address = _address(sign_in)
    if address is None:
        return False
    return any(_is_in_range(address, one) for one in objects(place, "ipRanges"))


def _is_in_range(address: IPv4Address | IPv6Address, one: Json) -> bool:
    if one.get("cidrAddress"):
        return _in_cidr(address, one["cidrAddress"])
    lower, upper = plain_address(one["lowerAddress"]), plain_address(one["upperAddress"])
    if address.version != lower.version:
        return False
    return int(lower) <= int(address) <= int(upper)


def _in_cidr(address: IPv4Address | IPv6Address, cidr: str) -> bool:
    network = ip_network(cidr, strict=False)
    return address.version == network.version and address in network


def _address(sign_in: SignIn) -> IPv4Address | IPv6Address | None:
    text = sign_in.conditions.get("ipAddress")
    return plain_address(text) if text else None


@lru_cache(maxsize=65536)
def plain_address(text: str) -> IPv4Address | IPv6Address:
    """The address; an IPv4-mapped IPv6 address is the IPv4 address."""
    address = ip_address(text)
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address
