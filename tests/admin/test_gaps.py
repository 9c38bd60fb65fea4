"""The page Gaps: answers with witnesses, who is exempt and why, what ends, what lint finds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ostiary.directory.objects import SETTINGS
from ostiary.directory.protocols import SYSTEM
from ostiary.graph.permissions import SECURITY_READER
from tests.admin.pages import Admin, with_role
from tests.web.serving import LIFEBOAT, POLICY

PART = {"HX-Request": "true"}


@pytest.fixture
def reader(admin: Admin) -> Admin:
    """Sign in a Security Reader of a tenant with a policy in report-only, and an exclusion."""
    served = admin.served
    with_role(served, SECURITY_READER)
    served.service.store.singles.write(SETTINGS, {"emergencyAccess": [LIFEBOAT]}, by=SYSTEM)
    served.policy("enabledForReportingButNotEnforced")
    served.service.snapshots.refresh()
    return admin.sign_in(path="/admin/gaps")


def part(admin: Admin, name: str) -> Any:
    return admin.served.http.get(f"/admin/gaps/{name}", headers=PART)


def test_questions_are_answered_with_a_witness_that_leads_to_what_if(reader: Admin) -> None:
    assert reader.status == 200
    assert "Can an administrator get in without multifactor authentication?" in reader.text
    text = part(reader, "managementMfa").text
    assert "<!doctype" not in text
    assert "Yes, in these ways" in text
    assert 'href="/admin/what-if?kind=user&amp;identity=' in text
    reader.open("/admin/gaps")
    assert "Yes, in these ways" in reader.text
    reader.served.enrol()
    reader.open("/admin/gaps/managementMfa")
    assert "What these answers take for granted" in reader.text


def test_lockout_idle_policies_and_lint_are_told(reader: Admin) -> None:
    assert "Lifeboat" in part(reader, "lockout").text
    assert "Every policy that is on" in part(reader, "shadowed").text
    lint = part(reader, "lint").text
    assert "OST" in lint
    assert "What to do:" in lint
    assert part(reader, "nonsense").status_code == 404


def test_who_is_exempt_and_why_and_until_when(reader: Admin) -> None:
    assert "Emergency access" in reader.text
    assert f'href="/admin/users/{LIFEBOAT}"' in reader.text
    store, clock = reader.served.service.store, reader.served.clock
    ends = clock.now() + timedelta(days=2)
    store.exclusions.create(
        {
            "policyId": POLICY,
            "userId": LIFEBOAT,
            "startDateTime": clock.now().isoformat(),
            "endDateTime": ends.isoformat(),
            "reason": "a broken phone",
            "createdBy": "astrid",
        },
        by=SYSTEM,
    )
    reader.open("/admin/gaps")
    assert "a broken phone" in reader.text
    assert f"{ends:%Y-%m-%d %H:%M:%S} UTC" in reader.text


def test_a_question_of_ones_own(reader: Admin) -> None:
    reader.open("/admin/gaps?users=Guests&resources=Microsoft+Admin+Portals&requires=block")
    assert "can Guests reach Microsoft Admin Portals?" in reader.text
    reader.open("/admin/gaps?users=Nobody+<b>at</b>+all&requires=mfa")
    assert "nothing in the tenant is called" in reader.text
    assert "<b>at</b>" not in reader.text
    reader.open("/admin/gaps?requires=never")
    assert "is anybody ever blocked" in reader.text
