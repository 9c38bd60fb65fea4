"""The same policy, location or strength in several files."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.tenant.documents import Item
from ostiary.tenant.duplicates import replacement, same_names, settle


def items(*values: dict[str, Any]) -> list[Item]:
    return [Item(value, f"{number}.json") for number, value in enumerate(values)]


def pairs(found: tuple[tuple[Item, Item], ...]) -> list[tuple[str, str]]:
    return [(item.source, current.source) for item, current in found]


def test_equal_objects_are_copies_whatever_the_order_of_their_members() -> None:
    settled = settle(items({"id": "A", "x": 1}, {"x": 1, "id": "A"}, {"x": 1}, {"x": 1}))
    assert [item.source for item in settled.kept] == ["0.json", "2.json"]
    assert pairs(settled.copies) == [("1.json", "0.json"), ("3.json", "2.json")]
    assert settled.replaced == ()


def test_objects_without_id_are_different_if_anything_is() -> None:
    settled = settle(items({"displayName": "P", "x": 1}, {"displayName": "P", "x": 2}))
    assert len(settled.kept) == 2


@pytest.mark.parametrize(
    ("first", "second", "used", "why"),
    [
        ("2024-01-01T00:00:00Z", "2024-01-02T00:00:00Z", "1.json", "it was modified later"),
        ("2024-01-02T00:00:00Z", "2024-01-01T00:00:00Z", "0.json", "it was modified later"),
        ("2024-01-01T00:00:05Z", "2024-01-01T00:00:05.3838032Z", "1.json", "it was modified later"),
        ("2024-01-01T00:00:00Z", "2024-01-01T01:00:00+02:00", "0.json", "it was modified later"),
        ("2024-01-01T00:00:00Z", "/Date(1704153600000)/", "1.json", "it was modified later"),
        ("2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z", "0.json", "it comes first"),
        ("2024-01-01T00:00:00Z", None, "0.json", "it comes first"),
        ("soon", "2024-01-01T00:00:00Z", "0.json", "it comes first"),
    ],
)
def test_of_two_versions_the_later_one_is_used_and_said(
    first: str, second: str | None, used: str, why: str
) -> None:
    settled = settle(
        items({"id": "a", "modifiedDateTime": first}, {"id": "A", "modifiedDateTime": second})
    )
    assert [item.source for item in settled.kept] == [used]
    ((item, current),) = settled.replaced
    assert replacement(item, current) == (
        f"`{used}` has the same id with other content and is used, because {why}"
    )


def test_different_objects_of_one_name_are_reported_with_their_files() -> None:
    (warning,) = same_names(
        items({"id": "a", "displayName": "HQ"}, {"id": "b", "displayName": " hq"}, {"id": "c"}),
        "named locations",
    )
    assert warning.code == "duplicateName"
    assert warning.message == (
        "2 different named locations are called `HQ`: `0.json`, `1.json`; all are used"
    )
