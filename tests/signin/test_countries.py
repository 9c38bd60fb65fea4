"""Countries by small databases made here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from ostiary.model.errors import InputError
from ostiary.signin.countries import CountryDatabase, NoCountries

NORWAY, ISRAEL = "192.0.2.0/24", "2001:db8::/32"


def database(path: Path, records: dict[str, Any]) -> Path:
    writer = MMDBWriter(ip_version=6, ipv4_compatible=True, database_type="Test-Country")
    for network, record in records.items():
        writer.insert_network(IPSet([network]), record)
    writer.to_db_file(str(path))
    return path


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"country": {"iso_code": "NO", "names": {"en": "Norway"}}}, "NO"),
        ({"country_code": "no"}, "NO"),
        ({"country": "NO", "country_name": "Norway"}, "NO"),
        ({"country": "Norway"}, None),
        ({"country": {"iso_code": "NOR"}}, None),
        ({"registered_country": {"iso_code": "NO"}}, None),
        ({"autonomous_system_number": 64496}, None),
        ("NO", None),
    ],
)
def test_the_layouts_of_databases(tmp_path: Path, record: Any, expected: str | None) -> None:
    with CountryDatabase(database(tmp_path / "a.mmdb", {NORWAY: record})) as countries:
        assert countries.country_of("192.0.2.1") == expected


def test_addresses_map_to_countries_or_to_none(tmp_path: Path) -> None:
    records: dict[str, Any] = {
        NORWAY: {"country": {"iso_code": "NO"}},
        ISRAEL: {"country": {"iso_code": "IL"}},
    }
    with CountryDatabase(database(tmp_path / "a.mmdb", records)) as countries:
        found = {
            address: countries.country_of(address)
            for address in ("192.0.2.255", "192.0.3.0", "2001:db8::1", "2001:db9::1", "10.0.0.1")
        }
    assert found == {
        "192.0.2.255": "NO",
        "192.0.3.0": None,
        "2001:db8::1": "IL",
        "2001:db9::1": None,
        "10.0.0.1": None,
    }


def test_an_address_of_another_family_maps_to_no_country(tmp_path: Path) -> None:
    writer = MMDBWriter(ip_version=4, database_type="Test-Country")
    writer.insert_network(IPSet([NORWAY]), {"country": {"iso_code": "NO"}})
    writer.to_db_file(str(tmp_path / "a.mmdb"))
    with CountryDatabase(tmp_path / "a.mmdb") as countries:
        assert countries.country_of("2001:db8::1") is None


def test_without_a_database_every_address_maps_to_no_country() -> None:
    assert NoCountries().country_of("192.0.2.1") is None


def test_what_is_no_database_is_said_at_once(tmp_path: Path) -> None:
    text = tmp_path / "countries.mmdb"
    text.write_text("NO")
    for path in (text, tmp_path / "absent.mmdb"):
        with pytest.raises(InputError) as told:
            CountryDatabase(path)
        assert told.value.message.startswith(f"`{path}` cannot be read as a country database: ")
        assert told.value.hint == "name a file in MaxMind's format (.mmdb) that holds countries"
