"""The founding how-to and what goes with it: a real server, a real sign-in, headless Chromium.

`OSTIARY_SHOTS=FOLDER` keeps pictures of the pages on the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.admin.story import Story, story
from tests.pages.test_in_browser import pytestmark as needs_a_browser

pytestmark = needs_a_browser
TEMPLATE = "Require multifactor authentication for Azure management"


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Story]:
    """A server of its own: no test sees what another one changed."""
    with story(tmp_path) as made:
        yield made


def test_the_how_to_from_its_first_step_to_the_challenge_of_a_user(at: Story) -> None:
    answer = at.play("admin-how-to.mjs")
    assert answer["before"] == "let in"
    assert "Lifeboat" in " ".join(answer["excluded"])
    assert answer["preselected"] is True
    assert answer["created"] == "Report-only"
    assert answer["impact"] == "1"
    assert answer["on"] == "On"
    assert answer["after"] == "challenged"


def test_policies_are_refused_deployed_compared_and_brought_back(at: Story) -> None:
    answer = at.play("admin-policies.mjs")
    assert "Nothing was changed." in answer["refused"]
    assert "Block everybody" in answer["refused"]
    assert answer["deployed"] == "Report-only"
    assert TEMPLATE in answer["applies"]
    assert "Enable policy: Off → Report-only" in answer["difference"]
    assert answer["restored"] == "Report-only"
    assert answer["file"] == f"{TEMPLATE}.json"
    assert answer["uploaded"] == "Report-only"
    assert answer["back"] == "Report-only"


def test_a_security_reader_sees_everything_and_changes_nothing(at: Story) -> None:
    answer = at.play("admin-reader.mjs")
    assert answer["buttons"] == []
    assert answer["statuses"] == [403] * len(answer["statuses"])
    assert answer["statuses"]
    assert answer["state"] == "Off"
