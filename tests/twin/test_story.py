"""The story on two published policy sets with a small log; `tests.twin.story` tells all of it."""

from __future__ import annotations

from pathlib import Path

from tests.twin.exports import SETS, needs_sets
from tests.twin.story import THE_TWO, Story

pytestmark = needs_sets


def test_the_whole_story_holds_on_a_baseline_that_is_on(tmp_path: Path) -> None:
    story = Story(SETS / THE_TWO[0], tmp_path, rows=200)
    assert [each.title for each in story.play()] == [title for title, _ in story.steps()]


def test_what_changes_a_tenant_holds_on_a_framework_that_locks_administrators_out(
    tmp_path: Path,
) -> None:
    story = Story(SETS / THE_TWO[1], tmp_path, rows=200)
    steps = (story.twin, story.lockout, story.as_code, story.older, story.undone, story.rollout)
    told = [line for step in steps for line in step()]
    assert "refused: it locks out 3 administrators; made with a reason" in told
    assert told[-1] == "the policy is exactly as it was"
