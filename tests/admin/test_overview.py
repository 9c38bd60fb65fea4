"""The first page tells how the tenant stands, from the prover, the log and the store."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ostiary.directory.objects import SETTINGS
from ostiary.directory.protocols import SYSTEM
from ostiary.graph.permissions import GLOBAL_ADMINISTRATOR
from tests.admin.pages import Admin, with_role
from tests.web.serving import LIFEBOAT, POLICY


@pytest.fixture
def there(admin: Admin) -> Admin:
    """Sign an administrator in at a tenant with an emergency account and a policy that waits."""
    served = admin.served
    with_role(served, GLOBAL_ADMINISTRATOR, LIFEBOAT)
    served.service.store.singles.write(SETTINGS, {"emergencyAccess": [LIFEBOAT]}, by=SYSTEM)
    served.policy("enabledForReportingButNotEnforced")
    served.service.snapshots.refresh()
    return admin.sign_in()


def test_it_is_the_first_page_and_tells_states_sign_ins_and_emergency_accounts(
    there: Admin,
) -> None:
    assert "<h1>Overview</h1>" in there.text
    assert 'href="/admin/policies?state=enabledForReportingButNotEnforced"' in there.text
    assert "Interrupted" in there.text
    assert "Lifeboat" in there.text
    assert "Never" in there.text
    assert "Nothing waits for a decision." in there.text


def test_coverage_is_told_in_sentences_of_the_prover(there: Admin) -> None:
    for name in ("managementMfa", "administratorsMfa", "everybodyMfa", "lint"):
        there.open(f"/admin/gaps/{name}")
        assert there.status == 200
    there.open()
    assert "admin portals can be reached without multifactor authentication." in there.text
    assert "Administrators can get in without multifactor authentication." in there.text
    assert "See the findings" in there.text


def test_what_waits_for_a_decision_is_found_in_the_data(there: Admin) -> None:
    clock, store = there.served.clock, there.served.service.store
    store.exclusions.create(
        {
            "policyId": POLICY,
            "userId": LIFEBOAT,
            "startDateTime": clock.now().isoformat(),
            "endDateTime": (clock.now() + timedelta(days=16)).isoformat(),
            "reason": "a broken phone",
            "createdBy": "astrid",
        },
        by=SYSTEM,
    )
    clock.move(timedelta(days=15))
    there.sign_in()
    assert "has been in report-only, unchanged, since" in there.text
    assert "is left out of" in there.text
