"""The country of an address, by any database in MaxMind's format that the settings name."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Protocol

import maxminddb

from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject, as_object
from ostiary.model.signin import MISSING, Missing

_CODE = re.compile(r"[A-Za-z]{2}")


class Countries(Protocol):
    """Tells the country of an address."""

    def country_of(self, address: str) -> str | Missing | None:
        """Give the ISO 3166 code; None where the address maps to no country.

        MISSING where the database is damaged at that place.
        """
        ...


class NoCountries:
    """No database is configured: every address maps to no country.

    So a countries location matches only by *Include unknown countries/regions*.
    """

    def country_of(self, address: str) -> None:
        """Give None."""


class _Reader(Protocol):
    """What is used of maxminddb's reader, whose records may be anything."""

    def get(self, ip_address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> object: ...

    def close(self) -> None: ...


class CountryDatabase:
    """A database file, kept open; safe to read from several threads."""

    def __init__(self, path: Path) -> None:
        """Open the file; raises InputError where it is no such database."""
        try:
            self._reader: _Reader = maxminddb.open_database(path)  # pyright: ignore[reportUnknownMemberType]  # its stub leaves the kind of path open
        except (OSError, ValueError, maxminddb.InvalidDatabaseError) as error:
            raise InputError(
                f"`{path}` cannot be read as a country database: {error}",
                hint="name a file in MaxMind's format (.mmdb) that holds countries",
            ) from error

    def country_of(self, address: str) -> str | Missing | None:
        """Look an address up; private addresses and those of another family map to no country."""
        try:
            record = as_object(self._reader.get(ipaddress.ip_address(address)))
        except ValueError:
            return None
        except maxminddb.InvalidDatabaseError:
            return MISSING
        return next(_codes(record), None)

    def close(self) -> None:
        """Close the file."""
        self._reader.close()

    def __enter__(self) -> CountryDatabase:
        """Keep it open for a block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self.close()


def _codes(record: JsonObject) -> Iterator[str]:
    """Give the code, by the layouts in use.

    MaxMind, DB-IP and IP2Location write `country.iso_code`; IPinfo and the plain country databases
    write `country_code` or `country`. `registered_country` is where a network belongs, not where it
    is.
    """
    country: object = record.get("country")
    for text in (as_object(country).get("iso_code"), record.get("country_code"), country):
        if isinstance(text, str) and _CODE.fullmatch(text):
            yield text.upper()
