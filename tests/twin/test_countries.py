"""Addresses in countries: the database that a twin writes is read by what servers read with."""

from __future__ import annotations

from pathlib import Path

from ostiary.signin.countries import CountryDatabase
from ostiary.twin.countries import database, networks_of


def test_each_country_that_is_named_and_one_that_is_not_has_a_network() -> None:
    assert networks_of(["nl", "BE", "NL", "NO"]) == {
        "BE": "198.18.0.0/24",
        "NL": "198.18.1.0/24",
        "NO": "198.18.2.0/24",
        "NZ": "198.18.3.0/24",
    }


def test_the_database_tells_the_countries(tmp_path: Path) -> None:
    path = tmp_path / "countries.mmdb"
    path.write_bytes(database(networks_of(["NL", "BE"]), "BE"))
    with CountryDatabase(path) as countries:
        found = {
            address: countries.country_of(address)
            for address in (
                *("198.18.0.1", "198.18.1.255", "198.18.2.0", "198.18.3.0"),
                *("127.0.0.1", "::1", "::2", "203.0.113.1"),
            )
        }
    assert found == {
        "198.18.0.1": "BE",
        "198.18.1.255": "NL",
        "198.18.2.0": "NO",
        "198.18.3.0": None,
        "127.0.0.1": "BE",
        "::1": "BE",
        "::2": None,
        "203.0.113.1": None,
    }


def test_a_host_is_in_no_country_unless_it_is_said(tmp_path: Path) -> None:
    path = tmp_path / "countries.mmdb"
    path.write_bytes(database(networks_of([]), None))
    with CountryDatabase(path) as countries:
        assert countries.country_of("127.0.0.1") is None
        assert countries.country_of("198.18.0.7") == "NO"


def test_every_country_there_is_has_a_network() -> None:
    codes = [f"{one}{other}" for one in "ABCDEFGHIJ" for other in "ABCDEFGHIJKLMNOPQRSTUVWXY"]
    assert len(networks_of(codes)) == len(codes) + 1
