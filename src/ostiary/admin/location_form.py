"""The two forms of named locations, of IP ranges and of countries: filled in, and read back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ostiary.admin.rendering import texts
from ostiary.admin.visit import Visit
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject, as_object, as_strings, is_list
from ostiary.schema.edge_objects import LOOKUP_METHODS
from ostiary.schema.location_rules import COUNTRY, IP, range_text, range_written

KINDS: Final[Mapping[str, str]] = {"ip-ranges": IP, "countries": COUNTRY}
"""The kinds as addresses of pages name them."""
_COUNTRY: Final = "country."


@dataclass(frozen=True, slots=True)
class Land:
    """A country or region to tick: its letters, its name."""

    code: str
    name: str
    chosen: bool


def is_of_addresses(location: JsonObject) -> bool:
    """Tell whether a location is one of IP ranges."""
    return location.get("@odata.type") == IP


def empty(kind: str) -> dict[str, Any]:
    """Give a location that nothing is said of yet; the lookup method is Entra's own default."""
    if kind == IP:
        return {"@odata.type": IP, "displayName": "", "isTrusted": False, "ipRanges": []}
    return {
        "@odata.type": COUNTRY,
        "displayName": "",
        "countriesAndRegions": [],
        "countryLookupMethod": next(iter(LOOKUP_METHODS)),
        "includeUnknownCountriesAndRegions": False,
    }


def sent(visit: Visit, kind: str) -> dict[str, Any]:
    """Read the form; of a file come ranges beside those that were typed.

    Raises InputError for a file that is no text.
    """
    body: dict[str, Any] = {"@odata.type": kind, "displayName": visit.form.get("name", "").strip()}
    if kind == IP:
        lines = [*visit.form.get("ranges", "").splitlines(), *_lines_of_file(visit)]
        written = dict.fromkeys(each.strip() for each in lines if each.strip())
        ranges = [range_written(each) for each in written]
        return {**body, "isTrusted": "trusted" in visit.form, "ipRanges": ranges}
    return {
        **body,
        "countriesAndRegions": list(visit.sent.get("countries", ())),
        "countryLookupMethod": visit.form.get("lookup", ""),
        "includeUnknownCountriesAndRegions": "unknown" in visit.form,
    }


def ranges_of(location: JsonObject) -> list[str]:
    """Write the ranges, each as it is typed."""
    listed = location.get("ipRanges")
    return [range_text(as_object(each)) for each in listed] if is_list(listed) else []


def names_of(codes: Iterable[str]) -> list[str]:
    """Name countries; letters that no country has stay as they are."""
    entries = texts().entries
    return sorted(entries.get(f"{_COUNTRY}{each}", each) for each in codes)


def lands(location: JsonObject) -> list[Land]:
    """Give every country, and what a location has chosen besides, by name."""
    chosen = set(as_strings(location.get("countriesAndRegions")))
    names = {
        key.removeprefix(_COUNTRY): name
        for key, name in texts().entries.items()
        if key.startswith(_COUNTRY)
    }
    names |= {code: code for code in chosen - names.keys()}
    found = [Land(code, name, code in chosen) for code, name in names.items()]
    return sorted(found, key=lambda each: each.name)


def _lines_of_file(visit: Visit) -> list[str]:
    file = visit.files.get("file")
    if file is None:
        return []
    try:
        return file.body.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise InputError(
            f"expected a text file with one range a line, came `{file.name[:60]}`"
        ) from error
