"""The page of a block names the policies that block, and no other."""

from __future__ import annotations

from ostiary.model.json_types import JsonObject
from tests.web.browsing import Browser
from tests.web.serving import ELSEWHERE, PLACES, POLICY, Served

_MFA, _OFFICE = "Require MFA for Azure management", "Only from the office"


def blocked(served: Served) -> str:
    """Sign in from elsewhere, and give the page of the block."""
    served.address = ELSEWHERE
    page = Browser(served).signed_in().page.text
    assert "Blocked by" in page
    return page


def test_the_policy_that_only_asks_for_more_is_not_named(served: Served) -> None:
    served.policy("enabled")
    served.policy("enabled", PLACES)
    page = blocked(served)
    assert _OFFICE in page
    assert _MFA not in page


def test_where_nothing_blocks_every_policy_is_named_whose_control_cannot_be_met(
    served: Served,
) -> None:
    for policy, control in ((POLICY, "domainJoinedDevice"), (PLACES, "compliantDevice")):
        grant: JsonObject = {"operator": "OR", "builtInControls": [control]}
        served.change_policy(policy, {"state": "enabled", "grantControls": grant})
    page = blocked(served)
    assert _OFFICE in page
    assert _MFA in page
