"""Which of many names was meant, without comparing with each of them."""

from __future__ import annotations

import pytest

from ostiary.tenant.similar_names import SimilarNames

MANY = [f"person {number:06d}@example.test" for number in range(20_000)]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("person 012345@example.tset", "person 012345@example.test"),
        ("persn 012345@example.test", "person 012345@example.test"),
        ("eprson 012345@example.test", "person 012345@example.test"),
        ("somebody else", None),
        ("", None),
    ],
)
def test_a_mistake_anywhere_still_finds_the_name(written: str, meant: str | None) -> None:
    assert SimilarNames(MANY).nearest(written) == meant


def test_the_nearest_of_a_few_names_is_found_whatever_they_are() -> None:
    few = SimilarNames(["global administrator", "global reader", "user administrator"])
    assert few.nearest("globl administratr") == "global administrator"
    assert SimilarNames([]).nearest("anything") is None
