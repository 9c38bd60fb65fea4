"""What the database leaves out of a search: nothing that is found, and nearly all of the rest."""

from __future__ import annotations

import pytest

from ostiary.directory.searching import Wanted
from ostiary.directory.store import Store
from ostiary.schema.odata_search import found_by, read_search
from tests.directory.stores import ADMIN

COLUMNS = {"displayName": "display_name", "userPrincipalName": "principal_name"}
NAMES = (
    "Astrid Moe",
    "Björn O'Brien",
    "CA-Exclude-AllApps 2026",
    "100% of_us",
    "Straße 7",
    "Ærlig Østby",
    "moe",
    " padded name ",
)
SEARCHES = (
    "displayName:moe",
    "displayName:obrien",
    "displayName:bri",
    "displayName:brien bj",
    "displayName:apps",
    "displayName:allapps",
    "displayName:2026",
    "displayName:100 us",
    "displayName:STRASSE",
    "displayName:ør",
    "displayName:østby",
    "displayName:%",
    "displayName:nobody",
    "userPrincipalName:user3",
    "userPrincipalName:\ud800",
    "jobTitle:pilot",
)


@pytest.fixture
def people(store: Store) -> Store:
    """A store with people of every kind of name."""
    for number, name in enumerate(NAMES):
        user = {"displayName": name, "userPrincipalName": f"user{number}@fjordvik.example"}
        store.users.create({**user, "jobTitle": "pilot" if number == 2 else None}, by=ADMIN)
    return store


def test_whatever_a_search_finds_is_left_in(people: Store) -> None:
    every = {each.id: each.document for each in people.users.all()}
    for first in SEARCHES:
        for joint in ("", "AND", "OR"):
            second = f' {joint} "displayName:o"' if joint else ""
            search = read_search(f'"{first}"{second}')
            left = {each.id for each in people.users.page(wanted=Wanted(search, columns=COLUMNS))}
            assert {key for key, each in every.items() if found_by(search, each)} <= left, first


@pytest.mark.parametrize(
    ("search", "left"),
    [
        ("displayName:astrid", ["Astrid Moe"]),
        ("displayName:nobody", []),
        ("displayName:%", []),
        ("userPrincipalName:user1", ["Björn O'Brien"]),
        ("userPrincipalName:\ud800", []),
    ],
)
def test_what_it_cannot_find_is_left_out(people: Store, search: str, left: list[str]) -> None:
    found = people.users.page(wanted=Wanted(read_search(f'"{search}"'), columns=COLUMNS))
    assert [each.document["displayName"] for each in found] == left


def test_a_member_without_a_column_leaves_all_in(people: Store) -> None:
    search = read_search('"jobTitle:pilot"')
    assert len(people.users.page(wanted=Wanted(search, columns=COLUMNS))) == len(NAMES)
