"""What a named location must keep: its kind, its ranges, its number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from ostiary.model.addresses import address_range, cidr_range
from ostiary.model.errors import Problem
from ostiary.model.json_types import JsonObject, as_object, is_list
from ostiary.schema.edge_objects import CountryNamedLocation, IpNamedLocation
from ostiary.schema.edge_types import GraphObject
from ostiary.schema.problems import problems_of

MOST_RANGES = 2000
"""Ranges of one location (entra-docs concept-assignment-network)."""

MOST_IP_LOCATIONS = 195
"""IP named locations of a tenant (entra-docs concept-assignment-network)."""

SHORTEST_PREFIX = 9
"""Only masks greater than /8 can be set (entra-docs concept-assignment-network)."""

IP = "#microsoft.graph.ipNamedLocation"
COUNTRY = "#microsoft.graph.countryNamedLocation"
_MODELS: Mapping[str, type[GraphObject]] = MappingProxyType(
    {IP: IpNamedLocation, COUNTRY: CountryNamedLocation}
)
_CIDR = {"#microsoft.graph.ipv4cidrrange": 4, "#microsoft.graph.ipv6cidrrange": 6}
_BETWEEN = {"#microsoft.graph.ipv4range": 4, "#microsoft.graph.ipv6range": 6}
_RANGE_KINDS = "iPv4CidrRange, iPv6CidrRange, iPv4Range, iPv6Range"


def kind_of(document: JsonObject) -> str | None:
    """Give the type of a location in Graph's spelling, None where it is none we can make."""
    folded = _type_of(document)
    return next((kind for kind in _MODELS if kind.casefold() == folded), None)


def check_location(document: JsonObject) -> tuple[Problem, ...]:
    """Give everything that is wrong with a location document."""
    kind = kind_of(document)
    if kind is None:
        expected = " or ".join(f"`{each}`" for each in _MODELS)
        return (Problem("@odata.type", "missingType", f"expected {expected}"),)
    problems = problems_of(_MODELS[kind], document)
    if kind == COUNTRY:
        return problems + tuple(_never_trusted(document))
    ranges: object = document.get("ipRanges")
    listed: Sequence[Any] = ranges if is_list(ranges) else ()
    return problems + tuple(_too_many(listed)) + tuple(_range_problems(listed))


def range_written(text: str) -> dict[str, str]:
    """Give a range as Graph writes it: `203.0.113.0/24`, or `203.0.113.1-203.0.113.9`.

    What is none is left to the rules to refuse, which say what was expected.
    """
    first, between, last = (each.strip() for each in text.partition("-"))
    version = 6 if ":" in first else 4
    if between:
        kind = f"#microsoft.graph.iPv{version}Range"
        return {"@odata.type": kind, "lowerAddress": first, "upperAddress": last}
    return {"@odata.type": f"#microsoft.graph.iPv{version}CidrRange", "cidrAddress": first}


def range_text(body: JsonObject) -> str:
    """Write a range of a location as `range_written` reads it."""
    if body.get("cidrAddress") is not None:
        return str(body["cidrAddress"])
    return f"{body.get('lowerAddress')}-{body.get('upperAddress')}"


def location_model(document: JsonObject) -> type[GraphObject]:
    """Give the model of a checked location."""
    return _MODELS[kind_of(document) or IP]


def _never_trusted(document: JsonObject) -> Iterator[Problem]:
    """Only networks can be trusted (api-reference countrynamedlocation has no `isTrusted`)."""
    if document.get("isTrusted"):
        yield Problem("isTrusted", "countryNotTrusted", "a country cannot be marked as trusted")


def _too_many(ranges: Sequence[Any]) -> Iterator[Problem]:
    if len(ranges) > MOST_RANGES:
        yield Problem(
            "ipRanges",
            "tooManyRanges",
            f"a location has at most {MOST_RANGES:,} ranges, this one has {len(ranges):,}",
        )


def _range_problems(ranges: Sequence[Any]) -> Iterator[Problem]:
    for index, each in enumerate(ranges):
        body, path = as_object(each), f"ipRanges[{index}]"
        kind = _type_of(body)
        if kind in _CIDR:
            yield from _cidr_problems(body, path, _CIDR[kind])
        elif kind in _BETWEEN:
            yield from _between_problems(body, path, _BETWEEN[kind])
        else:
            expected = f"expected `#microsoft.graph.` and one of {_RANGE_KINDS}"
            yield Problem(f"{path}.@odata.type", "missingType", expected)


def _cidr_problems(body: JsonObject, path: str, family: int) -> Iterator[Problem]:
    """Read a CIDR notation; bits of the host are allowed, as in the samples of the API."""
    text = "" if body.get("cidrAddress") is None else body["cidrAddress"]
    if not isinstance(text, str):
        return  # a value of another type is told by the model
    path = f"{path}.cidrAddress"
    prefix = text.strip().partition("/")[2]
    if not _is_range(text, family) or not (prefix.isascii() and prefix.isdigit()):
        expected = f"expected an IPv{family} range such as `{_SAMPLES[family]}`"
        yield Problem(path, "invalidRange", f"{expected}, came `{text[:60]}`")
        return
    if int(prefix) < SHORTEST_PREFIX:
        yield Problem(
            path,
            "rangeTooLarge",
            f"expected a prefix of /{SHORTEST_PREFIX} or longer, came /{prefix}",
        )


_BITS = {4: 32, 6: 128}
_SAMPLES = {4: "203.0.113.0/24", 6: "2001:db8::/32"}


def _is_range(text: str, family: int) -> bool:
    try:
        cidr_range(text)
    except ValueError:
        return False
    return (":" in text) == (family == 6)


def _between_problems(body: JsonObject, path: str, family: int) -> Iterator[Problem]:
    first, last = body.get("lowerAddress"), body.get("upperAddress")
    if not (isinstance(first, str) and isinstance(last, str)):
        yield Problem(path, "invalidRange", "expected `lowerAddress` and `upperAddress`")
        return
    try:
        found = address_range(first, last)
    except ValueError as error:
        yield Problem(path, "invalidRange", str(error))
        return
    if (":" in first) != (family == 6):
        yield Problem(path, "invalidRange", f"expected IPv{family} addresses, came `{first}`")
    elif found.last - found.first >= 1 << (_BITS[family] - SHORTEST_PREFIX):
        expected = f"expected no more addresses than a /{SHORTEST_PREFIX} has"
        yield Problem(path, "rangeTooLarge", f"{expected}, came `{first}` to `{last}`")


def _type_of(body: JsonObject) -> str:
    """Give `@odata.type` in lower case, with the `#` that OData 4.01 allows to leave out."""
    text = str(body.get("@odata.type") or "").casefold()
    return text if text.startswith("#") else f"#{text}"
