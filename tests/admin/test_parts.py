"""What every page leans on: what a person may, and parts of a page that scripts ask for."""

from __future__ import annotations

import pytest

from ostiary.admin.allowed import may
from ostiary.graph.permissions import CONDITIONAL_ACCESS_ADMINISTRATOR, SECURITY_READER
from tests.admin.pages import Admin

POLICIES = "/identity/conditionalAccess/policies"


def test_what_graph_needs_is_what_a_page_asks_for() -> None:
    """A reader may read policies and not make any; an operation that is not there is a mistake."""
    assert may(frozenset({SECURITY_READER}), "GET", POLICIES)
    assert not may(frozenset({SECURITY_READER}), "POST", POLICIES)
    assert may(frozenset({CONDITIONAL_ACCESS_ADMINISTRATOR}), "POST", POLICIES)
    with pytest.raises(KeyError):
        may(frozenset(), "GET", "/no/such/operation")


def test_a_part_of_a_page_does_not_lead_away_from_it(admin: Admin) -> None:
    """A script's request without a session is answered in place; a page's leads to the sign-in."""
    admin.browser.more["HX-Request"] = "true"
    admin.browser.visit("/admin/policies")
    assert admin.status == 200
    assert "session has ended" in admin.text


def test_pages_load_their_script_from_the_service_itself(admin: Admin) -> None:
    """The one library is a file of ours, and the policy allows no other place."""
    admin.sign_in()
    policy = admin.browser.page.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    address = admin.text.partition('<script src="')[2].partition('"')[0]
    admin.browser.visit(address)
    assert admin.status == 200
    assert admin.browser.page.headers["content-type"].startswith("text/javascript")
