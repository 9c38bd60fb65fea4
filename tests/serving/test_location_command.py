"""`ostiary location`: addresses and countries, added, changed and removed by Graph's rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import run
from tests.web.serving import HQ


def test_addresses_are_added_changed_and_removed(data: Path) -> None:
    add = ("location", "add", "Harbour", "198.51.100.0/24", "2001:db8::/32", "--trusted")
    made = run(*add, "--data", data, "--json")
    assert made.code == 0, made.err
    kinds = [each["@odata.type"] for each in made.answers[0]["ipRanges"]]
    assert kinds == ["#microsoft.graph.iPv4CidrRange", "#microsoft.graph.iPv6CidrRange"]
    listed = run("location", "list", "--data", data, "--json").answers[0]["namedLocations"]
    assert [each["displayName"] for each in listed] == ["Head office", "Harbour"]
    assert "198.51.100.0/24" in run("location", "list", "--data", data).out
    refused = run("location", "remove", "harbour", "--data", data)
    assert (refused.code, "trusted location" in refused.err) == (2, True)
    update = ("location", "update", "Harbour", "192.0.2.0/24", "--not-trusted", "--data", data)
    changed = run(*update, "--json").answers[0]
    assert [each["cidrAddress"] for each in changed["ipRanges"]] == ["192.0.2.0/24"]
    assert run("location", "update", HQ, "--display-name", "Office", "--data", data).code == 0
    assert run("location", "remove", "harbour", "--data", data).code == 0
    listed = run("location", "list", "--data", data, "--json").answers[0]["namedLocations"]
    assert [each["displayName"] for each in listed] == ["Office"]


def test_countries_are_added(data: Path) -> None:
    add = ("location", "add", "Nordics", "--country", "no", "--country", "SE")
    made = run(*add, "--include-unknown", "--data", data, "--json").answers[0]
    assert made["countriesAndRegions"] == ["NO", "SE"]
    assert made["includeUnknownCountriesAndRegions"] is True
    assert run("location", "update", "nordics", "--country", "FI", "--data", data).code == 0
    assert "FI" in run("location", "list", "--data", data).out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("add", "X"), "expected addresses or --country"),
        (("add", "X", "10.0.0.0/8", "--country", "NO"), "one of the two"),
        (("add", "X", "10.0.0.300/8"), "10.0.0.300/8"),
        (("add", "X", "--country", "NORWAY"), "NORWAY"),
        (("add", "X", "--country", "NO", "--trusted"), "isTrusted"),
        (("update", HQ), "expected something to change"),
        (("remove", "Head"), "`Head office`"),
        (("remove", HQ), "trusted"),
    ],
)
def test_what_cannot_be_done_is_told(data: Path, arguments: tuple[str, ...], told: str) -> None:
    ran = run("location", *arguments, "--data", data)
    assert ran.code == 2
    assert told in ran.err


def test_two_of_one_name_are_told_apart_by_their_ids(data: Path) -> None:
    for _ in range(2):
        assert run("location", "add", "Twin", "192.0.2.0/24", "--data", data).code == 0
    ran = run("location", "remove", "twin", "--data", data)
    assert ran.code == 2
    listed = run("location", "list", "--data", data, "--json").answers[0]["namedLocations"]
    twins = [each["id"] for each in listed if each["displayName"] == "Twin"]
    assert all(each in ran.err for each in twins)
    assert run("location", "remove", twins[0], "--data", data).code == 0


def test_a_location_that_a_policy_names_stays(data: Path) -> None:
    assert run("location", "update", HQ, "--not-trusted", "--data", data).code == 0
    ran = run("location", "remove", HQ, "--data", data)
    assert ran.code == 2
    assert "`Only from the office`" in ran.err
