"""Named locations from raw objects, and the ranges of addresses in them."""

from __future__ import annotations

from collections.abc import Iterator

from ostiary.model.addresses import AddressRange, address_range, cidr_range
from ostiary.model.directory import NamedLocation
from ostiary.model.json_types import JsonObject
from ostiary.tenant.documents import Item, Warning_, expected_object
from ostiary.tenant.members import WrongMember, boolean, identifier, text, texts, values
from ostiary.tenant.shapes import is_object


def read_location(item: Item, warnings: list[Warning_]) -> NamedLocation:
    """Read an IP or country location.

    Nobody can tell from an address who is in a location of another kind (compliant network), or
    in one with a range that is none: it is kept, and membership in it is unknown.
    Raises InputError where a member has the wrong type.
    """
    raw = expected_object(item)
    try:
        ranges, broken = _ranges(raw)
        location = NamedLocation(
            id=identifier(raw, "id"),
            display_name=text(raw, "displayName"),
            trusted=boolean(raw, "isTrusted", default=False),
            ranges=ranges,
            countries=frozenset(each.upper() for each in texts(raw, "countriesAndRegions")),
            unknown_countries=boolean(raw, "includeUnknownCountriesAndRegions", default=False),
            understood=not broken and _tells_by_address(raw),
        )
    except WrongMember as wrong:
        raise wrong.at(item.source) from None
    warnings.extend(_warnings(location, broken, item.source))
    return location


def _tells_by_address(raw: JsonObject) -> bool:
    return raw.get("ipRanges") is not None or raw.get("countriesAndRegions") is not None


def _warnings(location: NamedLocation, broken: list[str], source: str) -> Iterator[Warning_]:
    name = location.display_name or location.id
    for sentence in broken:
        message = f"named location `{name}`: {sentence}; who is in it is unknown"
        yield Warning_("invalidRange", message, source)
    if not location.understood and not broken:
        message = (
            f"named location `{name}` has neither IP ranges nor countries;"
            " an address does not tell who is in it"
        )
        yield Warning_("locationNotUnderstood", message, source)


def _ranges(raw: JsonObject) -> tuple[tuple[AddressRange, ...], list[str]]:
    found: list[AddressRange] = []
    broken: list[str] = []
    for each in values(raw, "ipRanges"):
        if isinstance(each, str):
            each = {"cidrAddress": each}
        if not is_object(each):
            raise WrongMember("ipRanges", "objects with an address range", each)
        try:
            found.append(_range(each))
        except ValueError as error:
            broken.append(str(error))
    return tuple(found), broken


def _range(raw: JsonObject) -> AddressRange:
    """Read one of the four kinds of range of Graph; they are told by their members."""
    cidr = text(raw, "cidrAddress")
    if cidr:
        return read_cidr(cidr)
    lower, upper = text(raw, "lowerAddress"), text(raw, "upperAddress")
    if not lower or not upper:
        raise ValueError("expected `cidrAddress`, or `lowerAddress` and `upperAddress`")
    try:
        return address_range(lower, upper)
    except ValueError as error:
        message = f"expected two addresses in order, came `{lower}` and `{upper}`"
        raise ValueError(message) from error


def read_cidr(written: str) -> AddressRange:
    """Give a range in CIDR notation; raises ValueError with a sentence for people."""
    try:
        return cidr_range(written)
    except ValueError as error:
        raise ValueError(f"expected a range such as `192.0.2.0/24`, came `{written}`") from error
