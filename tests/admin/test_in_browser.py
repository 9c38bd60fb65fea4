"""The admin center in headless Chromium: a policy from a template, and axe-core on every page.

`OSTIARY_SHOTS=FOLDER` keeps pictures of every page, light and dark, narrow and wide.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ostiary.graph.permissions import CONDITIONAL_ACCESS_ADMINISTRATOR, SECURITY_READER
from tests.admin.pages import with_role
from tests.pages.test_in_browser import pytestmark as needs_a_browser
from tests.web.live import Live, live
from tests.web.test_in_browser import browse

pytestmark = needs_a_browser


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Live]:
    """A tenant that a browser can reach, with its founding policy on."""
    with live(tmp_path) as made:
        made.served.enrol()
        made.served.policy("enabled")
        for role in (CONDITIONAL_ACCESS_ADMINISTRATOR, SECURITY_READER):
            with_role(made.served, role)
        yield made


def test_a_policy_is_made_from_a_template_and_turned_on(at: Live) -> None:
    answer = browse(at, "admin.mjs", otp=at.served.otp())
    assert (answer["born"], answer["on"], answer["preselected"]) == (True, True, True)
    form = answer["form"]
    assert form["before"] == ["Lifeboat"]
    assert form["excluded"] == ["Lifeboat", "Astrid Moe"]
    assert form["without"] == ["Astrid Moe"]
    assert form["focused"] == "Users and groups"
    assert form["told"] == "Include: Windows Azure Service Management API"
    assert form["written"] == 'device.model -startsWith "Surface"'
    assert form["named"] == "CA001-AllUsers-WindowsAzureServiceManagementAPI-MFA"
