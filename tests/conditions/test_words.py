"""Conditions over a fixed list of words, in unusual shapes."""

from __future__ import annotations

import pytest

from tests.conditions.asking import APPLIES, answer


@pytest.mark.parametrize(
    ("platform", "expected"), [("android", APPLIES), ("iOS", (False, "devicePlatform"))]
)
def test_exclusions_alone_leave_everything_else_included(
    platform: str, expected: tuple[bool, str]
) -> None:
    conditions = {"platforms": {"excludePlatforms": ["iOS"]}}
    assert answer(conditions, where={"devicePlatform": platform}) == expected
