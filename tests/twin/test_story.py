"""The whole story on two published policy sets, with a small log."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.twin.exports import SETS, needs_sets
from tests.twin.story import THE_TWO, Story


@needs_sets
@pytest.mark.parametrize("name", THE_TWO)
def test_the_story_holds_on_a_published_set(name: str, tmp_path: Path) -> None:
    story = Story(SETS / name, tmp_path, rows=200)
    assert [each.title for each in story.play()] == [title for title, _ in story.steps()]
